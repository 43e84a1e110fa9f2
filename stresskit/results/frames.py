"""Tidy pandas tables of a run: one observation a row."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from stresskit.results.columns import EQUAL_COLLATERAL, EQUAL_EFFICIENCY, MARKET, MAX_LEVERAGE, Life

if TYPE_CHECKING:
    import pandas as pd

    from stresskit.results.stored import Results

HEADLINES = (
    "p_liquidation",
    "p_closed_out",
    "p_shortfall",
    "loss_given_liquidation",
    "expected_liquidation_cost",
    "shortfall",
)
PATH_COLUMNS = (
    "fee",
    "fee_waived",
    "slippage",
    "shortfall",
    "closed_notional",
    "closings",
    "terminal_equity",
)


def summary(results: "Results") -> "pd.DataFrame":
    """One row a scenario, account, mode and basis."""
    import pandas as pd

    return pd.DataFrame([{**keys, **_headlines(figures)} for keys, figures in _figures(results)])


def quantiles(results: "Results") -> "pd.DataFrame":
    """One row a scenario, account, mode (or market), basis, measure and level."""
    import pandas as pd

    return pd.DataFrame(
        {**keys, "measure": measure, "level": float(level), **_bounds(found)}
        for keys, figures in [*_markets(results), *_figures(results)]
        for measure in ("var", "es")
        for level, found in figures[measure].items()
    )


def liquidations(results: "Results") -> "pd.DataFrame":
    """One row a liquidated path and life."""
    import pandas as pd

    tables = [
        _liquidated(results, scenario, life)
        for scenario in results.scenarios
        for life in results.lives(scenario)
        if life.mode != MARKET
    ]
    return pd.concat(tables, ignore_index=True)


def _liquidated(results: "Results", scenario: str, life: Life) -> "pd.DataFrame":
    import pandas as pd

    def read(name: str) -> Any:
        return results.column(scenario, life.name, name)[paths]

    step_h: float = results.schema["step_h"]
    paths = np.flatnonzero(results.column(scenario, life.name, "first_step") >= 0)
    closed = read("closed_step")
    hours = {
        "time_h": read("first_step") * step_h,
        "closed_h": np.where(closed >= 0, closed * step_h, np.nan),
    }
    trigger = _symbols(results, life.account, read("trigger"))
    outcome = {name: read(name) for name in PATH_COLUMNS}
    if "importance" in results.accounts[life.account]["scenarios"][scenario]:
        beside = next(x for x in results.lives(scenario) if (x.account, x.mode) == (life.account, MARKET))
        outcome["weight"] = results.column(scenario, beside.name, "weight")[paths]
    keys = _keys(results, scenario, life.account, life.mode, life.basis)
    return pd.DataFrame({**keys, "path": paths, **hours, "trigger": trigger, **outcome})


def contributions(results: "Results") -> "pd.DataFrame":
    """One row an account, mode and position or risk factor; utilisation is maintenance / equity."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for account, found in results.accounts.items():
        for mode in results.modes(account):
            keys = {"account": account, "mode": mode, "hypothetical": _hypothetical(results, account, mode)}
            rows += [{**keys, **row} for row in _contributors(found["margin"][mode])]
    return pd.DataFrame(rows)


def _contributors(margin: dict[str, Any]) -> Iterator[dict[str, Any]]:
    equity = _number(margin["equity"]) or float("nan")
    for position in margin["positions"]:
        figures = {key: _number(position[key]) for key in ("notional", "initial", "maintenance")}
        share = figures["maintenance"] / equity
        yield {"kind": "position", "name": position["symbol"], **figures, "utilisation": share}
    for asset, share in margin["risk_factors"].items():
        if asset != "reason":
            maintenance = _number(share) * equity
            yield {
                "kind": "risk_factor",
                "name": asset,
                "maintenance": maintenance,
                "utilisation": _number(share),
            }


