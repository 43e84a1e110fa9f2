"""The laws of innovations in a snapshot file: their numbers, and whether these are a law."""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import Field, ValidationError

from stresskit.domain import Innovation, SemiParametric, SkewT, StudentT
from stresskit.numerics import skew_t
from stresskit.spec import Positive, Spec

Row = dict[str, Any]
Fault = tuple[tuple[str, ...], str]


class NormalLaw(Spec):
    """Normal innovations have no numbers."""


class StudentTLaw(Spec):
    """Student-t innovations."""

    nu: Annotated[float, Field(gt=2)]


class SkewTLaw(Spec):
    """Hansen's skewed Student-t."""

    eta: Annotated[float, Field(gt=2)]
    lam: Annotated[float, Field(gt=-1, lt=1)]


class SemiParametricLaw(Spec):
    """Quantiles of the body at equally spaced normal scores, and shape and scale of both Pareto tails."""

    tail: Annotated[float, Field(gt=0, lt=0.5)]
    quantiles: Annotated[list[float], Field(min_length=3)]
    shape: Annotated[list[Annotated[float, Field(lt=0.5)]], Field(min_length=2, max_length=2)]
    scale: Annotated[list[Positive], Field(min_length=2, max_length=2)]


LAWS: dict[str, type[Spec]] = {
    "normal": NormalLaw,
    "student_t": StudentTLaw,
    "skew_t": SkewTLaw,
    "semi_parametric": SemiParametricLaw,
}


def law_faults(row: Row, law: str) -> Iterator[Fault]:
    """What is wrong with the numbers of a law."""
    try:
        LAWS[law].model_validate(row)
    except ValidationError as error:
        yield from ((tuple(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        return
    if law == "semi_parametric":
        q = row["quantiles"]
        if not (np.diff(q) > 0).all() or not q[0] < 0 < q[-1]:
            yield ("quantiles",), "rising numbers, the first below zero and the last above it"


def down_share(row: Row, law: str) -> tuple[float, float]:
    """Bounds of ``E[z^2 1(z < 0)]``: equal where it is known, 0 and 1 where the law is empirical."""
    if law == "semi_parametric":
        return 0.0, 1.0
    exact = skew_t.lower_half(row["eta"], row["lam"])[1] if law == "skew_t" else 0.5
    return exact, exact


def law_of(row: Row, law: str) -> Innovation:
    """Read the numbers of a sound row; the degrees of freedom of a normal are infinite."""
    if law == "skew_t":
        return SkewT(row["eta"], row["lam"])
    if law == "semi_parametric":
        columns = {name: np.array(row[name], dtype=np.float64) for name in ("quantiles", "shape", "scale")}
        return SemiParametric(tail=row["tail"], **columns)
    return StudentT(row.get("nu", np.inf))


def law_row(law: Innovation) -> Row:
    """Return the numbers that `law_of` reads."""
    if isinstance(law, SkewT):
        return {"eta": law.eta, "lam": law.lam}
    if isinstance(law, SemiParametric):
        columns = {name: getattr(law, name).tolist() for name in ("quantiles", "shape", "scale")}
        return {"tail": law.tail, **columns}
    return {"nu": law.nu} if np.isfinite(law.nu) else {}
