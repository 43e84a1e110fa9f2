"""How the margin ratio spreads along the paths, from the sampled equity and maintenance."""

from collections.abc import Iterator

import numpy as np

from stresskit.domain import Float2D
from stresskit.report import findings
from stresskit.report.blocks import Block, picture, section, text
from stresskit.report.curves import fan_times, quantiles
from stresskit.report.figures.ratio_fan import LARGEST, RatioFan, highest, ratio_fan
from stresskit.report.format import hours, ratio
from stresskit.report.view import MOST_SHOWN, Account

REAL_PATHS = 5
Shut = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
MOST = 1e4  # where next to nothing is asked
SAMPLE = "maintenance_sample"
APART = (
    "Under isolated margin no ratio stands for the account: each position has a margin of its own and is "
    "closed by itself when that is used up. How thin the thinnest became stands below, under drawdown."
)
MISSING = "The version that made this run did not keep it. Filled by: stresskit run CONFIG --force."


def ratios(account: Account) -> Iterator[Block]:
    """The fan of the last scenario shown, a panel each mode of one requirement."""
    scenario = account.shown[-1]
    modes = [mode for mode in account.modes[:MOST_SHOWN] if _kept(account, scenario, mode)]
    if not modes:
        apart = all(account.margin[mode]["rule"] == "isolated" for mode in account.modes[:MOST_SHOWN])
        finding = "Every position has its own margin" if apart else "How the margin ratio moves is not known"
        yield section("Margin ratio", finding)
        yield text(APART if apart else MISSING)
        return
    fans = [_fan(account, scenario, mode) for mode in modes]
    first, label = fans[0], account.label(modes[0])
    below = np.flatnonzero(first.quantiles[0] <= 1.0)
    when = hours(float(first.x[below[0]]) * account.clock.hours) if below.size else None
    finding = findings.thinning(label, scenario, float(first.quantiles[0, -1]), when)
    yield section("Margin ratio", finding)
    ends = [
        f"{account.label(m)} {ratio(float(f.quantiles[3, -1]))}" for m, f in zip(modes, fans, strict=True)
    ]
    told = ", ".join(ends)
    alt = f"Equity over maintenance over time in {scenario}, with bands. Median at the horizon: {told}."
    yield picture("ratio_fan", ratio_fan(fans, account.clock), alt, _caption(account, modes, fans))


def _caption(account: Account, modes: list[str], fans: list[RatioFan]) -> str:
    bound = [account.label(mode) for mode in modes if account.margin[mode]["rule"] == "var"]
    floor = "a certified floor: the rule is evaluated in full near 1 only"
    told = f" Of {' and '.join(bound)} {floor}." if bound else ""
    rest = [account.label(mode) for mode in account.modes[:MOST_SHOWN] if mode not in modes]
    told += (
        f" Left out: {' and '.join(rest)}, whose positions each have a margin of their own." if rest else ""
    )
    most, shown = highest(fans)
    edge = (
        f", at the upper one the ratio is {LARGEST:.0f} times that at the start, or more"
        if most > shown
        else ""
    )
    return f"Bands and paths as above, on a log scale; at the lower edge everything is shut{edge}.{told}"


def _kept(account: Account, scenario: str, mode: str) -> bool:
    life = account.life(mode)
    return any(
        (one["scenario"], one["life"], one["column"]) == (scenario, life, SAMPLE)
        for one in account.results.schema["columns"]
    )


def _fan(account: Account, scenario: str, mode: str) -> RatioFan:
    at = fan_times(account.clock.steps)
    equity, asked = (account.column(scenario, mode, name)[at] for name in ("equity_sample", SAMPLE))
    closed = account.column(scenario, mode, "closed_step")[: equity.shape[1]]
    found = margin_ratio(equity, asked, (closed >= 0) & (at[:, None] >= closed))
    weight = account.weight(scenario)[: equity.shape[1]]
    title, slot, x = f"{scenario}: {account.label(mode)}", account.slot(mode), account.clock.axis(at)
    return RatioFan(title, slot, x, quantiles(found, weight), found[:, :REAL_PATHS].T)


def margin_ratio(equity: Float2D, asked: Float2D, shut: Shut) -> Float2D:
    """Equity over maintenance (times, paths): 0 once all is shut, at most 10,000."""
    found = np.divide(equity, asked, out=np.full(equity.shape, MOST), where=asked > 0.0)
    return np.where(shut, 0.0, np.minimum(found, MOST))
