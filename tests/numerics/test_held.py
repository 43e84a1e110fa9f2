"""What is held reads as the named tuple itself, as often as a kernel is called, and writes to its arrays."""

from typing import NamedTuple

import numpy as np

from stresskit.numerics.held import Held, value_of
from stresskit.numerics.jit import kernel
from stresskit.numerics.ready import Ready


class Row(NamedTuple):
    numbers: np.ndarray
    factor: float


class Table(NamedTuple):
    row: Row
    cells: np.ndarray
    count: int
    asked: bool


@kernel
def add_up(table, more):
    """Sum of the row, the cells and the count; the first number grows by one."""
    given = value_of(table)
    given.row.numbers[0] += 1.0
    total = given.row.factor * given.row.numbers.sum() + given.cells.sum() + given.count
    if more is not None:
        total += value_of(more).factor
    return total + (100.0 if given.asked else 0.0)


def test_it_reads_as_the_tuple_and_sees_what_changes():
    table = Table(Row(np.zeros(3), 2.0), np.ones((2, 2)), 5, True)
    held = Held(table)
    assert add_up(table, None) == add_up(held, None) - 2.0 == 2.0 + 4.0 + 5.0 + 100.0
    table.cells[0, 0] = 7.0
    assert add_up(held, Row(np.zeros(1), 0.25)) == 6.0 + 10.0 + 5.0 + 100.0 + 0.25
    assert table.row.numbers[0] == 3.0


def test_it_is_of_a_kind_with_what_is_held_alike():
    held = [Held(Row(np.full(n, 1.0), 3.0)) for n in (2, 4)]
    assert held[0].known == held[1].known != Held(Row(np.full(2, 1), 3.0)).known
    assert held[0].kind == held[1].kind
    ready = Ready(add_up)
    table = Held(Table(Row(np.zeros(3), 2.0), np.ones((2, 2)), 5, False))
    assert [ready(table.known, table, None) for _ in range(2)] == [11.0, 13.0]
