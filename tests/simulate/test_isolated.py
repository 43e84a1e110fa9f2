"""Isolated margin on paths: positions that live side by side, against the plain-Python twin."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stresskit.simulate.apart import Apart, margined, part_of, rest_of
from stresskit.simulate.blocks import Friction
from stresskit.simulate.scratch import start_equity
from tests.reference.account import Market, close_all
from tests.reference.isolated import Wallet, live_apart
from tests.reference.random_accounts import Shape, explore
from tests.simulate.test_bad_day import Drawn, drawn, lived

SUMS = ("fee", "fee_waived", "slippage", "shortfall", "closed_notional", "closings")


def apart(shape: Shape) -> tuple[Drawn, np.ndarray]:
    """A random account whose positions hold margins of their own, more or less than what is asked."""
    one, rng = drawn(shape), np.random.default_rng([shape.seed, 11])
    book = one.found.book
    calm = Market([1.0] * shape.assets, one.found.variance.tolist(), 1.0)
    own = np.array(one.twin.rule.requirement(one.found.account, book.quantity.tolist(), calm)[1])
    equity, entry = own * rng.uniform(1.01, 6.0, shape.positions), one.contender.entry
    assert entry is not None
    usd = equity - book.quantity * (1 - entry)
    margins = Apart(usd, np.full(shape.positions, -1), np.zeros(shape.positions))
    free = float(rng.uniform(0.0, 0.1)) * one.found.account.gross()
    cash = float(equity.sum() - book.quantity.sum()) + free
    account = one.found.account._replace(cash=cash)
    contender = replace(one.contender, book=book._replace(cash=cash), apart=margins)
    return one._replace(contender=contender, found=one.found._replace(account=account)), usd


@pytest.mark.parametrize("examples", [25, pytest.param(250, marks=pytest.mark.long)])
def test_positions_live_as_the_twins_do(examples: int, figures: list[str]) -> None:
    tally: Counter[str] = Counter()

    def agree(shape: Shape) -> None:
        one, usd = apart(shape)
        full, certified = (lived(one, always=always) for always in (True, False))
        gross = one.found.account.gross()
        for b in range(one.found.paths):
            twin = live_apart(one.found.account, usd, one.twin, close_all, one.found.path(b), one.day)
            tally["lives"] += 1
            if twin.closest < 1e-9 * gross:
                tally["set aside"] += 1
                continue
            compare(full, certified, twin, b, gross)
            tally["liquidated"] += twin.first()[0] > 0
            tally["closed out"] += twin.closed() > 0
            tally["some closed, others not"] += twin.first()[0] > 0 and twin.closed() < 0
            tally["topped up from what is free"] += twin.drawn > 0
            tally["deleveraged"] += any(story.adl_notional > 0 for story in twin.stories)

    tally = explore(agree, examples, tally)
    figures.append(f"lives under isolated margin: {', '.join(f'{k} {v}' for k, v in tally.items())}")
    assert tally.pop("set aside", 0) <= 0.02 * tally["lives"]
    assert min(tally.values()) > 0.02 * tally["lives"], tally


def compare(full: Any, certified: Any, twin: Wallet, b: int, gross: float) -> None:
    for name in full._fields:
        if name != "lowest_ratio":
            assert getattr(full, name)[b] == getattr(certified, name)[b], name
    assert (full.first_step[b], full.trigger[b]) == twin.first()
    assert full.closed_step[b] == twin.closed()
    for name in SUMS:
        assert abs(getattr(full, name)[b] - twin.total(name)) <= 1e-9 * gross, name
    assert abs(full.terminal_equity[b] - twin.equity) <= 1e-9 * gross
    assert abs(full.lowest_equity[b] - twin.lowest) <= 1e-9 * gross
    assert abs(full.top_up[b] - sum(s.added for s in twin.stories) + twin.drawn) <= 1e-9 * gross
    assert abs(full.adl_loss[b] - sum(s.adl_loss for s in twin.stories)) <= 1e-9 * gross
    lowest = min(story.life.lowest_ratio for story in twin.stories)
    assert full.lowest_ratio[b] == pytest.approx(lowest, rel=1e-9, abs=1e-9)


def test_equity_is_conserved_on_every_path_and_step() -> None:
    """What the account has changes by price, costs, and what comes from outside or is borne by others."""
    seen: Counter[str] = Counter()
    for seed in range(6):
        one, _ = apart(Shape(seed, 3, 3, 0.1, 1.3, 0.0125, 3e-5, 0.02, 0.99, 0.005))
        book = one.found.book._replace(asset=np.arange(3))
        still = Friction(0.0, np.full(3, np.inf))
        contender = replace(one.contender, book=book, friction=still)
        one = one._replace(contender=contender)
        gross = one.found.account.gross()

        def watch(
            old: dict[str, np.ndarray],
            new: dict[str, np.ndarray],
            before: np.ndarray,
            now: np.ndarray,
            gross: float = gross,
        ) -> None:
            earned = (old["quantity"] * (now - before)).sum(axis=0)
            spent = {k: new[k] - old[k] for k in ("fee", "slippage", "fund", "adl_loss", "cut_cost")}
            given = {k: new[k] - old[k] for k in ("top_up", "shortfall")}
            change = earned - sum(spent.values()) + sum(given.values())
            gap = np.abs(new["equity"] - old["equity"] - change)
            assert gap.max() <= 1e-11 * gross
            seen["closed"] += int((spent["fee"] > 0).sum())
            seen["short"] += int((given["shortfall"] > 0).sum())

        lived(one, always=False, watch=watch)
    assert min(seen.values()) > 0, seen


def test_the_parts_and_the_rest_are_the_whole() -> None:
    one, usd = apart(Shape(5, 3, 4, 0.1, 2.0, 0.0, 0.0, 0.02, 0.99, 0.005))
    parts = [part_of(one.contender, p) for p in margined(one.contender.book)]
    rest = rest_of(one.contender)
    whole = start_equity(one.contender.book)
    assert sum(start_equity(part.book) for part in parts) + rest.usd == pytest.approx(whole, rel=1e-12)
    assert one.contender.entry is not None
    profit = one.contender.book.quantity * (1 - one.contender.entry)
    assert [start_equity(part.book) for part in parts] == pytest.approx(usd + profit)
