"""Random accounts of every kind of contract, table and wallet, by Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from stresskit.margin.deductions import deductions
from tests.reference.contracts import Held, Wealth

PRICES = [60_000.0, 2_500.0, 0.2]


@st.composite
def tables(draw, scale, whole):
    """Tiers around `scale`; deductions that make them continuous, or none."""
    count = draw(st.integers(1, 4))
    steps = draw(st.lists(st.floats(0.1, 1.0), min_size=count - 1, max_size=count - 1))
    floors = [0.0, *(scale * np.cumsum(steps)).tolist()]
    rates = sorted(draw(st.lists(st.floats(0.002, 0.2), min_size=count, max_size=count)))
    cut = [0.0] * count if whole else deductions(floors, rates)
    return tuple(zip(floors, rates, cut, strict=True))


@st.composite
def contracts(draw, whole=None):
    """One position of 100 to a million USD in one of three coins."""
    asset, side = draw(st.integers(0, 2)), draw(st.sampled_from([-1.0, 1.0]))
    inverse, in_coin = draw(st.booleans()), draw(st.booleans())
    jumps = draw(st.booleans()) if whole is None else whole
    notional, mark = 10 ** draw(st.floats(2.0, 6.0)), PRICES[asset]
    tiers = draw(tables(notional / (mark if in_coin else 1.0), jumps))
    formula = in_coin and len(tiers) == 1 and draw(st.booleans())
    return Held(
        asset=asset,
        size=side * (notional if inverse else notional / mark),
        entry=mark * draw(st.floats(0.8, 1.25)),
        tiers=tiers,
        inverse=inverse,
        in_coin=in_coin,
        whole=jumps,
        size_rate=0.05 * mark / notional if formula else 0.0,
        fee=draw(st.sampled_from([0.0, 0.0006])),
    )


@st.composite
def wealths(draw):
    """USD, and coins held or owed."""
    coins = {a: draw(st.floats(-5e4, 3e5)) / PRICES[a] for a in range(3) if draw(st.booleans())}
    return Wealth(draw(st.floats(-1e4, 1e6)), coins, draw(st.sampled_from([0.0, 0.05])))


accounts = st.lists(contracts(), min_size=1, max_size=4)
moves = st.lists(st.floats(0.05, 4.0), min_size=3, max_size=3)


def at_an_edge(held: list[Held], marks: list[float]) -> bool:
    """Whether rounding could put a position into one tier or the other."""
    sizes = [(h, h.notional(marks[h.asset]) / (marks[h.asset] if h.in_coin else 1.0)) for h in held]
    return any(abs(size - floor) <= 1e-12 * floor for h, size in sizes for floor, _, _ in h.tiers if floor)
