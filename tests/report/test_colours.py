"""Series stay apart for eyes without one kind of cone; marks stand out from the cells they frame."""

from itertools import combinations, pairwise

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex

from stresskit.report.figures.heat import COLOURS, DARK
from stresskit.report.style import BAD, LOOKS
from tests.report.colour_sight import MISSING, distance, lightness

APART = 12.0  # five times what is just noticeable
NEAREST_MODES = 30.0  # of the first three modes


@pytest.mark.parametrize("sight", MISSING)
def test_series_stay_apart(sight: str) -> None:
    found = {(a.colour, b.colour): distance(a.colour, b.colour, sight) for a, b in combinations(LOOKS, 2)}
    assert min(found.values()) > APART, min(found, key=lambda pair: found[pair])
    assert min(distance(a.colour, b.colour, sight) for a, b in combinations(LOOKS[:3], 2)) > NEAREST_MODES


@pytest.mark.parametrize("sight", MISSING)
def test_figures_in_cells_can_be_read_and_the_scale_runs_one_way(sight: str) -> None:
    shades = [to_hex(mpl.colormaps[COLOURS](i / 20)) for i in range(21)]
    light = [lightness(shade, sight) for shade in shades]
    assert all(a < b for a, b in pairwise(light))
    for place, shade in enumerate(shades):
        ink = "#ffffff" if place / 20 < DARK else "#000000"
        assert distance(ink, shade, sight) > 40.0, (place, sight)
        assert distance(BAD, shade, sight) > APART, (place, sight)


def test_the_default_red_and_green_would_not_do() -> None:
    assert distance("#d62728", "#2ca02c", "normal") > 3 * distance("#d62728", "#2ca02c", "deuteranopia")


def test_a_colour_is_itself_to_a_normal_eye() -> None:
    assert distance("#123456", "#123456", "protanopia") == 0.0
    assert distance("#ffffff", "#000000", "deuteranopia") == pytest.approx(100.0, abs=0.5)
