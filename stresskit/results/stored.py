"""A finished run, read from its folder."""

import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from stresskit.errors import DataError, Problem
from stresskit.results import frames
from stresskit.results.causes import causes
from stresskit.results.checksums import broken_seal
from stresskit.results.columns import MARKET, Life, column_file
from stresskit.results.folder import finished

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """Everything a run found, as its folder holds it.

    Attributes
    ----------
    folder : the run folder.
    metrics, manifest, calibration : content of the JSON files of these names.
    reused : whether an earlier run was found in the folder and nothing was computed.
    """

    folder: Path
    metrics: dict[str, Any]
    manifest: dict[str, Any]
    calibration: dict[str, Any]
    reused: bool = False

    @cached_property
    def schema(self) -> dict[str, Any]:
        """What ``outcomes/schema.json`` says about the columns."""
        return _read(self.folder / "outcomes" / "schema.json")

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios in the order of the config."""
        return tuple(dict.fromkeys(entry["scenario"] for entry in self.schema["columns"]))

    @property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """``margin``, ``scenarios`` and ``verdict`` of each account; a single one is named as its lives."""
        if "accounts" in self.metrics:
            names = dict.fromkeys(entry["account"] for entry in self.schema["columns"])
            return {name: self.metrics["accounts"][name] for name in names}
        return {self.schema["columns"][0]["account"]: self.metrics}

    def lives(self, scenario: str) -> tuple[Life, ...]:
        """Lives of a scenario, the market's among them, in the order of the config."""
        keys = ("life", "account", "mode", "basis")
        rows = (e for e in self.schema["columns"] if e["scenario"] == scenario)
        return tuple(dict.fromkeys(Life(*(row[key] for key in keys)) for row in rows))

    def modes(self, account: str) -> tuple[str, ...]:
        """Margin modes of an account, the present one first."""
        lives = self.lives(self.scenarios[0])
        known = self.accounts[account]["margin"]
        return tuple(
            dict.fromkeys(
                x.mode for x in lives if x.account == account and x.mode != MARKET and x.mode in known
            )
        )

    def column(self, scenario: str, life: str, name: str) -> npt.NDArray[Any]:
        """An outcome column (paths,), or ``equity_sample`` (steps + 1, paths), mapped read-only.

        Raises
        ------
        DataError
            If the run has no such column.
        """
        file = self.folder / "outcomes" / column_file(scenario, life, name)
        known = {entry["file"] for entry in self.schema["columns"]}
        if column_file(scenario, life, name) not in known or not file.is_file():
            raise DataError([Problem(str(file), name, "an outcome column that schema.json names")])
        found: npt.NDArray[Any] = np.load(file, mmap_mode="r")
        return found

    @property
    def exit_code(self) -> int:
        """1 if a limit of any account is broken, otherwise 0."""
        judged = (limit for account in self.accounts.values() for limit in account["verdict"]["limits"])
        return int(any(limit["status"] == "broken" for limit in judged))

    @property
    def summary(self) -> "pd.DataFrame":
        """One row a scenario, account, mode and basis, with the headline figures."""
        return frames.summary(self)

    @property
    def quantiles(self) -> "pd.DataFrame":
        """VaR and ES: one row a scenario, account, mode, basis, measure and level."""
        return frames.quantiles(self)

    @property
    def liquidations(self) -> "pd.DataFrame":
        """One row a liquidated path and life: when, why, and what it cost."""
        return frames.liquidations(self)

    @property
    def contributions(self) -> "pd.DataFrame":
        """What each position and risk factor asks of the equity at the start, by account and mode."""
        return frames.contributions(self)

    @property
    def components(self) -> "pd.DataFrame":
        """What each position and asset carries of the mark-to-market VaR and ES (``contributions``)."""
        return frames.components(self)

    @property
    def causes(self) -> "pd.DataFrame":
        """P(liquidation) of each life by the position that triggered it."""
        return causes(self)

    @property
    def stress(self) -> "pd.DataFrame":
        """Headline figures of each scenario against those of the first one."""
        return frames.stress(self)

    def _repr_html_(self) -> str:
        tables = [self.summary, frames.limits(self)]
        shown = "\n".join(
            table.to_html(index=False, escape=True, na_rep="") for table in tables if len(table)
        )
        return f"<h3>{escape(str(self.metrics['name']))}</h3>\n{shown}"


def load(folder: Path | str, *, verify: bool = True, reused: bool = False) -> Results:
    """Read the folder of a finished run.

    Parameters
    ----------
    folder : path
    verify : bool
        Whether to check every file against ``CHECKSUMS``.
    reused : bool
        Passed on to `Results`.

    Raises
    ------
    DataError
        If `folder` does not hold a finished run, or a file was changed since.
    """
    folder = Path(folder)
    manifest = _read(folder / "manifest.json")
    if not finished(folder):
        raise DataError([Problem(str(folder), "status", "a finished run")])
    changed = broken_seal(folder) if verify else []
    if changed:
        raise DataError([Problem(str(folder), name, "the content that CHECKSUMS states") for name in changed])
    return Results(
        folder, _read(folder / "metrics.json"), manifest, _read(folder / "calibration.json"), reused
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            [Problem(str(file.parent), file.name, "a finished run, which has this file")]
        ) from None
    except (OSError, ValueError) as error:
        raise DataError([Problem(str(file), "", f"readable JSON ({error})")]) from None
    if not isinstance(content, dict):
        raise DataError([Problem(str(file), "", "a JSON object")])
    return content
