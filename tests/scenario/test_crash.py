"""What a crash asks of the model, and what it refuses."""

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.domain import Archimedean, Dcc, Dependence
from stresskit.errors import ConfigError
from stresskit.pipeline.setting import prepare
from stresskit.scenario import stress
from stresskit.scenario.combined import Combined
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown
from stresskit.scenario.crash import Crash
from tests.model.remembering import CORRELATION, DEPENDENCES
from tests.scenario.test_composition import CONFIG, hourly

STEPS = 48
STATIC = hourly(Dependence(CORRELATION, 6.0))
FIRST, SECOND = STATIC.assets[:2]


def crash(**more):
    return Crash(kind="crash", shocks={FIRST: -0.3}, **more)


def only_shock(found, first):
    (segment,) = [s for s in found.segments if s.shocks]
    assert segment.first == first
    (shock,) = segment.shocks
    return segment, shock


def test_a_gap_falls_at_the_open_of_its_step():
    segment, shock = only_shock(stress(crash(at="5h"), STATIC, STEPS, np.zeros(4)), 5)
    assert (segment.last, shock.ramp) == (6, None)
    (move,) = shock.gaps
    assert (move.named.tolist(), move.returns.tolist(), move.stay) == ([0], [-0.3], False)
    assert move.law.variance == pytest.approx(STATIC.marginals.long_run_variance)


def test_a_ramp_takes_its_time_and_the_variance_of_it():
    segment, shock = only_shock(stress(crash(at="5h", over="6h"), STATIC, STEPS, np.zeros(4)), 5)
    assert (segment.last, shock.gaps, shock.steps) == (11, (), 6)
    assert shock.ramp.law.variance == pytest.approx(6 * STATIC.marginals.long_run_variance)


def test_moves_stand_in_the_order_of_the_snapshot():
    spec = Crash(kind="crash", shocks={SECOND: 0.1, FIRST: -0.2})
    _, shock = only_shock(stress(spec, STATIC, STEPS, np.zeros(4)), 0)
    assert shock.gaps[0].named.tolist() == [0, 1]
    assert shock.gaps[0].returns.tolist() == [-0.2, 0.1]


def test_the_completion_is_that_of_the_market_in_force():
    broken = CorrelationBreakdown(
        kind="correlation_breakdown", toward="zero", strength=1.0, volatility_multiplier=3.0
    )
    found = stress(Combined(kind="combined", effects=(broken, crash())), STATIC, STEPS, np.zeros(4))
    law = only_shock(found, 0)[1].gaps[0].law
    assert law.dependence.correlation == pytest.approx(np.eye(4), abs=1e-12)
    assert law.multiplier == 3.0


def test_of_a_regime_the_crisis_and_of_a_dynamic_correlation_its_level():
    crisis = DEPENDENCES["regime"].crisis
    found = stress(crash(), hourly(DEPENDENCES["regime"]), STEPS, np.zeros(4))
    assert only_shock(found, 0)[1].gaps[0].law.dependence is crisis
    found = stress(crash(), hourly(Dcc(CORRELATION, 0.1, 0.8, 5.0)), STEPS, np.zeros(4))
    assert np.array_equal(only_shock(found, 0)[1].gaps[0].law.dependence.correlation, CORRELATION)


def test_a_dependence_without_a_conditional_law_needs_the_others_to_stay():
    clayton = hourly(Archimedean("clayton", 1.0, 4))
    with pytest.raises(ConfigError) as caught:
        stress(crash(), clayton, STEPS, np.zeros(4))
    assert caught.value.problems[0].key == "others"
    assert only_shock(stress(crash(others="stay"), clayton, STEPS, np.zeros(4)), 0)[1].gaps[0].stay


@pytest.mark.parametrize(
    ("keys", "place", "words"),
    [
        ("shocks = { BTC = -0.3, PEPE = -0.5 }", "shocks", "PEPE"),
        ("shocks = { BTC = -1.3 }", "shocks.BTC", "above -0.95"),
        ("shocks = {}", "shocks", "at least 1"),
        ("shocks = { BTC = 0.0 }", "shocks", "a move"),
        ('shocks = { BTC = -0.3 }\nat = "10d"', "at", "before the horizon"),
        ('shocks = { BTC = -0.3 }\nat = "239h"\nover = "2h"', "over", "ends by the horizon"),
        ('shocks = { BTC = -0.3 }\nat = "30m"', "at", "whole number of steps"),
        ('shocks = { BTC = -0.3 }\nover = "30m"', "over", "whole number of steps"),
        ('shocks = { BTC = -0.3 }\nothers = "beta"', "others", "conditional"),
    ],
)
def test_an_impossible_crash_is_refused_at_its_line(tmp_path, keys, place, words):
    path = tmp_path / "run.toml"
    path.write_text(f'{CONFIG}\n[scenarios.fall]\nkind = "crash"\n{keys}\n')
    with pytest.raises(ConfigError) as caught:
        prepare(load_run(path))
    (problem,) = caught.value.problems
    assert problem.key == f"scenarios.fall.{place}"
    assert words in problem.expected
    line = (path.read_text().splitlines())[int(problem.where.split(":")[-2]) - 1]
    assert place.split(".")[0] in line


def test_the_notes_say_how_rare_it_is(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(f'{CONFIG}\n[scenarios.fall]\nkind = "crash"\nshocks = {{ BTC = -0.3 }}\n')
    notes = prepare(load_run(path)).stressed["fall"].notes
    assert notes["given"] == {"BTC": -0.3}
    assert "years" in notes["move 1"]["plausibility"]
    assert notes["move 1"]["widened"] > 10
    assert notes["move 1"]["ETH"].startswith("median -")
