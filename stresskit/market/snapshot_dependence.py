"""The dependences of a snapshot file: one object each, told apart by its kind; and as domain nouns."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import AnyDependence, Archimedean, Dependence, GroupedT, Mixture, Vine
from stresskit.numerics.correlation import is_correlation
from stresskit.spec import Fraction, Name, Spec

ROUNDING = 1e-8
Matrix = list[list[float]]
Freedom = Annotated[float, Field(gt=2)]
Fault = tuple[tuple[str, ...], str]


class GaussianEntry(Spec):
    """Gaussian copula; `correlation` has a row an asset."""

    kind: Literal["gaussian"]
    correlation: Matrix


class StudentTEntry(Spec):
    """Student-t copula."""

    kind: Literal["student_t"]
    nu: Freedom
    correlation: Matrix


class GroupedEntry(Spec):
    """Grouped t copula: every asset in one group, one `nu` a group."""

    kind: Literal["grouped_t"]
    groups: list[list[Name]]
    nu: list[Freedom]
    correlation: Matrix


class ClaytonEntry(Spec):
    """Clayton copula of the negated returns."""

    kind: Literal["survival_clayton"]
    theta: Annotated[float, Field(gt=0)]


class GumbelEntry(Spec):
    """Gumbel copula."""

    kind: Literal["gumbel"]
    theta: Annotated[float, Field(ge=1)]


Part = Annotated[
    GaussianEntry | StudentTEntry | GroupedEntry | ClaytonEntry | GumbelEntry, Field(discriminator="kind")
]


class MixtureEntry(Spec):
    """Two copulas; `weight` is the probability of the first."""

    kind: Literal["mixture"]
    weight: Fraction
    first: Part
    second: Part


class VineEntry(Spec):
    """Regular vine as pyvinecopulib writes it."""

    kind: Literal["vine"]
    vine: str


AnyEntry = Annotated[
    GaussianEntry | StudentTEntry | GroupedEntry | ClaytonEntry | GumbelEntry | MixtureEntry | VineEntry,
    Field(discriminator="kind"),
]


def kind_of(key: str) -> str:
    """Kind of the dependence under the key ``step/kind`` or ``step/kind:variant``."""
    return key.partition("/")[2].partition(":")[0]


def dependence_faults(entry: AnyEntry, assets: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with the numbers of one dependence; each fault with its keys from the entry down."""
    if isinstance(entry, MixtureEntry):
        for name in ("first", "second"):
            for place, expected in dependence_faults(getattr(entry, name), assets):
                yield (name, *place), expected
    if isinstance(entry, GroupedEntry):
        if sorted(chain(*entry.groups)) != sorted(assets):
            yield ("groups",), "each asset in one group"
        if len(entry.nu) != len(entry.groups):
            yield ("nu",), "one number for each group"
    if isinstance(entry, GaussianEntry | StudentTEntry | GroupedEntry):
        yield from _matrix_faults(entry.correlation, len(assets))


def _matrix_faults(rows: Matrix, assets: int, name: str = "correlation") -> Iterator[Fault]:
    if len(rows) != assets or any(len(row) != assets for row in rows):
        yield (name,), f"{assets} rows of {assets} numbers"
    elif not is_correlation(np.array(rows), ROUNDING):
        yield (name,), "a symmetric positive semidefinite matrix with ones on its diagonal"


def dependence_of(entry: AnyEntry, assets: tuple[str, ...]) -> AnyDependence:
    """Read a sound entry."""
    if isinstance(entry, VineEntry):
        return Vine(entry.vine, len(assets))
    if isinstance(entry, MixtureEntry):
        return Mixture(_part(entry.first, assets), _part(entry.second, assets), entry.weight)
    return _part(entry, assets)


def _part(entry: Part, assets: tuple[str, ...]) -> Dependence | GroupedT | Archimedean:
    if isinstance(entry, ClaytonEntry | GumbelEntry):
        return Archimedean(entry.kind, entry.theta, len(assets))
    correlation = np.array(entry.correlation, dtype=np.float64)
    if isinstance(entry, GroupedEntry):
        place = {asset: i for i, group in enumerate(entry.groups) for asset in group}
        group = np.array([place[asset] for asset in assets])
        return GroupedT(correlation, group, np.array(entry.nu, dtype=np.float64))
    return Dependence(correlation, entry.nu if isinstance(entry, StudentTEntry) else np.inf)


def entry_of(dependence: AnyDependence, assets: tuple[str, ...]) -> dict[str, Any]:
    """Return the entry that `dependence_of` reads."""
    if isinstance(dependence, Vine):
        return {"kind": "vine", "vine": dependence.text}
    if isinstance(dependence, Archimedean):
        return {"kind": dependence.family, "theta": dependence.theta}
    if isinstance(dependence, Mixture):
        first, second = (entry_of(part, assets) for part in (dependence.first, dependence.second))
        return {"kind": "mixture", "weight": dependence.weight, "first": first, "second": second}
    if isinstance(dependence, GroupedT):
        groups = [
            [a for a, own in zip(assets, dependence.group, strict=True) if own == g]
            for g in range(len(dependence.nu))
        ]
        matrix = {"correlation": dependence.correlation}
        return {"kind": "grouped_t", "groups": groups, "nu": dependence.nu, **matrix}
    if np.isfinite(dependence.nu):
        return {"kind": "student_t", "nu": dependence.nu, "correlation": dependence.correlation}
    return {"kind": "gaussian", "correlation": dependence.correlation}
