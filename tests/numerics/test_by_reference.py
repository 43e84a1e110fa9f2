"""A reference reads as the named tuple that it stands for."""

from typing import NamedTuple

import numpy as np

from stresskit.numerics.by_reference import by_reference
from stresskit.numerics.jit import kernel, part


class Inner(NamedTuple):
    row: np.ndarray
    factor: float


class Outer(NamedTuple):
    count: int
    inner: Inner
    table: np.ndarray
    asked: bool


class Single(NamedTuple):
    value: float


@part
def deep(inner):
    return inner.row.sum() * inner.factor


@part
def read(outer, single, nothing):
    if nothing is not None:
        return np.nan
    outer.table[0, 0] = outer.count
    return deep(outer.inner) + outer.table[1, 1] + single.value + (100.0 if outer.asked else 0.0)


@kernel
def through(outer, single, nothing=None):
    return read(by_reference(outer), by_reference(single), by_reference(nothing))


def test_fields_of_all_kinds_are_read():
    for asked in (True, False):
        outer = Outer(3, Inner(np.arange(4.0), 2.0), np.full((2, 2), 7.0), asked)
        assert through(outer, Single(0.5)) == 2.0 * 6.0 + 7.0 + 0.5 + 100.0 * asked
        assert outer.table.tolist() == [[3.0, 7.0], [7.0, 7.0]]
