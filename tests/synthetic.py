"""A complete, plausible run folder made from a random generator: no model, no margin engine."""

from pathlib import Path
from typing import Any

import numpy as np

from stresskit.measure.legs import Leg
from stresskit.measure.limits import Limit
from stresskit.metrics import AccountInput, MetricsInput, Stake, assemble
from stresskit.results import (
    EQUAL_EFFICIENCY,
    EQUITY_SAMPLE,
    MAINTENANCE_SAMPLE,
    MAX_LEVERAGE,
    SAMPLED_PATHS,
    Life,
    RunFolder,
    life,
    market,
    schema,
)
from tests.synthetic_facts import ASSETS, EQUITY, LEG, NAME, RUN_ID, SCENARIOS, calibration, manifest

ACCOUNT = "account"
BUFFER = 2.0
FEE, SLIPPAGE = 0.005, 0.002
MAINTENANCE = {"cross": 0.005, "portfolio": 0.055}  # of gross notional
INITIAL = {"cross": 0.10, "portfolio": 0.0715}
KEPT = {"cross": 0.0, "portfolio": 0.5}  # of the book after the first breach


def make_run_folder(
    out: Path, paths: int = 2000, steps: int = 240, seed: int = 0, p_liq: float = 0.05, assets: int = 2
) -> Path:
    """Write a finished run folder under `out` and return it.

    Scenarios ``baseline`` and ``hedge_breaks``; modes ``cross`` (present) and ``portfolio``
    (hypothetical), at equal collateral and at equal efficiency, the latter with
    ``cross_max_leverage``. A share `p_liq` of the baseline's cross paths is liquidated.
    """
    unit = np.random.default_rng(seed).standard_t(5, (steps, paths))
    gross = assets * LEG
    room = EQUITY - MAINTENANCE["cross"] * gross
    scale = -room / np.quantile(np.cumsum(unit, axis=0).min(axis=0), p_liq, method="higher")
    stakes = efficiency(gross)
    named = [life(ACCOUNT, "cross"), life(ACCOUNT, "portfolio")]
    named += [life(ACCOUNT, mode, EQUAL_EFFICIENCY) for mode in stakes]
    lives = [market(ACCOUNT, assets=ASSETS[:assets]), *(one._replace(asked=True) for one in named)]
    with RunFolder(out, NAME, RUN_ID) as folder:
        for scenario, factor in SCENARIOS.items():
            for one in lives:
                _write_life(folder, scenario, one, unit * scale * factor, gross, stakes)
        folder.write_json("outcomes/schema.json", schema(list(SCENARIOS), lives, paths, steps, 1.0))
        folder.write_json("metrics.json", assemble(inputs(paths, steps, seed, assets), folder.column))
        folder.write_json("calibration.json", calibration(assets), sort_keys=False)
        folder.write_json("manifest.json", manifest(paths, steps, seed, assets), sort_keys=False)
        (folder.path / "log.jsonl").write_text('{"event": "started"}\n{"event": "done"}\n')
        return folder.seal()


def efficiency(gross: float) -> dict[str, Stake]:
    """Twice each mode's own initial requirement; the variant at 50x."""
    initial = {"cross": INITIAL["cross"], "portfolio": INITIAL["portfolio"], "cross" + MAX_LEVERAGE: 0.02}
    return {mode: Stake(BUFFER * share * gross, BUFFER * share * gross) for mode, share in initial.items()}


def inputs(paths: int, steps: int, seed: int, assets: int) -> MetricsInput:
    """What `assemble` is told about the synthetic run."""
    limits = (
        Limit("p_liquidation", 0.04, "cross", "baseline"),
        Limit("p_shortfall", 0.5, "portfolio", "hedge_breaks"),
    )
    margin = {mode: margin_object(mode, assets) for mode in KEPT}
    terms = {mode: dict(enumerate(found["terms"])) for mode, found in margin.items()}
    account = AccountInput(ACCOUNT, margin, limits, efficiency(assets * LEG), terms, legs(assets))
    volatility = {asset: 0.5 + 0.1 * i for i, asset in enumerate(ASSETS[:assets])}
    return MetricsInput(
        NAME, seed, paths, steps, 1.0, volatility, tuple(SCENARIOS), "baseline", (account,), listed=False
    )


def legs(assets: int) -> tuple[Leg, ...]:
    """Long and short in turn, as the positions."""
    names = ASSETS[:assets]
    return tuple(Leg(f"{a}/USDT:USDT", a, LEG * (1 if i % 2 == 0 else -1), i) for i, a in enumerate(names))


def _marks(pnl: Any, assets: int) -> dict[str, Any]:
    """Marks that make the profits: the first leg earns the most, the next loses a third of it, and so on."""
    part = np.array([(-1.0 / 3.0) ** i for i in range(assets)])
    earned = np.outer(part / part.sum(), pnl)
    return {f"mark_{leg.asset}": 1.0 + earned[i] / leg.exposure for i, leg in enumerate(legs(assets))}


