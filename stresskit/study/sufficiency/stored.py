"""The answer's folder: ``<out>/<name>-sufficiency-<id>/`` with ``sufficiency.json``, which reports find."""

from dataclasses import asdict
from pathlib import Path

from stresskit.config_file import Loaded
from stresskit.pipeline.setting import prepare
from stresskit.results.studies import Study, keep_study, study_key
from stresskit.study.sufficiency.run import Ask, sufficiency

KIND = "sufficiency"


def keep(loaded: Loaded, ask: Ask, out: Path, force: bool = False) -> Study:
    """Measure sufficiency and store it; a stored answer is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As `sufficiency`.
    """
    own = prepare(loaded).hashes()
    key = study_key(own, asdict(ask))
    return keep_study(out, KIND, loaded.run.name, key, [own], lambda: sufficiency(loaded, ask), force)
