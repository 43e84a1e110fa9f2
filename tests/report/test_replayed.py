"""The picture of a replayed path: every action marked, nothing outside, the same bytes every time."""

from pathlib import Path
from typing import Any

import pytest

from stresskit.errors import ConfigError
from stresskit.report.figures.lived_path import MARKERS
from stresskit.report.replayed import GREW, picture, save_picture
from stresskit.report.style import as_svg
from tests.report.test_figures import check

EVERY = {"closed_notional": 0.0, **dict.fromkeys(GREW.values(), 0.0)}


def told(*changes: dict[str, float], shut: bool = False, lives: int = 2) -> dict[str, Any]:
    """A path of ten hours on which something happens hour after hour."""
    so_far, steps = dict(EVERY), []
    for hour in range(11):
        if 0 < hour <= len(changes):
            so_far = {name: so_far[name] + changes[hour - 1].get(name, 0.0) for name in so_far}
        gone = shut and hour >= len(changes)
        steps.append(
            {
                "t_h": float(hour),
                "equity": 20_000.0 - 900.0 * hour,
                "maintenance": 0.0 if gone else 700.0,
                "open": [0.0, 0.0] if gone else [50_000.0, -40_000.0],
                "so_far": dict(so_far),
            }
        )
    marks = {"BTC": [1.0 - 0.01 * h for h in range(11)], "ETH": [1.0 + 0.02 * h for h in range(11)]}
    return {"marks": marks, "lives": {f"life {k}": {"steps": steps} for k in range(lives)}}


def test_every_action_has_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    each = [{name: 5.0} for name in EVERY]
    figure = picture(told(*each, {"closed_notional": 5.0}, shut=True))
    legend = {text.get_text() for text in figure.legends[0].get_texts()}
    assert legend == set(MARKERS)
    drawn = [line.get_marker() for line in figure.axes[1].lines if line.get_marker() != "None"]
    assert sorted(drawn, key=str) == sorted(MARKERS.values(), key=str)
    check({"acted": figure, "quiet": picture(told()), "one": picture(told(lives=1))}, monkeypatch)


def test_the_same_path_gives_the_same_bytes(tmp_path: Path) -> None:
    found = told({"closed_notional": 9.0}, shut=True)
    assert as_svg(picture(found)) == as_svg(picture(found))
    for ending, head in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        save_picture(found, tmp_path / f"path{ending}")
        assert (tmp_path / f"path{ending}").read_bytes().startswith(head)
    with pytest.raises(ConfigError, match=r"--picture: .*\.png, \.svg, \.pdf"):
        save_picture(found, tmp_path / "path.txt")
