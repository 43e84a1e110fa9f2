"""The picture of a replayed path: every action marked, nothing outside, the same bytes every time."""

from pathlib import Path

import pytest

from stresskit.errors import ConfigError
from stresskit.report.figures.lived_path import MARKERS
from stresskit.report.replayed import picture, save_picture
from stresskit.report.style import as_svg
from tests.report.further_answers import acted, path
from tests.report.test_figures import check


def test_every_action_has_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = picture(acted())
    legend = {text.get_text() for text in figure.legends[0].get_texts()}
    assert legend == set(MARKERS)
    drawn = [line.get_marker() for line in figure.axes[1].lines if line.get_marker() != "None"]
    assert sorted(drawn, key=str) == sorted(MARKERS.values(), key=str)
    check({"acted": figure, "quiet": picture(path()), "one": picture(path(lives=1))}, monkeypatch)


def test_the_same_path_gives_the_same_bytes(tmp_path: Path) -> None:
    found = path({"closed_notional": 9.0}, shut=True)
    assert as_svg(picture(found)) == as_svg(picture(found))
    for ending, head in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        save_picture(found, tmp_path / f"path{ending}")
        assert (tmp_path / f"path{ending}").read_bytes().startswith(head)
    with pytest.raises(ConfigError, match=r"--picture: .*\.png, \.svg, \.pdf"):
        save_picture(found, tmp_path / "path.txt")
