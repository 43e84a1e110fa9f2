"""The life of an account under isolated margin: its positions live side by side, and die alone.

Every position is a life by the kernels that all lives have. A tile on which all surely stay healthy passes
for all at once (`abreast`). Else they walk it one after the other, and leave their equity after every step,
so that the account as a whole can be seen: the sum of its positions and of what is free. They stop after
each step only where one must know of the others: an owner who tops up, a fund that all draw on, coins that
own closings move. A top-up of a position comes out of the free USD as far as they go, and from outside
beyond. What a position that was closed has left stays in the account as USD.

Within a step the positions share the bridge's uniform, as all lives of a path do: each by itself is
liquidated as often as its own excess crosses zero; that several do within one step is a convention.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stresskit.domain import Block, Float1D, Float2D, Int1D, Record, Tile
from stresskit.margin.brackets import BracketTable
from stresskit.numerics.aligned import aligned
from stresskit.numerics.held import Holder
from stresskit.numerics.ready import Ready
from stresskit.simulate.abreast import Abreast, pass_abreast, room_abreast, trace_calm
from stresskit.simulate.apart import Rest, margined, part_of, rest_of
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.living import Living
from stresskit.simulate.plan import Contender, Peg, Spell
from stresskit.simulate.pledge import Pledge, own_cause
from stresskit.simulate.scratch import empty_block, empty_record
from stresskit.simulate.steps import single_steps

_PASS, _TRACE = Ready(pass_abreast), Ready(trace_calm)

NEVER = np.iinfo(np.int64).max
ADDED = (
    "fee", "fee_waived", "slippage", "shortfall", "shortfall_price", "closed_notional", "closings", "inside",
    "funding", "basis_gain", "fund", "taken_notional", "useless", "adl_notional", "adl_loss", "cut_notional",
    "cut_cost",
)  # fmt: skip


class IsolatedLife:
    """What `Living` is to an account of one wallet.

    `block`, `record` and `pledge` are of the account as a whole; they are gathered when they are asked for.
    """

    def __init__(
        self, contender: Contender, variance: Float1D, shape: tuple[int, int, int], deleverages: bool
    ) -> None:
        """Allocate for tiles of `shape` (steps, assets, paths); `deleverages`: some spell of the run does."""
        steps, assets, paths = shape
        self._block: Block = empty_block(contender.book.asset.size, assets, paths)
        self._record: Record = empty_record(paths)
        self._pledge = Pledge(paths)
        self._places = margined(contender.book)
        self._lives = [Living(part_of(contender, p), variance, shape, deleverages) for p in self._places]
        self._side = room_abreast(self._places, contender.book.asset.size, steps, paths)
        self._block = self._block._replace(trace=aligned((steps, paths)))
        for k, one in enumerate(self._lives):
            one.block = _shared(one.block, self._side, k)._replace(
                trace=self._block.trace, picked=self._block.picked
            )
            one.record = _shared(one.record, self._side, k)
        self._held = Holder()
        self._free, self._worth = np.zeros(paths), 1.0
        self.received, self.sent = np.zeros(paths), np.zeros(paths)  # no such account takes part in transfers
        self._stale, self._quiet = True, False
        self._drawn, self._seen = np.zeros(paths), np.zeros((len(self._lives), paths))
        parts = [part_of(contender, p) for p in self._places]
        self._calm = contender, parts, rest_of(contender)
        self._present, self._parts, self._rest = self._calm
        self._deleverages = deleverages
        self._plain = self._passes(contender)

    @property
    def block(self) -> Block:
        """What is held."""
        self._gather()
        return self._block

    @property
    def record(self) -> Record:
        """The outcome so far."""
        self._gather()
        return self._record

    @property
    def pledge(self) -> Pledge:
        """What of the collateral brought the account to its first breach."""
        self._gather()
        return self._pledge

    def begin(self, contender: Contender, present: Contender, variance: Float1D, always: bool) -> None:
        """Put every path at the start; a position in breach already is liquidated there, at step 0."""
        self._show(present)
        self._free[:], self._worth = rest_of(contender).usd, 1.0
        self._drawn[:], self._seen[:] = 0.0, 0.0
        parts, rest = self._taken_apart(contender)
        for part, now, one in zip(parts, self._parts, self._lives, strict=True):
            one.begin(part, now, variance, always)
        self._quiet = all(one.record.first_step[0] < 0 for one in self._lives)  # of one path as of the others
        self._block.shift[:] = 1.0
        self._mark(np.ones(self._block.shift.shape), rest)
        self._record.lowest_equity[:] = self._block.equity

    def enter(self, spell: Spell | None, peg: Peg | None, marks: Float2D) -> None:
        """The venue changes for every position; so may the worth of the free USD."""
        for p, part, one in zip(self._places, self._parts, self._lives, strict=True):
            one.enter(spell, None if peg is None else _own_peg(peg, part, p), marks)
        worth = peg.worth if peg is not None and peg.own != 0.0 else 1.0
        self._free *= worth / self._worth
        self._worth = worth

    def through(
        self, c: Contender, tile: Tile, first: int, always: bool, bridge: Bridge | None, spell: Spell | None
    ) -> int:
        """Live through a tile; the number of full evaluations a position."""
        self._show(c)
        if spell is None and not always and self._plain:
            return self._abreast(tile, first, bridge)
        self._quiet = False
        if not self._apart(c, spell):
            return self._one_by_one(tile, first, always, bridge, spell)
        evaluated = 0
        for s, now, then in single_steps(tile, bridge):
            if spell is not None and spell.terms is not None:
                self._share_fund()
            for part, one in zip(self._parts, self._lives, strict=True):
                evaluated += one.through(part, now, first + s, always, then, spell)
            if c.habits is not None:
                self._draw_on_free()
            self._mark(now.marks[0], self._rest)
            np.minimum(self._record.lowest_equity, self._block.equity, out=self._record.lowest_equity)
        return -(-evaluated // len(self._lives))

    def _apart(self, c: Contender, spell: Spell | None) -> bool:
        """Whether some position must know of the others after every step."""
        drawing = spell is not None and spell.terms is not None
        return drawing or c.habits is not None or (c.friction is not None and self._rest.value.size > 0)

    def _abreast(self, tile: Tile, first: int, bridge: Bridge | None) -> int:
        """All positions pass the tile at once; where one may come near they walk it one by one."""
        hold, c = self._held.hold, self._present
        seen = hold(("tile", len(tile.marks)), tile)
        between = None if bridge is None else hold("bridge", bridge)
        rule, book, side = hold("rule", c.rule), hold("book", c.book), hold("side", self._side)
        block, record = hold("block", self._block), hold("record", self._record)
        known = tuple(one and one.known for one in (rule, book, seen, between, side, block, record))
        found: int = _PASS(known, rule, book, seen, first, between, side, self._free, block, record)
        self._stale = True
        if not found:
            return 0
        self._quiet = False
        evaluated, listed, whole = 0, self._block.picked[:found].copy(), self._record
        for k, (part, one) in enumerate(zip(self._parts, self._lives, strict=True)):
            _TRACE(known, book, seen, side, k, listed, block)
            near = listed[self._side.suspect[k, listed] > 0.0]
            if near.size:
                self._block.picked[: near.size] = near
                evaluated += one.through(part, tile, first, False, bridge, None, near.size)
        trace = self._block.trace[: len(tile.marks), listed]
        self._block.equity[listed] = whole.terminal_equity[listed] = trace[-1]
        whole.lowest_equity[listed] = np.minimum(whole.lowest_equity[listed], trace.min(axis=0))
        return -(-evaluated // len(self._lives))

    def _one_by_one(
        self, tile: Tile, first: int, always: bool, bridge: Bridge | None, spell: Spell | None
    ) -> int:
        """Every position walks the whole tile; what is free stays what it was."""
        trace = self._block.trace[: len(tile.marks)]
        trace[:] = self._free
        for asset, value in zip(self._present.book.wallet.asset, self._rest.value, strict=True):
            trace += value * tile.marks[:, asset]
        evaluated = sum(
            one.through(part, tile, first, always, bridge, spell)
            for part, one in zip(self._parts, self._lives, strict=True)
        )
        self._mark(tile.marks[-1], self._rest)
        np.minimum(self._record.lowest_equity, trace.min(axis=0), out=self._record.lowest_equity)
        return -(-evaluated // len(self._lives))

    def settle(self) -> None:
        """What a position owes at the horizon beyond its margin is shortfall, not the account's."""
        before = sum(one.record.terminal_equity for one in self._lives)
        for one in self._lives:
            one.settle()
        self._stale = True
        self._record.terminal_equity[:] += sum(one.record.terminal_equity for one in self._lives) - before

    def _taken_apart(self, contender: Contender) -> tuple[list[Contender], Rest]:
        """Its positions by themselves, and what none of them holds; the same of the calm one each time."""
        if contender is not self._calm[0]:
            return [part_of(contender, p) for p in self._places], rest_of(contender)
        return self._calm[1:]

    def _show(self, contender: Contender) -> None:
        """Take the contender as its venue treats it now."""
        if contender is not self._present:
            self._present, self._plain = contender, self._passes(contender)
            self._parts, self._rest = self._taken_apart(contender)

    def _passes(self, c: Contender) -> bool:
        """Whether a tile may pass at once: linear positions in USD, convex tables, moved by prices alone."""
        if not isinstance(c.rule, BracketTable) or c.book.wallet.asset.size or self._deleverages:
            return False
        bent = c.rule.in_coin, c.rule.size_rate, c.rule.jumps, c.book.face
        return not any(map(np.any, bent)) and c.dues is None and c.friction is None and c.habits is None

    def _share_fund(self) -> None:
        """One insurance fund pays for all positions, as of the step before."""
        drawn = [one.record.shortfall - one.record.fund for one in self._lives]
        for mine, one in zip(drawn, self._lives, strict=True):
            one.share_fund(sum(drawn) - mine)

    def _draw_on_free(self) -> None:
        """Top-ups of the step come out of the free USD first."""
        for seen, one in zip(self._seen, self._lives, strict=True):
            paid = np.minimum(one.record.top_up - seen, np.maximum(self._free, 0.0))
            self._free -= paid
            self._drawn += paid
            seen[:] = one.record.top_up

    def _mark(self, marks: Float2D, rest: Rest) -> None:
        """The account at marks (assets, paths)."""
        shift, equity = self._block.shift, self._block.equity
        self._stale = True
        if self._present.friction is not None:
            shift[:] = np.prod([one.block.shift for one in self._lives], axis=0)
        equity[:] = self._free
        for asset, value in zip(self._present.book.wallet.asset, rest.value, strict=True):
            equity += value * marks[asset] * shift[asset]
        for one in self._lives:
            equity += one.block.equity
        self._record.terminal_equity[:] = equity

    def _gather(self) -> None:
        """The record and what is held of the account as a whole, where they are not as they stand."""
        if not self._stale:
            return
        self._stale = False
        self._record.lowest_ratio[:] = self._side.lowest_ratio.min(axis=0)
        for p, one in zip(self._places, self._lives, strict=True):
            self._block.quantity[p] = one.block.quantity[0]
        self._block.cash[:] = self._free + sum(one.block.cash for one in self._lives)
        if self._quiet:
            self._leave_blank()
            return
        records = [one.record for one in self._lives]
        for name in ADDED:
            getattr(self._record, name)[:] = sum(getattr(one, name) for one in records)
        self._record.top_up[:] = sum(one.top_up for one in records) - self._drawn
        first = _earliest([one.first_step for one in records])
        struck = _earliest([one.adl_step for one in records])
        self._record.first_step[:], self._record.adl_step[:] = first, struck
        closed = np.array([one.closed_step for one in records])
        self._record.closed_step[:] = np.where((closed >= 0).all(axis=0), closed.max(axis=0), -1)
        self._attribute()

    def _leave_blank(self) -> None:
        """Nothing has happened to any position on any path."""
        for name in (*ADDED, "top_up"):
            getattr(self._record, name)[:] = 0
        for name in ("first_step", "closed_step", "adl_step", "trigger", "binding"):
            getattr(self._record, name)[:] = -1
        self._pledge.cause[:] = -1

    def _attribute(self) -> None:
        """The trigger is the position that was liquidated first, the first of equals."""
        whole, book, apart = self._record, self._present.book, self._present.apart
        assert apart is not None
        whole.trigger[:], whole.binding[:], self._pledge.cause[:] = -1, -1, -1
        for p, life in zip(self._places, self._lives, strict=True):
            one = life.record
            mine = (one.first_step >= 0) & (one.first_step == whole.first_step) & (whole.trigger < 0)
            whole.trigger[mine] = p
            whole.binding[mine] = one.binding[mine]
            coin = int(apart.coin[p])
            self._pledge.cause[mine] = own_cause(life.pledge.cause[mine], coin, book.wallet.asset.size)


