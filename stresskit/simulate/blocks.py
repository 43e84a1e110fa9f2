"""Blocks of paths, drawn tile by tile; every account's life on the same paths.

Nothing path-sized is held for the whole set: a block's outcomes are handed on in path order and
its memory is used again. What a block yields depends on the plan and the path numbers alone, not
on the block's size, the tile's length, or the thread.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Block, Float1D, Float2D, Float3D, Int1D, Record, Tile
from stresskit.engines import Span, Workers, as_engine
from stresskit.model.joint import Drawing, build_state, build_work
from stresskit.model.memory import begin_paths
from stresskit.model.tilt import path_weights
from stresskit.numerics.aligned import aligned
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.carry_draws import CarrySpace
from stresskit.simulate.isolated_life import AnyLiving, life_of
from stresskit.simulate.jumps import climb, jump, ramps_of
from stresskit.simulate.living import Living
from stresskit.simulate.marking import mark_profit
from stresskit.simulate.pegs import peg_loss
from stresskit.simulate.plan import Contender as Contender
from stresskit.simulate.plan import Friction as Friction
from stresskit.simulate.plan import Habits as Habits
from stresskit.simulate.plan import Peg as Peg
from stresskit.simulate.plan import Plan as Plan
from stresskit.simulate.plan import Spell as Spell
from stresskit.simulate.plan import Stretch as Stretch
from stresskit.simulate.plan import Transfer as Transfer
from stresskit.simulate.scratch import start_equity
from stresskit.simulate.selling import Sold, sell
from stresskit.simulate.tape import play
from stresskit.simulate.transfers import walk_together

TILE_BYTES = 2 << 20
LONGEST_TILE = 16


@dataclass(frozen=True, slots=True, eq=False)
class BlockOutcome:
    """Records of the contenders, mark-to-market profit of the books, and counts, of one block.

    `weight` (paths,): likelihood of each path over that under which it was drawn. `marks` (assets,
    paths): prices at the horizon, relative to the start. `received`, `sent`: what went between
    every contender and other accounts of its owner, each (paths,). `collateral`: what of it brought
    every contender to its first breach, by the indices of ``pledge``.
    """

    path: int
    records: tuple[Record, ...]
    profits: tuple[Float1D, ...]
    evaluated: tuple[int, ...]
    floored: int
    weight: Float1D
    marks: Float2D
    received: tuple[Float1D, ...]
    sent: tuple[Float1D, ...]
    collateral: tuple[Int1D, ...]

    def column(self, place: int, name: str) -> Any:
        """An outcome column (paths,) of contender `place`."""
        if name in ("received", "sent", "collateral"):
            return getattr(self, name)[place]
        return getattr(self.records[place], name)


Watch = Callable[[int, Tile, list[Block], list[Record]], None]


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """One thread's memory for a plan's blocks of `paths` paths.

    `eve`: marks and variance before a tile; `number` (paths,): the paths' own numbers.
    """

    paths: int
    drawings: list[Drawing]
    state: Float2D
    variance: Float2D
    marks: Float2D
    tile_marks: Float3D
    tile_variance: Float3D
    eve: tuple[Float2D, Float2D]
    number: Int1D
    lives: list[AnyLiving]
    carried: CarrySpace | None
    _cuts: dict[int, tuple[Float3D, Float3D]] = field(default_factory=dict)

    def first_steps(self, length: int) -> tuple[Float3D, Float3D]:
        """Marks and variances of a tile of so many steps: the same arrays each time."""
        if length not in self._cuts:
            self._cuts[length] = self.tile_marks[:length], self.tile_variance[:length]
        return self._cuts[length]

    @property
    def blocks(self) -> list[Block]:
        """The state of every contender."""
        return [one.block for one in self.lives]

    @property
    def records(self) -> list[Record]:
        """The outcome of every contender so far."""
        return [one.record for one in self.lives]


def block_size(assets: int) -> int:
    """A block whose state stays in the cache and whose tiles outlast the calls that handle them."""
    return 2048 if assets <= 4 else 1024 if assets <= 16 else 512


def tile_length(assets: int, paths: int) -> int:
    """Steps a tile, so that its two arrays fit in the cache."""
    return max(1, min(LONGEST_TILE, TILE_BYTES // (16 * assets * paths)))


def workspace(plan: Plan, paths: int, tile_steps: int) -> Workspace:
    """Allocate for blocks of `paths` paths and tiles of up to `tile_steps` steps."""
    assets = plan.variance.size
    state, variance, marks = _one_state(plan, paths), aligned((assets, paths)), aligned((assets, paths))
    carried = CarrySpace(plan.carry, plan.books, (tile_steps, assets, paths)) if plan.carry else None

    def drawing(stretch: Stretch) -> Drawing:
        work = build_work(stretch.sampler, paths)
        if carried:
            work = work._replace(shock=carried.shock)
        return Drawing(stretch.sampler, work, state, variance, marks)

    return Workspace(
        paths,
        [drawing(stretch) for stretch in plan.stretches],
        state,
        variance,
        marks,
        aligned((tile_steps, assets, paths)),
        aligned((tile_steps, assets, paths)),
        (aligned((assets, paths)), aligned((assets, paths))),
        aligned((paths,), np.int64),
        [life_of(c, plan.variance, (tile_steps, assets, paths), plan.deleverages) for c in plan.contenders],
        carried,
    )


def _one_state(plan: Plan, paths: int) -> Float2D:
    """Allocate the state that runs through all stretches."""
    states = [build_state(stretch.sampler, paths) for stretch in plan.stretches]
    if len({state.shape for state in states}) > 1:
        raise ValueError("a plan whose stretches remember the same things")
    return states[0]


def _begin(plan: Plan, path: int, space: Workspace) -> None:
    """Put everything at the start; an account that is in breach already is liquidated there, at step 0."""
    begin_paths(plan.stretches[0].sampler, plan.seed, path, space.state)
    space.number[:] = np.arange(path, path + space.paths)
    space.variance[:] = plan.variance[:, None]
    space.marks[:] = 1.0
    space.eve[0][:], space.eve[1][:] = space.marks, space.variance
    if space.carried:
        space.carried.begin()
    for drawing in space.drawings:
        drawing.work.ratio[:] = 0.0
    for contender, present, one in zip(plan.contenders, plan.present(0), space.lives, strict=True):
        one.begin(contender, present, plan.variance, plan.always)


def live_block(plan: Plan, path: int, space: Workspace, watch: Watch | None = None) -> BlockOutcome:
    """Simulate the paths ``path .. path + space.paths - 1``; `watch` is called after every tile.

    Raises
    ------
    ValueError
        If the memory was made for a plan that draws from other samplers.
    ArithmeticError
        If a price or a variance leaves the finite numbers: such a path has no outcome.
    """
    _begin(plan, path, space)
    evaluated, floored, multiplier, sold = [0] * len(plan.contenders), 0, 1.0, Sold()
    carried, loudness = space.carried, None
    for stretch, drawing in zip(plan.stretches, space.drawings, strict=True):
        if drawing.sampler is not stretch.sampler:
            raise ValueError("memory for this plan, not for another")
        loudness = _tune(space, loudness, stretch.loudness)
        _turn(plan, stretch.first, space)
        if stretch.tape:
            play(plan, stretch, space, path, multiplier, evaluated, (_turn, _spike, watch))
            multiplier = stretch.multiplier
            continue
        jump(plan, stretch, space, multiplier, path, evaluated)
        ramps = ramps_of(stretch.courses, plan.seed, path, space.paths)
        for first, length in plan.tiles(stretch, 1 if ramps or stretch.crowds else len(space.tile_marks)):
            if first > stretch.first:
                _turn(plan, first, space)
            if stretch.crowds:
                looked = sell(plan, stretch, space, sold, (first, multiplier))
                evaluated = [n + more for n, more in zip(evaluated, looked, strict=True)]
            climb(ramps, space.marks)
            tile = Tile(*space.first_steps(length), stretch.multiplier)
            bridge = None
            if plan.bridged:
                correlation = stretch.sampler.correlation
                bridge = Bridge(*space.eve, multiplier, correlation, plan.seed, space.number)
            floored += drawing.tile(plan.seed, path, first, stretch.multiplier, *tile[:2])
            if carried:
                tile = carried.onto(tile, plan.seed, path, first)
                _spike(plan.spell(first), tile)
                carried.hold(tile, first)
            _live(plan, tile, first, space, bridge, evaluated)
            _keep(space, tile)
            multiplier = stretch.multiplier
            if watch:
                watch(first + length, tile, space.blocks, space.records)
    if not (np.isfinite(space.marks).all() and np.isfinite(space.variance).all()):
        raise ArithmeticError(f"a price beyond all numbers among the paths from {path}")
    for one in space.lives if plan.spells or any(c.friction for c in plan.contenders) else ():
        one.settle()
    return BlockOutcome(
        path,
        tuple(record_copy(record) for record in space.records),
        _profits(plan, space),
        tuple(evaluated),
        floored,
        path_weights(sum((one.work.ratio for one in space.drawings), start=np.zeros(space.paths))),
        space.marks.copy(),
        tuple(one.received.copy() for one in space.lives),
        tuple(one.sent.copy() for one in space.lives),
        tuple(one.pledge.cause.copy() for one in space.lives),
    )


def _tune(space: Workspace, before: Float1D | None, now: Float1D | None) -> Float1D | None:
    """Take the conditional variances from the level of one stretch to that of the next."""
    if now is not before:
        assets = len(space.variance)
        ratio = (np.ones(assets) if now is None else now) / (np.ones(assets) if before is None else before)
        space.variance[:] *= (ratio**2)[:, None]
    return now


def _turn(plan: Plan, first: int, space: Workspace) -> None:
    """Let every life know where the venue changes after step `first`."""
    if any(first in (one.first, one.last) for one in plan.spells):
        for place, one in enumerate(space.lives):
            spell = plan.spell(first)
            one.enter(spell, spell.pegs[place] if spell and spell.pegs else None, space.eve[0])


def _live(
    plan: Plan, tile: Tile, first: int, space: Workspace, bridge: Bridge | None, evaluated: list[int]
) -> None:
    """Every contender lives through the tile under the venue of its steps."""
    spell, present = plan.spell(first), plan.present(first)
    if plan.transfers:
        walk_together(plan, tile, first, space.lives, bridge, evaluated)
        return
    for place, (contender, one) in enumerate(zip(present, space.lives, strict=True)):
        evaluated[place] += one.through(contender, tile, first, plan.always, bridge, spell)


def _spike(spell: Spell | None, tile: Tile) -> None:
    """Add the spell's funding to the rates of the tile."""
    if spell is not None and spell.funding is not None:
        tile.funding[:] += spell.funding[:, None]


