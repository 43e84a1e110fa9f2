"""What an account's balances count for: collateral ratios, loans, and the wallet of its book.

Where every balance is a stablecoin that a contract settles in, each counts in full, as in a venue's
single-asset mode; otherwise the venue's collateral table applies. Spot positions are balances.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stresskit.config.account import Collateral, NamedAccount
from stresskit.config_file import Loaded
from stresskit.contract import STABLE
from stresskit.domain import Int1D, Wallet
from stresskit.errors import ConfigError
from stresskit.margin.collateral import Ratios, counted_quantity
from stresskit.margin.venue import CollateralTable
from stresskit.pipeline.market import MarketState

KeyPath = tuple[str | int, ...]
IN_FULL: Ratios = ((0.0, 1.0),)
NOT_AT_ALL: Ratios = ((0.0, 0.0),)


@dataclass(frozen=True, slots=True)
class Balance:
    """One asset of a wallet: `amount` in its units, `price` in USD, and what the venue makes of it.

    `counted`: USD of collateral, negative for a loan; `spot`: USD of spot positions at full value;
    `loan_maintenance`: USD required for a loan; `factor`: what its price moves with.
    """

    asset: str
    amount: float
    price: float
    counted: float
    spot: float
    loan_maintenance: float
    factor: str

    @property
    def value(self) -> float:
        """USD at the index price, before ratios."""
        return self.amount * self.price


def read_balances(
    loaded: Loaded, path: KeyPath, account: NamedAccount, table: CollateralTable | None
) -> dict[str, Balance]:
    """Balances of the account at key path `path`, by asset; `table` is the venue's, if it has one.

    Raises
    ------
    ConfigError
        If nothing says what part of an asset counts, or nothing counts.
    """
    owned = {entry.asset: entry for entry in account.collateral}
    spot = _spot(account)
    found, problems = {}, []
    for asset in dict.fromkeys([*owned, *spot]):
        ratios = _ratios(account, asset, owned.get(asset), table)
        if ratios is None:
            expected = f"a ratio for {asset}: no rulebook of the account's modes says what it counts for"
            problems.append(loaded.source.problem((*path, *_place(account, asset)), expected))
        else:
            found[asset] = _balance(asset, owned.get(asset), spot.get(asset, (0.0, 0.0)), ratios, table)
    counted = sum(balance.counted for balance in found.values()) + account.unrealized
    if not problems and counted <= 0:
        expected = f"equity above zero after collateral ratios: {counted:,.2f} USD"
        problems.append(loaded.source.problem((*path, "collateral"), expected))
    if problems:
        raise ConfigError(problems)
    return found


def _spot(account: NamedAccount) -> dict[str, tuple[float, float]]:
    """USD value and price of the spot positions by coin."""
    found: dict[str, tuple[float, float]] = {}
    for position in account.positions:
        if position.contract.kind == "spot" and position.mark is not None:
            value, _ = found.get(position.asset, (0.0, 0.0))
            price = position.mark * (position.quote_usd or 1.0)
            found[position.asset] = (value + position.notional, price)
    return found


def _ratios(
    account: NamedAccount, asset: str, entry: Collateral | None, table: CollateralTable | None
) -> Ratios | None:
    """Rows of (quantity above which it applies, ratio); None where nothing says them."""
    settles = account.settles
    if entry and entry.ratio is not None:
        return ((0.0, entry.ratio),)
    if entry and entry.amount < 0:
        return IN_FULL
    if account.assets_mode == "single_asset":
        return IN_FULL if asset in settles else NOT_AT_ALL
    plain = all(e.asset in STABLE and e.asset in settles for e in account.collateral) and asset in STABLE
    if table and asset in table.assets and (account.assets_mode == "multi_asset" or not plain):
        listed = table.assets[asset]
        rows = [row for row in listed.ratios if listed.limit is None or row[0] < listed.limit]
        return rows if listed.limit is None else [*rows, (listed.limit, 0.0)]
    if asset in STABLE or asset in settles:
        return IN_FULL
    return ((0.0, table.others),) if table and table.others is not None else None


def _place(account: NamedAccount, asset: str) -> KeyPath:
    for i, entry in enumerate(account.collateral):
        if entry.asset == asset:
            return ("collateral", i, "asset")
    i = next(i for i, p in enumerate(account.positions) if p.asset == asset and p.contract.kind == "spot")
    return ("positions", i, "symbol")


def _balance(
    asset: str,
    entry: Collateral | None,
    spot: tuple[float, float],
    ratios: Ratios,
    table: CollateralTable | None,
) -> Balance:
    value, price = spot
    price = entry.price if entry else price
    amount = (entry.amount if entry else 0.0) + value / price
    rate = entry.loan_maintenance if entry else None
    if rate is None and table is not None:
        rate = table.loan_maintenance
    return Balance(
        asset,
        amount,
        price,
        counted_quantity(amount, ratios) * price,
        value,
        (rate or 0.0) * max(-amount, 0.0) * price,
        entry.factor if entry else asset,
    )


def wallet_of(balances: Mapping[str, Balance], market: MarketState, used: Int1D) -> tuple[Wallet, float]:
    """The coins of the wallet, and the USD that do not move with a mark."""
    coins = [balance for balance in balances.values() if balance.factor not in STABLE]
    usd = [balance for balance in balances.values() if balance.factor in STABLE]
    whole = np.array([market.model.assets.index(balance.factor) for balance in coins], dtype=np.int64)
    wallet = Wallet(
        asset=np.searchsorted(used, whole).astype(np.int64),
        value=np.array([balance.counted for balance in coins], dtype=float),
        spot=np.array([balance.spot for balance in coins], dtype=float),
        loan=np.array([balance.loan_maintenance for balance in coins], dtype=float),
        loan_usd=float(sum(balance.loan_maintenance for balance in usd)),
    )
    return wallet, float(sum(balance.counted for balance in usd))


def coins_of(account: NamedAccount) -> Iterator[tuple[int, str]]:
    """Place in the collateral of every coin that moves with a market, and with which."""
    for i, entry in enumerate(account.collateral):
        if entry.factor not in STABLE:
            yield i, entry.factor
