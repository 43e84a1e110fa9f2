"""The figures of a life against slow, plain definitions."""

from statistics import fmean

import numpy as np
import pytest

from stresskit.measure.life import life_figures, tail_table
from stresskit.measure.limits import status

N, EQUITY, STEP_H = 700, 1000.0, 0.5


@pytest.fixture
def columns():
    rng = np.random.default_rng(5)
    hit, shut = rng.random((2, N)) < np.array([[0.3], [0.5]])
    first = np.where(hit, rng.integers(1, 100, N), -1).astype(np.int32)
    return {
        "terminal_equity": rng.uniform(0, 1500, N),
        "first_step": first,
        "closed_step": np.where(hit & shut, first + 2, -1).astype(np.int32),
        "fee": np.where(hit, rng.uniform(0, 20, N), 0.0),
        "slippage": np.where(hit, rng.uniform(0, 60, N), 0.0),
        "shortfall_price": np.where(hit & shut, np.maximum(rng.normal(0, 50, N), 0), 0.0),
        "fund": np.where(hit & shut, rng.normal(0, 30, N), 0.0),
        "shortfall": np.where(hit & shut, np.maximum(rng.normal(0, 100, N), 0), 0.0),
    }


def test_figures_equal_their_definitions(columns):
    found = life_figures(columns.__getitem__, EQUITY, STEP_H)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    hit = [row for row in rows if row["first_step"] > 0]
    assert found["p_liquidation"]["value"] == len(hit) / N
    assert found["p_closed_out"]["value"] == sum(row["closed_step"] > 0 for row in rows) / N
    assert found["p_shortfall"]["value"] == sum(row["shortfall"] > 0 for row in rows) / N
    assert found["shortfall"]["value"] == pytest.approx(fmean(row["shortfall"] for row in rows))
    lost = fmean(EQUITY - row["terminal_equity"] for row in hit)
    assert found["loss_given_liquidation"]["value"] == pytest.approx(lost)
    cost = fmean(row["fee"] + row["slippage"] + row["fund"] + row["shortfall_price"] for row in rows)
    assert found["expected_liquidation_cost"]["value"] == pytest.approx(cost)
    hours = sorted(row["first_step"] * STEP_H for row in hit)
    assert found["time_to_liquidation_h"]["median"] == hours[(len(hit) + 1) // 2 - 1]
    assert found["var"] == tail_table(EQUITY - columns["terminal_equity"])["var"]
    assert set(found["es"]) == {"0.95", "0.975", "0.99"}


def test_a_life_without_liquidation(columns):
    calm = {
        **{name: np.zeros(N) for name in columns},
        "terminal_equity": columns["terminal_equity"],
        "first_step": np.full(N, -1, np.int32),
        "closed_step": np.full(N, -1, np.int32),
    }
    found = life_figures(calm.__getitem__, EQUITY, STEP_H)
    assert found["p_liquidation"]["low"] == 0.0 < found["p_liquidation"]["high"]
    assert found["loss_given_liquidation"]["reason"] == "no path is liquidated"
    assert found["time_to_liquidation_h"]["reason"] == "no path is liquidated"
    assert found["expected_liquidation_cost"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_liquidated_paths_do_not_vanish_from_the_tail(columns):
    """With everybody wiped out, every tail figure is the wipe-out itself."""
    wiped = {**columns, "terminal_equity": np.zeros(N), "first_step": np.ones(N, np.int32)}
    found = life_figures(wiped.__getitem__, EQUITY, STEP_H)
    for level in ("0.95", "0.975", "0.99"):
        assert found["var"][level]["value"] == EQUITY
        assert found["es"][level]["value"] == pytest.approx(EQUITY)


def test_one_liquidated_path_has_no_loss_figure_and_decides_no_limit(columns):
    once = {**columns, "first_step": np.where(np.arange(N) == 5, 3, -1).astype(np.int32)}
    found = life_figures(once.__getitem__, EQUITY, STEP_H)
    assert found["loss_given_liquidation"] == {
        "value": None,
        "low": None,
        "high": None,
        "reason": "one observation gives no interval",
    }
    assert found["p_liquidation"]["value"] == 1 / N
    assert status(found, "loss_given_liquidation", 1e12) == "undecided"


def test_every_path_liquidated_has_every_figure(columns):
    all_hit = {**columns, "first_step": np.ones(N, np.int32)}
    found = life_figures(all_hit.__getitem__, EQUITY, STEP_H)
    assert found["p_liquidation"]["value"] == found["p_liquidation"]["high"] == 1.0
    assert found["loss_given_liquidation"]["low"] < found["loss_given_liquidation"]["value"]
