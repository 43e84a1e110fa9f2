"""What a run says about itself once it is loaded."""

from datetime import date

import pytest
from pydantic import ValidationError

from stresskit.config import Run
from stresskit.config.limits import Limits
from stresskit.measure.limits import LIMIT_NAMES, Limit
from tests.config.examples import account, document


def test_defaults_are_those_of_the_design() -> None:
    run = Run.model_validate(document())
    assert run.simulation.model_dump() == {
        "horizon": "10d",
        "step": "1h",
        "between_steps": "bridge",
        "importance": "none",
        "paths": 100_000,
        "precision": None,
        "seed": 0,
        "block": None,
    }
    assert run.simulation.steps == 240
    assert (run.model.marginal.kind, run.model.marginal.innovations) == ("gjr_garch", "student_t")
    assert run.model.dependence.kind == "student_t"
    assert run.model.initial_volatility == "long_run"
    assert list(run.scenarios) == ["baseline"]
    assert (run.comparison.buffer, run.comparison.equal_efficiency) == (2.0, True)
    assert (run.execution.half_spread, run.execution.impact, run.execution.depth) == (0.0001, 0.6, 1.0)


def test_the_first_mode_in_the_file_is_the_baseline() -> None:
    run = Run.model_validate(document())
    assert run.baseline_mode() == "cross"
    modes = dict(reversed(document()["modes"].items()))
    assert Run.model_validate(document(modes=modes)).baseline_mode() == "portfolio"
    assert (
        Run.model_validate(document(modes=modes, comparison={"baseline": "cross"})).baseline_mode() == "cross"
    )


def test_effective_config_loads_to_the_same_run_even_with_sorted_keys() -> None:
    modes = dict(reversed(document()["modes"].items()))
    run = Run.model_validate(document(modes=modes, limits={"p_liquidation": 0.05}))
    effective = run.effective()
    assert effective["comparison"]["baseline"] == "portfolio"
    assert effective["simulation"]["horizon"] == "10d"
    again = Run.model_validate({**effective, "modes": dict(sorted(effective["modes"].items()))})
    assert again.effective() == effective
    assert again.limits_list() == run.limits_list()


def test_limits_are_spelled_out() -> None:
    limits = {
        "p_liquidation": 0.05,
        "shortfall": {"limit": 100, "mode": "portfolio"},
        "p_shortfall": [
            {"limit": 0.1, "scenario": "wild"},
            {"limit": 0.2, "mode": "portfolio", "scenario": "calm"},
        ],
    }
    wild = {"kind": "correlation_breakdown", "toward": "zero", "strength": 0.5}
    run = Run.model_validate(document(limits=limits, scenarios={"wild": wild, "calm": {"kind": "baseline"}}))
    assert run.baseline_scenario() == "calm"
    assert run.limits_list() == [
        Limit("p_liquidation", 0.05, "cross", "calm"),
        Limit("p_shortfall", 0.1, "cross", "wild"),
        Limit("p_shortfall", 0.2, "portfolio", "calm", own=True),
        Limit("shortfall", 100.0, "portfolio", "calm", own=True),
    ]


def test_the_config_knows_every_limit_that_can_be_measured() -> None:
    assert tuple(Limits.model_fields) == LIMIT_NAMES


def test_without_a_calm_scenario_limits_mean_the_first() -> None:
    wild = {"kind": "correlation_breakdown", "toward": "zero", "strength": 0.5}
    assert Run.model_validate(document(scenarios={"wild": wild})).baseline_scenario() == "wild"


def test_a_single_account_is_called_account() -> None:
    run = Run.model_validate(document())
    (book,) = run.books()
    assert (book.name, book.venue, list(run.modes_of(book))) == ("account", "binance", ["cross", "portfolio"])


def test_accounts_have_modes_and_limits_of_their_own() -> None:
    accounts = [account(name="a"), account(name="b", modes=["portfolio"])]
    limits = {"p_liquidation": [{"limit": 0.05}, {"limit": 0.1, "mode": "cross"}]}
    run = Run.model_validate(document(account=None, accounts=accounts, limits=limits))
    first, second = run.books()
    assert [list(run.modes_of(book)) for book in run.books()] == [["cross", "portfolio"], ["portfolio"]]
    assert [limit.mode for limit in run.limits_list(first)] == ["cross", "cross"]
    assert [limit.mode for limit in run.limits_list(second)] == ["portfolio"]


def test_equity_counts_unrealized_profit() -> None:
    long = {"symbol": "BTC/USDT:USDT", "quantity": 2.0, "entry": 90.0, "mark": 100.0}
    short = {"symbol": "ETH/USDT:USDT", "notional_usd": -50.0, "entry": 20.0, "mark": 10.0}
    collateral = [{"asset": "USDT", "amount": 1000}, {"asset": "USDC", "amount": 0.5}]
    run = Run.model_validate(document(account=account(positions=[long, short], collateral=collateral)))
    (book,) = run.books()
    assert [position.notional for position in book.positions] == [200.0, -50.0]
    assert [position.asset for position in book.positions] == ["BTC", "ETH"]
    # 2 coins gain 10 each; 5 coins short from 20 gain 10 each
    assert [position.unrealized for position in book.positions] == pytest.approx([20.0, 50.0])
    assert book.equity == pytest.approx(1070.5)


def test_marks_of_the_account_price_what_has_none() -> None:
    marks = {"BTC": 50_000.0, "USDT": 0.5}
    positions = [
        {"symbol": "BTC/USD:BTC", "notional_usd": -10_000.0, "entry": 40_000.0},
        {"symbol": "BTC/USDT:USDT", "quantity": 2.0, "mark": 101_000.0},
        {"symbol": "BTC/USDT", "quantity": 0.1},
        {"symbol": "BTC/USDT:USDT-260327", "notional_usd": 7.0},
    ]
    collateral = [{"asset": "USDT", "amount": 3000}, {"asset": "BTC", "amount": -0.01}]
    run = Run.model_validate(
        document(account=account(marks=marks, positions=positions, collateral=collateral))
    )
    (book,) = run.books()
    inverse, linear, spot, dated = book.positions
    assert [position.mark for position in book.positions] == [50_000.0, 101_000.0, 50_000.0, 50_000.0]
    # short 10,000 USD from 40,000: 0.25 coins were sold, 0.2 buy them back; 0.05 coins are lost
    assert inverse.unrealized == pytest.approx(-10_000 * (50 / 40 - 1))
    assert inverse.delta == pytest.approx(-0.25 * 50_000)
    assert linear.notional == pytest.approx(2 * 101_000 * 0.5)
    assert spot.notional == pytest.approx(0.1 * 50_000 * 0.5)
    assert [entry.value for entry in book.collateral] == [1500.0, -500.0]
    assert [position.contract.kind for position in book.positions] == ["inverse", "linear", "spot", "linear"]
    assert dated.contract.expiry == date(2026, 3, 27)
    assert book.settles == ("BTC", "USDT")
    assert book.equity == pytest.approx(1500 - 500 - 2_500 + 2_500)
    assert Run.model_validate(run.effective()).effective() == run.effective()
    with pytest.raises(ValidationError, match="one wallet a settlement asset"):
        Run.model_validate(document(account={**run.effective()["account"], "assets_mode": "single_asset"}))


def test_a_run_is_frozen() -> None:
    run = Run.model_validate(document())
    with pytest.raises(ValidationError):
        run.name = "other"  # type: ignore[misc]
