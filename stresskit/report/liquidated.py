"""What liquidated paths have in common, from a stored answer: the modal path, the mean, how often."""

from collections.abc import Iterator

import numpy as np

from stresskit.report import further_findings
from stresskit.report.blocks import Block, Cell, left, picture, right, section, table
from stresskit.report.curves import clock
from stresskit.report.figures.modal_path import Modal, Track, modal_path
from stresskit.report.format import duration, hours, stated
from stresskit.report.mode_tables import mode_cell
from stresskit.report.stress import HOURS
from stresskit.report.swan_findings import moves
from stresskit.report.view import MOST_SHOWN, Account, Json

MODAL, ONE_STEP = "modal", "one_step"
WAYS = {ONE_STEP: "least move of one step", "mean": "mean of the paths", MODAL: "modal path"}
MOST_ASSETS = 4


def liquidated(account: Account) -> Iterator[Block]:
    """The picture of the modal paths, and every way with its moves and how often it comes.

    Nothing without the answer of a simulation. Of more than two modes the table, which shares its page,
    holds the modal paths only.
    """
    stored = account.studies.of("reverse", account.key)
    if stored is None or "liquidated" not in stored[0]:
        return
    answer, told = stored[0], stored[0]["liquidated"]
    lives = {
        mode: told["lives"][account.life(mode)]
        for mode in account.modes
        if account.life(mode) in told["lives"]
    }
    ranked = {mode: told["ranked"][account.life(mode)] for mode in lives}
    own = account.base
    typical = next((way for way in ranked[own] if way["kind"] == MODAL), None)
    label, scenario = account.label(own), str(told["scenario"])
    finding = further_findings.liquidated(label, scenario, lives[own], typical)
    yield section("Liquidated paths", finding)
    died = {mode: life for mode, life in lives.items() if life["paths"]}
    if died:
        yield _picture(account, answer, dict(list(died.items())[:MOST_SHOWN]))
        yield _table(account, died, ranked)


def _picture(account: Account, answer: Json, died: dict[str, Json]) -> Block:
    step_h = float(answer["step"][:-1]) * HOURS[answer["step"][-1]]
    steps = max(len(next(iter(life["modal"]["moves"].values()))) for life in died.values()) - 1
    time = clock(step_h, steps)
    x = time.axis(np.arange(steps + 1))
    panels = [
        Modal(
            f"{account.label(mode)}\npath {life['modal']['path']}, one of {stated(life['paths'])} liquidated",
            float(time.axis(life["modal"]["hours"] / step_h)),
            tuple(_tracks(life)),
        )
        for mode, life in died.items()
    ]
    caption = (
        "Change of price since the start. Thick: the modal one of the liquidated paths, up to its first "
        "forced closing (cross). Thin: their mean at each time."
    )
    ends = [f"{account.label(mode)} {moves(life['modal']['at_liquidation'])}" for mode, life in died.items()]
    told = "; ".join(ends)
    alt = f"Prices along the modal liquidated path of each mode. At the first forced closing: {told}."
    return picture("modal_path", modal_path(panels, time, x), alt, caption)


def _tracks(life: Json) -> Iterator[Track]:
    """The assets that move most on the modal path."""
    at = life["modal"]["at_liquidation"]
    for asset in sorted(at, key=lambda name: -abs(at[name]))[:MOST_ASSETS]:
        yield Track(asset, np.array(life["modal"]["moves"][asset]), np.array(life["mean_path"][asset]))


def _table(account: Account, died: dict[str, Json], ranked: Json) -> Block:
    columns = [left("Mode", 1.0), left("Way to liquidation", 1.5), left("Moves until then", 2.0)]
    columns += [
        left("of which over the last day", 2.0),
        right("Within", 0.7),
        left("Calm model goes so far", 2.7),
    ]
    kinds = tuple(WAYS) if len(died) <= MOST_SHOWN else (MODAL,)
    rows = [
        _row(account, mode, life, way)
        for mode, life in died.items()
        for way in ranked[mode]
        if way["kind"] in kinds
    ]
    note = (
        "Most frequent first. Modal: the path of the run where liquidated ones are densest (stresskit replay "
        "shows it). How often: calm paths that go as far in that direction within that time, 95 % intervals."
    )
    return table(columns, rows, [note])


def _row(account: Account, mode: str, life: Json, way: Json) -> list[Cell]:
    last = {"mean": life, MODAL: life["modal"]}.get(way["kind"])
    name = WAYS[way["kind"]] + (f" {life['modal']['path']}" if way["kind"] == MODAL else "")
    return [
        mode_cell(account, mode),
        name,
        moves(way["move"], 3),
        moves(last["last_day"], 3) if last else "all of it",
        duration(way["hours"]) if way["kind"] == ONE_STEP else hours(way["hours"]),
        further_findings.once(way["years"]),
    ]
