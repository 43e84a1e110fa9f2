"""The answer's folder: ``<out>/<name>-reverse-<id>/`` with ``reverse.json``, which reports of the run find.

It holds what `reverse` says, and under ``liquidated`` the ``scenario``, the ``lives`` of `mean_paths` and
the ways of `ranked`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stresskit.config_file import Loaded
from stresskit.pipeline import Progress, run
from stresskit.pipeline.setting import prepare
from stresskit.results.studies import Study, keep_study, study_key
from stresskit.study.reverse.mean_path import mean_paths
from stresskit.study.reverse.often import ranked
from stresskit.study.reverse.run import reverse

KIND = "reverse"
Show = Callable[[Progress], None]


def keep(
    loaded: Loaded,
    scenario: str,
    out: Path,
    workers: int = 1,
    force: bool = False,
    show: Show | None = None,
) -> Study:
    """Run the config (or take its stored run) and store what liquidated paths of `scenario` have in common.

    A stored answer is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would.
    """
    own = prepare(loaded).hashes()

    def answer() -> dict[str, Any]:
        found = reverse(loaded)
        lives = mean_paths(loaded, run(loaded, out, workers, progress=show), scenario)
        ways = ranked(loaded, _by_life(loaded, found), lives)
        return {**found, "liquidated": {"scenario": scenario, "lives": lives, "ranked": ways}}

    return keep_study(out, KIND, loaded.run.name, study_key(own, scenario), [own], answer, force)


def _by_life(loaded: Loaded, found: dict[str, Any]) -> dict[str, Any]:
    """The one-step moves by the names of lives: a mode's, after its account's where there are several."""
    single = loaded.run.account is not None
    return {
        mode if single else f"{account}.{mode}": answer
        for account, told in found["accounts"].items()
        for mode, answer in told["modes"].items()
    }
