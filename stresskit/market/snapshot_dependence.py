"""The dependences of a snapshot file: one object each, told apart by its kind; and as domain nouns."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import (
    AnyDependence,
    Archimedean,
    Bootstrap,
    Dcc,
    Dependence,
    GroupedT,
    Mixture,
    Regime,
    Vine,
)
from stresskit.numerics.correlation import is_correlation
from stresskit.spec import Fraction, Name, Positive, Spec

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


Elliptical = Annotated[GaussianEntry | StudentTEntry, Field(discriminator="kind")]
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


class DccEntry(Spec):
    """Dynamic conditional correlation; `nu` is null for the Gaussian, `start` the Q of the next step."""

    kind: Literal["dcc"]
    a: Fraction
    b: Fraction
    nu: Freedom | None
    correlation: Matrix
    start: Matrix | None


class RegimeEntry(Spec):
    """Two states of a Markov chain; `start_crisis` is the probability of the crisis at the next step."""

    kind: Literal["regime"]
    multiplier: Positive
    stay_calm: Fraction
    stay_crisis: Fraction
    start_crisis: Fraction | None
    calm: Elliptical
    crisis: Elliptical


AnyEntry = Annotated[
    GaussianEntry
    | StudentTEntry
    | GroupedEntry
    | ClaytonEntry
    | GumbelEntry
    | MixtureEntry
    | VineEntry
    | DccEntry
    | RegimeEntry,
    Field(discriminator="kind"),
]


def kind_of(key: str) -> str:
    """Kind of the dependence under the key ``step/kind`` or ``step/kind:variant``."""
    return key.partition("/")[2].partition(":")[0]


def dependence_faults(entry: AnyEntry, assets: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with the numbers of one dependence; each fault with its keys from the entry down."""
    for name, part in entry:
        if isinstance(part, Spec):
            inner: Any = part
            yield from (((name, *place), expected) for place, expected in dependence_faults(inner, assets))
    if isinstance(entry, GroupedEntry):
        if sorted(chain(*entry.groups)) != sorted(assets):
            yield ("groups",), "each asset in one group"
        if len(entry.nu) != len(entry.groups):
            yield ("nu",), "one number for each group"
    if isinstance(entry, DccEntry):
        if entry.a + entry.b >= 1:
            yield ("b",), "a + b below 1"
        if entry.start is not None:
            yield from _matrix_faults(_scaled(entry.start), len(assets), "start")
    if isinstance(entry, GaussianEntry | StudentTEntry | GroupedEntry | DccEntry):
        yield from _matrix_faults(entry.correlation, len(assets))


def _scaled(rows: Matrix) -> Matrix:
    """Return the correlation matrix of a covariance; the rows themselves where they are none."""
    size = len(rows)
    if any(len(row) != size for row in rows) or any(rows[i][i] <= 0 for i in range(size)):
        return rows
    deviation = np.sqrt(np.diag(rows))
    found: Matrix = (np.array(rows) / np.outer(deviation, deviation)).tolist()
    return found


def _matrix_faults(rows: Matrix, assets: int, name: str = "correlation") -> Iterator[Fault]:
    if len(rows) != assets or any(len(row) != assets for row in rows):
        yield (name,), f"{assets} rows of {assets} numbers"
    elif not is_correlation(np.array(rows), ROUNDING):
        expected = "a symmetric positive semidefinite matrix"
        yield (name,), expected if name == "start" else f"{expected} with ones on its diagonal"


def dependence_of(entry: AnyEntry, assets: tuple[str, ...]) -> AnyDependence:
    """Read a sound entry."""
    if isinstance(entry, VineEntry):
        return Vine(entry.vine, len(assets))
    if isinstance(entry, MixtureEntry):
        return Mixture(_part(entry.first, assets), _part(entry.second, assets), entry.weight)
    if isinstance(entry, DccEntry):
        start = None if entry.start is None else np.array(entry.start, dtype=np.float64)
        nu = np.inf if entry.nu is None else entry.nu
        return Dcc(np.array(entry.correlation, dtype=np.float64), entry.a, entry.b, nu, start)
    if isinstance(entry, RegimeEntry):
        calm, crisis = _elliptical(entry.calm), _elliptical(entry.crisis)
        start_crisis = entry.start_crisis
        return Regime(calm, crisis, entry.multiplier, entry.stay_calm, entry.stay_crisis, start_crisis)
    return _part(entry, assets)


def _elliptical(entry: GaussianEntry | StudentTEntry) -> Dependence:
    nu = entry.nu if isinstance(entry, StudentTEntry) else np.inf
    return Dependence(np.array(entry.correlation, dtype=np.float64), nu)


def _part(entry: Part, assets: tuple[str, ...]) -> Dependence | GroupedT | Archimedean:
    if isinstance(entry, ClaytonEntry | GumbelEntry):
        return Archimedean(entry.kind, entry.theta, len(assets))
    if isinstance(entry, GroupedEntry):
        place = {asset: i for i, group in enumerate(entry.groups) for asset in group}
        group = np.array([place[asset] for asset in assets])
        matrix = np.array(entry.correlation, dtype=np.float64)
        return GroupedT(matrix, group, np.array(entry.nu, dtype=np.float64))
    return _elliptical(entry)


def entry_of(dependence: AnyDependence, assets: tuple[str, ...]) -> dict[str, Any]:
    """Return the entry that `dependence_of` reads, of plain numbers; a bootstrap has none to read back."""
    if isinstance(dependence, Vine):
        return {"kind": "vine", "vine": dependence.text}
    if isinstance(dependence, Archimedean):
        return {"kind": dependence.family, "theta": dependence.theta}
    if isinstance(dependence, Mixture | Regime):
        return _entry_of_two(dependence, assets)
    if isinstance(dependence, Bootstrap):
        rows, mean_block = len(dependence.residuals), dependence.mean_block
        return {"kind": "bootstrap", "rows": rows, "mean_block": mean_block}
    matrix = {"correlation": dependence.correlation.tolist()}
    if isinstance(dependence, GroupedT):
        own = list(zip(assets, dependence.group.tolist(), strict=True))
        groups = [[asset for asset, place in own if place == g] for g in range(len(dependence.nu))]
        return {"kind": "grouped_t", "groups": groups, "nu": dependence.nu.tolist(), **matrix}
    finite = bool(np.isfinite(dependence.nu))
    if isinstance(dependence, Dcc):
        start = None if dependence.start is None else dependence.start.tolist()
        speeds = {"a": dependence.a, "b": dependence.b, "nu": dependence.nu if finite else None}
        return {"kind": "dcc", **speeds, **matrix, "start": start}
    return {"kind": "student_t", "nu": dependence.nu, **matrix} if finite else {"kind": "gaussian", **matrix}


def _entry_of_two(dependence: Mixture | Regime, assets: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(dependence, Mixture):
        first, second = (entry_of(part, assets) for part in (dependence.first, dependence.second))
        return {"kind": "mixture", "weight": dependence.weight, "first": first, "second": second}
    calm, crisis = (entry_of(part, assets) for part in (dependence.calm, dependence.crisis))
    names = ("multiplier", "stay_calm", "stay_crisis", "start_crisis")
    return {"kind": "regime", **{n: getattr(dependence, n) for n in names}, "calm": calm, "crisis": crisis}
