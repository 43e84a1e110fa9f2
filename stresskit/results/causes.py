"""Which position triggered the liquidations of a run: P(liquidation) of each life, leg by leg."""

from typing import TYPE_CHECKING, Any

import numpy as np

from stresskit.measure.liquidation_causes import causes_by_trigger
from stresskit.results.columns import MARKET, Life

if TYPE_CHECKING:
    import pandas as pd

    from stresskit.domain import Estimate, Float1D
    from stresskit.results.stored import Results


def causes(results: "Results") -> "pd.DataFrame":
    """One row a scenario, life and position: the share of paths whose first breach it contributed most to.

    The rows of a life add up to its P(liquidation); a row without a symbol is there where a liquidation had
    no trigger. With importance sampling the shares are of the weighted paths.
    """
    import pandas as pd

    return pd.DataFrame(
        row
        for scenario in results.scenarios
        for life in results.lives(scenario)
        if life.mode != MARKET
        for row in _rows(results, scenario, life)
    )


def _rows(results: "Results", scenario: str, life: Life) -> list[dict[str, Any]]:
    margin = results.accounts[life.account]["margin"]
    symbols = [position["symbol"] for position in next(iter(margin.values()))["positions"]]
    trigger = np.asarray(results.column(scenario, life.name, "trigger"))
    hits = np.asarray(results.column(scenario, life.name, "first_step") >= 0)
    found = causes_by_trigger(trigger, hits, len(symbols), _weight(results, scenario, life))
    keys = {"scenario": scenario, "account": life.account, "mode": life.mode, "basis": life.basis}
    rows = [{**keys, "symbol": s, **_said(e)} for s, e in zip(symbols, found.legs, strict=True)]
    return rows + ([{**keys, "symbol": None, **_said(found.none)}] if found.none.value else [])


def _weight(results: "Results", scenario: str, life: Life) -> "Float1D | None":
    if "importance" not in results.accounts[life.account]["scenarios"][scenario]:
        return None
    beside = next(x for x in results.lives(scenario) if (x.account, x.mode) == (life.account, MARKET))
    return np.asarray(results.column(scenario, beside.name, "weight"))


def _said(found: "Estimate") -> dict[str, float | None]:
    return {"p_liquidation": found.value, "low": found.low, "high": found.high}
