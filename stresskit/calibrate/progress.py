"""How far a calibration has come."""

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """`done` of `total` fits are finished; `label` names the one that begins."""

    done: int
    total: int
    label: str


Report = Callable[[Progress], None]


class Meter:
    """Counts the fits of all steps and tells `report` of each; silent where there is none."""

    def __init__(self, total: int, report: Report | None) -> None:
        self.done, self.total, self.report = 0, total, report

    def begin(self, label: str) -> None:
        """Say which fit begins; those begun before it are finished."""
        if self.report:
            self.report(Progress(self.done, self.total, label))
        self.done += 1
