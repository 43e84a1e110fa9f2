"""Every figure of books of different size and fate: no text outside the figure, none upon another."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from stresskit.report.document import build, take_figures
from stresskit.report.draw import short, spread
from stresskit.report.studies import studies
from stresskit.report.style import LOOKS
from stresskit.results import Results
from tests.report import answers, variants
from tests.report.conftest import Builder, Maker

FIGURES = {
    "survival",
    "requirement",
    "equity_fan",
    "hazard",
    "closed_out",
    "profit_and_loss",
    "convergence",
    "depth",
    "ratio_fan",
}
ANSWERED = {"dial", "surface", "stress_matrix", "tornado", "backtest", "forecast_law", "modal_path"}
CASES: dict[str, dict[str, Any]] = {
    "two": {},
    "one position": {"assets": 1},
    "ten positions": {"assets": 10},
    "thirty positions, long names": {"assets": 30},
    "nobody": {"scale": (0.2, 0.3)},
    "hardly anybody": {"p_liq": 0.001},
    "half": {"p_liq": 0.5},
    "nearly all": {"scale": (30.0, 100.0)},
    "one step": {"steps": 1, "p_liq": 0.2},
    "one day": {"steps": 24},
}


def boxes(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Bbox]]:
    """Text that is really drawn, with the box it covers in pixels."""
    drawn: list[tuple[str, Bbox]] = []
    original = Text.draw

    def draw(self: Text, renderer: object) -> None:
        if self.get_visible() and self.get_text().strip():
            drawn.append((self.get_text(), Text.get_window_extent(self, renderer)))  # type: ignore[arg-type]
        original(self, renderer)  # type: ignore[arg-type]

    monkeypatch.setattr(Text, "draw", draw)
    figure.draw_without_rendering()
    monkeypatch.undo()
    return drawn


def check(figures: dict[str, Figure], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, figure in figures.items():
        found = boxes(figure, monkeypatch)
        assert found, name
        for text, box in found:
            inside = figure.bbox.padded(0.5)
            assert inside.contains(box.x0, box.y0), (name, text)
            assert inside.contains(box.x1, box.y1), (name, text)
        for (one, a), (other, b) in combinations(found, 2):
            shared = Bbox.intersection(a.padded(-0.7), b.padded(-0.7))
            assert shared is None or shared.width * shared.height < 1e-9, (name, one, other)


@pytest.mark.parametrize("case", CASES)
def test_text_lies_inside_and_apart(
    case: str, make: Maker, sheets: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = sheets(make(**CASES[case])).figures
    assert set(figures) == FIGURES
    check(figures, monkeypatch)


def test_figures_of_an_account_that_always_dies_fit(
    results: Results, sheets: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(sheets(variants.liquidated(results.folder, tmp_path / "run")).figures, monkeypatch)


@pytest.mark.parametrize("assets", [30, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2))])
def test_figures_of_stored_answers_fit(
    assets: int, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = make(**({} if assets == 2 else {"assets": assets}))
    found = studies(results, answers.stored(tmp_path, answers.every(assets)))
    figures = take_figures(build(results, found))
    assert set(figures) == FIGURES | ANSWERED
    check({name: figures[name] for name in ANSWERED}, monkeypatch)


def test_many_modes_and_long_names_fit(
    wide: Results, sheets: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(sheets(wide).figures, monkeypatch)


def test_modes_differ_by_more_than_colour() -> None:
    assert len({look.line for look in LOOKS}) == len({look.hatch for look in LOOKS}) == len(LOOKS)


def test_places_are_spread_in_order() -> None:
    assert spread([], 0.1) == []
    assert spread([0.5], 0.1) == [0.5]
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.5, 0.6])
    assert spread([1.0, 0.99, 0.98], 0.1) == pytest.approx([1.0, 0.9, 0.8])
    assert spread([0.0, 0.01], 0.1) == pytest.approx([0.0, 0.1])


def test_cut_names_stay_hypothetical() -> None:
    assert short("abc", 5) == "abc"
    assert short("abcdefghij", 7) == "abc…hij"
    cut = short("a_very_long_name_of_a_mode (hypothetical)", 26)
    assert len(cut) <= 26
    assert cut.endswith("(hypothetical)")
