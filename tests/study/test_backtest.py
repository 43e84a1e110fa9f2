"""Walk-forward backtest: it sees no future, goes on where it stopped, and right models pass."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from stresskit.cli import main
from stresskit.domain import Bootstrap, Dcc, Dependence, Regime, StudentT
from stresskit.measure.linear_book import standard_figures
from stresskit.model.dcc_fit import coming_correlation, fit_dcc
from stresskit.model.fit import fit_marginal
from stresskit.model.fit_likelihood import Likelihood
from stresskit.model.refit import deviations, refit
from stresskit.model.regime_fit import coming_crisis, fit_regime
from stresskit.study.backtest import Plan, backtest, table
from stresskit.study.backtest.books import single
from stresskit.study.backtest.dependence import on_the_eve
from stresskit.study.backtest.fits import first_step, fits, refit_steps
from stresskit.study.backtest.ledger import Ledger
from stresskit.study.backtest.one_step import innovations
from stresskit.study.backtest.walk import walk, walk_history
from tests.shared_folder import shared

PLAN = Plan(window=400, refit=40, draws=4000)
CONFIGS = Path(__file__).parents[2] / "configs"
QUICKSTART = CONFIGS / "quickstart.toml"


def garch(n, seed=0, nu=6.0):
    rng = np.random.default_rng(seed)
    z = rng.standard_t(nu, n) * np.sqrt((nu - 2) / nu)
    r, h = np.empty(n), 9e-4
    for i in range(n):
        r[i] = np.sqrt(h) * z[i]
        h = 9e-4 * 0.04 + 0.08 * r[i] ** 2 + 0.88 * h
    return r


def price_file(path, n=620, assets=("BTC", "ETH")):
    returns = np.column_stack([garch(n, seed) for seed in range(len(assets))])
    close = 100 * np.cumprod(np.vstack((np.ones(len(assets)), 1 + returns)), axis=0)
    days = np.datetime64("2020-01-01") + np.arange(n + 1)
    rows = [",".join([str(day), *map(repr, row)]) for day, row in zip(days, close.tolist(), strict=True)]
    path.write_text("\n".join([",".join(["date", *assets]), *rows]) + "\n")
    return path


def command(*args):
    return CliRunner().invoke(main, ["backtest", *map(str, args)], prog_name="stresskit")


def test_a_refit_ends_where_the_careful_fit_does():
    returns = garch(1000)
    fit = fit_marginal(returns, 86400, "gjr_garch", "student_t")
    cold = refit(returns, "gjr_garch", "student_t", 60.0)
    warm = refit(returns, "gjr_garch", "student_t", 60.0, refit(returns[:-5], "gjr_garch", "student_t", 60.0))
    scaled = returns * 100
    likelihood = Likelihood(scaled, float(np.mean(scaled**2)), "gjr_garch")
    for found in (cold, warm):
        assert likelihood.value(found) == pytest.approx(fit.diagnostics["loglik"], abs=1e-3)
    h, ahead = deviations(returns, "gjr_garch", cold)
    assert ahead**2 == pytest.approx(fit.current_variance, rel=1e-2)
    assert returns / h == pytest.approx(fit.residuals, rel=1e-2, abs=1e-3)


def test_one_asset_is_drawn_without_luck():
    drawn = innovations([StudentT(5.0)], Dependence(np.eye(1), 5.0), 20_000)[:, 0]
    unit = np.sqrt(3 / 5)
    assert np.quantile(-drawn, 0.99) == pytest.approx(standard_figures(0.99, 5.0)[0] * unit, rel=2e-3)
    assert drawn.var() == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("nu", [4.0, np.inf])
def test_several_assets_have_their_laws_and_their_copula(nu):
    correlation = np.array([[1.0, 0.6], [0.6, 1.0]])
    dependence = Dependence(correlation, nu)
    drawn = innovations([StudentT(5.0), StudentT(np.inf)], dependence, 20_000)
    tau = stats.kendalltau(*drawn.T).statistic
    assert tau == pytest.approx(2 / np.pi * np.arcsin(0.6), abs=0.02)
    assert stats.kstest(drawn[:, 0] / np.sqrt(3 / 5), "t", (5.0,)).pvalue > 0.01
    assert stats.kstest(drawn[:, 1], "norm").pvalue > 0.01
    assert np.array_equal(drawn, innovations([StudentT(5.0), StudentT(np.inf)], dependence, 20_000))


def residuals_of(n, rho=0.6, nu=5.0, seed=3):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 2)) @ np.linalg.cholesky(np.array([[1.0, rho], [rho, 1.0]])).T
    return z * np.sqrt((nu - 2) / rng.chisquare(nu, n))[:, None]


def test_rows_of_history_are_drawn_as_they_are():
    rows = residuals_of(400)
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    drawn = innovations([StudentT(5.0)] * 2, Bootstrap(rows, 5.0), 20_000)
    known = {tuple(row) for row in rows.round(9)}
    assert {tuple(row) for row in drawn.round(9)} <= known
    assert np.quantile(drawn @ [1, -1], 0.01) == pytest.approx(np.quantile(rows @ [1, -1], 0.01), rel=0.1)


def test_a_dynamic_correlation_is_drawn_in_the_state_of_the_eve():
    rows = residuals_of(600)
    found, told = fit_dcc(rows)
    assert coming_correlation(found, rows) == pytest.approx(np.array(told["ahead"]), abs=1e-12)
    own = Dcc(found.correlation, 0.1, 0.85, found.nu)
    rows[-8:, 1] = -rows[-8:, 0] * 2
    broken = on_the_eve(own, rows)
    laws = [StudentT(np.inf)] * 2
    calm, low = (np.corrcoef(innovations(laws, one, 20_000).T)[0, 1] for one in (own, broken))
    scale = 1 / np.sqrt(np.diag(broken.start))
    assert low == pytest.approx((broken.start * np.outer(scale, scale))[0, 1], abs=0.05)
    assert low < calm - 0.1


def test_a_regime_is_drawn_with_the_probability_of_the_eve():
    rng = np.random.default_rng(8)
    crisis = np.repeat([0, 1, 0, 1, 0, 1], [180, 40, 200, 50, 160, 20])
    rows = residuals_of(crisis.size, nu=50.0) * np.where(crisis, 3.0, 1.0)[:, None]
    rows[:, 1] = np.where(crisis, rng.permutation(rows[:, 1]), rows[:, 1])
    found, told = fit_regime(rows)
    assert coming_crisis(found, rows) == pytest.approx(told["crisis_now"], abs=0.05)
    assert told["crisis_now"] > 0.5
    assert coming_crisis(found, rows[:-30]) < 0.2
    assert isinstance(on_the_eve(found, rows), Regime)


def test_a_book_is_forecast_with_every_dependence_asked_for(tmp_path):
    prices = price_file(tmp_path / "prices.csv", n=430)
    kinds = ["gaussian", "bootstrap", "dcc", "mixture:gaussian+student_t", "regime", "survival_clayton"]
    options = ["--prices", prices, "--window", 400, "--refit", 100, "--out", tmp_path, "--no-progress"]
    options += [word for kind in kinds for word in ("--dependence", kind)]
    found = json.loads(command(QUICKSTART, *options, "--json").stdout)
    names = [name.replace("dcc", "dcc:student_t") for name in kinds]
    assert [book["dependence"] for book in found["books"]] == names
    assert ["history" in book for book in found["books"]] == [True] + [False] * 5
    assert {book["model"]["0.99"]["days"] for book in found["books"]} == {30}
    assert table(found).count("| quickstart |") == 2 * 7


def test_no_forecast_sees_its_day_or_a_later_one(tmp_path):
    book, returns = single("BTC"), garch(520)[:, None]
    times = np.datetime64("2020-01-01T00:00:00") + np.arange(520) * np.timedelta64(1, "D")

    def forecasts(data, folder):
        fitted = [fits("BTC", data[:, 0], 400, book, PLAN, 60.0, folder, tmp_path / folder, lambda _: None)]
        return walk(book, times, data, 400, fitted, PLAN), walk_history(book, times, data, 400, PLAN)

    changed = returns.copy()
    changed[470:] *= -3.0
    for before, after in zip(forecasts(returns, "a"), forecasts(changed, "b"), strict=True):
        assert np.array_equal(before.var[:, :71], after.var[:, :71])
        assert np.array_equal(before.es[:, :71], after.es[:, :71])
        assert not np.array_equal(before.var[:, 71:], after.var[:, 71:])


def test_fits_go_on_where_they_stopped(tmp_path):
    book, returns = single("BTC"), garch(560)
    args = ("BTC", returns, 400, book, PLAN, 60.0, "abc")
    whole = fits(*args, tmp_path / "whole", lambda _: None)
    (path,) = (tmp_path / "whole").iterdir()
    text = path.read_text()
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / path.name).write_text(text[: len(text) // 2])
    assert fits(*args, tmp_path / "cut", lambda _: None) == whole
    assert (tmp_path / "cut" / path.name).read_text() == text
    assert list(whole) == refit_steps(400, 560, 40) == [400, 440, 480, 520]
    other = fits(*args[:-1], "other data", tmp_path / "whole", lambda _: None)
    assert other == whole
    assert len(list((tmp_path / "whole").iterdir())) == 2


def test_a_ledger_forgets_only_what_was_cut_off(tmp_path):
    ledger = Ledger(tmp_path / "deep" / "x.fits", 2)
    ledger.add(3, (0.1, np.inf))
    with ledger.path.open("a") as file:
        file.write("4 0.2 0.")
    again = Ledger(ledger.path, 2)
    assert again.rows == {3: (0.1, np.inf)}
    again.add(4, (0.2, 0.3))
    assert Ledger(ledger.path, 2).rows == {3: (0.1, np.inf), 4: (0.2, 0.3)}


def test_the_command_says_the_same_again_and_in_a_table(tmp_path):
    prices = price_file(tmp_path / "prices.csv")
    options = (
        "--prices",
        prices,
        "--window",
        400,
        "--refit",
        40,
        "--out",
        tmp_path / "runs",
        "--no-progress",
    )
    first = command(QUICKSTART, *options, "--json")
    assert first.exit_code == 0, first.output
    found = json.loads(first.stdout)
    assert command(QUICKSTART, *options, "--json").stdout == first.stdout
    (book,) = found["books"]
    assert (book["name"], book["first"], book["last"]) == ("quickstart", "2021-02-05", "2021-09-12")
    assert book["exposure"] == {"BTC": 50_000, "ETH": -50_000}
    for model in ("model", "history"):
        for level, expected in (("0.99", 2.2), ("0.975", 5.5)):
            told = book[model][level]
            assert (told["days"], told["expected"]) == (220, pytest.approx(expected))
            assert told["failures"] == len(told["exceptions"])
            assert stats.binom.cdf(told["failures"], 220, 1 - float(level)) < 0.9999
    text = command(QUICKSTART, *options, "--table", tmp_path / "deep" / "t.md").stdout
    assert text.startswith("table ")
    assert (tmp_path / "deep" / "t.md").read_text() == table(found)
    assert table(found).count("| quickstart |") == 4


def test_each_asset_alone(tmp_path):
    prices = price_file(tmp_path / "prices.csv")
    options = (
        "--prices",
        prices,
        "--window",
        400,
        "--refit",
        100,
        "--out",
        tmp_path,
        "--first",
        "2021-08-01",
    )
    found = json.loads(command("--each-asset", *options, "--json").stdout)
    assert [(book["name"], book["first"], book["dependence"]) for book in found["books"]] == [
        ("BTC", "2021-08-01", None),
        ("ETH", "2021-08-01", None),
    ]
    assert "one asset" in found["books"][0]["reason"]


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        ((QUICKSTART,), 2, "market.source"),
        ((), 2, "a FILE"),
        (("--each-asset",), 2, "--prices"),
        ((QUICKSTART, "--set", 'model.dependence.kind="grouped_t"', "--prices", "p"), 2, "for a backtest"),
        ((QUICKSTART, "--dependence", "grouped_t", "--prices", "p"), 2, "--dependence: grouped_t: gaussian"),
        ((QUICKSTART, "--dependence", "dcc:gumbel", "--prices", "p"), 2, "--dependence: dcc:gumbel"),
        ((QUICKSTART, "--dependence", "mixture", "--prices", "p"), 2, "--dependence: mixture"),
        ((QUICKSTART, "--dependence", "vine:t", "--prices", "p"), 2, "--dependence: vine:t"),
        ((QUICKSTART, "--prices", "absent.csv"), 3, "absent.csv"),
        ((CONFIGS / "basket-market-neutral.toml", "--prices", "PRICES"), 3, "SOL"),
        ((QUICKSTART, "--prices", "PRICES"), 3, "more than 1000 returns"),
    ],
)
def test_what_cannot_be_backtested_is_refused(tmp_path, args, code, text):
    prices = price_file(tmp_path / "prices.csv")
    given = [prices if one == "PRICES" else one for one in args]
    result = command(*given, "--out", tmp_path / "runs", "--no-progress")
    assert result.exit_code == code, result.output
    assert text in result.output


def test_plans_and_starts():
    assert first_step(np.array([np.nan, np.nan, *np.ones(10)]), 4) == 6
    for bad in ({"window": 399}, {"refit": 0}):
        with pytest.raises(ValueError, match="a window of at least 400"):
            Plan(**bad)


@pytest.mark.long
def test_exceptions_of_single_assets_on_real_prices(tmp_path, figures):
    """GARCH with Student-t against an independent study of log-returns with free fits, and history."""
    rows = shared("data/var_backtest_oos.csv").read_text().splitlines()
    plan = Plan(first=date(2020, 9, 27), refit=20)
    found = backtest([], shared("data/daily_close.csv"), plan, tmp_path, each_asset=True)
    books = {book["name"]: book for book in found["books"]}
    for row in rows[1:]:
        asset, days, first, model1, _, model25, _, past1, _, past25, *_ = row.split(",")
        book = books[asset]
        expected = {"model": (model1, model25), "history": (past1, past25)}
        for model, counts in expected.items():
            own = [book[model][level]["failures"] for level in ("0.99", "0.975")]
            figures.append(f"failures of {asset} from {first}, {days} days, {model}: {own}, study {counts}")
            most = (0, 0) if model == "history" else (4, 16)  # LINK: ten of the 16 are the logarithm
            assert abs(own[0] - int(counts[0])) <= most[0]
            assert abs(own[1] - int(counts[1])) <= most[1]
