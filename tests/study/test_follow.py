"""Accounts along a history: what is lived is what the engine lives, nothing later is seen, sums are right."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import altered, direct
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.backtest.accounts import daily
from stresskit.study.backtest.lived import lived
from stresskit.study.frontier.points import points
from tests.pipeline.conftest import CONFIGS, quickstart
from tests.study.test_backtest import price_file

QUICKSTART = CONFIGS / "quickstart.toml"
SHORT = ("--window", 400, "--refit", 40, "--no-progress", "--json")


def follow(prices, folder, *args):
    call = ["backtest", QUICKSTART, "--prices", prices, "--out", folder, *SHORT, *args]
    done = CliRunner().invoke(main, [str(part) for part in call], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)["accounts"][0]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("follow")
    prices = price_file(folder / "prices.csv")
    told = follow(prices, folder, "--margin", "--ahead", 10, "--leverage", "30,900", "--paths", 400)
    return prices, folder, told


def test_a_path_that_came_is_lived_as_the_engine_lives_it():
    """Simulated paths, handed over as if they were history, end in the same step under every mode."""
    loaded = daily(quickstart(), 86400, 20, 64)
    setting = prepare(loaded)
    tight = points(setting, (30.0,))
    plan = setting.plan("baseline")
    plan = type(plan)(plan.stretches, tuple(p.contender for p in tight), plan.books, plan.variance, plan.seed)
    marks, variance = [], []

    def watch(_step, tile, _blocks, _records):
        marks.append(tile.marks.copy())
        variance.append(tile.variance.copy())

    outcome = live_block(plan, 0, workspace(plan, 64, 4), watch)
    steps, known = np.concatenate(marks), np.concatenate(variance)
    for point, record in zip(tight, outcome.records, strict=True):
        ends = [lived(point.contender, steps[:, :, b], known[:, :, b], plan.variance) for b in range(64)]
        assert ends == record.first_step.tolist()
        assert 0 < sum(end >= 0 for end in ends) <= 64


def test_margins_are_compared_with_the_losses_that_followed(found):
    prices, _, told = found
    close = np.loadtxt(prices, delimiter=",", skiprows=1, usecols=(1, 2))
    returns = close[1:] / close[:-1] - 1
    loss = -(returns[400:] @ np.array([50_000.0, -50_000.0]))
    cross = told["margin"]["cross"]["maintenance"]
    assert cross["days"] == len(loss) == 220
    asked = cross["mean_requirement"]
    assert len(cross["exceptions"]) == int((loss > asked).sum()) > 0
    first = cross["exceptions"][0]
    assert first["loss"] == pytest.approx(loss[loss > asked][0])
    assert first["excess"] == pytest.approx(first["loss"] - asked)
    portfolio = told["margin"]["portfolio"]
    assert portfolio["hypothetical"]
    assert portfolio["maintenance"]["expected_at_most"] == pytest.approx(2.2)
    assert len(portfolio["initial"]["exceptions"]) <= len(portfolio["maintenance"]["exceptions"])


def test_liquidations_are_judged_for_every_mode_and_leverage(found):
    far = found[2]["ahead"]
    assert (far["steps"], far["starts"]) == (10, 22)
    assert [(x["mode"], round(x["leverage"])) for x in far["liquidation"]] == [
        (mode, leverage) for leverage in (5, 30, 900) for mode in ("cross", "portfolio")
    ]
    own, tight, hopeless = far["liquidation"][::2]
    assert own["as_it_is"]
    assert sum(own["forecast"]) < sum(tight["forecast"]) < 22
    assert hopeless["forecast"] == [1.0] * 22
    assert hopeless["happened"] == [True] * 22
    assert hopeless["skill"] is None
    assert far["tests"]["0.975"]["days"] == 22


def test_no_forecast_sees_what_came_later(found):
    prices, folder, told = found
    lines = prices.read_text().splitlines()
    later = folder / "cut.csv"
    later.write_text("\n".join(lines[:514]) + "\n")  # the header, 513 closes: 112 days after the first window
    cut = follow(later, folder, "--ahead", 10, "--leverage", "30,900", "--paths", 400, "--workers", 1)
    assert cut["ahead"]["starts"] == 11
    for short, whole in zip(cut["ahead"]["liquidation"], told["ahead"]["liquidation"], strict=True):
        assert short["forecast"] == whole["forecast"][:11]
        assert short["happened"] == whole["happened"][:11]


def test_the_table_names_what_was_followed(found):
    prices, folder, _ = found
    call = [
        "backtest",
        QUICKSTART,
        "--prices",
        prices,
        "--out",
        folder,
        *SHORT[:-2],
        "--progress",
        "--margin",
        "--ahead",
        20,
    ]
    done = CliRunner().invoke(main, [str(part) for part in [*call, "--paths", 400]], catch_exceptions=False)
    for title in ("Margin", "VaR and ES over several steps", "Liquidations foretold", "Reliability"):
        assert f"## {title}" in done.stdout
    assert "portfolio (var, hypothetical)" in done.stdout
    told = done.stderr.splitlines()
    assert told[-1] == "ahead: 100 %"
    assert "100 %" not in " ".join(told[:-1])


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("--ahead", "300", "--paths", "400"), "300 steps after the first window"),
        (("--margin", "--set", 'modes.portfolio.margin_period="36h"'), "whole number of steps"),
        (("--ahead", "5", "--leverage", "0"), "numbers above 0"),
        (("--ahead", "5", "--leverage", "x"), "numbers above 0"),
    ],
)
def test_what_cannot_be_followed_is_refused(found, args, text):
    prices, folder, _ = found
    call = ["backtest", QUICKSTART, "--prices", prices, "--out", folder, *SHORT, *args]
    done = CliRunner().invoke(main, [str(part) for part in call])
    assert done.exit_code in (2, 3)
    assert text in done.stderr


def test_several_accounts_are_refused():
    several = altered(
        quickstart(),
        [direct("accounts", [{**quickstart().effective["account"], "name": "one"}]), direct("account", None)],
    )
    with pytest.raises(Exception, match="follows a single one"):
        daily(several, 86400, 5, 400)


def test_models_of_an_envelope_are_ranked_by_their_score(found):
    prices, folder, _ = found
    call = ["backtest", QUICKSTART, "--prices", prices, "--out", folder, *SHORT[:-1]]
    named = [*call, "--model", "normal", "--model", "student_t"]
    done = CliRunner().invoke(main, [str(part) for part in named], catch_exceptions=False)
    ranked = [line for line in done.stdout.splitlines() if line.startswith("| quickstart | 0.99 | ")]
    assert [line.split(" | ")[2] for line in ranked] == ["1", "2"]
    assert {line.split(" | ")[3] for line in ranked} == {"normal", "student_t"}
    wrong = CliRunner().invoke(main, [str(part) for part in [*call, "--model", "semi_parametric"]])
    assert wrong.exit_code == 2
    assert "one of normal, student_t" in wrong.stderr
