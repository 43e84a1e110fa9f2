"""What a calibration's config file may say."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.config.market import Date
from stresskit.errors import ConfigError
from stresskit.market.price_gaps import longest_fill
from stresskit.spec import Duration, Name, Spec, duration_text

DAY_S = 86400


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
    source: Annotated[str, Field(min_length=1)]
    as_of: Date | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "CalibrateSpec":
        if self.hourly is None and self.daily is None:
            raise misplaced("hourly", "a price file here or in daily")
        if len(set(self.assets)) < len(self.assets):
            raise misplaced("assets", "each asset once")
        if self.start and self.end and self.start > self.end:
            raise misplaced("end", f"a date from start = {self.start} on")
        return self


class CalibrateFile(Spec):
    """The whole file: the one table ``[calibrate]``."""

    calibrate: CalibrateSpec
