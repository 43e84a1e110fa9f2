"""A break of the correlations acts on every dependence that has some, and is refused by the others."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.config_file import Loaded
from stresskit.domain import Blend, Bootstrap, Dcc, Dependence, Regime, from_the_long_run, reshaped
from stresskit.errors import ConfigError
from stresskit.pipeline import setting as settings
from stresskit.scenario import stress
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown
from stresskit.scenario.targets import every_leg_loses, everywhere
from tests.model.remembering import CORRELATION, DEPENDENCES, FAR, model, residuals
from tests.properties.configs import setting
from tests.shipped import draw

BOOK = np.array([0.0, 50_000.0, 0.0, -30_000.0])
STEPS, SEED = 12, 5


def broken(dependence, strength=0.8, toward="every_leg_loses", **more):
    spec = CorrelationBreakdown(kind="correlation_breakdown", toward=toward, strength=strength, **more)
    return stress(spec, model(dependence), STEPS, BOOK)


def expected(matrix, strength=0.8):
    goal = every_leg_loses(BOOK)
    return Blend(goal.members, goal.matrix, strength)(matrix)


def test_both_states_of_a_regime():
    (segment,) = broken(DEPENDENCES["regime"], copula_nu=3.0).segments
    regime = segment.dependence
    assert np.array_equal(regime.calm.correlation, expected(CORRELATION))
    assert np.array_equal(regime.crisis.correlation, expected(FAR))
    assert (regime.calm.nu, regime.crisis.nu) == (3.0, 3.0)
    assert (regime.multiplier, regime.stay_calm) == (2.5, 0.9)


def test_a_dcc_at_every_step():
    """At strength 1 the legs move as one whatever the matrix of the step; halfway they are closer."""
    (segment,) = broken(DEPENDENCES["dcc"], 1.0).segments
    returns, _ = draw(model(segment.dependence), STEPS, 500, SEED)
    calm, _ = draw(model(DEPENDENCES["dcc"]), STEPS, 500, SEED)
    assert (np.sign(returns[:, 1]) == -np.sign(returns[:, 3])).all()
    assert np.array_equal(returns[:, 0], calm[:, 0])
    assert np.array_equal(returns[:, 2], calm[:, 2])
    assert segment.dependence.nu == 6.5


def test_strength_zero_changes_no_bit():
    for name in ("dcc", "regime"):
        (segment,) = broken(DEPENDENCES[name], 0.0).segments
        changed = draw(model(segment.dependence), STEPS, 300, SEED)[0]
        assert np.array_equal(changed, draw(model(DEPENDENCES[name]), STEPS, 300, SEED)[0])


@pytest.mark.parametrize("toward", ["every_leg_loses", "zero"])
def test_the_draws_move_continuously_with_the_strength(toward):
    calm = draw(model(DEPENDENCES["dcc"]), 3, 300, SEED)[0]
    for strength in (1e-9, 1e-5):
        (segment,) = broken(DEPENDENCES["dcc"], strength, toward).segments
        moved = draw(model(segment.dependence), 3, 300, SEED)[0]
        assert 0 < np.abs(moved - calm).max() < 10 * strength


def test_notes_are_true_of_every_kind():
    share = 0.1 / 0.4
    mean = (1 - share) * CORRELATION + share * FAR
    notes = broken(DEPENDENCES["regime"]).notes
    assert notes["mean_calm_correlation"] == pytest.approx(mean[1, 3])
    assert notes["mean_stressed_correlation"] == pytest.approx(0.2 * mean[1, 3] - 0.8)
    assert notes["copula_nu"] == [8.0, 3.5]
    assert "calm and crisis" in notes["correlations"]
    notes = broken(DEPENDENCES["dcc"]).notes
    assert notes["mean_calm_correlation"] == pytest.approx(CORRELATION[1, 3])
    assert "long-run" in notes["correlations"]
    assert "correlations" not in broken(Dependence(CORRELATION, 5.0)).notes


def test_a_dependence_without_correlations_is_refused_at_the_key():
    with pytest.raises(ConfigError) as caught:
        broken(Bootstrap(residuals(), 5.0), 0.0)
    (problem,) = caught.value.problems
    assert problem.key == "toward"
    assert "correlation matrix" in problem.expected


def test_the_pipeline_places_the_refusal():
    found = setting("quickstart")
    loaded: Loaded = found.loaded
    whole = replace(found.market.model, dependence=Bootstrap(residuals(50, 10), 5.0))
    calibration = replace(found.market.calibration, model=whole)
    with pytest.raises(ConfigError) as caught:
        settings._stressed(loaded, replace(found.market, calibration=calibration), found.used, np.ones(10))
    (problem,) = caught.value.problems
    assert problem.key == "scenarios.hedge_breaks.toward"
    assert problem.where.split(":")[0].endswith("quickstart.toml")


def test_the_scenario_set_begins_in_the_long_run():
    assert from_the_long_run(Dcc(CORRELATION, 0.1, 0.8, 5.0, start=FAR)).start is None
    assert from_the_long_run(replace(DEPENDENCES["regime"], start_crisis=1.0)).start_crisis is None
    same = Dependence(CORRELATION, 5.0)
    assert from_the_long_run(same) is same


def test_reshaping_keeps_the_degrees_of_freedom_unless_told():
    goal = everywhere(0.0, 4)
    change = Blend(goal.members, goal.matrix, 0.5)
    assert reshaped(Dependence(CORRELATION, 5.0), change).nu == 5.0
    assert reshaped(Dcc(CORRELATION, 0.1, 0.8, 5.0), change, 3.0).nu == 3.0
    assert isinstance(reshaped(DEPENDENCES["regime"], change), Regime)
