"""The shipped configs, prepared."""

from pathlib import Path

from stresskit.config_file import load_run
from stresskit.pipeline.setting import Setting, prepare

FOLDER = Path(__file__).parents[2] / "configs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def setting(name: str, *overrides: str) -> Setting:
    return prepare(load_run(FOLDER / f"{name}.toml", overrides))
