"""Steps whose prices are recorded: every path is the tape, and margin is looked at at every look of it."""

from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.domain import Book, Float1D, Tape, Tile
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.transfers import move_money


def executed_at(book: Book, mark: Float1D, last: Float1D) -> Book:
    """`book` whose closings are executed at last (assets,) where the mark is `mark` (assets,).

    The part of the mark that is lost against the position comes on top of its half-spread; what is
    gained is taken off it, down to nothing.
    """
    lost = np.sign(book.quantity) * (1.0 - last / mark)[book.asset]
    return book._replace(half_spread=np.maximum(book.half_spread + lost, 0.0))


def play(
    plan: Any, stretch: Any, space: Any, path: int, multiplier: float, evaluated: list[int], hooks: Any
) -> None:
    """Live through the steps of a stretch on its tape; `plan`, `stretch`, `space` as of ``blocks``.

    `hooks`: what ``blocks`` does where the venue changes, to the funding of a tile, and after a step.
    """
    tape: Tape = stretch.tape
    turn, spike, watch = hooks
    for step in range(stretch.first, stretch.last):
        if step > stretch.first:
            turn(plan, step, space)
        tile = Tile(space.tile_marks[:1], space.tile_variance[:1], multiplier)
        tile.variance[0] = space.eve[1]
        for mark, last in zip(tape.mark[step][:-1], tape.last[step][:-1], strict=True):
            tile.marks[0] = mark[:, None]
            _look(plan, space, tile, (mark, last), step, evaluated, end=False)
        mark, last = tape.mark[step][-1], tape.last[step][-1]
        tile = Tile(space.tile_marks[:1], space.tile_variance[:1], stretch.multiplier)
        tile.marks[0], tile.variance[0] = mark[:, None], tape.variance[step][:, None]
        if space.carried:
            space.carried.shock[0] = tape.shock[step][:, None]
            tile = space.carried.onto(tile, plan.seed, path, step)
            spike(plan.spell(step), tile)
            space.carried.hold(tile, step)
        _look(plan, space, tile, (mark, last), step, evaluated, end=True)
        space.marks[:], space.variance[:] = tile.marks[0], tile.variance[0]
        space.eve[1][:], multiplier = tile.variance[0], stretch.multiplier
        if watch:
            watch(step + 1, tile, space.blocks, space.records)


def _look(
    plan: Any,
    space: Any,
    tile: Tile,
    prices: tuple[Float1D, Float1D],
    step: int,
    evaluated: list[int],
    *,
    end: bool,
) -> None:
    """One look at margin; at the `end` of the step what falls due is paid."""
    bridge = None
    if plan.bridged:  # of no variance: nothing is sought between two looks
        assets = len(space.marks)
        still, nowhere = np.zeros_like(space.eve[1]), np.zeros((assets, assets))
        bridge = Bridge(space.eve[0], still, tile.multiplier, nowhere, plan.seed, space.number)
    spell = plan.spell(step)
    for i, (c, one) in enumerate(zip(plan.present(step), space.lives, strict=True)):
        now = replace(c, book=executed_at(c.book, *prices), dues=c.dues if end else None)
        evaluated[i] += one.through(now, tile, step, plan.always, bridge, spell)
    if end and (spell is None or not spell.halted):
        move_money(plan.transfers, plan.present(step), space.lives, tile, step + 1)
    space.eve[0][:] = tile.marks[0]