def _profits(plan: Plan, space: Workspace) -> tuple[Float1D, ...]:
    """Profit of every untouched book (paths,), what it carried and a lost peg included."""
    spell = plan.spell(plan.steps - 1)
    found = [mark_profit(book, space.marks) for book in plan.books]
    if spell:
        pegs = spell.pegs[len(plan.contenders) :] or (None,) * len(plan.books)
        lost = map(peg_loss, plan.books, spell.books, pegs, [space.marks] * len(plan.books))
        found = [profit - loss for profit, loss in zip(found, lost, strict=True)]
    if space.carried:
        found = [profit + space.carried.earned(i) for i, profit in enumerate(found)]
    return tuple(found)


def _keep(space: Workspace, tile: Tile) -> None:
    """Keep what the next tile overwrites: the last marks, and the variances that the venue saw last."""
    marks, variance = space.eve
    marks[:], variance[:] = tile.marks[-1], tile.variance[-1]


def record_copy(record: Record) -> Record:
    """A record whose columns the next block does not overwrite."""
    columns: Any = (column.copy() for column in record)
    return Record(*columns)


@dataclass(frozen=True, slots=True, eq=False)
class Simulate:
    """What an engine does with a plan; tiles have `length` steps."""

    plan: Plan
    length: int

    def begin(self) -> Callable[[Span], BlockOutcome]:
        """What one thread does, in one workspace."""
        spaces: dict[int, Workspace] = {}

        def simulate(span: Span) -> BlockOutcome:
            if span.paths not in spaces:
                spaces.clear()
                spaces[span.paths] = workspace(self.plan, span.paths, self.length)
            return live_block(self.plan, span.first, spaces[span.paths])

        return simulate


