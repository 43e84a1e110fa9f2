"""Funding and basis from a config to the run folder: what is recorded, told again, and refused."""

import re
from pathlib import Path

import numpy as np
import pytest

from stresskit.cli.outcome import outcome
from stresskit.cli.replay import _steps
from stresskit.config_file import from_run, load_run
from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import ConfigError
from stresskit.margin.rulebook import shipped_rulebooks
from stresskit.pipeline import check, replay, run
from stresskit.pipeline.setting import prepare

CONFIG = Path(__file__).parents[2] / "configs" / "funding-carry.toml"
SMALL = ("simulation.paths=600", "simulation.horizon=3d")
LIVES = ("coin_counts.cross", "coin_apart.cross")


def carry(*overrides):
    return load_run(CONFIG, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return run(carry(), tmp_path_factory.mktemp("carry"), workers=2)


def test_what_is_recorded(folder):
    for life in LIVES:
        paid, gained = (folder.column("baseline", life, name) for name in ("funding", "basis_gain"))
        account = folder.accounts[life.partition(".")[0]]["scenarios"]["baseline"]["modes"]["cross"]
        assert account["expected_funding"]["value"] == pytest.approx(paid.mean(), rel=1e-12)
        assert account["expected_basis_gain"]["value"] == pytest.approx(gained.mean(), rel=1e-9, abs=1e-9)
        assert -90 < paid.mean() < -30  # nine payments of about 0.01 % to 0.006 % of 70,000, received
        assert gained.std() > 10
    terms = folder.manifest["carry"]["payments"]["coin_apart"]
    assert [(row["symbol"], row["interval_s"]) for row in terms] == [("BTC/USDT:USDT", 28800.0)]
    assert terms[0]["cap"] == pytest.approx(0.003)  # 0.75 x 0.4 %
    text = outcome(folder, {})
    assert "funding paid USD" in text
    assert "basis gain USD" in text


def test_equity_of_those_alive_is_what_market_and_carry_made_of_it(folder):
    """Without liquidation the life ends where the untouched book does."""
    for life in LIVES:
        name = life.partition(".")[0]
        alive = folder.column("baseline", life, "first_step") < 0
        start = folder.accounts[name]["margin"]["cross"]["equity"]
        end = folder.column("baseline", life, "terminal_equity")[alive]
        pnl = folder.column("baseline", f"{name}.market", "pnl")[alive]
        assert end - start == pytest.approx(pnl, abs=1e-6)


def test_replay_tells_it(folder):
    told = replay(folder.folder, 3)
    for life in LIVES:
        steps = told["lives"][life]["steps"]
        assert steps[-1]["funding"] == told["lives"][life]["outcome"]["funding"]
        paid = np.diff([step["funding"] for step in steps])
        assert np.flatnonzero(paid).tolist() == [8 * n - 1 for n in range(1, 10)]
        assert "funding paid so far" in _steps(steps, told["marks"], [0, 8])
    assert len(told["funding"]["BTC"]) == len(told["basis"]["BTC"]) == 72


def test_off_is_as_if_it_were_not_there(tmp_path):
    off = carry("model.funding.kind=off", "model.basis.kind=off")
    bare = off.run.model.model_copy(update={"funding": None, "basis": None})
    without = from_run(off.run.model_copy(update={"model": bare}))
    one, other = (run(loaded, tmp_path / name) for loaded, name in ((off, "a"), (without, "b")))
    assert one.schema == other.schema
    for entry in one.schema["columns"]:
        file = Path("outcomes") / entry["file"]
        assert (one.folder / file).read_bytes() == (other.folder / file).read_bytes()
        assert entry["column"] not in ("funding", "basis_gain")
    assert one.metrics == other.metrics
    assert "carry" not in one.manifest


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["model.funding.constant.ETH=0.0001"], "an asset that some perpetual of the run is on"),
        (["model.funding.constant.BTC=0.0001"], "one value for BTC: it is among the constant ones"),
        (["model.funding.interval=0h"], "a duration above zero"),
        (["model.funding.floor=0.1"], "less than or equal to 0|at most 0"),
        (
            [
                'accounts.0.positions=[{symbol="XRP/USDT:USDT", notional_usd=-1000}]',
                "model.funding.initial={}",
            ],
            "a value for XRP: the market has a calibrated basis of BTC, ETH, BNB",
        ),
        (
            ['accounts.0.positions=[{symbol="BTC/USDT:USDT-261225", notional_usd=-1000, mark=70000}]'],
            "the basis of a dated contract is not modelled",
        ),
    ],
)
def test_what_is_refused(overrides, expected):
    with pytest.raises(ConfigError) as caught:
        check(carry(*overrides))
    assert any(re.search(expected, str(p)) for p in caught.value.problems), caught.value.problems


def test_the_config_goes_before_the_venue():
    loaded = carry(
        "model.funding.interval=4h", "model.funding.cap=0.01", "model.funding.floor=-0.001",
        "model.funding.first_payment=1h",
    )  # fmt: skip
    dues = prepare(loaded).accounts[0].dues
    assert dues.interval.tolist() == [0.0, 14400.0]
    assert (dues.first[1], dues.cap[1], dues.floor[1], dues.share[1]) == (3600.0, 0.01, -0.001, 0.5)
    assert dues.based.tolist() == [0.0, 1.0]


def test_every_shipped_rulebook_says_what_is_known_of_funding():
    for name in shipped_rulebooks():
        terms = load_rulebook(name).tables.funding
        assert terms is not None, name
        assert (terms.interval is None) == (terms.confidence == "unknown"), name
