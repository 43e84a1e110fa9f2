"""What a run records of every path, and how the lives of a run are named.

A *life* is one account under one margin mode on one basis of comparison.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Column(NamedTuple):
    """One outcome of a path: its npy type, its unit and what it says."""

    name: str
    dtype: str
    unit: str
    meaning: str


class Life(NamedTuple):
    """One account under one mode on one basis; `name`: its folder, `asked`: maintenance is sampled, too.

    `carried`: what is recorded besides, of a run with funding, basis, deleveraging, actions or transfers, and
    of an account whose collateral moves (`PLEDGED`);
    `assets`: those whose marks at the horizon are kept, of the account's book without margin.
    """

    name: str
    account: str
    mode: str
    basis: str
    carried: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    asked: bool = False


EQUAL_COLLATERAL = "equal_collateral"
EQUAL_EFFICIENCY = "equal_efficiency"
MARKET = "market"
MAX_LEVERAGE = "_max_leverage"  # ends the name of a variant at equal efficiency
SAMPLED_PATHS = 1000

OUTCOME_COLUMNS = (
    Column("terminal_equity", "float64", "USD", "equity at the horizon, never below zero"),
    Column(
        "lowest_equity",
        "float64",
        "USD",
        "lowest equity at the steps and right after forced closings between them",
    ),
    Column(
        "lowest_ratio",
        "float64",
        "1",
        "certified lower bound of the lowest equity / maintenance at the steps and breaches",
    ),
    Column(
        "first_step",
        "int32",
        "step",
        "step by whose end the first forced closing came, counted from 1, 0 at the start; -1 if none",
    ),
    Column("closed_step", "int32", "step", "step by whose end everything was forced shut; -1 if never"),
    Column("fee", "float64", "USD", "liquidation fee charged"),
    Column("fee_waived", "float64", "USD", "liquidation fee that equity could not pay"),
    Column("slippage", "float64", "USD", "half-spread and price impact of forced closings"),
    Column("shortfall", "float64", "USD", "loss beyond bankruptcy, fee excluded"),
    Column("shortfall_price", "float64", "USD", "shortfall less the slippage of the closing that ended it"),
    Column("closed_notional", "float64", "USD", "notional closed by force, at the mark"),
    Column("closings", "int32", "1", "number of forced closings"),
    Column("trigger", "int32", "position", "position that weighs most at the first breach; -1 if none"),
    Column("inside", "int32", "1", "number of breaches between two steps, by the bridge"),
    Column(
        "fund",
        "float64",
        "USD",
        "what takeovers at the bankruptcy price left the insurance fund, net of execution; below 0 it paid",
    ),
    Column("taken_notional", "float64", "USD", "notional taken over at the bankruptcy price"),
    Column(
        "useless", "int32", "1", "partial closings that were passed over because they would not have helped"
    ),
    Column("binding", "int32", "term", "term of the rule that binds at the first breach; -1 if none"),
)
CARRIED_COLUMNS = {
    "funding": Column("funding", "float64", "USD", "funding paid until the horizon, negative: received"),
    "basis": Column("basis_gain", "float64", "USD", "gain by the basis of perpetuals over the index"),
}
FURTHER_COLUMNS = {
    "adl": (
        Column("adl_step", "int32", "step", "step at which a winning leg was first deleveraged; -1 if never"),
        Column(
            "adl_notional", "float64", "USD", "notional of winning legs that was deleveraged, at the mark"
        ),
        Column("adl_loss", "float64", "USD", "what deleveraging cost against the mark; below 0: it gained"),
    ),
    "actions": (
        Column("top_up", "float64", "USD", "what the owner added"),
        Column("cut_notional", "float64", "USD", "notional that the owner closed, at the mark"),
        Column("cut_cost", "float64", "USD", "slippage of what the owner closed"),
    ),
    "pledged": (
        Column(
            "collateral",
            "int32",
            "cause",
            "what of the collateral cost most until the first breach: 2 k the price of coin k, 2 k + 1 its "
            "haircut, past the coins the dollars' peg; -1 if positions did, or none",
        ),
    ),
    "transfers": (
        Column("received", "float64", "USD", "received from other accounts of the owner"),
        Column("sent", "float64", "USD", "sent to other accounts of the owner"),
    ),
}
PLEDGED = "pledged"
MARKET_COLUMNS = (Column("pnl", "float64", "USD", "mark-to-market profit at the horizon, no liquidation"),)
WEIGHT = Column("weight", "float64", "1", "likelihood of the path over that under which it was drawn")
EQUITY_SAMPLE = Column(
    "equity_sample", "float64", "USD", "equity of the first paths at every step from 0 on, a column a path"
)
MAINTENANCE_SAMPLE = Column(
    "maintenance_sample",
    "float64",
    "USD",
    "maintenance of the first paths at every step: as asked, or a certified upper bound where the rule was "
    "not evaluated in full; that of the step after where something was closed, 0 once all is shut",
)


def life(account: str, mode: str, basis: str = EQUAL_COLLATERAL, *, listed: bool = False) -> Life:
    """Name a life; `listed` says that the config has ``[[accounts]]``."""
    name = f"{account}.{mode}" if listed else mode
    return Life(name + ("@efficiency" if basis == EQUAL_EFFICIENCY else ""), account, mode, basis)


def market(account: str, *, listed: bool = False, assets: Sequence[str] = ()) -> Life:
    """The account's book without margin: what the market alone makes of it, and the marks of `assets`."""
    return life(account, MARKET, listed=listed)._replace(assets=tuple(assets))


