"""``[market]``: a shipped calibration, or price files that are calibrated on the way."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Duration, Spec

Text = Annotated[str, Field(min_length=1, max_length=4096)]


def _gaps(text: str) -> str:
    if not re.fullmatch(r"fail|drop|ffill:[1-9]\d{0,3}", text):
        raise ValueError('"fail", "drop" or "ffill:N", N the longest gap to fill in bars')
    return text


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("a date such as 2024-01-31")


Date = Annotated[date, BeforeValidator(_date)]


class SnapshotMarket(Spec):
    """``source = "snapshot"``: a shipped calibration by name, or a snapshot file by path."""

    source: Literal["snapshot"]
    snapshot: Text


class FileMarket(Spec):
    """``source = "files"``: CSV or Parquet prices; paths are relative to the config file.

    Attributes
    ----------
    prices : wide closes (a time column and one column an asset) or long OHLCV (columns time, asset
        and close, and if there are any open, high, low, volume and source); its step must be the
        step of the simulation. All of its assets are calibrated, in the order of its columns (long:
        by name).
    volume : a wide table of the same shape, step and times, which holds volume in units of the asset
        per bar; it goes before a volume column of `prices`. Without either, ``execution.impact`` must
        be 0: the price impact is scaled by the daily volume.
    gaps : missing closes: ``fail``, ``drop`` (leave them out) or ``ffill:N`` (carry closes at most
        N bars).
    start, end : first and last UTC day of the returns, both included (default: all there are).
    max_half_life : guard of the persistence of the variance, at least a step.
    """

    source: Literal["files"]
    prices: Text
    volume: Text | None = None
    gaps: Annotated[str, AfterValidator(_gaps)] = "fail"
    start: Date | None = None
    end: Date | None = None
    max_half_life: Duration = 60 * 86400

    @model_validator(mode="after")
    def _in_order(self) -> "FileMarket":
        if self.start and self.end and self.start >= self.end:
            raise misplaced("end", f"a date after start = {self.start}")
        if self.max_half_life == 0:
            raise misplaced("max_half_life", "a duration above zero")
        return self


Market = Annotated[SnapshotMarket | FileMarket, Field(discriminator="source")]
