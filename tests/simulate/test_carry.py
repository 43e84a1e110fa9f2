"""Funding and basis along a life: the kernels against their plain-Python twin, and conservation."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.domain import Tile
from stresskit.liquidation import CloseAll
from stresskit.simulate.blocks import Contender, live_block, stream, workspace
from stresskit.simulate.carry import Dues, hold_through
from stresskit.simulate.carry_draws import Carry
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from tests.model.test_factor import GAP, RATE, plan_of, rates_of
from tests.reference.account import Account, Brackets, Market, Position
from tests.reference.carry import Carried, Terms, live_carrying, perpetual_worth, times
from tests.reference.random_accounts import book_of, table_of

STEPS, ASSETS, PATHS = 24, 2, 16
HOUR = 3600.0


def dues_of(terms, step_h):
    """The twin's terms as the kernels hold them."""
    column = {
        "interval": [one.interval_h * HOUR for one in terms],
        "continuous": [one.continuous for one in terms],
        "first": [one.first_h * HOUR for one in terms],
        "cap": [one.cap for one in terms],
        "floor": [one.floor for one in terms],
        "share": [one.share for one in terms],
        "based": [one.based for one in terms],
        "origin": [one.origin for one in terms],
    }
    return Dues(**{name: np.array(values, float) for name, values in column.items()}, step_s=step_h * HOUR)


def random_terms(rng, positions, faces=False):
    found = []
    for _ in range(positions):
        interval = float(rng.choice([0.0, 1.0, 4.0, 8.0]))
        cap = float(rng.choice([np.inf, 0.004]))
        found.append(
            Terms(
                interval,
                float(rng.choice([interval, 3.0])),
                cap,
                -cap,
                float(rng.choice([1.0, 0.5])),
                bool(rng.random() < 0.2),
                float(rng.uniform(0.5, 2.0)) if faces and rng.random() < 0.5 else 0.0,
                bool(rng.random() < 0.6),
                float(rng.normal(0, 0.002)),
            )
        )
    return found


def random_tile(rng, steps=STEPS, assets=ASSETS, paths=PATHS):
    shape = (steps, assets, paths)
    marks = np.cumprod(1 + 0.02 * rng.standard_t(4, shape), axis=0)
    return Tile(marks, np.ones(shape), 1.0, rng.normal(0.001, 0.004, shape), rng.normal(0, 0.004, shape))


