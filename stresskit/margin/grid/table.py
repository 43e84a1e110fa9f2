"""The scenario grid as the arrays that its kernels read."""

from typing import NamedTuple

from stresskit.domain import Float1D, Float2D, Int1D

PRICE, EXTREME, BASIS, DELTA_SHOCK, DEPEG, MINIMUM, OUTSIDE, BORROWING = range(8)
SLOTS = ("price", "extreme", "basis", "delta_shock", "depeg", "minimum", "outside", "borrowing")
QUOTES = ("USDT", "USD", "USDC")  # in the order in which opposite deltas are matched


class GridTable(NamedTuple):
    """A grid for one book: its positions are the legs.

    By leg: `unit`, `group` (legs with one expiry of one unit), `quote` (place in `QUOTES`); `moved` and
    `charged`: the price that moves and charges take, over the mark (0: the leg does not take part);
    `gains` (cells, legs): profit of one USD; `hedging`: 1 for spot that counts only as far as it
    hedges; `coin`: share of spot in the coins held of its asset; `minimum`, `outside`,
    `initial_outside`: rates on the gross value; `head`: the first leg of the leg's group.
    By group: `basis`. By unit: `scope`, `relief` (units, cells), `net_rate` and `gross_rate` of the
    minimum, `offset` and `offset_limit` of gains against other units, `shock` (threshold USD, rate a
    USD, largest rate), `matching` (whether opposite quotes are charged); `factor` and `allowance`
    (units, slices) of the minimum charge, `depeg` and `depeg_allowance` of matched volume. By cell:
    `family`, 0 price and 1 extreme.
    The legs of scope s are ``member[first[s] : first[s + 1]]``, its units ``units[unit_first[s] :
    unit_first[s + 1]]``. `lone` (scopes,): the position that is alone in its scope, -1 where there are
    several legs; its requirement is the largest of ``slope * size - deduction`` over the lines of its
    side, each (legs, lines). `plain` (scopes,): 1 where one net value decides the worst cell: `falling`
    and `rising` are then the worst losses of one USD net long and net short.
    The sum over scopes of ``core * max(cells + charges, minimum) + outside`` is the requirement, and
    `borrowing` times what is owed in USD. `convex`: whether that is a convex function of the values.
    """

    unit: Int1D
    group: Int1D
    quote: Int1D
    moved: Float1D
    charged: Float1D
    gains: Float2D
    hedging: Float1D
    coin: Float1D
    minimum: Float1D
    outside: Float1D
    initial_outside: Float1D
    basis: Float1D
    scope: Int1D
    first: Int1D
    member: Int1D
    unit_first: Int1D
    units: Int1D
    head: Int1D
    relief: Float2D
    net_rate: Float1D
    gross_rate: Float1D
    offset: Float1D
    offset_limit: Float1D
    shock: Float2D
    matching: Int1D
    factor: Float2D
    allowance: Float2D
    depeg: Float2D
    depeg_allowance: Float2D
    family: Int1D
    lone: Int1D
    long_slope: Float2D
    short_slope: Float2D
    long_deduction: Float2D
    short_deduction: Float2D
    plain: Int1D
    falling: Float1D
    rising: Float1D
    core: float
    initial_core: float
    borrowing: float
    initial_borrowing: float
    convex: int


def initial(table: GridTable) -> GridTable:
    """The same grid with its initial factors: its requirement is the initial margin.

    Its lines stay those of the maintenance margin: it is evaluated, never simulated.
    """
    return table._replace(
        core=table.initial_core, outside=table.initial_outside, borrowing=table.initial_borrowing
    )
