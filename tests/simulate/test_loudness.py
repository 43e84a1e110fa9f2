"""A segment may be louder in one asset than in another: the same recursion at another level."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.model.louder import louder
from stresskit.pipeline.setting import prepare
from stresskit.scenario.timeline import cut
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from tests.properties.configs import FOLDER as CONFIGS
from tests.shipped import shipped


def setting_of(*more):
    keys = ("simulation.horizon=5d", "modes.portfolio.scenarios=1000", "comparison.equal_efficiency=false")
    scenario = "scenarios={event={kind='baseline'}}"
    return prepare(
        load_run(CONFIGS / "quickstart.toml", [*keys, "simulation.paths=50", "limits={}", scenario, *more])
    )


@pytest.mark.parametrize("marginal", ["gjr_garch", "egarch"])
def test_a_louder_asset_has_its_returns_scaled_and_is_seen_louder(marginal):
    """For as long as it lasts, whatever the recursion; and the state is that of the calm paths afterwards."""
    setting = setting_of(f"model.marginal.kind={marginal}")
    names = setting.market.model.assets
    factor = np.ones(len(names))
    factor[[names.index(a) for a in setting.assets]] = (2.0, 0.5)
    pieces = cut(cut(setting.stressed["event"].segments, 10), 40)
    loud = tuple(replace(s, loudness=factor) if s.first == 10 else s for s in pieces)
    calm, other = (tape_of(setting, segments) for segments in (pieces, loud))
    returns = [marks[1:] / marks[:-1] - 1 for marks, _ in (calm, other)]
    ratio = np.array([2.0, 0.5])[:, None]
    inside = np.arange(len(returns[0]))[:, None, None]
    inside = (inside >= 10) & (inside < 40)
    assert other[1] == pytest.approx(calm[1] * np.where(inside, ratio**2, 1.0), rel=1e-9)
    assert returns[1] == pytest.approx(returns[0] * np.where(inside, ratio, 1.0), rel=1e-9, abs=1e-12)


def tape_of(setting, segments):
    """Marks (steps + 1, assets, paths) and variances (steps, assets, paths) of 50 paths."""
    stressed = replace(setting.stressed["event"], segments=segments)
    plan = bare_plan(replace(setting, stressed={"event": stressed}), "event")
    marks, variance = [np.ones((2, 50))], []

    def watch(_step, tile, _blocks, _records):
        marks.append(tile.marks[-1].copy())
        variance.append(tile.variance[-1].copy())

    live_block(plan, 0, workspace(plan, 50, 1), watch)
    return np.array(marks), np.array(variance)


@pytest.mark.parametrize("factor", [0.0, -1.0, np.inf, np.nan])
def test_no_volatility_is_refused(factor):
    marginals = shipped("1h").marginals
    with pytest.raises(ValueError, match="above zero"):
        louder(marginals, np.full(len(marginals.omega), factor))
