"""The answer's folder: ``<out>/<name>-worst-<id>/`` with ``worst.json``, which reports of the run find."""

from dataclasses import asdict
from pathlib import Path

from stresskit.config_file import Loaded
from stresskit.pipeline.setting import prepare
from stresskit.results.studies import Study, keep_study, study_key
from stresskit.study.worst.run import Ask, Show, worst

KIND = "worst"


def keep(
    loaded: Loaded, ask: Ask, out: Path, workers: int = 1, force: bool = False, show: Show | None = None
) -> Study:
    """Find the worst plausible correlation and store it; a stored answer is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As `worst`.
    """
    ask.refuse_impossible()
    own = prepare(loaded).hashes()
    key = study_key(own, asdict(ask))
    return keep_study(
        out, KIND, loaded.run.name, key, [own], lambda: worst(loaded, ask, workers, show), force
    )