def margin_object(mode: str, assets: int) -> dict[str, Any]:
    """A ``margin.<mode>`` object of design shape."""
    gross, additive = assets * LEG, mode == "cross"
    maintenance, initial = MAINTENANCE[mode] * gross, INITIAL[mode] * gross
    terms = {"brackets": maintenance} if additive else {"es": maintenance, "minimum": 0.005 * gross}
    return {
        "rule": "brackets" if additive else "var",
        "rulebook": "binance-usdm-2026-09" if additive else "portfolio-es-2026-09",
        "hypothetical": not additive,
        "equity": EQUITY,
        "initial": initial,
        "maintenance": maintenance,
        "ratio": EQUITY / maintenance,
        "free": EQUITY - initial,
        "terms": terms,
        "binding": next(iter(terms)),
        "exposure_per_initial": gross / initial,
        "positions": [_position(asset, i, mode) for i, asset in enumerate(ASSETS[:assets])],
        "risk_factors": dict.fromkeys(ASSETS[:assets], maintenance / assets / EQUITY),
    }


def _position(asset: str, place: int, mode: str) -> dict[str, Any]:
    sign = 1 if place % 2 == 0 else -1
    found: dict[str, Any] = {
        "symbol": f"{asset}/USDT:USDT",
        "notional": sign * LEG,
        "initial": INITIAL[mode] * LEG,
        "maintenance": MAINTENANCE[mode] * LEG,
        "liquidation_price": 100.0 * (1 - 0.35 * sign),
    }
    if mode == "portfolio":
        found |= {"liquidation_price": None, "reason": "the requirement is not a price rule of one position"}
    return found


def _write_life(
    folder: RunFolder, scenario: str, one: Life, profit: Any, gross: float, stakes: dict[str, Stake]
) -> None:
    if one.mode == "market":
        pnl = profit.sum(axis=0)
        outcome, samples = {"pnl": pnl, **_marks(pnl, round(gross / LEG))}, None
    else:
        equity = stakes[one.mode].equity if one.basis == EQUAL_EFFICIENCY else EQUITY
        outcome, samples = _live(profit, equity, gross, one.mode.removesuffix(MAX_LEVERAGE))
    paths = profit.shape[1]
    writer = folder.columns(scenario, one, paths)
    for start in range(0, paths, 512):
        writer.append({name: column[start : start + 512] for name, column in outcome.items()})
    writer.close()
    if samples is not None:
        for column, sample in zip((EQUITY_SAMPLE, MAINTENANCE_SAMPLE), samples, strict=True):
            folder.sample(scenario, one, column, sample[:, :SAMPLED_PATHS])


def _live(profit: Any, start: float, gross: float, mode: str) -> tuple[dict[str, Any], Any]:
    """A first breach closes part of the book, a second one all of it; every closing costs."""
    steps, paths = profit.shape
    book, equity = np.ones(paths), np.full(paths, start)
    first, closed = np.full((2, paths), -1, dtype=np.int32)
    fee, waived, slippage, shortfall, notional = np.zeros((5, paths))
    closings = np.zeros(paths, dtype=np.int32)
    lowest, ratio = np.full((2, paths), start)
    ratio = ratio / (MAINTENANCE[mode] * gross)
    sample, asked = [equity.copy()], [MAINTENANCE[mode] * gross * book]
    for step in range(1, steps + 1):
        equity = equity + book * profit[step - 1]
        maintenance = MAINTENANCE[mode] * gross * book
        lowest = np.minimum(lowest, equity)
        ratio = np.where(book > 0, np.minimum(ratio, equity / np.where(book > 0, maintenance, 1)), ratio)
        breach = (book > 0) & (equity <= maintenance)
        kept = np.where(breach & (first < 0), KEPT[mode] * book, np.where(breach, 0.0, book))
        value = (book - kept) * gross
        slipped, charge = SLIPPAGE * value, FEE * value
        left = equity - slipped
        paid = np.clip(left, 0.0, charge)
        slippage, fee, waived = slippage + slipped, fee + paid, waived + charge - paid
        shortfall += np.where(breach, np.maximum(-left, 0.0), 0.0)
        equity = np.where(breach, np.maximum(left - paid, 0.0), equity)
        kept = np.where(breach & (equity == 0.0), 0.0, kept)
        first = np.where(breach & (first < 0), step, first)
        closed = np.where(breach & (kept == 0), step, closed)
        closings, notional, book = closings + breach.astype(np.int32), notional + value, kept
        sample.append(equity.copy())
        asked.append(MAINTENANCE[mode] * gross * book)
    outcome = {
        "terminal_equity": equity,
        "lowest_equity": lowest,
        "lowest_ratio": ratio,
        "first_step": first,
        "closed_step": closed,
        "fee": fee,
        "fee_waived": waived,
        "slippage": slippage,
        "shortfall": shortfall,
        "shortfall_price": np.maximum(shortfall - slippage, 0.0),
        "closed_notional": notional,
        "closings": closings,
        "trigger": np.where(first > 0, np.arange(paths) % int(gross / LEG), -1),
        "binding": np.where(first > 0, 0, -1),
        "inside": np.zeros(paths, dtype=np.int32),
        "fund": np.zeros(paths),
        "taken_notional": np.zeros(paths),
        "useless": np.zeros(paths, dtype=np.int32),
    }
    return outcome, (np.array(sample), np.array(asked))
