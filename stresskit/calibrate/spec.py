"""What a calibration's config file may say."""

from itertools import chain
from typing import Annotated, get_args

from pydantic import AfterValidator, Field, ValidationError, model_validator

from stresskit.config.fault import misplaced
from stresskit.config.market import Date
from stresskit.config.model import (
    MEAN,
    AnyDependence,
    Elliptical,
    Grouped,
    Historical,
    Innovations,
    Marginal,
    MarginalKind,
)
from stresskit.errors import ConfigError
from stresskit.market.price_gaps import longest_fill
from stresskit.spec import Duration, Name, Spec, duration_text

DAY_S = 86400


MODELS = (
    *(f"{kind}/{law}" for kind in get_args(MarginalKind) for law in ("normal", "student_t")),
    "gjr_garch/skew_t",
    "egarch/skew_t",
    "gjr_garch/semi_parametric",
)
DEPENDENCES: tuple[AnyDependence, ...] = (
    Elliptical(kind="gaussian"),
    Elliptical(kind="student_t"),
)


def marginal_of(text: str) -> Marginal:
    """Read ``kind/innovations`` or ``kind+mean/innovations``.

    Raises
    ------
    ValidationError
        If there is no such kind, or no such law.
    """
    kind, _, law = text.partition("/")
    mean = "constant" if kind.endswith(MEAN) else "zero"
    return Marginal.model_validate({"kind": kind.removesuffix(MEAN), "innovations": law, "mean": mean})


def _model(text: str) -> str:
    try:
        marginal_of(text)
    except ValidationError:
        kinds, laws = get_args(MarginalKind), get_args(Innovations)
        raise ValueError(f"kind/innovations of {', '.join(kinds)} and {', '.join(laws)}") from None
    return text


def _policy(text: str) -> str:
    try:
        longest_fill(text)
    except ConfigError as error:
        raise ValueError(error.problems[0].expected) from None
    return text


def _guard(value: int) -> int:
    if value < DAY_S:
        raise ValueError(f"a half-life of at least 1d (found {duration_text(value)})")
    return value


class CalibrateSpec(Spec):
    """``[calibrate]``: one snapshot from an hourly and a daily price file, or either.

    Attributes
    ----------
    name : name of the snapshot and of its file.
    hourly, daily : paths relative to the config file.
    assets : what to calibrate; their order is the order of the snapshot.
    start, end : first and last UTC day of the returns, both included (default: all there are).
    max_half_life : guard of the persistence of the variance.
    gaps : missing closes: ``fail``, ``drop`` or ``ffill:N``.
    models : marginal models to fit, ``kind/innovations``; ``+mean`` behind the kind fits a mean too.
    dependences : what to fit to the residuals of gjr_garch/student_t, written as in ``[model]``.
    funding, basis_bp : tables of funding rates (fractions per interval) and of the basis of perpetuals
        over spot (basis points), calibrated beside the hourly returns; assets may be missing in them.
    source : where the prices come from, said wherever the snapshot is used.
    as_of : the day that the current volatility belongs to (default: the last day of the data).
    """

    name: Name
    hourly: Annotated[str, Field(min_length=1)] | None = None
    daily: Annotated[str, Field(min_length=1)] | None = None
    assets: Annotated[list[Name], Field(min_length=1)]
    start: Date | None = None
    end: Date | None = None
    max_half_life: Annotated[Duration, AfterValidator(_guard)] = 60 * DAY_S
    gaps: Annotated[str, AfterValidator(_policy)] = "fail"
    models: Annotated[list[Annotated[str, AfterValidator(_model)]], Field(min_length=1)] = Field(
        default_factory=lambda: list(MODELS)
    )
    dependences: Annotated[list[AnyDependence], Field(min_length=1)] = Field(
        default_factory=lambda: list(DEPENDENCES)
    )
    funding: Annotated[str, Field(min_length=1)] | None = None
    basis_bp: Annotated[str, Field(min_length=1)] | None = None
    source: Annotated[str, Field(min_length=1)]
    as_of: Date | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "CalibrateSpec":
        if self.hourly is None and self.daily is None:
            raise misplaced("hourly", "a price file here or in daily")
        if self.hourly is None and (self.funding or self.basis_bp):
            raise misplaced("hourly", "a price file, whose returns funding and basis are fitted beside")
        if len(set(self.assets)) < len(self.assets):
            raise misplaced("assets", "each asset once")
        for key, labels in (("models", self.models), ("dependences", [d.label for d in self.dependences])):
            if len(set(labels)) < len(labels):
                raise misplaced(key, "each one once")
        for place, dependence in enumerate(self.dependences):
            if isinstance(dependence, Historical):
                raise misplaced(
                    "dependences", f"no bootstrap (number {place + 1}): it needs the prices themselves"
                )
            if isinstance(dependence, Grouped) and set(chain(*(dependence.groups or ()))) != set(self.assets):
                raise misplaced("dependences", "groups that hold each asset of assets")
        if self.start and self.end and self.start > self.end:
            raise misplaced("end", f"a date from start = {self.start} on")
        return self

    def marginals(self) -> list[Marginal]:
        """The marginal models to fit."""
        return [marginal_of(text) for text in self.models]


class CalibrateFile(Spec):
    """The whole file: the one table ``[calibrate]``."""

    calibrate: CalibrateSpec