def stream(
    plan: Plan, paths: int, block: int | None, workers: Workers, first: int = 0
) -> Iterator[BlockOutcome]:
    """Outcomes of paths first .. paths - 1, block by block in path order, on an engine or so many threads."""
    size = min(block or block_size(plan.variance.size), paths - first)
    spans = [Span(path, min(size, paths - path)) for path in range(first, paths, size)]
    work = Simulate(plan, tile_length(plan.variance.size, size))
    return as_engine(workers).each(work, spans)


class Sampled(NamedTuple):
    """One life's first paths at every step from 0 on, each (steps + 1, paths), USD.

    `maintenance`: what is asked, or the rule's ceiling of it where it was not evaluated in full; that of
    the step after where something was closed, 0 once all is shut. None where positions stand alone.
    """

    equity: Float2D
    maintenance: Float2D | None


def sample_paths(plan: Plan, paths: int) -> list[Sampled]:
    """Every contender's first `paths` paths, drawn again."""
    space, shape = workspace(plan, paths, 1), (plan.steps + 1, paths)
    found = [
        Sampled(np.empty(shape), np.empty(shape) if isinstance(one, Living) else None) for one in space.lives
    ]

    def watch(step: int, _tile: Tile, blocks: list[Block], records: list[Record]) -> None:
        for sampled, block, record in zip(found, blocks, records, strict=True):
            sampled.equity[step] = block.equity
            if sampled.maintenance is not None:
                sampled.maintenance[step] = np.where(record.closed_step >= 0, 0.0, block.ceiling)

    live_block(plan, 0, space, watch)
    for sampled, contender, one in zip(found, plan.contenders, space.lives, strict=True):
        sampled.equity[0] = start_equity(contender.book)
        if sampled.maintenance is not None and isinstance(one, Living):
            sampled.maintenance[0] = one.asked
            _fill(sampled.maintenance)
    return found


def _fill(asked: Float2D) -> None:
    """Where nothing was certain (infinite) take the step after; up to the horizon, the one before."""
    later, earlier = asked[1:], asked[:-1]
    for step in reversed(range(len(later))):
        np.copyto(earlier[step], later[step], where=np.isinf(earlier[step]))
    for step in range(len(earlier)):
        np.copyto(later[step], earlier[step], where=np.isinf(later[step]))
