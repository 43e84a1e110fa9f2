"""What to simulate: accounts under rules and policies, stretches of steps, spells of another venue."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from stresskit.domain import Book, Deleveraging, Float1D, Tape
from stresskit.model.float32 import Sampler32
from stresskit.model.joint import Sampler
from stresskit.simulate.apart import Apart
from stresskit.simulate.carry import Dues
from stresskit.simulate.carry_draws import Carry
from stresskit.simulate.jumps import Course


class Friction(NamedTuple):
    """What an account's own closings do: `share` of their impact stays, `cap` (assets,) USD fill a step."""

    share: float
    cap: Float1D


class Habits(NamedTuple):
    """What an owner does, by the terms of `stresskit.simulate.actions`; delays in steps, ratio 0: never."""

    amount: float = 0.0
    top_up_ratio: float = 0.0
    top_up_delay: int = 0
    top_up_times: int = 0
    share: float = 0.0
    cut_ratio: float = 0.0
    cut_delay: int = 0
    cut_times: int = 0
    call_ratio: float = 0.0
    call_delay: int = 0
    call_times: int = 0


class Transfer(NamedTuple):
    """Own money that goes from contender `giver` to contender `taker` when its owner calls for it.

    `amount` USD, as far as the giver's USD go and its equity stays at or above `keep` times its maintenance.
    """

    giver: int
    taker: int
    amount: float
    keep: float


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """One account under one rule and policy; `scenarios` is the size of the rule's scenario set.

    `dues`: its terms of funding and basis, None where the plan carries neither. `habits`: what its owner
    does, `friction`: what its own closings do to the market, None: nothing. `entry` (positions,): entry
    price over the mark at the start. `apart`: what every position holds by itself, None: one wallet for all.
    """

    rule: Any
    policy: Any
    book: Book
    scenarios: int
    dues: Dues | None = None
    habits: Habits | None = None
    friction: Friction | None = None
    entry: Float1D | None = None
    apart: Apart | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Steps ``[first, last)`` drawn from one sampler; `courses`: how a scenario moves the marks in them.

    With a `tape` they are played from it instead. `crowds`: others whose liquidation moves the marks.
    `loudness` (assets,): of the sampler's volatility over the calm one; None: 1.
    """

    first: int
    last: int
    sampler: Sampler | Sampler32
    multiplier: float
    courses: tuple[Course, ...] = ()
    tape: Tape | None = None
    crowds: tuple[Any, ...] = ()
    loudness: Float1D | None = None


class Peg(NamedTuple):
    """A dollar token that leaves its peg, as one account holds it.

    `own`, `rest`: USD of the account's cash at the start that are and are not in it, positions apart;
    `settles`: contracts settle in it, so that profit is in it too; `apart` (positions,): 1 where a
    position does not settle in it. `worth`: dollars a unit, of one before.
    """

    own: float
    rest: float
    settles: bool
    apart: Float1D
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """Steps ``[first, last)`` in which the venue is another one: its `contenders`, and `books` as it counts.

    `halted`: nobody looks; `blind`: nobody looks between steps; `funding` (assets,): added to the rate an
    interval of its calibration; `pegs`: of every contender and then of every book, empty where all hold;
    `terms` of deleveraging, counted from the marks at step `onset` (-1: none).
    """

    first: int
    last: int
    contenders: tuple[Contender, ...]
    books: tuple[Book, ...]
    halted: bool = False
    blind: bool = False
    funding: Float1D | None = None
    pegs: tuple[Peg, ...] = ()
    terms: Deleveraging | None = None
    onset: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What to simulate: stretches in order, contenders, books to mark without margin, start and seed.

    `always` evaluates every path in full at every step; `bridged` looks for breaches between steps too;
    `carry`: what is drawn beside the returns; `spells`: when the venue is another one, none overlap;
    `deleverages`: whether winning legs may be taken, here or in another plan of the run: one kernel for all;
    `transfers`: between which contenders their owner moves money.
    """

    stretches: tuple[Stretch, ...]
    contenders: tuple[Contender, ...]
    books: tuple[Book, ...]
    variance: Float1D
    seed: int
    always: bool = False
    bridged: bool = False
    carry: Carry | None = None
    spells: tuple[Spell, ...] = ()
    deleverages: bool = False
    transfers: tuple[Transfer, ...] = ()

    @property
    def steps(self) -> int:
        """Number of steps to the horizon."""
        return self.stretches[-1].last

    def spell(self, step: int) -> Spell | None:
        """The spell in force over the step after `step`; None where the venue is as ever."""
        return next((one for one in self.spells if one.first <= step < one.last), None)

    def present(self, step: int) -> tuple[Contender, ...]:
        """The contenders as the venue treats them over the step after `step`."""
        spell = self.spell(step)
        return spell.contenders if spell else self.contenders

    def tiles(self, stretch: Stretch, longest: int) -> Iterator[tuple[int, int]]:
        """First step and length of the tiles of a stretch; none reaches over the edge of a spell."""
        edges = sorted({edge for one in self.spells for edge in (one.first, one.last)})
        first = stretch.first
        while first < stretch.last:
            edge = next((edge for edge in edges if edge > first), stretch.last)
            length = min(longest, stretch.last - first, edge - first)
            yield first, length
            first += length
