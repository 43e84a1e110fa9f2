"""The modal path is one that was simulated, where they are densest; how often is counted in calm paths."""

import math

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.pipeline import replay, run
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.reverse import mean_paths, ranked, reverse
from stresskit.study.reverse.calm_step import calm_step
from stresskit.study.reverse.modal_path import describe, most_typical
from stresskit.study.reverse.often import Reach, calm_of, years_of
from tests.study.dial.test_dial import CONFIGS
from tests.study.reverse.test_reverse import SMALL

NOISE = np.random.default_rng(3)


def slow_densities(rows, weight):
    """The same by its definition, point by point."""
    mean = np.average(rows, axis=0, weights=weight)
    values, vectors = np.linalg.eigh(np.cov(rows.T, aweights=weight, ddof=0))
    points = [(vectors.T @ (row - mean)) / np.sqrt(values) for row in rows]
    width = (weight.sum() ** 2 / (weight**2).sum()) ** (-1 / (rows.shape[1] + 4))
    return [
        sum(w * math.exp(-0.5 * np.sum(((p - q) / width) ** 2)) for q, w in zip(points, weight, strict=True))
        for p in points
    ]


@pytest.mark.parametrize("weighted", [False, True])
def test_the_densest_point_by_the_definition(weighted):
    rows = NOISE.standard_normal((80, 3)) @ np.array([[1, 0.3, 0], [0, 2, 0.1], [0, 0, 0.5]])
    weight = NOISE.uniform(0.2, 2.0, 80) if weighted else np.ones(80)
    assert most_typical(rows, weight) == int(np.argmax(slow_densities(rows, weight)))


def test_of_two_ways_to_die_the_commoner_one_is_modal_and_not_their_mean():
    down = np.array([0.9, 0.7])[:, None] * np.exp(0.02 * NOISE.standard_normal((2, 70)))
    up = np.array([1.2, 1.5])[:, None] * np.exp(0.02 * NOISE.standard_normal((2, 30)))
    at = np.concatenate([up, down], axis=1)
    place = most_typical(describe(np.full((2, 100), 0.99), at, np.full(100, 24)), np.ones(100))
    assert place >= 30
    assert abs(at[0, place] - 0.9) < abs(at[0, place] - at[0].mean())


def test_one_path_and_equal_paths_are_modal():
    assert most_typical(np.ones((1, 3)), np.ones(1)) == 0
    assert most_typical(np.ones((5, 3)), np.ones(5)) == 0


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    loaded = load_run(CONFIGS / "quickstart.toml", SMALL)
    results = run(loaded, tmp_path_factory.mktemp("runs"))
    return loaded, results, mean_paths(loaded, results, "hedge_breaks")


def test_the_modal_path_is_replayed(found):
    _, results, lives = found
    for mode, life in lives.items():
        modal = life["modal"]
        first = results.column("hedge_breaks", mode, "first_step")[modal["path"]]
        assert modal["hours"] == first > 0
        told = replay(results.folder, modal["path"], "hedge_breaks")
        for asset, line in modal["moves"].items():
            assert [mark - 1 for mark in told["marks"][asset]] == pytest.approx(line, abs=1e-12)
            assert line[first] == pytest.approx(modal["at_liquidation"][asset], abs=1e-12)


def test_ways_are_ranked_by_their_calm_frequency(found):
    loaded, _, lives = found
    moves = reverse(loaded)["accounts"]["account"]["modes"]
    for name, ways in ranked(loaded, moves, lives).items():
        assert {way["kind"] for way in ways} == {"one_step", "mean", "modal"}
        assert name in lives
        years = [way["years"]["value"] or way["years"]["low"] or math.inf for way in ways]
        assert years == sorted(years)


def test_how_often_is_counted_path_by_path():
    loaded = calm_of(load_run(CONFIGS / "quickstart.toml", SMALL))
    setting = prepare(loaded)
    reaches = [Reach(np.array([0.02, -0.01]), 40), Reach(np.array([-0.03, -0.03]), 7), Reach(np.ones(2), 3)]
    marks = []
    plan = bare_plan(setting, "calm")
    live_block(plan, 0, workspace(plan, 500, 1), lambda _s, tile, _b, _r: marks.append(tile.marks[-1].copy()))
    told = years_of(loaded, reaches)
    for reach, years in zip(reaches[:2], told[:2], strict=True):
        pull = np.linalg.inv(calm_step(setting).covariance) @ reach.move
        hits = sum(
            any(pull @ (at[:, p] - 1) >= pull @ reach.move for at in marks[: reach.steps]) for p in range(500)
        )
        assert 0 < hits < 500
        assert years["value"] == pytest.approx(reach.steps / 8760 / (hits / 500))
        assert years["low"] < years["value"] < years["high"]
    assert told[2]["value"] is None
    assert told[2]["low"] > 0
    assert "at most once" in told[2]["reason"]
