"""What the effects on the venue's side say and leave, and what they refuse; no paths."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.errors import ConfigError
from stresskit.scenario import ScenarioSpec, stress

READ: TypeAdapter[Any] = TypeAdapter(ScenarioSpec)
STEPS = 48


def model() -> JointModel:
    ones = np.full(2, 1e-4)
    laws = (StudentT(5.0),) * 2
    marginals = Marginals(0 * ones, ones, 0 * ones, 0 * ones, 0 * ones, laws, ones, ones)
    return JointModel(("BTC", "ETH"), 3600, marginals, Dependence(np.eye(2), np.inf))


def stressed(**said: Any) -> Any:
    return stress(READ.validate_python(said), model(), STEPS, np.array([1.0, -1.0]))


def effect(**said: Any) -> dict[str, Any]:
    return {"kind": said.pop("kind"), **said}


KINDS: list[dict[str, Any]] = [
    effect(kind="liquidity"),
    effect(kind="outage", onset="2h", duration="3h"),
    effect(kind="tightening", factor=2.0),
    effect(kind="funding_spike", rate=0.01),
    effect(kind="depeg", asset="USDT", loss=0.1),
    effect(kind="adl"),
]


@pytest.mark.parametrize("said", KINDS, ids=lambda said: said["kind"])
def test_each_says_what_it_changed_and_how_plausible_that_is(said: dict[str, Any]) -> None:
    found = stressed(**said)
    assert found.notes["plausibility"]
    assert len(found.notes) > 1
    assert len(found.venue) == 1
    assert [(s.first, s.last, s.volatility_multiplier) for s in found.segments] == [(0, STEPS, 1.0)]


def test_they_add_up_in_a_combined_scenario() -> None:
    found = stressed(kind="combined", effects=KINDS)
    assert len(found.venue) == len(KINDS)
    assert [key.rpartition(" ")[2] for key in found.notes] == [said["kind"] for said in KINDS]


@pytest.mark.parametrize("said", KINDS, ids=lambda said: said["kind"])
def test_each_acts_in_its_time(said: dict[str, Any]) -> None:
    found = stressed(**{**said, "onset": "4h", "duration": "5h"}).venue[0]
    assert (found.first, found.last) == (4, 9)


def test_a_time_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(ConfigError, match="duration: at most 46h"):
        stressed(kind="outage", onset="2h", duration="47h")


def test_two_effects_that_cannot_be_told_apart_are_refused() -> None:
    adl = effect(kind="adl")
    with pytest.raises(ConfigError, match=r"effects\.1\.onset"):
        stressed(kind="combined", effects=[adl, adl])
    apart = stressed(kind="combined", effects=[{**adl, "duration": "3h"}, {**adl, "onset": "3h"}])
    assert len(apart.venue) == 2


@pytest.mark.parametrize(
    "said",
    [
        effect(kind="liquidity", depth=0.0),
        effect(kind="liquidity", spread=0.5),
        effect(kind="outage"),
        effect(kind="tightening", factor=0.9),
        effect(kind="tightening"),
        effect(kind="tightening", factor=2.0, trigger=2.0, haircut=0.1),
        effect(kind="funding_spike", rate=0.0),
        effect(kind="funding_spike", rate=1.5),
        effect(kind="depeg", asset="USDT", loss=1.0),
        effect(kind="depeg", asset="USDT"),
        effect(kind="adl", fund=1.0),
        effect(kind="adl", share=0.0),
        effect(kind="adl", move=1.0),
    ],
)
def test_the_impossible_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(said)


def test_a_spike_of_an_asset_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="rate: assets of the market"):
        stressed(kind="funding_spike", rate={"DOGE": 0.01})
