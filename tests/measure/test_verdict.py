import pytest

from stresskit.measure.limits import LIMIT_NAMES, Limit
from stresskit.measure.verdict import Evidence, verdict

SHOWN = "portfolio is hypothetical at this venue: it is shown for comparison and never recommended."


def estimate(value):
    return {"value": value, "low": 0.9 * value, "high": 1.1 * value}


def figures(**values):
    return {name: estimate(values.get(name, 0.01)) for name in LIMIT_NAMES}


def pair(low, high):
    return {"difference": {"value": (low + high) / 2, "low": low, "high": high}}


def evidence(modes, scenarios, limits=(), paired=None, hypothetical=(), **initial):
    """`scenarios` maps scenario -> mode -> figures; `paired` scenario -> mode -> (low, high)."""
    margin = {m: {"initial": initial.get(m, 100.0), "hypothetical": m in hypothetical} for m in modes}
    paired = paired or {}
    found = {
        name: {"modes": by_mode, "paired": {m: pair(*x) for m, x in paired.get(name, {}).items()}}
        for name, by_mode in scenarios.items()
    }
    return Evidence(modes, next(iter(scenarios)), margin, found, limits)


LIMIT = Limit("p_liquidation", 0.05, "cross", "calm")
TWO = ("cross", "unified")


def two(cross, unified, interval, limits=(LIMIT,), /, **initial):
    scenarios = {"calm": {"cross": cross, "unified": unified}}
    return verdict(evidence(TWO, scenarios, limits, {"calm": {"unified": interval}}, **initial))


def test_only_offered_mode_is_the_answer_and_its_breach_is_told():
    scenarios = {"calm": {"cross": figures(p_liquidation=0.08), "portfolio": figures()}}
    found = verdict(evidence(("cross", "portfolio"), scenarios, [LIMIT], hypothetical=("portfolio",)))
    assert found["mode"] == "cross"
    assert found["reasons"] == [
        "cross is the only mode here that the venue offers.",
        "cross breaks p_liquidation in scenario calm: 0.08 against a limit of 0.05.",
        SHOWN,
    ]
    assert [limit["status"] for limit in found["limits"]] == ["broken"]


def test_hypothetical_mode_is_never_recommended_even_when_best():
    scenarios = {"calm": {m: figures() for m in ("cross", "portfolio", "unified")}}
    paired = {"calm": {"portfolio": (-0.3, -0.2), "unified": (0.1, 0.2)}}
    found = verdict(
        evidence(
            ("cross", "portfolio", "unified"),
            scenarios,
            paired=paired,
            hypothetical=("portfolio",),
            portfolio=1.0,
        )
    )
    assert found["mode"] == "cross"
    assert SHOWN in found["reasons"]


def test_lowest_initial_requirement_within_the_limits():
    found = two(figures(), figures(), (0.01, 0.02), cross=1000.0, unified=400.0)
    assert found["mode"] == "unified"
    assert found["reasons"] == [
        "cross, unified break no limit; unified asks the lowest initial margin of them, 400.00 USD.",
        "P(liquidation) of unified less that of cross lies between +1.00 and +2.00 percentage points "
        "in scenario calm: the modes differ.",
    ]


def test_mode_that_breaks_a_limit_is_out_however_cheap():
    found = two(figures(), figures(p_liquidation=0.2), (0.1, 0.3), cross=1000.0, unified=1.0)
    assert found["mode"] == "cross"
    assert found["reasons"] == [
        "cross is the only mode offered here that breaks no limit; it asks 1,000.00 USD initial margin."
    ]


def test_undecided_limit_is_not_broken():
    edge = figures(p_liquidation=0.05)
    assert two(edge, figures(p_liquidation=0.2), (0.1, 0.3), unified=1.0)["mode"] == "cross"


def test_equal_requirements_keep_the_present_mode():
    assert two(figures(), figures(), (0.1, 0.2))["mode"] == "cross"


def test_among_equal_requirements_the_mode_liquidated_least_often():
    often, seldom = figures(p_liquidation=0.04), figures(p_liquidation=0.003)
    found = two(often, seldom, (-0.04, -0.03), ())
    assert found["mode"] == "unified"
    assert found["reasons"][0] == (
        "No limit is set; cross, unified ask the same initial margin, 100.00 USD, and unified is liquidated "
        "least often in scenario calm."
    )
    assert two(seldom, often, (0.03, 0.04), (), unified=100.001)["mode"] == "cross"
    assert two(often, seldom, (-0.04, 0.03), ())["mode"] == "cross"
    same = two(often, often, (0.0, 0.0))["reasons"][0]
    assert same.endswith(
        "break no limit; cross, unified ask the same initial margin, 100.00 USD, and are liquidated as often."
    )


def test_without_a_limit_nothing_is_said_to_be_kept():
    found = two(figures(), figures(), (0.01, 0.02), (), cross=1000.0, unified=400.0)
    assert found["reasons"][0] == "No limit is set; unified asks the lowest initial margin, 400.00 USD."


