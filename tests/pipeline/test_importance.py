"""A run whose paths are drawn toward the loss: weights on disk, in the metrics and in every figure."""

import numpy as np
import pytest

from stresskit.cli.outcome import outcome
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, replay, run
from stresskit.pipeline.importance import refuse_poor_weights
from stresskit.pipeline.setting import prepare
from stresskit.report.caveats import caveats
from stresskit.report.view import accounts
from tests.lawful import assert_lawful
from tests.pipeline.conftest import CONFIGS, quickstart
from tests.pipeline.test_run import outcome_files


@pytest.fixture(scope="module")
def weighted_run(tmp_path_factory):
    return run(quickstart("simulation.importance=auto"), tmp_path_factory.mktemp("weighted"), workers=1)


def test_every_estimate_is_weighted_and_agrees_with_the_plain_run(small_run, weighted_run):
    for scenario in ("baseline", "hedge_breaks"):
        found, plain = (r.metrics["scenarios"][scenario] for r in (weighted_run, small_run))
        weight = weighted_run.column(scenario, "market", "weight")
        worth = weight.sum() ** 2 / (weight**2).sum()
        drawn = found["importance"]
        assert drawn["effective_paths"] == pytest.approx(worth)
        assert drawn["toward_loss_of"] == "account"
        assert all(gain > 1 for kind in ("var", "es") for gain in drawn["gain"]["market"][kind].values())
        assert drawn["gain"]["modes"].keys() == {"cross", "portfolio"}
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


def test_the_run_says_what_the_sample_is_worth(weighted_run):
    assert_lawful(weighted_run.metrics)
    shown = " ".join(outcome(weighted_run, {}).split())
    drawn = weighted_run.metrics["scenarios"]["hedge_breaks"]["importance"]
    assert f"{drawn['effective_paths']:,.0f} effective paths by importance sampling" in shown
    assert f"as exact as by {drawn['gain']['market']['es']['0.99']:.1f} times the paths" in shown
    gain = weighted_run.metrics["scenarios"]["baseline"]["importance"]["gain"]["market"]
    (warned,) = (text for text in caveats(accounts(weighted_run)[0]) if "Importance sampling" in text)
    assert f"{gain['es']['0.99']:.1f} (99 % ES)" in warned


@pytest.mark.parametrize("block", [64, 999])
def test_no_weight_depends_on_block_or_workers(tmp_path, block):
    small = ("simulation.importance=auto", "simulation.paths=1200", "simulation.horizon=1d")
    one = run(quickstart(*small, "simulation.block=512"), tmp_path / "one", workers=1)
    other = run(quickstart(*small, f"simulation.block={block}"), tmp_path / "other", workers=2)
    assert outcome_files(one.folder) == outcome_files(other.folder)


def test_a_poor_sample_is_refused():
    found = prepare(quickstart("simulation.importance=auto"))
    refuse_poor_weights(found, "baseline", np.array([1.0, 0.0, 0.0, 0.0]))
    with pytest.raises(ConfigError, match=r'importance: "none".*worth 20%'):
        refuse_poor_weights(found, "baseline", np.array([1.0, 0.0, 0.0, 0.0, 0.0]))


@pytest.mark.parametrize("kind", ["survival-clayton", "gumbel", "mixture", "vine", "dcc", "regime"])
def test_a_dependence_without_a_known_ratio_is_refused(kind):
    with pytest.raises(ConfigError, match=r"importance: .*gaussian, student_t or grouped_t"):
        check(load_run(CONFIGS / "models" / f"dependence-{kind}.toml", ["simulation.importance=auto"]))


@pytest.mark.parametrize("kind", ["gaussian", "student-t", "grouped-t"])
def test_a_dependence_of_one_factor_is_accepted(kind):
    check(load_run(CONFIGS / "models" / f"dependence-{kind}.toml", ["simulation.importance=auto"]))


def test_replay_and_the_frames_know_the_weights(weighted_run):
    assert replay(weighted_run.folder, 1, "hedge_breaks")["path"] == 1
    table = weighted_run.liquidations
    assert ((table["weight"] > 0) & (table["weight"] < 2)).all()


def test_a_book_without_a_direction_is_refused():
    with pytest.raises(ConfigError, match=r"importance: .*direction of loss"):
        check(load_run(CONFIGS / "perfect-hedge.toml", ["simulation.importance=auto"]))
