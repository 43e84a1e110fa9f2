"""The marginals of a snapshot file: one flat object an asset, numbers of the recursion and of the law.

Which keys there are follows from the key of the set, ``step/kind/innovations``: every recursion has
its numbers, every law its own; ``+mean`` behind the kind says that the mean is fitted. Variances are
of simple returns over one step. `snapshot_laws` holds the laws.
"""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from stresskit.domain import Float1D, Marginals
from stresskit.market.snapshot_laws import LAWS, down_share, law_faults, law_of, law_row
from stresskit.spec import NonNegative, Positive, Spec

ROUNDING = 1e-8
MEAN = "+mean"
Row = dict[str, Any]
Fault = tuple[tuple[str, ...], str]


class Gjr(Spec):
    """Recursion of the (GJR-)GARCH family, of which constant volatility and EWMA are cases."""

    mean: float
    omega: NonNegative
    alpha: NonNegative
    gamma: float
    beta: NonNegative
    long_run_variance: Positive
    current_variance: Positive


class Egarch(Spec):
    """Recursion of the logarithm of the variance."""

    mean: float
    omega: float
    alpha: float
    gamma: float
    beta: NonNegative
    long_run_variance: Positive
    current_variance: Positive


RECURSIONS: dict[str, type[Gjr] | type[Egarch]] = {
    "constant": Gjr,
    "ewma": Gjr,
    "garch": Gjr,
    "gjr_garch": Gjr,
    "egarch": Egarch,
}
ZERO = {"constant": ("alpha", "gamma", "beta"), "ewma": ("omega", "gamma"), "garch": ("gamma",)}


def is_model(key: str) -> bool:
    """Whether `key` is ``step/kind/innovations`` with a kind and a law that are known."""
    parts = key.split("/")
    return len(parts) == 3 and _kind(key) in RECURSIONS and parts[2] in LAWS


def _kind(key: str) -> str:
    return key.split("/")[1].removesuffix(MEAN)


def _law(key: str) -> str:
    return key.rpartition("/")[2]


def row_faults(row: Row, key: str) -> Iterator[Fault]:
    """What is wrong with one asset's numbers; each fault with its keys from the row down."""
    spec = RECURSIONS[_kind(key)]
    recursion = {name: value for name, value in row.items() if name in spec.model_fields}
    law = {name: value for name, value in row.items() if name not in spec.model_fields}
    faults = list(law_faults(law, _law(key)))
    try:
        at = spec.model_validate(recursion)
    except ValidationError as error:
        faults += [(tuple(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
    yield from faults
    if not faults:
        yield from (((name,), expected) for name, expected in _senseless(at, row, key))


def _senseless(at: Gjr | Egarch, row: Row, key: str) -> Iterator[tuple[str, str]]:
    kind = _kind(key)
    for name in ZERO.get(kind, ()):
        if getattr(at, name) != 0.0:
            yield name, f"0 in a model of kind {kind}"
            return
    if isinstance(at, Egarch):
        if at.beta >= 1:
            yield "beta", f"below 1 (found {at.beta:.6g})"
    elif kind == "ewma":
        if not np.isclose(at.alpha + at.beta, 1.0, rtol=0, atol=ROUNDING):
            yield "beta", "1 - alpha"
    else:
        yield from _gjr_faults(at, row, key)


def _gjr_faults(at: Gjr, row: Row, key: str) -> Iterator[tuple[str, str]]:
    """Whether the variance stays positive and returns to its long-run level."""
    if at.alpha + at.gamma < -ROUNDING:
        yield "gamma", "at least -alpha"
        return
    least, most = down_share(row, _law(key))
    low, high = sorted(at.alpha + at.gamma * share + at.beta for share in (least, most))
    if low >= 1:
        yield "beta", f"a persistence alpha + gamma E[z^2 1(z<0)] + beta below 1 (found {low:.6g})"
    found, close = 1 - at.omega / at.long_run_variance, 1e-4 * at.omega / at.long_run_variance
    if low < 1 and not low - close <= found <= high + close:
        yield "omega", "long_run_variance x (1 - persistence)"


def marginals_of(rows: list[Row], key: str) -> Marginals:
    """Columns of sound rows, one an asset."""

    def column(name: str) -> Float1D:
        return np.array([row[name] for row in rows], dtype=np.float64)

    spec = RECURSIONS[_kind(key)]
    kind: Literal["gjr_garch", "egarch"] = "egarch" if spec is Egarch else "gjr_garch"
    laws = tuple(law_of(row, _law(key)) for row in rows)
    return Marginals(**{name: column(name) for name in spec.model_fields}, innovations=laws, kind=kind)


def rows_of(marginals: Marginals, key: str) -> list[Row]:
    """Return the rows that `marginals_of` reads."""
    names = RECURSIONS[_kind(key)].model_fields
    return [
        {name: float(getattr(marginals, name)[i]) for name in names} | law_row(law)
        for i, law in enumerate(marginals.innovations)
    ]
