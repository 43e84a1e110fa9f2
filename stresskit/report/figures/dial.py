"""How likely and how dear liquidation becomes as correlations break, by mode, with the points.

A row of panels for each basis of comparison; below them, where a ``var`` mode is among the modes, how
often the loss of a margin period exceeds what it asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.report.draw import end_labels, grid, money_axis, share_axis, short
from stresskit.report.format import percent, usd
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.style import BAD, MUTED, drawn, look

HEIGHT = 2.1
HEADROOM = 1.12  # above the highest curve, so that its label stays below the title
BASES = {"equal_collateral": "equal collateral", "equal_efficiency": "equal efficiency"}
COST = "expected_liquidation_cost"


@drawn
def dial_figure(answer: Mapping[str, Any], account: str, shown: Sequence[str] = tuple(BASES)) -> Figure:
    """Curves of one account over the strength; vertical lines are the points, dotted ones the limits.

    `shown`: bases of comparison that get a row of panels.
    """
    told, strengths = answer["accounts"][account], answer["strengths"]
    bases = [basis for basis in BASES if basis in told and basis in shown]
    seen = {mode: one for mode, one in told["illusion"].items() if one["point"] is not None}
    figure, rows = grid(len(bases) + bool(seen), 2, HEIGHT, sharey="none")
    for row, basis in zip(rows, bases, strict=False):
        for ax, quantity in zip(row, ("p_liquidation", COST), strict=True):
            _panel(ax, strengths, told, basis, quantity)
    if seen:
        _illusion(rows[-1], strengths, next(iter(seen.values())))
    for ax in rows[-1]:
        ax.set_xlabel("strength of the break")
    return figure


def _label(told: Mapping[str, Any], mode: str) -> str:
    return mode + (HYPOTHETICAL if mode in told["hypothetical"] else "")


def _panel(ax: Axes, x: Sequence[float], told: Mapping[str, Any], basis: str, quantity: str) -> None:
    """One quantity of all modes on one basis."""
    share = quantity == "p_liquidation"
    what, show = ("P(liquidation)", percent) if share else ("Expected cost, USD,", usd)
    ends = []
    for slot, (mode, columns) in enumerate(told[basis]["modes"].items()):
        last = _line(ax, x, columns[quantity], slot)
        ends.append((last, f"{short(_label(told, mode))}\n{show(last)}", look(slot).colour))
        _mark(ax, told[basis]["breakdown"][mode][quantity], slot)
    (share_axis if share else _money)(ax)
    _finish(ax, f"{what} at {BASES[basis]}")
    end_labels(ax, ends, lines=2)


def _money(ax: Axes) -> None:
    money_axis(ax, "y")
    ax.grid(axis="y")


def _line(ax: Axes, x: Sequence[float], estimates: Sequence[Mapping[str, float]], slot: int) -> float:
    """A curve with its band; returns its last value."""
    face = look(slot)
    value, low, high = (np.array([e[key] for e in estimates]) for key in ("value", "low", "high"))
    ax.fill_between(x, low, high, color=face.colour, alpha=0.18, linewidth=0.0)
    ax.plot(x, value, color=face.colour, linestyle=face.line)
    return float(value[-1])


def _mark(ax: Axes, point: Mapping[str, Any], slot: int) -> None:
    """The limit, and where the curve passes it."""
    if point["limit"] is not None:
        ax.axhline(point["limit"], color=MUTED, linestyle=":", linewidth=0.8)
    if point["value"] is not None:
        ax.axvline(point["value"], color=look(slot).colour, linestyle=look(slot).line, linewidth=0.8)


def _illusion(row: Sequence[Axes], x: Sequence[float], seen: Mapping[str, Any]) -> None:
    """Losses beyond the requirement of the book, and beyond the sum of the assets' own."""
    titles = {"requirement": "the book's requirement", "stand_alone": "the sum of stand-alone ones"}
    for slot, (ax, (key, what)) in enumerate(zip(row, titles.items(), strict=True)):
        last = _line(ax, x, seen[f"beyond_{key}"], slot)
        ax.axhline(seen["point"]["limit"], color=MUTED, linestyle=":", linewidth=0.8)
        if key == "requirement" and seen["point"]["value"] is not None:
            ax.axvline(seen["point"]["value"], color=BAD, linewidth=0.8)
        share_axis(ax)
        _finish(ax, f"Loss of {seen['margin_period']} beyond {what}")
        end_labels(ax, [(last, percent(last), look(slot).colour)])


def _finish(ax: Axes, title: str) -> None:
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, HEADROOM * ax.get_ylim()[1])
    ax.set_title(short(title, 48))
