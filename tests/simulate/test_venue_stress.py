"""What a stressed venue does to whole lives on the same paths: a pair of coins under brackets."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.domain import Record
from stresskit.errors import ConfigError
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.setting import Setting, prepare
from stresskit.simulate.blocks import BlockOutcome, live_block, workspace
from stresskit.simulate.living import Living
from stresskit.simulate.plan import Habits
from tests.reference.pledge import cause

PATHS, STAKE = 400, 3_500
CONFIG = """
name = "venue"
[market]
source = "snapshot"
snapshot = "majors-2026-03"
[simulation]
horizon = "60h"
paths = 400
seed = 5
between_steps = "none"
[comparison]
equal_efficiency = false
[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 3_500 }]
positions = [
  { symbol = "BTC/USDT:USDT", notional_usd =  100_000, leverage = 20 },
  { symbol = "ETH/USDT:USDT", notional_usd =  -50_000, leverage = 20 },
]
[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"
[scenarios.baseline]
kind = "baseline"
[scenarios.calm_taking]                # so that one kernel serves every test of this file
kind = "adl"
move = 0.99
[scenarios.calm_asking]
kind = "tightening"
factor = 1.000001
onset = "59h"
"""


MORE = ', { asset = "WBETH", amount = 1, mark = 3_000, tracks = "ETH", ratio = 1.0 }'
MORE += ', { asset = "USDE", amount = 2_000, tracks = "USD", ratio = 1.0 }'


@cache
def prepared(scenario: str, more: str = "") -> Setting:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "venue.toml"
        config = CONFIG.replace("amount = 3_500 }", "amount = 3_500 }" + more)
        file.write_text(f"{config}[scenarios.bad]\n{scenario}\n", encoding="utf-8")
        return prepare(load_run(file, ()))


def outcome(scenario: str, name: str = "bad", length: int = 16, more: str = "") -> BlockOutcome:
    plan = prepared(scenario, more).plan(name)
    return live_block(plan, 0, workspace(plan, PATHS, length))


def life(scenario: str, name: str = "bad") -> Record:
    return outcome(scenario, name).records[0]


CALM = 'kind = "baseline"'


def lost(record: Record) -> np.ndarray:
    """USD below the start, shortfall included."""
    return STAKE - record.terminal_equity + record.shortfall


def test_nothing_changes_where_nothing_is_stressed() -> None:
    calm, asked = life(CALM, "baseline"), life('kind = "outage"\nonset = "59h"\nduration = "1h"', "baseline")
    for one, other in zip(calm, asked, strict=True):
        assert np.array_equal(one, other)
    assert 0.05 < (calm.first_step > 0).mean() < 0.95


def test_lives_with_and_without_a_queue_do_not_take_each_others_kernel(tmp_path: Path) -> None:
    """The same rule, policy and book; calls of other types than compiled for are refused while tests run."""
    before, rest = CONFIG.split("[scenarios.calm_taking]")
    alone = before + rest[rest.index("[scenarios.calm_asking]") :]
    (tmp_path / "alone.toml").write_text(alone, encoding="utf-8")
    queued = life(CALM, "baseline")
    plan = prepare(load_run(tmp_path / "alone.toml", ())).plan("baseline")
    without = live_block(plan, 0, workspace(plan, PATHS, 16)).records[0]
    for one, other, again in zip(queued, without, life(CALM, "baseline"), strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(one, again)


def test_lives_with_an_owner_or_a_queue_are_told_apart() -> None:
    """Who calls their kernel goes by this number."""
    plan = prepared(CALM).plan("baseline")
    shape = (4, plan.variance.size, 16)
    owned = replace(plan.contenders[0], habits=Habits(1.0, 1.5, 1, 1))
    lives = [
        Living(one, plan.variance, shape, queued)
        for one in (plan.contenders[0], owned)
        for queued in (False, True)
    ]
    assert len({one._lasting for one in lives}) == 4


def test_worse_depth_never_makes_closing_cheaper() -> None:
    """Everything is closed at once and filled whole: cost and loss rise as depth falls, path by path."""
    depths = [f'kind = "liquidity"\ndepth = {depth}\nspread = 1' for depth in (1.0, 0.35, 0.05, 0.02)]
    lives = [life(one) for one in depths]
    for thin, thick in zip(lives[1:], lives, strict=False):
        assert np.array_equal(thin.first_step, thick.first_step)
        assert np.array_equal(thin.closed_notional, thick.closed_notional)
        hit = thick.first_step > 0
        assert np.all(thin.slippage[hit] > thick.slippage[hit])
        assert np.all(lost(thin) >= lost(thick) - (thick.fee - thin.fee) - 1e-9)
    ratio = lives[3].slippage - 15 * lives[0].closed_notional / 150_000
    assert np.all(ratio[lives[3].first_step > 0] > 0)


def test_liquidity_acts_in_its_time_alone() -> None:
    calm, thin = life(CALM), life('kind = "liquidity"\ndepth = 0.01\nonset = "20h"\nduration = "10h"')
    inside = (calm.first_step > 20) & (calm.first_step <= 30)
    assert np.array_equal(calm.first_step, thin.first_step)
    assert np.array_equal(calm.slippage[~inside], thin.slippage[~inside])
    assert np.all(thin.slippage[inside] > calm.slippage[inside])
    assert inside.any()


def test_nobody_is_liquidated_while_the_venue_is_down() -> None:
    calm, down = life(CALM), life('kind = "outage"\nonset = "20h"\nduration = "12h"')
    assert not ((down.first_step > 20) & (down.first_step < 32)).any()
    before = (calm.first_step > 0) & (calm.first_step <= 20)
    assert np.array_equal(calm.first_step[before], down.first_step[before])
    through = (calm.first_step > 20) & (calm.first_step < 32)
    assert set(np.unique(down.first_step[through])) - {-1} <= set(range(32, 61))
    assert (down.first_step[through] == 32).any()
    assert (down.first_step[through] != 32).any()  # the price came back in time
    assert down.shortfall.sum() > calm.shortfall.sum()


def test_an_outage_ends_by_the_horizon() -> None:
    with pytest.raises(ConfigError, match=r"scenarios\.bad\.duration: at most 20h"):
        prepared('kind = "outage"\nonset = "40h"\nduration = "21h"')


def test_tightening_from_an_onset_takes_the_equity_at_that_moment() -> None:
    calm, tight = life(CALM), life('kind = "tightening"\nfactor = 5\nonset = "20h"')
    assert np.all(np.where(tight.first_step < 0, 99, tight.first_step)
                  <= np.where(calm.first_step < 0, 99, calm.first_step))  # fmt: skip
    assert (tight.first_step == 21).mean() > (calm.first_step == 21).mean() + 0.05
    assert np.array_equal(tight.first_step[tight.first_step <= 20], calm.first_step[tight.first_step <= 20])


def test_a_trigger_tightens_where_volatility_is_high() -> None:
    calm = life(CALM)
    always, seldom, never = (
        life(f'kind = "tightening"\nfactor = 4{trigger}')
        for trigger in ("", "\ntrigger = 1.5", "\ntrigger = 100")
    )
    assert np.array_equal(never.first_step, calm.first_step)
    hits = [(one.first_step > 0).sum() for one in (calm, seldom, always)]
    assert hits[0] < hits[1] < hits[2]


@pytest.mark.parametrize(
    ("said", "key", "expected"),
    [
        ("factor = 0.5", "factor", "greater than or equal to 1"),
        ("", "factor", "nothing is tightened"),
        ("factor = 2\ntrigger = 2\nhaircut = 0.1", "haircut", "only requirements"),
    ],
)
def test_a_tightening_that_is_none_is_refused(said: str, key: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        prepared(f'kind = "tightening"\n{said}')
    assert any(key in p.key and (expected in p.expected or key == "factor") for p in caught.value.problems)


def test_a_funding_spike_needs_funding() -> None:
    with pytest.raises(ConfigError, match=r"bad\.rate: \[model\] funding"):
        prepared('kind = "funding_spike"\nrate = 0.01')


def test_a_lost_peg_takes_the_cash_and_what_is_owed_in_it() -> None:
    """All of the account is in USDT: it loses on the balance, and on what its net long owes it gains."""
    calm, off = outcome(CALM), outcome('kind = "depeg"\nasset = "USDT"\nloss = 0.02\nonset = "30h"')
    alive = (calm.records[0].first_step < 0) & (off.records[0].first_step < 0)
    change = off.records[0].terminal_equity - calm.records[0].terminal_equity
    assert change[alive] == pytest.approx(-0.02 * (STAKE - 50_000), rel=1e-9)
    assert off.profits[0] - calm.profits[0] == pytest.approx(-0.02 * (STAKE - 50_000), rel=1e-9)
    back = life('kind = "depeg"\nasset = "USDT"\nloss = 0.02\nonset = "30h"\nduration = "10h"')
    alive &= back.first_step < 0
    assert back.terminal_equity[alive] == pytest.approx(calm.records[0].terminal_equity[alive], rel=1e-9)


def test_an_index_from_outside_does_not_see_the_venues_own_book() -> None:
    own = 'kind = "depeg"\nasset = "USDT"\nloss = 0.3\nindex = "outside"'
    for one, other in zip(life(CALM), life(own), strict=True):
        assert np.array_equal(one, other)


def test_a_staked_coin_and_a_dollar_token_fall_in_the_venues_own_book() -> None:
    calm = outcome(CALM, more=MORE)
    staked = outcome('kind = "depeg"\nasset = "WBETH"\nloss = 0.8\nonset = "30h"', more=MORE)
    token = outcome('kind = "depeg"\nasset = "USDE"\nloss = 0.35\nonset = "30h"', more=MORE)
    alive = (calm.records[0].first_step < 0) & (token.records[0].first_step < 0)
    lost = calm.records[0].terminal_equity - token.records[0].terminal_equity
    assert lost[alive] == pytest.approx(700, rel=1e-9)
    assert calm.profits[0] - token.profits[0] == pytest.approx(700, rel=1e-9)
    fell = calm.profits[0] - staked.profits[0]
    assert fell == pytest.approx(2_400, rel=0.5)
    assert np.ptp(fell) > 100  # with the price of the coin behind it
    before, after = calm.records[0].first_step, staked.records[0].first_step
    assert (after == 31).sum() > (before == 31).sum()
    assert np.array_equal(before[(before > 0) & (before <= 30)], after[(after > 0) & (after <= 30)])


def test_two_dollar_tokens_cannot_be_off_at_once() -> None:
    both = (
        'kind = "combined"\neffects = [{ kind = "depeg", asset = "USDT", loss = 0.1 }, '
        '{ kind = "depeg", asset = "USDE", loss = 0.1 }]'
    )
    with pytest.raises(ConfigError, match=r"bad\.effects\.?\[?1.*asset: one dollar token"):
        prepared(both, MORE)


def test_a_peg_of_what_nobody_holds_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"scenarios\.bad\.asset: an asset of some balance"):
        prepared('kind = "depeg"\nasset = "USDC"\nloss = 0.1')


def test_winners_are_taken_beyond_the_move_and_the_others_stay() -> None:
    calm = life(CALM)
    taken = life('kind = "adl"\nmove = 0.04\nprice = "mark"')
    hit = taken.adl_step > 0
    assert 0.05 < hit.mean() < 1
    assert taken.adl_loss == pytest.approx(0.0, abs=1e-6)  # at the mark nothing is lost at once
    same = ~hit & (calm.first_step == taken.first_step)
    assert np.array_equal(calm.terminal_equity[same], taken.terminal_equity[same])
    assert same.sum() == (~hit).sum()
    dear = life('kind = "adl"\nmove = 0.04')
    assert np.array_equal(dear.adl_step, taken.adl_step)
    assert np.all(dear.adl_loss[hit] > 0)
    far = life('kind = "adl"\nmove = 0.04\nfund = 1_000_000\nnotional = 1_000_000')
    assert not (far.adl_step > 0).any()  # a fund that pays twice over
    with pytest.raises(ConfigError, match=r"bad\.notional: the USD of others"):
        prepared('kind = "adl"\nfund = 5')


def test_a_limit_on_orders_needs_orders() -> None:
    funded = CONFIG.replace('"close_all"', '"pro_rata"\nsteps = { slice = "fund" }')
    for config, refused in ((CONFIG, False), (funded, True)):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "venue.toml"
            file.write_text(config + "[execution]\nparticipation = 0.1\n", encoding="utf-8")
            found = prepare(load_run(file, ()))
            assert all(c.friction and c.friction.share == 0.0 for _, c in found.lives())
            if refused:
                with pytest.raises(ConfigError, match=r"execution\.participation: no such limit"):
                    refuse_what_cannot_run(found)
            else:
                refuse_what_cannot_run(found)


def test_effects_of_the_venue_compose() -> None:
    thin = life('kind = "liquidity"\ndepth = 0.04')
    twice = life(
        'kind = "combined"\neffects = [{ kind = "liquidity", depth = 0.2, spread = 5 }, '
        '{ kind = "liquidity", depth = 0.2, spread = 2 }]'
    )
    assert twice.slippage == pytest.approx(thin.slippage, rel=1e-12)


def test_what_a_block_yields_does_not_depend_on_its_tiles() -> None:
    bad = (
        'kind = "combined"\neffects = [{ kind = "liquidity", onset = "7h", duration = "20h" }, '
        '{ kind = "outage", onset = "11h", duration = "5h" }, { kind = "adl", onset = "3h", move = 0.03 }, '
        '{ kind = "tightening", factor = 2, onset = "13h" }]'
    )
    whole, single = (outcome(bad, length=length).records[0] for length in (16, 1))
    for name, one, other in zip(whole._fields, whole, single, strict=True):
        assert np.array_equal(one, other), name


def test_what_of_the_collateral_brought_an_account_down_is_told() -> None:
    """A staked coin and a dollar token that fall in the venue's own book, against the plain rule."""
    for asset, place, before in (("WBETH", 1, "amount = 1,"), ("USDE", 2, "amount = 2_000")):
        scenario, marks = f'kind = "depeg"\nasset = "{asset}"\nloss = 0.95\nonset = "20h"', []
        more = MORE.replace(before, before.replace("2_000", "12_000").replace("1,", "4,"))
        coins = 12_000.0 if place == 1 else 3_000.0
        setting = prepared(scenario, more)
        told = live_block(
            plan := setting.plan("bad"),
            0,
            workspace(plan, PATHS, 1),
            lambda _s, tile, _b, _r, seen=marks: seen.append(tile.marks[0].copy()),
        )
        first, found = told.records[0].first_step, told.column(0, "collateral")
        assert np.array_equal(found, outcome(scenario, more=more).collateral[0])
        for b in np.flatnonzero(first > 0):
            counted = 600.0 if first[b] > 20 and place == 1 else coins
            peg = 11_400.0 if first[b] > 20 and place == 2 else 0.0
            legs = [(0, 100_000.0), (1, -50_000.0)]
            assert found[b] == cause(legs, [(1, coins, counted)], marks[first[b] - 1][:, b], peg)
        assert (found == place).sum() > 5
        assert set(found[first < 0]) == {-1}
        assert setting.pledged(setting.accounts[0])[place] == ("WBETH haircut" if place == 1 else "USDE peg")


def test_a_lost_peg_of_what_contracts_settle_in_is_named_though_none_is_held(tmp_path: Path) -> None:
    coin = ', { asset = "BTC", amount = 0.01, mark = 60_000, ratio = 0.95 }]\nassets_mode = "multi_asset"'
    text = CONFIG.replace("amount = 3_500 }]", "amount = 3_000 }" + coin).replace(
        "ETH/USDT:USDT", "ETH/USDC:USDC"
    )
    file = tmp_path / "short.toml"
    file.write_text(text + '[scenarios.bad]\nkind = "depeg"\nasset = "USDC"\nloss = 0.12\n', encoding="utf-8")
    setting = prepare(load_run(file))
    assert setting.pledged(setting.accounts[0]) == {0: "BTC price", 1: "BTC haircut", 2: "USDC peg"}
