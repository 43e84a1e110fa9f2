"""One position of an account: a perpetual, a dated future or spot, sized in USD or in coins."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.contract import Contract, parse_contract
from stresskit.spec import Spec

LARGEST_USD = 1e12

Signed = Annotated[float, Field(ge=-LARGEST_USD, le=LARGEST_USD)]
Price = Annotated[float, Field(gt=0, le=LARGEST_USD)]


def _symbol(text: str) -> str:
    parse_contract(text)
    return text


class Position(Spec):
    """A contract or a spot holding, by signed USD notional or by signed quantity and mark.

    Attributes
    ----------
    symbol : linear, inverse, dated or spot (see `stresskit.contract`).
    notional_usd : signed notional at the mark; of an inverse contract the USD face of all its contracts.
    quantity : signed, in units of the base asset; not for inverse contracts.
    entry, mark : prices in the quote currency; `mark` may come from the account's marks.
    quote_usd : USD price of one unit of the quote currency (default 1).
    leverage : chosen by the trader; sets the initial margin of a contract.
    margin : own margin in the settlement asset, for isolated margin (default: entry value / leverage).
    """

    symbol: Annotated[str, AfterValidator(_symbol)]
    notional_usd: Signed | None = None
    quantity: Signed | None = None
    entry: Price | None = None
    mark: Price | None = None
    quote_usd: Price | None = None
    leverage: Annotated[float, Field(gt=0, le=1000)] = 10.0
    margin: Annotated[float, Field(ge=0, le=LARGEST_USD)] | None = None

    @model_validator(mode="after")
    def _sized(self) -> "Position":
        key = "notional_usd" if self.quantity is None else "quantity"
        if (self.notional_usd is None) == (self.quantity is None):
            raise misplaced(key, "exactly one of notional_usd and quantity")
        if self.contract.kind == "inverse":
            self._inverse()
        if self.mark is None and (self.entry is not None or key == "quantity"):
            raise misplaced("mark", f"the mark price: {'entry' if self.entry else 'quantity'} needs it")
        if self.contract.kind == "spot":
            self._spot()
        if not getattr(self, key):
            raise misplaced(key, "not zero: positive is long, negative is short")
        if abs(self.notional) > LARGEST_USD:
            raise misplaced(key, f"a notional of at most {LARGEST_USD:g} USD")
        return self

    def _inverse(self) -> None:
        if self.quantity is not None:
            raise misplaced("quantity", "notional_usd instead: an inverse contract has a face in USD")
        if self.mark is None:
            raise misplaced("mark", "the mark price, here or in the account's marks: inverse needs it")

    def _spot(self) -> None:
        if self.mark is None:
            raise misplaced("mark", "the price of the coin, here or in the account's marks")
        for key in ("entry", "margin"):
            if getattr(self, key) is not None:
                raise misplaced(key, "nothing: a spot holding counts by its value")

    @property
    def contract(self) -> Contract:
        """Base, quote, settlement, kind and expiry."""
        return parse_contract(self.symbol)

    @property
    def asset(self) -> str:
        """The base asset: the text before the slash."""
        return self.symbol.partition("/")[0]

    @property
    def notional(self) -> float:
        """Signed USD notional at the mark."""
        if self.notional_usd is not None:
            return self.notional_usd
        usd = 1.0 if self.quote_usd is None else self.quote_usd
        return (self.quantity or 0.0) * (self.mark or 0.0) * usd

    @property
    def unrealized(self) -> float:
        """Unrealized profit in USD at the mark; zero where no entry is given.

        Linear ``q (m - e)``, inverse ``N (1/e - 1/m)`` coins, which are worth ``N (m/e - 1)``.
        """
        if self.entry is None or self.mark is None:
            return 0.0
        if self.contract.kind == "inverse":
            return self.notional * (self.mark / self.entry - 1.0)
        return self.notional * (1.0 - self.entry / self.mark)

    @property
    def delta(self) -> float:
        """USD that the position gains when its mark doubles: the slope of its value in the relative mark.

        The notional of a linear contract or of spot; of an inverse one ``N m/e``, since its profit is
        paid in coins whose own value moves with the mark.
        """
        if self.contract.kind == "inverse":
            return self.notional + self.unrealized
        return self.notional
