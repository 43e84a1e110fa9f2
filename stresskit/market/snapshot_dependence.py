"""The dependences of a snapshot file: one object each, told apart by its kind."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import Dependence
from stresskit.numerics.correlation import is_correlation
from stresskit.spec import Positive, Spec

ROUNDING = 1e-8
Matrix = list[list[float]]
Fault = tuple[str, str]


class GaussianEntry(Spec):
    """Gaussian copula; `correlation` has a row an asset."""

    kind: Literal["gaussian"]
    correlation: Matrix


class StudentTEntry(Spec):
    """Student-t copula."""

    kind: Literal["student_t"]
    nu: Positive
    correlation: Matrix


AnyEntry = Annotated[GaussianEntry | StudentTEntry, Field(discriminator="kind")]


def kind_of(key: str) -> str:
    """Kind of the dependence under the key ``step/kind`` or ``step/kind:variant``."""
    return key.partition("/")[2].partition(":")[0]


def dependence_faults(entry: AnyEntry, assets: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with the numbers of one dependence, by key."""
    if isinstance(entry, StudentTEntry) and entry.nu <= 2:
        yield "nu", "above 2"
    yield from matrix_faults(entry.correlation, len(assets))


def matrix_faults(rows: Matrix, assets: int, name: str = "correlation") -> Iterator[Fault]:
    """Whether `rows` are a correlation matrix of `assets` assets."""
    if len(rows) != assets or any(len(row) != assets for row in rows):
        yield name, f"{assets} rows of {assets} numbers"
    elif not is_correlation(np.array(rows), ROUNDING):
        yield name, "a symmetric positive semidefinite matrix with ones on its diagonal"


def dependence_of(entry: AnyEntry) -> Dependence:
    """Read a sound entry."""
    nu = entry.nu if isinstance(entry, StudentTEntry) else np.inf
    return Dependence(np.array(entry.correlation, dtype=np.float64), nu)


def entry_of(dependence: Dependence) -> dict[str, Any]:
    """Return the entry that `dependence_of` reads."""
    if np.isfinite(dependence.nu):
        return {"kind": "student_t", "nu": dependence.nu, "correlation": dependence.correlation}
    return {"kind": "gaussian", "correlation": dependence.correlation}


def scalars(dependence: Dependence) -> dict[str, Any]:
    """Numbers that fit into a row: parameters by name, and the mean correlation of the pairs."""
    matrix = dependence.correlation
    pairs = matrix[np.triu_indices(len(matrix), 1)]
    return {
        "numbers": {"nu": float(dependence.nu)} if np.isfinite(dependence.nu) else {},
        "mean_correlation": float(pairs.mean()) if pairs.size else None,
    }
