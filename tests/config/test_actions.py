"""What an owner may be said to do, and what orders may be said to leave."""

from typing import Any

import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline.accounts import habits_of
from tests.properties.configs import FOLDER


def quickstart(*overrides: str) -> Any:
    return load_run(FOLDER / "quickstart.toml", list(overrides))


def test_an_action_waits_for_whole_steps() -> None:
    assert habits_of(quickstart().run.books()[0], 3600) is None
    loaded = quickstart("account.actions.top_up={ amount = 500, at_ratio = 1.5, delay = '3h' }")
    habits = habits_of(loaded.run.books()[0], 3600)
    assert habits is not None
    assert (habits.amount, habits.top_up_ratio, habits.top_up_delay, habits.cut_ratio) == (500, 1.5, 3, 0)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("account.actions={}", "deleverage, or transfer"),
        (
            "account.actions.top_up={ amount = 500, at_ratio = 1.5, delay = '90m' }",
            "whole number of steps of 1h",
        ),
        ("account.actions.top_up={ amount = 0, at_ratio = 1.5 }", "above 0"),
        ("account.actions.deleverage={ share = 1.5, at_ratio = 1.5 }", "1"),
        ("account.actions.deleverage={ share = 0.5 }", "required"),
        ("execution.permanent_share=1.5", "fraction"),
        ("execution.participation=0", "0"),
    ],
)
def test_what_cannot_be_done_is_refused(said: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        quickstart(said)
    assert any(expected in problem.expected for problem in caught.value.problems), caught.value.problems
