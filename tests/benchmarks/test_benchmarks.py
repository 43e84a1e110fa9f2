"""The benchmarks' code at tiny sizes: contenders agree, tables are written. No time is asserted."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import engines, libraries, refits
from benchmarks.contenders import CONTENDERS
from benchmarks.liquidation import compare_liquidation
from benchmarks.looking import GRIDS, UNIFIED, ample_plans, hedged_text
from benchmarks.measure import Timed, rounds_of, summary
from benchmarks.models import PLAIN, compare_models
from benchmarks.stress import COINS, COLLATERAL, CONFIGS, compare_modes, config_text
from benchmarks.table import machine, write
from benchmarks.workload import agree, var_es
from stresskit.config_file import load_run

PATHS = 600


@pytest.fixture(scope="module")
def exact() -> np.ndarray:
    return libraries.scipy_special(2, 2 * PATHS)()


@pytest.mark.parametrize(
    ("build", "module"),
    [
        (engines.product, "numpy"),
        (libraries.scipy_stats, "scipy"),
        (libraries.statsmodels_copula, "statsmodels"),
        (libraries.arch_simulate, "arch"),
        (libraries.vine, "pyvinecopulib"),
    ],
    ids=["product", "scipy", "statsmodels", "arch", "vine"],
)
def test_contenders_draw_the_same_law(build: engines.Draw, module: str, exact: np.ndarray) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    profit = build(2, PATHS)()
    assert profit.shape == (PATHS,)
    assert agree(profit, exact)


def test_what_differs_is_told_apart(exact: np.ndarray) -> None:
    assert not agree(1.5 * exact, exact)
    assert np.allclose(var_es(np.arange(1000.0)), [-10.0, -5.0])


def test_threads_draw_the_same_paths() -> None:
    assert np.array_equal(engines.product(2, 5000, 1)(), engines.product(2, 5000, 2)())


def test_the_vine_is_the_copula() -> None:
    """Kendall's tau of every pair of a four-dimensional exact t vine."""
    pytest.importorskip("pyvinecopulib")
    from scipy.stats import kendalltau

    correlation = engines.parameters(4)["correlation"]
    u = libraries.exact_t_vine(correlation, 4.0).sample(4000, seeds=[1])  # type: ignore[attr-defined]
    for i in range(4):
        for j in range(i):
            expected = 2 / np.pi * np.arcsin(correlation[i, j])
            assert abs(kendalltau(u[:, i], u[:, j])[0] - expected) < 0.05


def test_ratios_are_paired() -> None:
    ticks = iter([0.0, 1.0, 1.0, 3.0, 3.0, 4.0, 4.0, 6.0])
    timed = {"a": Timed(lambda: None, 4e6), "b": Timed(lambda: None, 4e6)}
    found = summary(rounds_of(timed, 2, lambda: next(ticks)), "b")
    assert found == {"a": {"rate": 4.0, "ratio": 2.0}, "b": {"rate": 2.0, "ratio": 1.0}}


def test_who_is_absent_is_named() -> None:
    for contender in CONTENDERS:
        why = contender.absent()
        assert why is None or "installed" in why or "beside the checkout" in why


@pytest.mark.parametrize("assets", GRIDS)
def test_every_mode_of_the_hedged_book_has_parameters_for_its_coins(assets: int, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(hedged_text(assets, 64, "none", GRIDS[assets]))
    plans = ample_plans(path)
    assert list(plans) == ["bare", "cross", "portfolio", *GRIDS[assets], *UNIFIED]
    assert all(len(plan.contenders) == 1 for name, plan in plans.items() if name != "bare")


@pytest.mark.parametrize("assets", COLLATERAL)
def test_the_stress_configs_are_sound(assets: int, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(config_text(assets, 1000, "bridge"))
    run = load_run(path).run
    assert run.account is not None
    assert [p.symbol.split("/")[0] for p in run.account.positions] == list(COINS[:assets])


def test_both_refits_find_one_model() -> None:
    pytest.importorskip("arch")
    returns = refits.simulated(refits.WINDOW + 1)[:2]
    ours, theirs = refits.warm(returns, 2), refits.plain(returns, 2)
    for mine, others in zip(ours, theirs, strict=True):
        for one, (_, alpha, gamma, beta, freedom) in zip(mine, others, strict=True):
            assert abs(one.alpha + one.gamma / 2 + one.beta - alpha - gamma / 2 - beta) < 0.03
            assert abs(one.nu - freedom) < 0.5


@pytest.mark.long  # compiles whole runs
def test_tables_are_written(tmp_path: Path) -> None:
    rows = {"stresskit": {"rate": 400.0, "ratio": 1.0}}
    case = {"size": "W", "assets": 10, "threads": 1, "rows": rows, "absent": {"JAX": "jax is not installed"}}
    found = {
        "machine": machine(),
        "contenders": [case],
        "models": compare_models(64, 1, most=2),
        "runs": {"reference": "prototype", "rows": {"K=2": {"rate": 1.0, "ratio": 0.5, "liquidated": 0.05}}},
        "modes": compare_modes(64, 1, [CONFIGS / "quickstart.toml"]),
        "liquidation": compare_liquidation(64, 1, coins=(2,), further=""),
        "refits": {"warm starts": {"windows/s": 30.0, "ratio": 5.0, "likelihood": -0.001}},
        "reports": {"quickstart": {"report": 3.6, "ratio": 1.5}},
    }
    for row in found["liquidation"].values():
        assert row["liquidated"] == pytest.approx(0.05, abs=0.01)
    text = write(found, tmp_path)
    assert "absent: jax is not installed" in text
    assert PLAIN in text
    assert "quickstart/portfolio: var, bridge on" in text
    assert "K=2, cross, bridge off" in text
    assert "Refits: moving windows" in text
    assert "Reports, CPU seconds" in text
    assert json.loads((tmp_path / "benchmarks.json").read_text())["contenders"] == [case]
    assert (tmp_path / "benchmarks.png").stat().st_size > 1000
