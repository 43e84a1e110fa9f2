"""What ``import stresskit as sk`` offers. Nothing heavy is imported before it is used."""

from stresskit.face.runs import batch, compare, cores, load, replay, report, reproduce, run
from stresskit.face.studies import (
    advise,
    dial,
    events,
    frontier,
    margins,
    matrices,
    remedies,
    reverse,
    sufficiency,
    worst,
)

__all__ = [
    "advise",
    "batch",
    "compare",
    "cores",
    "dial",
    "events",
    "frontier",
    "load",
    "margins",
    "matrices",
    "remedies",
    "replay",
    "report",
    "reproduce",
    "reverse",
    "run",
    "sufficiency",
    "worst",
]
