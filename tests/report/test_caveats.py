"""What the report says about the time between steps follows the run's config."""

import pytest

from stresskit.report.caveats import assumptions, between_steps


def manifest(**simulation):
    return {"config": {"simulation": simulation}}


@pytest.mark.parametrize(
    ("chosen", "word"), [("bridge", "Brownian bridge"), ("none", "at the observed steps only")]
)
def test_assumptions_name_what_was_done(chosen, word):
    other = {"bridge": "none", "none": "bridge"}[chosen]
    assert sum(word in line for line in assumptions(manifest(between_steps=chosen))) == 1
    assert not any(word in line for line in assumptions(manifest(between_steps=other)))


def test_a_run_from_before_the_choice_looked_at_the_steps_only():
    assert between_steps(manifest()) == "none"
