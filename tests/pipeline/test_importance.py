"""A run whose paths are drawn toward the loss: weights on disk, in the metrics and in every figure."""

import numpy as np
import pytest

from stresskit.errors import ConfigError
from stresskit.pipeline import check, replay, run
from tests.pipeline.conftest import CONFIGS, quickstart


@pytest.fixture(scope="module")
def weighted_run(tmp_path_factory):
    return run(quickstart("simulation.importance=auto"), tmp_path_factory.mktemp("weighted"), workers=1)


def test_every_estimate_is_weighted_and_agrees_with_the_plain_run(small_run, weighted_run):
    for scenario in ("baseline", "hedge_breaks"):
        found, plain = (r.metrics["scenarios"][scenario] for r in (weighted_run, small_run))
        weight = weighted_run.column(scenario, "market", "weight")
        worth = weight.sum() ** 2 / (weight**2).sum()
        assert found["importance"] == {"effective_paths": pytest.approx(worth), "toward_loss_of": "account"}
        assert "importance" not in plain
        for mode in ("cross", "portfolio"):
            hits = weighted_run.column(scenario, mode, "first_step") >= 0
            share = found["modes"][mode]["p_liquidation"]
            assert share["value"] == pytest.approx(weight[hits].sum() / weight.sum(), rel=1e-12)
            assert hits.mean() > 1.5 * share["value"] or share["value"] > 0.3
            for name in ("p_liquidation", "p_closed_out", "expected_liquidation_cost", "shortfall"):
                one, other = found["modes"][mode][name], plain["modes"][mode][name]
                error = np.hypot(one["high"] - one["low"], other["high"] - other["low"]) / 2
                assert abs(one["value"] - other["value"]) <= 2 * error, (scenario, mode, name)


def test_replay_and_the_frames_know_the_weights(weighted_run):
    assert replay(weighted_run.folder, 1, "hedge_breaks")["path"] == 1
    table = weighted_run.liquidations
    assert ((table["weight"] > 0) & (table["weight"] < 2)).all()


def test_a_book_without_a_direction_is_refused():
    from stresskit.config_file import load_run

    with pytest.raises(ConfigError, match="no net exposure"):
        check(load_run(CONFIGS / "perfect-hedge.toml", ["simulation.importance=auto"]))