AnyLiving = Living | IsolatedLife


def life_of(
    contender: Contender, variance: Float1D, shape: tuple[int, int, int], deleverages: bool
) -> AnyLiving:
    """Memory of the contender's life for blocks of tiles of `shape` (steps, assets, paths)."""
    kind = Living if contender.apart is None or not margined(contender.book) else IsolatedLife
    return kind(contender, variance, shape, deleverages)


def _shared(columns: Any, side: Abreast, k: int) -> Any:
    """The columns of a block or record, those that stand side by side of position `k`."""
    rows = {name: getattr(side, name) for name in side._fields if name in columns._fields}
    own = {name: row[k : k + 1] if name == "quantity" else row[k] for name, row in rows.items()}
    return columns._replace(**own)


def _earliest(steps: Sequence[Int1D]) -> Int1D:
    """The first step (paths,) of any; -1 for none."""
    first: Int1D = np.min([np.where(one >= 0, one, NEVER) for one in steps], axis=0)
    return np.where(first < NEVER, first, -1)


def _own_peg(peg: Peg, part: Contender, p: int) -> Peg:
    """The peg as position `p` holds it: its USD are in the token where the account's are."""
    cash, settles = float(part.book.cash + part.book.quantity[0]), bool(peg.apart[p] == 0.0)
    own = cash if peg.own != 0.0 else 0.0
    return Peg(own, cash - own, settles, np.zeros(1) if settles else np.ones(1), peg.worth)
