"""A kernel that is called without asking for types: what it takes for the same types, and what it returns."""

from typing import NamedTuple

import numpy as np

from stresskit.numerics.jit import kernel
from stresskit.numerics.ready import Ready, kinds


class Pair(NamedTuple):
    one: np.ndarray
    weight: float


@kernel
def weighted(pair, power):
    """Sum of the weighted elements."""
    return pair.weight * pair.one.sum() ** power


def test_it_answers_as_the_kernel_does():
    ready, pair = Ready(weighted), Pair(np.arange(4.0), 0.5)
    assert ready(kinds(pair), pair, 2) == weighted(pair, 2) == 18.0
    assert ready(kinds(pair), pair._replace(weight=1.0), 1) == 6.0
    whole = Pair(np.arange(4), 2)
    assert ready(kinds(whole), whole, 1) == 12
    assert len(weighted.signatures) == 2


def test_what_numba_compiles_apart_is_of_another_kind():
    base = Pair(np.zeros((4, 4)), 1.0)
    assert kinds(base) == kinds(Pair(np.ones((2, 3)), 2.0))
    others = (np.zeros(4), np.zeros((4, 4), dtype=np.int64), np.zeros((4, 4))[:, ::2], None)
    found = {kinds(base._replace(one=other)) for other in others} | {kinds(base._replace(weight=1))}
    assert len(found) == 5
    assert kinds(base) not in found
