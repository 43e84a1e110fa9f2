"""The shipped configs give the figures that they gave, to nine digits."""

import json
from pathlib import Path

import pytest

from tests.golden_metrics import CONFIGS, FILE, ROOT, SMALL, figures

GOLDEN = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CONFIGS)
def test_figures_change_only_on_purpose(name: str, tmp_path: Path) -> None:
    assert GOLDEN["set"] == SMALL
    found, golden = figures(name, tmp_path), GOLDEN["figures"][name]
    gone = sorted(golden.keys() - found.keys())
    changed = [key for key in golden if key in found and found[key] != pytest.approx(golden[key], rel=2e-9)]
    assert not gone + changed, (
        f"{len(gone)} figures of {name} are gone, {len(changed)} have changed, for example "
        f"{[(key, golden[key], found.get(key)) for key in (gone + changed)[:5]]}. If that is meant: say why "
        "in CHANGELOG.md, then python -m tests.golden_metrics '<the words of that entry>'"
    )


def test_the_changelog_says_why() -> None:
    assert GOLDEN["changelog"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
