"""A kernel that is called without asking for types: what it takes for the same types, and what it returns."""

from typing import NamedTuple

import numpy as np
import pytest

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
    locked = np.zeros((4, 4))
    locked.flags.writeable = False
    others = (
        *(np.zeros(4), np.zeros((4, 4), dtype=np.int64), np.zeros((4, 4), dtype=">f8")),
        *(np.zeros((4, 4))[:, ::2], np.zeros((4, 4)).T, locked, None),
    )
    found = {kinds(base._replace(one=other)) for other in others} | {kinds(base._replace(weight=1))}
    assert len(found) == 8
    assert kinds(base) not in found


def test_kinds_part_all_that_numba_parts():
    """Of every two that numba takes for different types the kinds differ."""
    whole = np.zeros((4, 4))
    arrays = [
        whole,
        whole.T,
        whole[:, ::2],
        whole[:2],
        whole[:, :2],
        whole[0],
        whole[:, 0],
        whole[:1],
        whole[:0],
    ]
    arrays += [one.astype(kind) for one in arrays for kind in (np.float32, np.int64, np.uint32, np.bool_)]
    arrays += [one.view() for one in arrays]
    for one in arrays[len(arrays) // 2 :]:
        one.flags.writeable = False
    memory = np.zeros(33, dtype=np.uint8)
    arrays += [memory[1:].view(np.float64), np.ma.getdata(whole), np.array(1.0)]
    scalars = [1, 1.0, True, None, np.float32(1), np.int32(1), 1j]
    tuples = [(whole, 1), (whole.T, 1), (whole, 1.0), Pair(whole, 1.0), Pair(whole.T, 1.0), ()]
    types = {}
    for one in (*arrays, *scalars, *tuples):
        types.setdefault(kinds(one), set()).add(weighted.typeof_pyval(one))
    assert all(len(found) == 1 for found in types.values())
    assert len(types) > 30


def test_a_call_of_other_types_than_it_said_is_refused_where_tests_look():
    ready, pair = Ready(weighted), Pair(np.arange(4.0), 0.5)
    assert ready("same", pair, 2) == 18.0
    assert ready("same", pair, np.int64(2)) == 18.0  # of the same type
    for other in (Pair(np.arange(8.0)[::2], 0.5), Pair(np.arange(4), 0.5), Pair(np.arange(4.0), 1)):
        with pytest.raises(TypeError, match="weighted: called with other types than it said"):
            ready("same", other, 2)
