import json
from dataclasses import replace

import numpy as np
import pytest

from stresskit.measure.limits import Limit
from stresskit.metrics import AccountInput, assemble
from stresskit.results import load
from tests.lawful import assert_lawful
from tests.synthetic import inputs, make_run_folder, margin_object

PATHS, STEPS = 1500, 40
FIGURES = {
    "p_liquidation",
    "p_closed_out",
    "p_shortfall",
    "time_to_liquidation_h",
    "loss_given_liquidation",
    "expected_liquidation_cost",
    "shortfall",
    "var",
    "es",
    "first_breach",
    "over_time",
    "required_return",
}
CELLS = {"both", "only_mode", "only_baseline", "neither", "difference"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return load(make_run_folder(tmp_path_factory.mktemp("out"), paths=PATHS, steps=STEPS))


def test_shape_is_the_contract(results):
    metrics = results.metrics
    assert set(metrics) == {
        "name",
        "seed",
        "paths",
        "steps",
        "horizon_h",
        "initial_volatility",
        "margin",
        "scenarios",
        "verdict",
    }
    assert metrics["horizon_h"] == 40.0
    for name, scenario in metrics["scenarios"].items():
        compared = set() if name == "baseline" else {"against"}
        parts = {"market", "modes", "paired", "equal_efficiency", "contributions"}
        assert set(scenario) == parts | compared
        assert set(scenario["contributions"]) == {"positions", "assets", "liquidation"}
        assert set(scenario["market"]) == {"var", "es"}
        assert set(scenario["paired"]) == {"portfolio"}
        equal = scenario["equal_efficiency"]
        assert set(equal) == {"collateral", "modes", "paired"}
        assert set(equal["collateral"]) == set(equal["modes"]) == {"cross", "portfolio", "cross_max_leverage"}
        for figures in (*scenario["modes"].values(), *equal["modes"].values()):
            assert set(figures) == FIGURES
            assert set(figures["var"]) == set(figures["es"]) == {"0.95", "0.975", "0.99"}
        for pairs in (scenario["paired"], equal["paired"]):
            assert all(set(table) == CELLS for table in pairs.values())
    assert set(metrics["verdict"]) == {"mode", "reasons", "limits"}


def test_nulls_have_reasons(results):
    assert_lawful(results.metrics)


def test_figures_are_those_of_the_columns(results):
    column = results.column
    found = results.metrics["scenarios"]["hedge_breaks"]
    cross, portfolio = (column("hedge_breaks", mode, "first_step") > 0 for mode in ("cross", "portfolio"))
    assert found["modes"]["portfolio"]["p_liquidation"]["value"] == portfolio.mean()
    assert found["paired"]["portfolio"]["only_mode"] == (portfolio & ~cross).mean()
    difference = found["paired"]["portfolio"]["difference"]["value"]
    assert difference == pytest.approx(portfolio.mean() - cross.mean())
    loss = np.sort(-column("hedge_breaks", "market", "pnl"))
    assert found["market"]["var"]["0.95"]["value"] == loss[int(0.95 * PATHS) - 1]
    lost = np.sort(14_300.0 - column("hedge_breaks", "portfolio@efficiency", "terminal_equity"))
    equal = found["equal_efficiency"]
    assert equal["modes"]["portfolio"]["var"]["0.95"]["value"] == pytest.approx(lost[int(0.95 * PATHS) - 1])
    assert equal["collateral"]["cross_max_leverage"] == 4000.0


def test_market_losses_stay_apart_when_liquidation_is_common(results):
    """With more liquidations than the tail holds, only the mark-to-market tail still speaks."""
    found = results.metrics["scenarios"]["hedge_breaks"]
    wiped = found["equal_efficiency"]["modes"]["cross_max_leverage"]
    assert wiped["p_liquidation"]["value"] > 0.05
    assert wiped["var"]["0.95"]["value"] == wiped["var"]["0.99"]["value"] == 4000.0
    assert found["market"]["var"]["0.99"]["value"] > found["market"]["var"]["0.95"]["value"] > 4000.0


def test_tiny_run_says_what_it_cannot_say(tmp_path):
    for paths in (1, 2, 30):
        metrics = load(make_run_folder(tmp_path / str(paths), paths=paths, steps=5)).metrics
        assert_lawful(metrics)
        found = metrics["scenarios"]["baseline"]["market"]["var"]["0.95"]
        assert (found["value"], found["reason"][:32]) == (None, "level 0.95 needs at least 72 pat")


def test_assembly_repeats_itself(results):
    again = assemble(inputs(PATHS, STEPS, 0, 2), results.column)
    assert json.dumps(again, sort_keys=True) == json.dumps(results.metrics, sort_keys=True)


def test_plain_run_has_no_efficiency_part_and_no_pairs(results):
    run = inputs(PATHS, STEPS, 0, 2)
    account = AccountInput("account", {"cross": margin_object("cross", 2)}, terms={"cross": {0: "brackets"}})
    metrics = assemble(replace(run, accounts=(account,)), results.column)
    assert metrics["scenarios"]["baseline"].keys() == {"market", "modes", "paired"}
    assert metrics["scenarios"]["baseline"]["paired"] == {}
    assert metrics["verdict"]["mode"] == "cross"
    assert metrics["verdict"]["limits"] == []


def test_listed_accounts_stand_under_their_names(results):
    run = inputs(PATHS, STEPS, 0, 2)
    strict = (Limit("p_liquidation", 1e-6, "cross", "hedge_breaks"),)
    accounts = tuple(replace(run.accounts[0], name=name, limits=x) for name, x in (("a", ()), ("b", strict)))
    asked = set()

    def read(scenario, name, column):
        asked.add(name)
        return results.column(scenario, name.split(".", 1)[1], column)

    metrics = assemble(replace(run, accounts=accounts, listed=True), read)
    facts = {"name", "seed", "paths", "steps", "horizon_h", "initial_volatility"}
    assert set(metrics) == {*facts, "accounts", "stranded"}
    assert metrics["stranded"]["baseline"]["modes"] == {"a": "cross", "b": "cross"}
    assert metrics["stranded"]["baseline"]["any"]["value"] == 0.0  # the same account twice
    assert {name.split(".")[0] for name in asked} == {"a", "b"}
    assert metrics["accounts"]["a"]["scenarios"] == metrics["accounts"]["b"]["scenarios"]
    assert metrics["accounts"]["a"]["verdict"]["limits"] == []
    assert metrics["accounts"]["b"]["verdict"]["limits"][0]["status"] == "broken"
    assert_lawful(metrics)
