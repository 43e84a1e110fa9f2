"""Steps whose prices are recorded: every path is the tape, and margin is looked at at every look of it."""

from typing import Any

import numpy as np

from stresskit.domain import Book, Float1D, Tape, Tile
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.loop import live_through


def executed_at(book: Book, mark: Float1D, last: Float1D) -> Book:
    """`book` whose closings are executed at last (assets,) where the mark is `mark` (assets,).

    The part of the mark that is lost against the position comes on top of its half-spread; what is
    gained is taken off it, down to nothing.
    """
    lost = np.sign(book.quantity) * (1.0 - last / mark)[book.asset]
    return book._replace(half_spread=np.maximum(book.half_spread + lost, 0.0))


def play(
    plan: Any, stretch: Any, space: Any, path: int, multiplier: float, evaluated: list[int], watch: Any
) -> None:
    """Live through the steps of a stretch on its tape; `plan`, `stretch`, `space` as of ``blocks``."""
    tape: Tape = stretch.tape
    for step in range(stretch.first, stretch.last):
        tile = Tile(space.tile_marks[:1], space.tile_variance[:1], multiplier)
        tile.variance[0] = space.eve[1]
        for mark, last in zip(tape.mark[step][:-1], tape.last[step][:-1], strict=True):
            tile.marks[0] = mark[:, None]
            _look(plan, space, tile, (mark, last), (step, path), evaluated, None)
        mark, last = tape.mark[step][-1], tape.last[step][-1]
        tile = Tile(space.tile_marks[:1], space.tile_variance[:1], stretch.multiplier)
        tile.marks[0], tile.variance[0] = mark[:, None], tape.variance[step][:, None]
        if space.carried:
            space.carried.shock[0] = tape.shock[step][:, None]
            tile = space.carried.onto(tile, plan.seed, path, step)
            space.carried.hold(tile, step)
        _look(plan, space, tile, (mark, last), (step, path), evaluated, tile)
        space.marks[:], space.variance[:] = tile.marks[0], tile.variance[0]
        space.eve[1][:], multiplier = tile.variance[0], stretch.multiplier
        if watch:
            watch(step + 1, tile, space.blocks, space.records)


def _look(
    plan: Any,
    space: Any,
    tile: Tile,
    prices: tuple[Float1D, Float1D],
    place: tuple[int, int],
    evaluated: list[int],
    end: Tile | None,
) -> None:
    """One look at margin; with `end` the step ends there, and what falls due is paid."""
    step, path = place
    bridge = None
    if plan.bridged:  # of no variance: nothing is sought between two looks
        assets = len(space.marks)
        still, nowhere = np.zeros_like(space.eve[1]), np.zeros((assets, assets))
        bridge = Bridge(space.eve[0], still, tile.multiplier, nowhere, plan.seed, path)
    for i, c in enumerate(plan.contenders):
        evaluated[i] += live_through(
            c.rule, c.policy, executed_at(c.book, *prices), tile, step, plan.always,
            space.blocks[i], space.hands[i], space.records[i], bridge, c.dues if end else None,
        )  # fmt: skip
    space.eve[0][:] = tile.marks[0]