def test_lowest_cost_when_every_mode_breaks_a_limit():
    dear = figures(p_liquidation=0.2, expected_liquidation_cost=900.0)
    cheap = figures(p_liquidation=0.1, expected_liquidation_cost=1250.5)
    found = two(cheap, dear, (0.01, 0.2), cross=1.0)
    assert found["mode"] == "unified"
    assert found["reasons"][0] == (
        "Every mode the venue offers breaks a limit; unified has the lowest expected liquidation cost, "
        "900.00 USD a path in scenario calm."
    )
    assert found["reasons"][-1].startswith("cross breaks p_liquidation in scenario calm: 0.1 against")


@pytest.mark.parametrize(
    ("interval", "mode"),
    [
        ((-0.01, 0.01), "cross"),
        ((0.0, 0.01), "cross"),
        ((-0.01, 0.0), "cross"),
        ((1e-9, 0.01), "unified"),
        ((-0.01, -1e-9), "unified"),
    ],
)
def test_interval_that_holds_zero_keeps_the_present_mode(interval, mode):
    found = two(figures(), figures(), interval, unified=1.0)
    assert found["mode"] == mode
    assert any(reason.startswith("No material difference") for reason in found["reasons"]) == (
        mode == "cross"
    )


def test_interval_in_the_scenario_of_a_limit_counts_too():
    scenarios = {name: {"cross": figures(), "unified": figures()} for name in ("calm", "storm")}
    limits = [Limit("p_liquidation", 0.05, "cross", "storm")]
    paired = {"calm": {"unified": (-0.1, 0.1)}, "storm": {"unified": (-0.2, -0.1)}}
    assert verdict(evidence(TWO, scenarios, limits, paired, unified=1.0))["mode"] == "unified"
    assert verdict(evidence(TWO, scenarios, (), paired, unified=1.0))["mode"] == "cross"


def test_breach_of_p_liquidation_within_the_noise_does_not_make_a_difference():
    found = two(figures(p_liquidation=0.051), figures(p_liquidation=0.049), (-0.01, 0.005))
    assert found["mode"] == "cross"
    assert [reason[:22] for reason in found["reasons"][1:]] == [
        "No material difference",
        "cross breaks p_liquida",
    ]


def test_breach_of_another_limit_makes_a_difference():
    limits = [Limit("shortfall", 100.0, "cross", "calm")]
    found = two(figures(shortfall=500.0), figures(shortfall=5.0), (-0.01, 0.01), limits)
    assert found["mode"] == "unified"
    assert found["reasons"][1] == "Only cross breaks the limit on shortfall."


def test_limit_applies_to_every_mode_in_its_scenario():
    calm = {"cross": figures(), "unified": figures()}
    storm = {"cross": figures(), "unified": figures(p_shortfall=0.4)}
    limits = [Limit("p_shortfall", 0.3, "cross", "storm")]
    found = verdict(evidence(TWO, {"calm": calm, "storm": storm}, limits, unified=1.0))
    assert found["mode"] == "cross"
    assert [limit["status"] for limit in found["limits"]] == ["met"]


def test_hypothetical_present_mode_is_left():
    scenarios = {"calm": {"portfolio": figures(), "cross": figures()}}
    found = verdict(
        evidence(
            ("portfolio", "cross"),
            scenarios,
            paired={"calm": {"cross": (-1, 1)}},
            hypothetical=("portfolio",),
        )
    )
    assert found["mode"] == "cross"


def test_hypothetical_present_mode_does_not_stay_for_want_of_a_difference():
    modes = ("portfolio", "cross", "unified")
    scenarios = {"calm": {mode: figures() for mode in modes}}
    paired = {"calm": {"cross": (-1, 1), "unified": (-1, 1)}}
    found = verdict(evidence(modes, scenarios, paired=paired, hypothetical=("portfolio",), unified=1.0))
    assert found["mode"] == "unified"


def test_venue_that_offers_nothing():
    scenarios = {"calm": {"portfolio": figures()}}
    found = verdict(evidence(("portfolio",), scenarios, hypothetical=("portfolio",)))
    assert found["mode"] is None
    assert found["reason"] == "the venue offers none of these modes"
    assert found["reasons"] == [SHOWN]


def test_undefined_cost_and_interval_do_not_decide():
    lost = {"value": None, "low": None, "high": None, "reason": "no path"}
    breaking = figures(p_liquidation=0.9)
    unknown = {**breaking, "expected_liquidation_cost": lost}
    found = two(unknown, breaking, (0.1, 0.2))
    assert found["mode"] == "unified"
    case = evidence(
        TWO, {"calm": {"cross": unknown, "unified": breaking}}, [LIMIT], {"calm": {"unified": (0, 0)}}
    )
    case.scenarios["calm"]["paired"]["unified"]["difference"] = lost
    assert verdict(case)["mode"] == "cross"
    assert "is unknown in scenario calm" in verdict(case)["reasons"][1]
