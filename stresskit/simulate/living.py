"""One contender's life over a block: its state, and how it passes a tile under whatever venue there is."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.domain import Block, Deleveraging, Float1D, Float2D, Record, Tile
from stresskit.margin.brackets import BracketTable
from stresskit.margin.var import VarRule
from stresskit.numerics.aligned import aligned
from stresskit.numerics.held import Held, Holder
from stresskit.numerics.ready import Ready, kinds
from stresskit.simulate.actions import Habit, Owner
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.deleveraging import Queue
from stresskit.simulate.few import room_for_few
from stresskit.simulate.footprint import Footprint
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.pegs import shift_cash
from stresskit.simulate.plan import Contender, Habits, Peg, Spell
from stresskit.simulate.pledge import Pledge
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from stresskit.simulate.sweep import empty_course
from stresskit.simulate.waiting import wait_through

ONE_PASS: tuple[type, ...] = (BracketTable, VarRule)  # rules that chart a whole tile, see `domain.chart`

_LIVE, _START = Ready(live_through), Ready(start)
_LASTING: dict[Hashable, int] = {}  # number of all that lives have of the same `kinds` from first to last


class Living:
    """Memory of one life for blocks of one size; what a run does not ask for is None."""

    def __init__(
        self, contender: Contender, variance: Float1D, shape: tuple[int, int, int], deleverages: bool
    ) -> None:
        """Allocate for tiles of `shape` (steps, assets, paths); `deleverages`: some spell of the run does."""
        positions, (_, assets, paths) = contender.book.asset.size, shape
        self.block: Block = empty_block(positions, assets, paths)
        self.record: Record = empty_record(paths)
        self.pledge = Pledge(paths)
        self.hands = take_hands(contender.book, variance, contender.scenarios)
        self.owner = _owner(contender.habits, paths) if contender.habits else None
        self.friction = contender.friction
        self._worked = np.zeros(paths, dtype=np.int64)
        self._scratch = (np.zeros(positions), np.zeros(positions), np.zeros(assets))
        self._own = aligned(shape) if self.friction else None
        self._eve = aligned((assets, paths)) if self.friction else None
        self._queue = _closed(contender, (assets, paths)) if deleverages else None
        at_once = isinstance(contender.rule, ONE_PASS)
        self._few = Held(room_for_few(positions, shape)) if at_once else None
        self._course = Held(empty_course(shape[0], positions, shape[1])) if at_once else None
        self._peg: Peg | None = None
        self._held = Holder()
        self.received, self.sent, self.under_way = (np.zeros(paths) for _ in range(3))
        self.asked = 0.0  # at the start
        lasting = self.hands, self.record, self._queue, self.owner, self._few, self._course
        self._lasting = _LASTING.setdefault(kinds(lasting), len(_LASTING))

    def begin(self, contender: Contender, present: Contender, variance: Float1D, always: bool) -> None:
        """Put every path at the start; an account in breach already is liquidated there, at step 0.

        `present`: the contender as its venue treats it at the start.
        """
        self._forget()
        self.pledge.begin(contender.book)
        seen, book = self.hands.seen, contender.book
        seen.quantity[:], seen.cash[0] = book.quantity, book.cash
        seen.marks[:], seen.variance[:], seen.multiplier[0] = 1.0, variance, 1.0
        rule, _, held, block, hands, record = self._hold(contender)
        known = rule.known, held.known, block.known, self._lasting
        maintenance = self.asked = _START(known, rule, held, block, hands, record)
        if self.block.equity[0] <= maintenance:
            shape = (1, variance.size, self.block.cash.size)
            still = np.broadcast_to(variance[:, None], shape[1:])[None].copy()
            opening = Tile(np.ones(shape), still, 1.0)
            self.through(replace(present, dues=None), opening, -1, always, None, None)

    def _forget(self) -> None:
        """Drop what the block before has left."""
        self._worked[:] = -1
        self._peg = None
        self.received[:], self.sent[:], self.under_way[:] = 0.0, 0.0, 0.0
        if self._queue:
            self._queue = self._queue._replace(move=np.inf)
            self._queue.struck[:] = -1
            self._queue.drawn[:] = 0.0
        if self.owner:
            for habit in (self.owner.top_up, self.owner.cut, self.owner.call):
                habit.due[:] = -1
                habit.woken[:] = 0

    def enter(self, spell: Spell | None, peg: Peg | None, marks: Float2D) -> None:
        """The venue changes, at `marks` (assets, paths): nothing is certain until the next look."""
        self.block.slack[:] = -np.inf
        before = self._peg.worth if self._peg else 1.0
        if (known := peg or self._peg) is not None:
            shift_cash(known, before, peg.worth if peg else 1.0, self.block, self.record)
        self._peg = peg
        if self._queue is None:
            return
        terms = spell.terms if spell and spell.terms else NEVER
        self._queue = self._queue._replace(**terms._asdict())
        if spell and spell.first == spell.onset:
            self._queue.reference[:] = marks
            self._queue.taken[:] = 0.0

    def through(
        self,
        c: Contender,
        tile: Tile,
        first: int,
        always: bool,
        bridge: Bridge | None,
        spell: Spell | None,
        listed: int = -1,
    ) -> int:
        """Live through a tile whose first step comes after step `first`; the number of full evaluations.

        `listed`: of a rule that charts a whole tile, so many paths of ``block.picked`` alone.
        """
        if spell is not None and spell.halted:
            return wait_through(c.rule, c.book, self._mine(tile), first, self.block, self.record, c.dues)
        if spell is not None and spell.blind and bridge is not None:
            bridge = bridge._replace(blind=1.0)
        footprint, market = None, tile
        if self.friction is not None:
            bridge = self._mine_before(bridge)
            limited = float(np.isfinite(self.friction.cap).any())
            footprint = Footprint(*self.friction, limited, self._worked, *self._scratch, tile.marks)
            tile = self._mine(tile)
        rule, policy, book, block, hands, record = self._hold(c)
        moved = footprint or c.dues or self._queue or self.owner
        few = self._few if moved is None and isinstance(c.rule, ONE_PASS) else None
        course = None if few is None else self._course
        dues = None if c.dues is None else self._held.hold("dues", c.dues)
        seen: Tile | Held = tile
        between: Bridge | Held | None = bridge
        if moved is None:  # then they mostly are those of the tile before, whose arrays are filled anew
            seen = self._held.hold(("tile", len(tile.marks)), tile)
            between = None if bridge is None else self._held.hold("bridge", bridge)
        known = (
            rule.known,
            policy.known,
            book.known,
            block.known,
            dues and dues.known,
            self._lasting,
            kinds(seen),
            kinds(between),
            kinds(footprint),
            few is None,
        )
        evaluated: int = _LIVE(
            known, rule, policy, book, seen, first, always, block, hands, record, between, dues,
            self._queue, footprint, self.owner, few, course, listed,
        )  # fmt: skip
        self.pledge.judge(c.book, market, first, self.record, self._peg)
        return evaluated

    def _hold(self, c: Contender) -> tuple[Held, ...]:
        """Rule, policy, book, block, hands and record."""
        terms = (
            self._held.hold("rule", c.rule),
            self._held.hold("policy", c.policy),
            self._held.hold("book", c.book),
        )
        state = self._held.hold("block", self.block), self._held.hold("hands", self.hands)
        return *terms, *state, self._held.hold("record", self.record)

    def _mine(self, tile: Tile) -> Tile:
        """The tile at the marks that this life's closings have left."""
        if self._own is None:
            return tile
        own = self._own[: len(tile.marks)]
        np.multiply(tile.marks, self.block.shift, out=own)
        return tile._replace(marks=own)

    def _mine_before(self, bridge: Bridge | None) -> Bridge | None:
        if bridge is None or self._eve is None:
            return bridge
        np.multiply(bridge.marks, self.block.shift, out=self._eve)
        return bridge._replace(marks=self._eve)

    def share_fund(self, drawn: Float1D) -> None:
        """Let deleveraging know what others of the account drew from the fund (paths,), USD."""
        if self._queue is not None:
            self._queue.drawn[:] = drawn

    def settle(self) -> None:
        """What is below zero at the horizon, with orders still waiting, is shortfall."""
        missing = np.minimum(self.record.terminal_equity, 0.0)
        self.record.terminal_equity[:] -= missing
        self.record.shortfall[:] -= missing
        self.record.shortfall_price[:] -= missing


NEVER = Deleveraging(np.inf, 0.0, 1.0, 0.0, 0.0)


def _closed(contender: Contender, shape: tuple[int, int]) -> Queue:
    """A queue that takes nothing, until a spell opens it."""
    entry = np.ones(contender.book.asset.size) if contender.entry is None else contender.entry
    state = np.ones(shape), np.zeros(shape), np.zeros(shape[1], dtype=np.int64)
    return Queue(*NEVER, np.zeros(shape[1]), entry, *state, np.zeros(entry.size))


def _owner(habits: Habits, paths: int) -> Owner:
    def habit(ratio: float, delay: int, times: int) -> Habit:
        arrays: Any = (np.zeros(paths, dtype=np.int64) for _ in range(2))
        return Habit(float(ratio), int(delay), int(times), *arrays)

    return Owner(
        habit(habits.top_up_ratio, habits.top_up_delay, habits.top_up_times),
        float(habits.amount),
        habit(habits.cut_ratio, habits.cut_delay, habits.cut_times),
        float(habits.share),
        habit(habits.call_ratio, habits.call_delay, habits.call_times),
    )
