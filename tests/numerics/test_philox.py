"""Philox words against the published answers, and the counter's layout against plain integers."""

from typing import Any

import numpy as np
import pytest

from stresskit.numerics import philox as table
from stresskit.numerics.jit import kernel
from stresskit.numerics.normals import fill_words
from stresskit.numerics.philox import philox
from tests.golden_cases import golden
from tests.reference.philox import philox4x32, words


@kernel
def four(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    return philox(c0, c1, c2, c3, k0, k1)


@kernel
def place(key: Any, path: Any, step: Any, purpose: Any, index: Any, out: Any) -> None:
    fill_words(key, path, step, purpose, index, out)


def from_hex(text: str) -> tuple[int, ...]:
    return tuple(int(word, 16) for word in text.split())


def engine(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(w) for w in four(*(np.uint64(n) for n in counter + key)))


@pytest.mark.parametrize("case", golden("models.json", "philox4x32-10")["expected"])
def test_the_known_answers(case: list[str]) -> None:
    counter, key, expected = (from_hex(text) for text in case)
    assert engine(counter, key) == expected
    assert philox4x32(counter, key) == expected


def test_the_twin_agrees_on_counters_that_nobody_chose() -> None:
    generator = np.random.default_rng(0)
    for row in generator.integers(0, 2**32, (200, 6)).tolist():
        assert engine(tuple(row[:4]), tuple(row[4:])) == philox4x32(tuple(row[:4]), tuple(row[4:]))


@pytest.mark.parametrize("seed", [0, 20261122, 2**32 - 1, 2**32, 2**63 - 1])
def test_a_word_is_placed_by_path_step_purpose_and_index(seed: int) -> None:
    out = np.zeros((4, 3), dtype=np.uint32)
    for path, step, purpose, index in ((0, 0, 0, 0), (9_999_997, 239, 1, 0), (7, 2, 5, 3)):
        place(seed, path, step, np.uint64(purpose), np.uint64(index), out)
        expected = [words(seed, path + b, step, purpose, index) for b in range(3)]
        assert out.T.tolist() == [list(w) for w in expected]


def test_the_purpose_table_is_fixed() -> None:
    """These numbers are part of every published result: append, never renumber."""
    fixed = {
        "NORMALS": 0,
        "CHI_SQUARE": 1,
        "REGIME": 2,
        "BRIDGE": 3,
        "FUNDING": 4,
        "BOOTSTRAP": 5,
        "BASIS": 6,
        "MIXTURE": 7,
    }
    assert {name: int(getattr(table, name)) for name in fixed} == fixed
