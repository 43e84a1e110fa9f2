"""A remedy that is applied holds on another seed; what does not exist is said."""

import json

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import Override, altered, load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import run
from stresskit.pipeline.accounts import keyed_accounts
from stresskit.pipeline.changes import filled, read_order
from stresskit.pipeline.setting import prepare
from stresskit.simulate.scratch import start_equity
from stresskit.study.remedy import Ask, remedies
from stresskit.study.remedy.changes import legs, resized, topped_up
from stresskit.study.remedy.trial import Trial
from tests.study.dial.test_dial import CONFIGS

QUICKSTART = CONFIGS / "quickstart.toml"
TARGET = 0.02
ASK = Ask(TARGET, ("baseline", "hedge_breaks"), 1000)
CROSS = "modes={cross={rule='brackets',rulebook='binance-usdm-2026-09'}}"
SMALL = ("simulation.horizon=2d", "comparison.equal_efficiency=false", "account.collateral.0.amount=12_000")


def small(*overrides):
    return load_run(QUICKSTART, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def found():
    return remedies(small(), ASK)["accounts"]["account"]


def chances(loaded, mode, tmp_path, scenarios=ASK.scenarios):
    """P(liquidation) of a mode in both scenarios, on another seed."""
    again = altered(
        loaded, [Override("seed", ("simulation", key), n) for key, n in (("seed", 7), ("paths", 4000))]
    )
    metrics = run(again, tmp_path).metrics["scenarios"]
    return [metrics[name]["modes"][mode]["p_liquidation"] for name in scenarios]


def test_something_has_to_be_done(found):
    assert not found["portfolio"]["met"]
    assert any(one["high"] > TARGET for one in found["portfolio"]["now"].values())


def test_a_top_up_holds_on_another_seed(found, tmp_path):
    told = found["portfolio"]["top_up"]
    assert all(one["high"] <= TARGET for one in told["p_liquidation"].values())
    after = small(f"account.collateral.0.amount={12_000 + told['usd']}")
    assert all(one["low"] < TARGET for one in chances(after, "portfolio", tmp_path))


def test_no_smaller_top_up_would_have_done(found):
    """The one before it, an eighth of an eighth of the interval below, did not pass."""
    usd, setting = found["portfolio"]["top_up"]["usd"], prepare(small("simulation.paths=1000"))
    trial = Trial(setting, ASK.scenarios, 1000, TARGET, 1)
    less, same = trial.of([topped_up(setting.accounts[0], usd * share) for share in (0.9, 1.0)], "portfolio")
    assert not trial.passes(less)
    assert trial.passes(same)


def sizes(*usd):
    return [f"account.positions.{i}.notional_usd={one}" for i, one in enumerate(usd)]


def test_a_cut_leg_holds_on_another_seed(tmp_path):
    loaded = small(CROSS, *sizes(130_000, 10_000))
    told = remedies(loaded, Ask(TARGET, (), 1000))["accounts"]["account"]["cross"]
    assert not told["met"]
    leg = min((leg for leg in told["legs"] if leg["usd"] is not None), key=lambda one: one["usd"])
    assert (leg["symbol"], leg["kind"]) == ("BTC/USDT:USDT", "cut")
    ((path, spec),) = keyed_accounts(loaded)
    sides = {position.symbol: position.notional for position in spec.positions}
    sign = (1 if sides[leg["symbol"]] > 0 else -1) * (-1 if leg["kind"] == "cut" else 1)
    order = read_order(f"{leg['symbol']} {sign * leg['usd']:.2f} usd")
    after = altered(loaded, filled(loaded, spec, tuple(map(str, path)), order))
    (chance,) = chances(after, "cross", tmp_path, ("baseline",))
    assert chance["low"] < TARGET
    assert chance["value"] < told["now"]["baseline"]["value"]


def test_an_order_costs_what_it_costs_and_a_top_up_nothing():
    (account,) = prepare(small()).accounts
    before = start_equity(account.book)
    assert start_equity(topped_up(account, 500.0).book) == pytest.approx(before + 500)
    for p in legs(account):
        for share in (-1.0, -0.3, 0.5):
            changed = resized(account, p, share)
            notional = abs(share) * 50_000
            cost = notional * (account.book.half_spread[p] + account.book.impact[p] * notional**0.5)
            assert cost > 0
            assert before - start_equity(changed.book) == pytest.approx(cost)
            assert changed.book.quantity[p] == pytest.approx((1 + share) * account.book.quantity[p])
            assert all(
                m.contender.book.quantity[p] == changed.book.quantity[p] for m in changed.modes.values()
            )
    assert account.book.quantity[0] == 50_000


def test_candidates_live_on_the_paths_of_a_run(tmp_path):
    loaded = small("simulation.paths=2000")
    setting = prepare(loaded)
    (told,) = Trial(setting, ("baseline",), 2000, TARGET, 1).of(setting.accounts, "portfolio")
    metrics = run(loaded, tmp_path).metrics["scenarios"]["baseline"]["modes"]["portfolio"]["p_liquidation"]
    assert told["baseline"].value == metrics["value"]


def test_none_exists_is_an_answer():
    """An account that dies by one leg alone is not helped by closing the other."""
    loaded = small(CROSS, *sizes(200_000, -1000))
    legs_of = remedies(loaded, Ask(TARGET, (), 500))["accounts"]["account"]["cross"]["legs"]
    none = [leg for leg in legs_of if leg["usd"] is None]
    assert {"ETH/USDT:USDT"} <= {leg["symbol"] for leg in none}
    assert all(leg["reason"].startswith("none on the grid") for leg in none)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (Ask(1.5), "between 0 and 1"),
        (Ask(0.01, ("nowhere",)), "a scenario of the config"),
        (Ask(0.001, (), 1000), "more paths than 1000"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask, says):
    with pytest.raises(ConfigError, match=says):
        remedies(small(), ask)


def command(*args):
    return CliRunner().invoke(main, ["advise", str(QUICKSTART), *args], prog_name="stresskit")


def test_the_command_adds_the_remedy(tmp_path):
    sets = [part for override in SMALL for part in ("--set", override)]
    done = command(*sets, "--target", "0.05", "--paths", "500", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("ADVICE")
    assert "REMEDY  P(liquidation) of at most 5.00 %" in done.output
    told = json.loads(command(*sets, "--target", "0.05", "--paths", "500", "--json").stdout)
    assert told["remedy"]["accounts"]["account"]["cross"]["met"]
    assert command("--scenario", "baseline").exit_code == 2