def mark_column(asset: str) -> Column:
    """The column of an asset's marks."""
    return Column(f"mark_{asset}", "float64", "1", f"mark of {asset} at the horizon, relative to the start")


def columns_of(life: Life, weighted: bool = False) -> tuple[Column, ...]:
    """The columns with one row a path that a life records; `weighted`: by importance sampling."""
    if life.mode != MARKET:
        carried = tuple(CARRIED_COLUMNS[name] for name in life.carried if name in CARRIED_COLUMNS)
        further = (FURTHER_COLUMNS.get(name, ()) for name in life.carried)
        return OUTCOME_COLUMNS + carried + tuple(column for group in further for column in group)
    marks = tuple(mark_column(asset) for asset in life.assets)
    return (*MARKET_COLUMNS, *marks, WEIGHT) if weighted else (*MARKET_COLUMNS, *marks)


def column_file(scenario: str, life: str, column: str) -> str:
    """Where a column stands inside ``outcomes/``."""
    return f"{scenario}/{life}/{column}.npy"


def schema(
    scenarios: Sequence[str],
    lives: Sequence[Life],
    paths: int,
    steps: int,
    step_h: float,
    weighted: bool = False,
) -> dict[str, Any]:
    """What ``outcomes/schema.json`` says; scenarios and lives keep their order."""
    sampled = [steps + 1, min(paths, SAMPLED_PATHS)]
    columns = []
    for scenario in scenarios:
        for life in lives:
            columns += [_entry(scenario, life, column, [paths]) for column in columns_of(life, weighted)]
            if life.mode != MARKET:
                samples = (EQUITY_SAMPLE, MAINTENANCE_SAMPLE) if life.asked else (EQUITY_SAMPLE,)
                columns += [_entry(scenario, life, column, sampled) for column in samples]
    return {"columns": columns, "paths": paths, "steps": steps, "step_h": step_h}


def _entry(scenario: str, life: Life, column: Column, shape: list[int]) -> dict[str, Any]:
    return {
        "file": column_file(scenario, life.name, column.name),
        "scenario": scenario,
        "life": life.name,
        "account": life.account,
        "mode": life.mode,
        "basis": life.basis,
        "column": column.name,
        "dtype": column.dtype,
        "shape": shape,
        "unit": column.unit,
        "meaning": column.meaning,
    }
