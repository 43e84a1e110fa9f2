"""The band over models: smallest and largest, the run's own among them, and where nothing is known."""

import numpy as np
import pytest

from stresskit.measure.envelope import NONE, Sample, band, envelope_object, sample_figures
from stresskit.measure.law import PLAIN
from tests.lawful import assert_lawful


def estimate(value, half=0.01):
    return {"value": value, "low": value - half, "high": value + half}


NOTHING = {"value": None, "low": None, "high": None, "reason": "no path"}


def test_the_band_holds_the_runs_own_figure():
    found = band({"run": estimate(0.2), "normal": estimate(0.1), "skew_t": estimate(0.15)})
    assert (found["lowest"], found["lowest_model"]) == (0.1, "normal")
    assert (found["highest"], found["highest_model"]) == (0.2, "run")
    assert found["monte_carlo"] == pytest.approx(0.02)


def test_models_without_a_figure_leave_the_band_to_the_others():
    assert band({"run": NOTHING, "normal": estimate(0.1)})["reason"] == "the run's own figure is undefined"
    none = band({"run": NOTHING, "normal": NOTHING})
    assert (none["lowest"], none["reason"]) == (None, NONE)
    assert_lawful(none)


@pytest.mark.parametrize("paths", [2, 5000])
def test_every_figure_has_its_band(paths):
    rng = np.random.default_rng(1)
    draws = {name: rng.standard_normal(paths) * scale for name, scale in (("run", 1.0), ("wild", 3.0))}
    told = {name: sample_figures(Sample(x, {"cross": (x > 2.0, x)}), PLAIN) for name, x in draws.items()}
    found = envelope_object({"calm": told["run"]}, {"wild": {"scenarios": {"calm": told["wild"]}}})
    assert_lawful(found)
    spread = found["spread"]["calm"]
    assert set(spread["market"]) == {"var", "es"}
    assert set(spread["modes"]["cross"]) == {"p_liquidation", "var", "es"}
    if paths > 100:
        assert spread["market"]["es"]["0.99"]["highest_model"] == "wild"
        assert spread["modes"]["cross"]["p_liquidation"]["lowest_model"] == "run"


def test_all_paths_liquidated_under_every_model():
    always = {
        name: sample_figures(Sample(np.ones(500), {"m": (np.ones(500, bool), np.ones(500))}), PLAIN)
        for name in "ab"
    }
    found = envelope_object({"calm": always["a"]}, {"b": {"scenarios": {"calm": always["b"]}}})
    share = found["spread"]["calm"]["modes"]["m"]["p_liquidation"]
    assert (share["lowest"], share["highest"]) == (1.0, 1.0)