def components(results: "Results") -> "pd.DataFrame":
    """One row a scenario, account, measure, level, kind of leg and leg: what it carries of VaR or ES."""
    import pandas as pd

    return pd.DataFrame(
        {
            **{
                "scenario": scenario,
                "account": name,
                "measure": measure,
                "level": float(level),
                "kind": kind,
            },
            "name": leg["name"],
            **{key: _bounds(leg["component"])[key] for key in ("value", "low", "high")},
            **{key: _number(leg[key]) for key in ("share", "standalone", "incremental", "marginal")},
        }
        for scenario in results.scenarios
        for name, account in results.accounts.items()
        for kind in ("positions", "assets")
        for measure in ("var", "es")
        for level, told in _divided(account["scenarios"][scenario], kind, measure)
        for leg in told["legs"] or ()
    )


def _divided(scenario: dict[str, Any], kind: str, measure: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from scenario.get("contributions", {}).get(kind, {}).get(measure, {}).items()


def stress(results: "Results") -> "pd.DataFrame":
    """One row a scenario, account and mode at equal collateral, with the change against the first one."""
    table = summary(results)
    table = table[table["basis"] == EQUAL_COLLATERAL].reset_index(drop=True)
    notes = results.manifest["scenarios"]
    table.insert(1, "kind", [notes[scenario]["kind"] for scenario in table["scenario"]])
    first = table[table["scenario"] == results.scenarios[0]].set_index(["account", "mode"])
    calm = first.loc[list(zip(table["account"], table["mode"], strict=True))]
    for name in ("p_liquidation", "expected_liquidation_cost"):
        table[f"{name}_change"] = table[name].to_numpy() - calm[name].to_numpy()
    return table


def limits(results: "Results") -> "pd.DataFrame":
    """One row an account and limit, with value and status."""
    import pandas as pd

    return pd.DataFrame(
        {"account": account, **limit}
        for account, found in results.accounts.items()
        for limit in found["verdict"]["limits"]
    )


def _keys(results: "Results", scenario: str, account: str, mode: str, basis: str) -> dict[str, Any]:
    hypothetical = _hypothetical(results, account, mode)
    return {
        "scenario": scenario,
        "account": account,
        "mode": mode,
        "basis": basis,
        "hypothetical": hypothetical,
    }


def _hypothetical(results: "Results", account: str, mode: str) -> bool:
    """Whether the venue lacks the mode; a variant is what its mode is, the market is no mode."""
    margin = results.accounts[account]["margin"]
    known = mode if mode in margin else mode.removesuffix(MAX_LEVERAGE)
    return mode != MARKET and bool(margin[known]["hypothetical"])


def _markets(results: "Results") -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for scenario in results.scenarios:
        for account, found in results.accounts.items():
            keys = _keys(results, scenario, account, MARKET, EQUAL_COLLATERAL)
            yield keys, found["scenarios"][scenario]["market"]


def _figures(results: "Results") -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for scenario in results.scenarios:
        for life in results.lives(scenario):
            if life.mode == MARKET:
                continue
            found = results.accounts[life.account]["scenarios"][scenario]
            part = found["equal_efficiency"] if life.basis == EQUAL_EFFICIENCY else found
            yield _keys(results, scenario, life.account, life.mode, life.basis), part["modes"][life.mode]


def _headlines(figures: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in HEADLINES:
        bounds = _bounds(figures[name])
        row |= {name: bounds["value"], f"{name}_low": bounds["low"], f"{name}_high": bounds["high"]}
    waiting = figures["time_to_liquidation_h"]
    return row | {f"time_to_liquidation_h_{key}": _number(waiting[key]) for key in ("median", "p10")}


def _bounds(found: dict[str, Any]) -> dict[str, float]:
    return {key: _number(found[key]) for key in ("value", "low", "high")}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _symbols(results: "Results", account: str, trigger: Any) -> list[str | None]:
    margin = results.accounts[account]["margin"]
    symbols = [position["symbol"] for position in next(iter(margin.values()))["positions"]]
    return [symbols[index] if index >= 0 else None for index in trigger]
