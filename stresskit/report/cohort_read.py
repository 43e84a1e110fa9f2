"""What a cohort's folder says, as the report reads it."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stresskit.errors import DataError, Problem
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.text import printable
from stresskit.results.checksums import broken_seal

Json = Mapping[str, Any]
METRICS, TABLE, MANIFEST = "metrics.json", "accounts.csv", "manifest.json"
READ = ("scenario", "mode", "hypothetical", "p_liquidation")


@dataclass(frozen=True)
class CohortRead:
    """What a cohort's folder says; `chances`: P(liquidation) of every account by scenario and mode."""

    metrics: Json
    manifest: Json
    hypothetical: frozenset[str]
    chances: Mapping[tuple[str, str], list[float]]

    @property
    def modes(self) -> list[str]:
        """The present mode first."""
        present = self.metrics["ranking"][0]["mode"]
        return [present, *(mode for mode in self.manifest["config"]["modes"] if mode != present)]

    @property
    def scenarios(self) -> list[str]:
        """The calm one first."""
        calm = self.metrics["ranking"][0]["scenario"]
        return [calm, *(name for name in self.manifest["config"]["scenarios"] if name != calm)]

    @property
    def shown(self) -> list[str]:
        """The calm scenario, and that of the others in which most accounts are liquidated as they are now."""
        calm, *others = self.scenarios
        return [calm, *sorted(others, key=self._liquidated, reverse=True)[:1]]

    def _liquidated(self, scenario: str) -> float:
        told = self.metrics["scenarios"][scenario][self.modes[0]]
        return float(told["liquidated_accounts"]["mean"]["value"])

    def label(self, mode: str) -> str:
        """A mode as it is named everywhere: hypothetical ones say so."""
        return f"{mode}{HYPOTHETICAL}" if mode in self.hypothetical else mode


def is_cohort(folder: Path) -> bool:
    """Whether a folder holds a finished cohort."""
    try:
        return "cohort" in dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def read_cohort(home: Path) -> CohortRead:
    """Read the folder of a finished cohort.

    Raises
    ------
    DataError
        If the folder holds no cohort, or a file was changed since.
    """
    changed = broken_seal(home)
    if changed:
        raise DataError([Problem(str(home), name, "the content that CHECKSUMS states") for name in changed])
    try:
        metrics, manifest = (
            json.loads((home / one).read_text(encoding="utf-8")) for one in (METRICS, MANIFEST)
        )
        with (home / TABLE).open(encoding="utf-8", newline="") as stream:
            rows = [{key: row[key] for key in READ} for row in csv.DictReader(stream)]
        if not rows:
            raise ValueError("no account")
        chances: dict[tuple[str, str], list[float]] = {}
        for row in rows:
            chances.setdefault((row["scenario"], row["mode"]), []).append(float(row["p_liquidation"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError([Problem(str(home), TABLE, f"the tables of a cohort ({error})")]) from None
    hypothetical = frozenset(row["mode"] for row in rows if row["hypothetical"] == "True")
    return CohortRead(printable(metrics), printable(manifest), hypothetical, chances)
