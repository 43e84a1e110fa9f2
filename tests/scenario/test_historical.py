"""Past events: what is shipped of them, how they act, and that their intraday low can liquidate."""

from typing import get_args

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.numerics.correlation import is_correlation, nearest_correlation
from stresskit.pipeline.setting import prepare
from stresskit.scenario.events import FOLDER, read_event
from stresskit.scenario.historical import EventName
from stresskit.simulate.blocks import live_block, workspace
from stresskit.simulate.jumps import landings, ramps_of
from tests.properties.configs import FOLDER as CONFIGS

EVENTS = get_args(EventName)
QUICK = CONFIGS / "quickstart.toml"
CONFIG = QUICK.read_text()
SHORT = (
    "simulation.horizon=5d",
    "modes.portfolio.scenarios=1000",
    "comparison.equal_efficiency=false",
    "simulation.paths=200",
)


def prepared(table, *more):
    return prepare(load_run(QUICK, [*SHORT, *more, f"scenarios.event={table}"]))


def test_every_shipped_event_has_a_name_and_every_name_an_event():
    assert sorted(EVENTS) == sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_whole(name):
    event = read_event(name)
    assert event.name == name
    assert list(event.correlation) == list(event.assets)
    rows = np.array(list(event.correlation.values()))
    assert np.array_equal(rows, rows.T)
    assert nearest_correlation(rows)[1] < 0.01  # three digits of rounding
    assert is_correlation(nearest_correlation(rows)[0], 1e-9)
    for asset, course in event.assets.items():
        assert course.low <= course.trough, asset
        assert (course.low == course.trough) == (asset in event.low_unknown), asset
    assert "BTC" in event.assets
    assert 0 < event.hours_to_trough <= 72


def test_october_2025_is_as_it_was_recorded():
    """The worst hourly close was mild, the low inside the hour was not."""
    btc = read_event("oct_2025").assets["BTC"]
    assert btc.trough == pytest.approx(-0.085, abs=0.001)
    assert btc.low == pytest.approx(-0.178, abs=0.001)


def courses(setting):
    """The ramp down, the gaps and the ramp on, as factors (assets, paths)."""
    down, turn = (s.courses[0] for s in setting.plan("event").stretches if s.courses)
    ((there, share),) = ramps_of((down,), 7, 0, 50)
    low, back = landings(turn, 7, 0, 50)
    ((on, _),) = ramps_of((turn,), 7, 0, 50)
    return there, share, low, back, on


def test_the_course_of_an_event():
    setting = prepared('{kind="historical", event="oct_2025", onset="6h"}')
    there, share, low, back, on = courses(setting)
    event = read_event("oct_2025")
    spans = [(s.first, s.last) for s in setting.plan("event").stretches]
    assert spans == [(0, 6), (6, 58), (58, 82), (82, 120)]
    assert share == 1 / 52
    for k, asset in enumerate(setting.assets):
        course = event.assets[asset]
        assert there[k] == pytest.approx(1 + course.trough)
        assert there[k] * low[k] == pytest.approx(1 + course.low)
        assert low[k] * back[k] == pytest.approx(1)
        assert there[k] * on[k] == pytest.approx(1 + course.end)


def test_severity_scales_the_moves():
    there, *_ = courses(prepared('{kind="historical", event="oct_2025", severity=0.5}'))
    assert there[0] == pytest.approx((1 + read_event("oct_2025").assets["BTC"].trough) ** 0.5)


def test_the_market_of_the_event():
    setting = prepared('{kind="historical", event="ftx_2022"}')
    first, *_, last = setting.stressed["event"].segments
    names = list(setting.market.model.assets)
    held = [names.index(a) for a in ("BTC", "SOL")]
    expected = read_event("ftx_2022").correlation["BTC"][list(read_event("ftx_2022").assets).index("SOL")]
    assert first.dependence.correlation[held[0], held[1]] == pytest.approx(expected, abs=0.01)
    notes = setting.stressed["event"].notes
    calm = np.sqrt(setting.market.model.marginals.long_run_variance * 8760)
    then = {asset: course.volatility for asset, course in read_event("ftx_2022").assets.items()}
    for asset, multiplier in notes["volatility_multiplier"].items():
        place = names.index(asset)
        assert multiplier == pytest.approx(then[asset] / calm[place])
        assert first.volatility_multiplier * first.loudness[place] == pytest.approx(multiplier)
    assert first.volatility_multiplier == pytest.approx(
        np.median(list(notes["volatility_multiplier"].values()))
    )
    assert (last.volatility_multiplier, last.loudness) == (1.0, None)
    assert notes["low"]["SOL"] == read_event("ftx_2022").assets["SOL"].low
    assert "once, on 2022-11-09" in notes["occurred"]


def test_an_asset_that_the_event_does_not_know_follows_btc():
    setting = prepared(
        '{kind="historical", event="covid_2020"}', 'account.positions.1.symbol="SOL/USDT:USDT"'
    )
    there, _, low, _, on = courses(setting)
    btc, sol = (setting.assets.index(a) for a in ("BTC", "SOL"))
    assert np.ptp(there[btc]) == 0
    assert np.ptp(there[sol]) > 0.1  # drawn
    assert np.median(there[sol]) < 0.75
    assert (low[sol] <= 1).all()  # the same draws at a deeper level; some are at the floor already
    assert (on[sol] >= 1).all()
    notes = setting.stressed["event"].notes
    assert "SOL" in notes["not_in_the_event"]
    assert "given BTC" in notes["not_in_the_event"]
    assert notes["move 1"]["SOL"].startswith("median -")
    still = prepared(
        '{kind="historical", event="covid_2020", others="stay"}',
        'account.positions.1.symbol="SOL/USDT:USDT"',
    )
    assert courses(still)[0][sol] == pytest.approx(1.0)


def test_the_intraday_low_liquidates():
    """A long position that all but surely survives the closes of 10 October 2025 dies at the low."""
    setting = prepared(
        '{kind="historical", event="oct_2025"}',
        "account.positions=[{symbol='BTC/USDT:USDT', notional_usd=100000, leverage=10}]",
        "account.collateral=[{asset='USDT', amount=16000}]",
    )
    plan = setting.plan("event")
    record = live_block(plan, 0, workspace(plan, 200, 16)).records[0]
    dead = record.first_step >= 0
    assert dead.mean() > 0.6
    assert (record.first_step[dead] == 53).mean() > 0.6  # the step whose open is the low
    assert record.shortfall[dead].max() > 0


@pytest.mark.parametrize(
    ("keys", "key", "words"),
    [
        ('event = "covid_2022"', "event", "did you mean 'covid_2020'"),
        ('event = "oct_2025"\nonset = "9d"', "onset", "53h before the horizon"),
        ('event = "oct_2025"\nonset = "10d"', "onset", "before the horizon"),
        ('event = "oct_2025"\nseverity = 0.0', "severity", "above 0"),
    ],
)
def test_an_impossible_event_is_refused_at_its_line(tmp_path, keys, key, words):
    path = tmp_path / "run.toml"
    path.write_text(f'{CONFIG}\n[scenarios.past]\nkind = "historical"\n{keys}\n')
    with pytest.raises(ConfigError) as caught:
        prepare(load_run(path))
    (problem,) = caught.value.problems
    assert problem.key == f"scenarios.past.{key}"
    assert words in problem.expected
    line = (path.read_text().splitlines())[int(problem.where.split(":")[-2]) - 1]
    assert line.startswith(key)
