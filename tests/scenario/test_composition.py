"""Scenarios of several effects: each acts on what those before it have left, at its own times."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.domain import Dependence, StressedModel
from stresskit.errors import ConfigError
from stresskit.pipeline.setting import prepare
from stresskit.scenario import stress
from stresskit.scenario.combined import Combined
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown, stress_correlation
from stresskit.scenario.regime import ForcedRegime
from stresskit.scenario.timeline import calm
from tests.model.remembering import CORRELATION, DEPENDENCES, FAR, model
from tests.properties.configs import FOLDER
from tests.shipped import draw

BOOK = np.array([0.0, 50_000.0, 0.0, -30_000.0])
STEPS = 24


def hourly(dependence):
    return replace(model(dependence), step_s=3600)


STATIC = hourly(Dependence(CORRELATION, 6.0))


def broken(strength=0.5, toward="every_leg_loses", **more):
    return CorrelationBreakdown(kind="correlation_breakdown", toward=toward, strength=strength, **more)


def combined(*effects):
    return Combined(kind="combined", effects=effects)


def test_one_effect_alone_is_the_effect():
    alone = stress(broken(onset="6h"), STATIC, STEPS, BOOK)
    listed = stress(combined(broken(onset="6h")), STATIC, STEPS, BOOK)
    for one, other in zip(alone.segments, listed.segments, strict=True):
        assert (one.first, one.last, one.volatility_multiplier) == (
            other.first,
            other.last,
            other.volatility_multiplier,
        )
        assert np.array_equal(one.dependence.correlation, other.dependence.correlation)
    assert listed.notes == {"effect 1, correlation_breakdown": alone.notes}


def test_effects_overlap_and_multiply():
    scenario = combined(
        broken(1.0, onset="4h", duration="8h", volatility_multiplier=2.0),
        broken(1.0, "zero", onset="8h", duration="8h", volatility_multiplier=3.0, copula_nu=3.0),
    )
    found = stress(scenario, STATIC, STEPS, BOOK)
    spans = [(s.first, s.last, s.volatility_multiplier, s.dependence.nu) for s in found.segments]
    assert spans == [(0, 4, 1, 6), (4, 8, 2, 6), (8, 12, 6, 3), (12, 16, 3, 3), (16, 24, 1, 6)]
    pair = [s.dependence.correlation[1, 3] for s in found.segments]
    assert pair == pytest.approx([CORRELATION[1, 3], -1, 0, 0, CORRELATION[1, 3]], abs=1e-12)
    first, second = found.notes.values()
    assert first["mean_stressed_correlation"] == pytest.approx(-1)
    assert second["mean_calm_correlation"] == pytest.approx(-1)  # what the first effect left
    assert second["mean_stressed_correlation"] == pytest.approx(0, abs=1e-12)


def test_what_the_venue_was_told_passes_through():
    mark = object()
    before = replace(calm(STATIC, STEPS), venue=mark)
    assert stress_correlation(broken(), before, STATIC, STEPS, BOOK).venue is mark
    assert isinstance(before, StressedModel)


def test_crisis_is_forced_for_its_steps_and_the_chain_goes_on():
    """Every path is in crisis in steps 5 to 12, and not all of them are before and after."""
    regime = hourly(DEPENDENCES["regime"])
    found = stress(ForcedRegime(kind="regime", onset="5h", duration="8h"), regime, STEPS, BOOK)
    assert [(s.first, s.last, s.dependence.forced) for s in found.segments] == [
        (0, 4, False),
        (4, 12, True),
        (12, 24, False),
    ]
    assert found.notes["held_in_crisis"] == "8h"
    assert "plausibility" in found.notes


def test_crisis_from_the_start_and_to_the_horizon():
    regime = hourly(DEPENDENCES["regime"])
    found = stress(ForcedRegime(kind="regime"), regime, STEPS, BOOK)
    assert found.segments[0].dependence.start_crisis == 1.0
    assert all(s.dependence.forced for s in found.segments if s.last < STEPS)
    one = stress(ForcedRegime(kind="regime", duration="1h"), regime, STEPS, BOOK)
    assert [(s.first, s.last, s.dependence.forced) for s in one.segments] == [(0, 1, False), (1, 24, False)]
    assert one.segments[0].dependence.start_crisis == 1.0


def test_a_broken_crisis_stays_broken():
    regime = hourly(DEPENDENCES["regime"])
    found = stress(combined(broken(1.0), ForcedRegime(kind="regime")), regime, STEPS, BOOK)
    assert found.segments[0].dependence.crisis.correlation[1, 3] == pytest.approx(-1)
    assert FAR[1, 3] > 0


def test_a_model_without_a_crisis_is_refused_at_the_effects_key():
    with pytest.raises(ConfigError) as caught:
        stress(combined(broken(), ForcedRegime(kind="regime")), STATIC, STEPS, BOOK)
    (problem,) = caught.value.problems
    assert problem.key == "effects.1.kind"
    assert "crisis" in problem.expected


CONFIG = (FOLDER / "quickstart.toml").read_text()
EFFECTS = """
[scenarios.black_day]
kind = "combined"

[[scenarios.black_day.effects]]
kind = "correlation_breakdown"
toward = "every_leg_loses"
strength = 0.5

[[scenarios.black_day.effects]]
"""


def refusals(tmp_path, table):
    path = tmp_path / "run.toml"
    path.write_text(CONFIG + EFFECTS + table)
    with pytest.raises(ConfigError) as caught:
        prepare(load_run(path))
    return [(int(p.where.split(":")[-2]), p.key, p.expected) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("table", "line", "key", "words"),
    [
        (
            'kind = "correlation_breakdown"\ntoward = "zero"\nstrength = 1.2\n',
            3,
            "strength",
            "between 0 and 1",
        ),
        (
            'kind = "correlation_breakdown"\ntoward = "zero"\nstrength = 1\nonset = "10d"\n',
            4,
            "onset",
            "before",
        ),
        (
            'kind = "correlation_breakdown"\ntoward = "zero"\nstrength = 1\nduration = "90m"\n',
            4,
            "duration",
            "steps",
        ),
        ('kind = "black_swan"\n', 1, "kind", "correlation_breakdown"),
        ('kind = "correlation_breakdown"\ntoward = "zero"\nstrenght = 1\n', 3, "strenght", "strength"),
        ('kind = "regime"\n', 1, "kind", "no crisis state"),
    ],
)
def test_an_impossible_effect_is_refused_at_its_line(tmp_path, table, line, key, words):
    found = refusals(tmp_path, table)
    place = f"scenarios.black_day.effects.1.{key}"
    start = (CONFIG + EFFECTS).count("\n")
    (hit,) = [each for each in found if each[1] == place]
    assert hit[0] == start + line
    assert words in hit[2]


def test_a_forced_crisis_is_drawn():
    """At every step of the span the returns are as large as the crisis makes them."""
    regime = hourly(DEPENDENCES["regime"])
    held = stress(ForcedRegime(kind="regime"), regime, 12, BOOK).segments[0].dependence
    free, forced = (draw(model(d), 12, 4000, 3)[0] for d in (DEPENDENCES["regime"], held))
    ratio = np.abs(forced[1:]).mean() / np.abs(free[1:]).mean()
    assert ratio > 1.2