def random_case(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    quantity = rng.uniform(-1e5, 1e5, count)
    positions = tuple(Position(int(rng.integers(ASSETS)), float(q), 0.001, 1e-6, 0.005) for q in quantity)
    rows = tuple(((0.0, float(rate), 0.0),) for rate in rng.uniform(0.005, 0.03, count))
    wealth = float(np.abs(quantity).sum() * rng.uniform(0.02, 0.3))
    account = Account(positions, wealth - float(quantity.sum()), 0.0)
    step_h = float(rng.choice([1.0, 4.0, 24.0]))
    return rng, account, rows, random_terms(rng, count), step_h


def lived(account, rows, dues, tiles, *, always):
    book, rule = book_of(account), table_of(list(rows))
    block, record = empty_block(len(rows), ASSETS, PATHS), empty_record(PATHS)
    hands = take_hands(book, np.ones(ASSETS), 0)
    start(rule, book, block, hands, record)
    step = 0
    for tile in tiles:
        live_through(rule, CloseAll(), book, tile, step, always, block, hands, record, None, dues)
        step += len(tile.marks)
    return record


def cut(tile, at):
    """The tile in two, as the engine would hand it on."""
    return [
        Tile(*(column[part].copy() if k != 2 else column for k, column in enumerate(tile)))
        for part in (slice(0, at), slice(at, None))
    ]


def test_lives_are_those_of_the_twin():
    tally = {"paths": 0, "near": 0, "liquidated": 0}
    for seed in range(40):
        rng, account, rows, terms, step_h = random_case(seed)
        tile = random_tile(rng)
        dues, gross = dues_of(terms, step_h), account.gross()
        full = lived(account, rows, dues, cut(tile, 10), always=True)
        certified = lived(account, rows, dues, [tile], always=False)
        for b in range(PATHS):
            path = [
                (
                    Market(tile.marks[s, :, b].tolist(), [1.0] * ASSETS, 1.0),
                    Carried(tile.funding[s, :, b].tolist(), tile.basis[s, :, b].tolist()),
                )
                for s in range(STEPS)
            ]
            told = live_carrying(account, Brackets(rows), terms, path, step_h)
            tally["paths"] += 1
            if told.life.closest < 1e-9 * gross:
                tally["near"] += 1
                continue
            for record in (full, certified):
                assert record.first_step[b] == told.life.first_step
                assert record.closed_step[b] == told.life.closed_step
                for name in ("terminal_equity", "lowest_equity", "fee", "slippage", "shortfall"):
                    assert abs(getattr(record, name)[b] - getattr(told.life, name)) < 1e-9 * gross, name
                assert abs(record.funding[b] - told.paid) < 1e-9 * gross
                assert abs(record.basis_gain[b] - told.gained) < 1e-9 * gross
            tally["liquidated"] += told.life.first_step > 0
    assert tally["near"] == 0
    assert tally["liquidated"] > 100


def test_change_of_equity_is_price_and_basis_less_funding_and_costs():
    for seed in range(40, 60):
        rng, account, rows, terms, step_h = random_case(seed)
        tile = random_tile(rng)
        record = lived(account, rows, dues_of(terms, step_h), [tile], always=False)
        held = record.first_step < 0
        price = sum(p.quantity * (tile.marks[-1, p.asset] - 1) for p in account.positions)
        begin = account.cash + sum(p.quantity for p in account.positions)
        change = price + record.basis_gain - record.funding
        assert record.terminal_equity[held] == pytest.approx(
            (begin + change)[held], abs=1e-9 * account.gross()
        )
        premium = sum(
            p.quantity
            * np.array(
                [
                    perpetual_worth(t, m, g)
                    for m, g in zip(tile.marks[-1, p.asset], tile.basis[-1, p.asset], strict=True)
                ]
            )
            for p, t in zip(account.positions, terms, strict=True)
            if t.based
        )
        assert record.basis_gain[held] == pytest.approx(
            np.broadcast_to(premium, PATHS)[held], abs=1e-8 * account.gross()
        )


def test_a_book_without_margin_earns_and_pays_the_same():
    """Inverse contracts too: their payment in coin, exchanged at the mark."""
    for seed in range(60, 80):
        rng, account, _, _, step_h = random_case(seed)
        terms, tile = random_terms(rng, len(account.positions), faces=True), random_tile(rng)
        book = book_of(account)._replace(face=np.array([one.face for one in terms]))
        block, record = empty_block(len(terms), ASSETS, PATHS), empty_record(PATHS)
        block.quantity[:] = book.quantity[:, None]
        hold_through(dues_of(terms, step_h), book, tile, 0, block, record)
        for b in range(PATHS):
            paid = gained = 0.0
            for position, one in zip(account.positions, terms, strict=True):
                rates, marks = tile.funding[:, position.asset, b], tile.marks[:, position.asset, b]
                for s in range(STEPS):
                    rate = min(max(rates[s] * one.share, one.floor), one.cap)
                    coins = rate * position.quantity * (one.face / marks[s] if one.face else 1.0)
                    paid += times(one, s + 1, step_h) * coins * marks[s]
                if one.based:
                    gained += position.quantity * perpetual_worth(
                        one, marks[-1], tile.basis[-1, position.asset, b]
                    )
            assert record.funding[b] == pytest.approx(paid, rel=1e-9, abs=1e-6)
            assert record.basis_gain[b] == pytest.approx(gained, rel=1e-7, abs=1e-6)
            assert block.cash[b] == pytest.approx(gained - paid, rel=1e-7, abs=1e-6)


def carrying_plan(bridged=True):
    """Two positions on three assets, one based and paying every 3 steps, on 40 hourly steps."""
    positions = (Position(0, 9e4, 0.001, 0.0, 0.005), Position(2, -7e4, 0.001, 0.0, 0.005))
    book = book_of(Account(positions, 3000.0 - 2e4, 0.0))
    terms = [
        Terms(3.0, 2.0, 0.01, -0.01, 3 / 8, based=True, origin=GAP.mean),
        Terms(8.0, 8.0, np.inf, -np.inf),
    ]
    dues = dues_of(terms, 1.0)
    rates = rates_of([0, 1, 2], [0, 2], [RATE, RATE])
    life = Contender(table_of([((0.0, 0.01, 0.0),), ((0.0, 0.02, 0.0),)]), CloseAll(), book, 0, dues)
    carry = Carry(rates, rates_of([0, 1, 2], [0], [GAP], purpose=6), (dues,))
    return replace(plan_of(carry, steps=40), contenders=(life,), books=(book,), bridged=bridged)


@pytest.mark.parametrize("bridged", [True, False])
def test_threads_blocks_and_tiles_change_nothing(bridged):
    plan = carrying_plan(bridged)

    def joined(block, workers):
        outcomes = list(stream(plan, 1500, block, workers))
        columns = [
            np.concatenate([o.records[0][k] for o in outcomes]) for k in range(len(outcomes[0].records[0]))
        ]
        return [column.tobytes() for column in [*columns, np.concatenate([o.profits[0] for o in outcomes])]]

    base = joined(64, 1)
    for block, workers in ((512, 2), (2048, 2)):
        assert joined(block, workers) == base
    for steps in (1, 7, 16):
        outcome = live_block(plan, 0, workspace(plan, 1500, steps))
        assert [column.tobytes() for column in [*outcome.records[0], outcome.profits[0]]] == base


@pytest.mark.parametrize("bridged", [True, False])
def test_certificates_decide_as_full_evaluation_does(bridged):
    plan = carrying_plan(bridged)
    for one, other in zip(
        stream(plan, 3000, 512, 1), stream(replace(plan, always=True), 3000, 512, 1), strict=True
    ):
        for name in ("first_step", "closed_step", "inside", "terminal_equity", "funding", "basis_gain"):
            assert getattr(one.records[0], name).tobytes() == getattr(other.records[0], name).tobytes(), name
        assert (one.records[0].first_step > 0).any()
