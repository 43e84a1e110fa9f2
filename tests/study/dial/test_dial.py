"""The dial: one set of paths a strength, the figures of a run at that strength, answers that are stored."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import stresskit as sk
from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import run
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.setting import prepare
from stresskit.results.studies import studies_of
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.dial import Ask, dial, draw, keep
from stresskit.study.dial import point as point_module
from stresskit.study.dial.ask import at, turned

CONFIGS = Path(__file__).parents[3] / "configs"
BLACK_SWAN = CONFIGS / "black-swan.toml"
SMALL = ("simulation.paths=400", "simulation.horizon=3d")
COARSE = Ask(points=3, resolution=0.5)


def small(*overrides):
    return load_run(BLACK_SWAN, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def answer():
    return dial(small(), COARSE)


@pytest.fixture(scope="module")
def account(answer):
    return answer["accounts"]["account"]


def test_a_strength_has_the_figures_of_a_run(answer, account, tmp_path):
    place = answer["strengths"].index(0.5)
    metrics = run(small("scenarios.every_leg_loses.strength=0.5"), tmp_path).metrics["scenarios"][
        "every_leg_loses"
    ]
    for basis, told in (("equal_collateral", metrics), ("equal_efficiency", metrics["equal_efficiency"])):
        for mode, columns in account[basis]["modes"].items():
            for quantity, column in columns.items():
                assert column[place] == told["modes"][mode][quantity]
        for mode, columns in account[basis]["paired"].items():
            assert columns["p_liquidation"][place] == told["paired"][mode]["difference"]
    assert account["market"]["var_99"][place] == metrics["market"]["var"]["0.99"]


def test_one_simulation_a_strength(monkeypatch):
    seen, stream = [], point_module.stream

    def counted(plan, *args):
        seen.append(plan)
        return stream(plan, *args)

    monkeypatch.setattr(point_module, "stream", counted)
    found = dial(small(), Ask(points=3, resolution=0.2))
    assert len(seen) == len(found["strengths"])
    assert len({plan.seed for plan in seen}) == 1
    assert sorted(set(found["strengths"])) == found["strengths"]
    surface = dial(small(), Ask(points=2, resolution=1.0, multipliers=(1.0, 2.0)))["surface"]
    assert [(cell["multiplier"], cell["strength"]) for cell in surface["cells"]] == [
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
    ]


def market_after(setting, scenario, steps):
    """Marks and variances (assets, paths) of all paths after some steps, drawn as one block."""
    paths = setting.loaded.run.simulation.paths
    kept = {0: (np.ones((2, paths)), np.repeat(setting.variance[:, None], paths, 1))}

    def watch(step, tile, _blocks, _records):
        kept[step] = tile.marks[-1].copy(), tile.variance[-1].copy()

    plan = bare_plan(setting, scenario)
    live_block(plan, 0, workspace(plan, paths, 1), watch)
    return kept[steps]


def alone(symbol, usd):
    """What the ``var`` mode asks for one position by itself; its set has the same draws of that asset."""
    position = f"account.positions=[{{symbol='{symbol}',notional_usd={usd},leverage=10}}]"
    return prepare(small(position)).margin()["account"]["portfolio"]["maintenance"]


def test_the_illusion_compares_the_day_after_the_onset(answer, account):
    seen, place = account["illusion"]["portfolio"], answer["strengths"].index(0.5)
    loaded = small("scenarios.every_leg_loses.strength=0.5")
    setting = prepare(loaded)
    whole = setting.margin()["account"]["portfolio"]["maintenance"]
    sizes = {"BTC/USDT:USDT": 50000, "ETH/USDT:USDT": -50000}
    legs = [alone(symbol, usd) for symbol, usd in sizes.items()]
    assert seen["requirement"] == pytest.approx(whole, rel=1e-9)
    assert seen["stand_alone"] == pytest.approx(sum(legs), rel=1e-9)
    marks, _ = market_after(setting, "every_leg_loses", 24)
    loss = -(50000 * (marks[0] - 1) - 50000 * (marks[1] - 1))
    assert seen["beyond_requirement"][place]["value"] == np.mean(loss > whole)
    assert seen["beyond_stand_alone"][place]["value"] == np.mean(loss > sum(legs))


def test_after_an_onset_every_path_has_its_own_requirement():
    loaded = small("scenarios.every_leg_loses.onset='1d'", "simulation.paths=200")
    seen = dial(loaded, Ask(points=2, resolution=1.0))["accounts"]["account"]["illusion"]["portfolio"]
    setting = prepare(loaded)
    (before, variance), (after, _) = (market_after(setting, "every_leg_loses", step) for step in (24, 48))
    loss = -(50000 * (after[0] - before[0]) - 50000 * (after[1] - before[1]))
    contender = setting.accounts[0].modes["portfolio"].contender
    columns = zip(variance.T, before.T, strict=True)
    asked = [Desk(contender, own.copy(), marks.copy()).maintenance() for own, marks in columns]
    assert seen["requirement"] == pytest.approx(np.mean(asked), rel=1e-9)
    assert seen["beyond_requirement"][-1]["value"] == np.mean(loss > asked)
    assert 0 < np.mean(loss > asked) != np.mean(-(50000 * (after[0] - after[1])) > asked)
    late = dial(small("scenarios.every_leg_loses.onset='60h'"), Ask(points=2, resolution=1.0))
    assert late["accounts"]["account"]["illusion"]["portfolio"]["reason"].startswith("the horizon ends")


def test_an_answer_is_stored_and_found_again(tmp_path):
    first = keep(small(), COARSE, tmp_path)
    assert not first.reused
    stored = json.loads((first.folder / "dial.json").read_text())
    assert stored == first.answer
    assert {"config", "data", "package"} == set(stored["hashes"])
    assert stored["seed"] == 20261122
    assert "numpy" in stored["versions"]
    again = keep(small(), COARSE, tmp_path)
    assert again.reused
    assert again.answer == first.answer
    assert keep(small(), Ask(points=2, resolution=0.5), tmp_path).folder != first.folder
    assert [path.name for path in draw(first)] == ["dial.pdf", "dial.png"]
    pages = [path.read_bytes() for path in draw(first)]
    assert pages == [path.read_bytes() for path in draw(again)]
    found = sk.dial(BLACK_SWAN, set=dict(item.split("=") for item in SMALL[1:]) | {"simulation.paths": 400},
                    points=3, resolution=0.5, out=tmp_path)  # fmt: skip
    assert found == first.answer


def command(*args):
    return CliRunner().invoke(main, ["dial", *map(str, args)], prog_name="stresskit")


def sets(*overrides):
    return [part for override in (*SMALL, *overrides) for part in ("--set", override)]


def test_the_command_says_the_points_first(tmp_path):
    asked = ["--points", 3, "--resolution", 0.5, "--out", tmp_path, "--multipliers", "1,2"]
    done = command(BLACK_SWAN, *sets(), *asked)
    assert done.exit_code == 0, done.output
    assert done.output.index("POINTS") < done.output.index("P(liquidation), %  at equal collateral")
    assert "hedge illusion of portfolio" in done.output
    assert "hypothetical" in done.output
    told = command(BLACK_SWAN, *sets(), *asked, "--json")
    assert json.loads(told.stdout)["strengths"] == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--scenario", "baseline"], 'a scenario of kind "correlation_breakdown": every_leg_loses'),
        (["--points", 1], "from 2 to 201"),
        (["--paths", 0], "--paths 0"),
        (["--resolution", 0], "from 0.001 to 1"),
        (["--multipliers", "1,-2"], "numbers above 0"),
        (["--set", "scenarios.every_leg_loses.onset='40d'"], "onset"),
    ],
)
def test_what_cannot_be_asked_is_refused(args, says, tmp_path):
    done = command(BLACK_SWAN, *sets(), "--out", tmp_path, *args)
    assert done.exit_code == 2, done.output
    assert says in done.output


def test_a_config_without_a_break_is_turned_toward_every_leg_losing():
    loaded = load_run(CONFIGS / "perfect-hedge.toml", [*SMALL, "simulation.paths=64"])
    if any(spec.kind == "correlation_breakdown" for spec in loaded.run.scenarios.values()):
        pytest.skip("the config has a break of its own")
    assert dial(loaded, Ask(points=2, resolution=1.0))["scenario"]["toward"] == "every_leg_loses"


def test_a_break_among_other_effects_is_turned():
    effects = "[{kind='liquidity',depth=0.5},{kind='correlation_breakdown',toward='zero',strength=1.0}]"
    scenario = f"scenarios={{both={{kind='combined',effects={effects}}}}}"
    loaded = at(small(scenario, "limits={}"), "both", 0.25, 2.0)
    broken = loaded.run.scenarios["both"].effects[1]
    assert (broken.strength, broken.volatility_multiplier) == (0.25, 2.0)
    assert turned(loaded, Ask())[1] == "both"


def test_paths_shrink_with_the_number_of_assets():
    pair, basket = (load_run(CONFIGS / f"{name}.toml") for name in ("black-swan", "black-swan-basket"))
    assert turned(pair, Ask())[0].run.simulation.paths == 10_000
    assert turned(basket, Ask())[0].run.simulation.paths == 2000
    assert turned(small(), Ask())[0].run.simulation.paths == 400
    assert turned(pair, Ask(paths=77))[0].run.simulation.paths == 77


def test_a_dependence_without_a_matrix_is_refused():
    with pytest.raises(ConfigError, match="correlation matrix"):
        dial(small("model.dependence.kind=gumbel"), COARSE)


@pytest.mark.long
@pytest.mark.parametrize(("config", "paths"), [("black-swan", 20_000), ("black-swan-basket", 1000)])
def test_the_market_and_the_brackets_only_get_worse(config, paths, figures):
    """With common draws: no later strength is below an earlier one beyond the intervals of both."""
    loaded = load_run(CONFIGS / f"{config}.toml", ["comparison.equal_efficiency=false"])
    told = dial(loaded, Ask(points=6, resolution=1.0, paths=paths), 2)["accounts"]["account"]
    curves = {
        "VaR 99 % of the market": told["market"]["var_99"],
        "P(liquidation) of cross": told["equal_collateral"]["modes"]["cross"]["p_liquidation"],
    }
    for name, column in curves.items():
        figures.append(f"{config}, {name}: " + ", ".join(f"{e['value']:.4g}" for e in column))
        for i, later in enumerate(column):
            assert all(later["high"] >= earlier["low"] for earlier in column[:i])
    assert column[-1]["low"] > column[0]["high"]


def test_the_report_of_a_run_finds_its_dial(tmp_path):
    results = run(small(), tmp_path)
    assert studies_of(results, "dial") == []
    kept = keep(small(), COARSE, tmp_path)
    (found,) = studies_of(results, "dial")
    assert (found.folder, found.answer) == (kept.folder, kept.answer)
    other = keep(small("simulation.seed=2"), COARSE, tmp_path / "elsewhere")
    assert [one.folder for one in studies_of(results, "dial")] == [kept.folder]
    assert studies_of(results, "dial", tmp_path / "elsewhere") == []
    assert studies_of(run(small("simulation.seed=2"), tmp_path), "dial", other.folder)[0].reused
    assert studies_of(results, "events") == []
