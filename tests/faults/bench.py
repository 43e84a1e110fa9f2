"""A small run to do harm to, and what must be true of its folder afterwards."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stresskit.config_file import Loaded, direct, load_run
from stresskit.pipeline import run
from stresskit.results.checksums import sealed_hashes
from tests.study.batches import CONFIG, finished_runs

OWN_TIME = ("manifest.json", "log.jsonl")


@dataclass
class Bench:
    """A config, an answer that nothing disturbed, and a folder for disturbed ones.

    `chance` chooses where the fault strikes; `lost` counts what should have been there and was not.
    """

    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    lost: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "tiny.toml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.expected = self.answer(self.folder / "whole")
        self.finished = self.answer(self.out, seed=2)

    @property
    def out(self) -> Path:
        """Where the disturbed runs go; one finished run stands there from the start."""
        return self.folder / "runs"

    def loaded(self, seed: int = 1) -> Loaded:
        """The config with another seed."""
        return load_run(self.config, [direct("simulation.seed", seed)])

    def run(self, seed: int = 1, progress: Any = None) -> Path:
        """Run into `out`."""
        return run(self.loaded(seed), self.out, 1, False, progress).folder

    def answer(self, out: Path, seed: int = 1) -> dict[str, str]:
        """Hashes of all that a run leaves but the times of day."""
        folder = run(self.loaded(seed), out, 1).folder
        return {name: one for name, one in sealed_hashes(folder).items() if name not in OWN_TIME}

    def check(self, *, whole: bool = False) -> None:
        """Nothing half-written stands in `out`, what was finished is whole, and a run gives what it gave."""
        assert not list(self.out.glob(".*")), sorted(self.out.iterdir())
        there = finished_runs(self.out)
        assert len(there) <= 2
        self.lost += self.answer(self.out, seed=2) != self.finished
        self.lost += self.answer(self.out) != self.expected
        assert not self.lost
        if not whole:
            self.forget()

    def forget(self) -> None:
        """Remove the disturbed run, so that the next one is computed again."""
        import shutil

        found = run(self.loaded(), self.out, 1)
        shutil.rmtree(found.folder)
