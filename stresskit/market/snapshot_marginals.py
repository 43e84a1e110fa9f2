"""The marginals of a snapshot file: one flat object an asset, numbers of the recursion and of the law.

Which keys there are follows from the key of the set, ``step/kind/innovations``: every kind has the
numbers of its recursion, every law its own; ``+mean`` behind the kind says that the mean is fitted.
Variances are of simple returns over one step.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import ValidationError

from stresskit.domain import Float1D, Marginals
from stresskit.spec import NonNegative, Positive, Spec

ROUNDING = 1e-8
MEAN = "+mean"
KINDS = ("garch", "gjr_garch")
Fault = tuple[tuple[str, ...], str]


class Gjr(Spec):
    """Recursion of the (GJR-)GARCH family, of which a constant variance is the simplest."""

    mean: float
    omega: NonNegative
    alpha: NonNegative
    gamma: float
    beta: NonNegative
    long_run_variance: Positive
    current_variance: Positive


class Normal(Spec):
    """Normal innovations have no numbers."""


class StudentT(Spec):
    """Student-t innovations."""

    nu: Positive


LAWS: dict[str, type[Spec]] = {"normal": Normal, "student_t": StudentT}
Row = dict[str, Any]


def is_model(key: str) -> bool:
    """Whether `key` is ``step/kind/innovations`` with a kind and a law that are known."""
    parts = key.split("/")
    return len(parts) == 3 and parts[1].removesuffix(MEAN) in KINDS and parts[2] in LAWS


def _law(key: str) -> type[Spec]:
    return LAWS[key.rpartition("/")[2]]


def row_faults(row: Row, key: str) -> Iterator[Fault]:
    """What is wrong with one asset's numbers; each fault with its keys from the row down."""
    recursion = {name: value for name, value in row.items() if name in Gjr.model_fields}
    law = {name: value for name, value in row.items() if name not in Gjr.model_fields}
    sound = True
    for spec, part in ((Gjr, recursion), (_law(key), law)):
        try:
            spec.model_validate(part)
        except ValidationError as error:
            sound = False
            yield from ((tuple(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
    if sound:
        yield from (((name,), expected) for name, expected in _senseless(Gjr.model_validate(recursion), law))


def _senseless(at: Gjr, law: Row) -> Iterator[tuple[str, str]]:
    persistence = at.alpha + at.gamma / 2 + at.beta
    if at.alpha + at.gamma < -ROUNDING:
        yield "gamma", "at least -alpha"
    if persistence >= 1:
        yield "beta", f"a persistence alpha + gamma/2 + beta below 1 (found {persistence:.6g})"
    elif not np.isclose(at.omega, at.long_run_variance * (1 - persistence), rtol=1e-4):
        yield "omega", "long_run_variance x (1 - persistence)"
    if "nu" in law and law["nu"] <= 2:
        yield "nu", "above 2"


def marginals_of(rows: list[Row]) -> Marginals:
    """Columns of sound rows, one an asset; the degrees of freedom of a normal are infinite."""

    def column(name: str) -> Float1D:
        return np.array([row.get(name, np.inf) for row in rows], dtype=np.float64)

    return Marginals(**{name: column(name) for name in (*Gjr.model_fields, "nu")})


def rows_of(marginals: Marginals, key: str) -> list[Row]:
    """Return the rows that `marginals_of` reads."""
    names = (*Gjr.model_fields, *_law(key).model_fields)
    return [{name: getattr(marginals, name)[i] for name in names} for i in range(len(marginals.omega))]
