"""What a path brings depends on the plan and its number alone: bit for bit, however it is computed.

The plans are those of a real config over two days, so that every stage the engine is given by the
pipeline takes part: two modes, a scenario whose correlation breaks after a day.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.domain import Float2D, Float3D, Record
from stresskit.pipeline.setting import Setting, prepare
from stresskit.simulate import blocks
from stresskit.simulate.blocks import Plan, live_block, stream, workspace

CONFIG = Path(__file__).parents[2] / "configs" / "quickstart.toml"
PATHS = 1_500
SHORT = ("simulation.horizon=2d", "modes.portfolio.scenarios=1000", "comparison.equal_efficiency=false")
POOR = ("account.collateral=[{asset = 'USDT', amount = 4000}]", "scenarios.hedge_breaks.onset=1d")


def setting(*overrides: str) -> Setting:
    return prepare(load_run(CONFIG, [*SHORT, *POOR, *overrides]))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return setting().plan("hedge_breaks")


def columns(plan: Plan, block: int | None, workers: int = 1, paths: int = PATHS) -> dict[str, bytes]:
    """Every outcome of a run, as bytes."""
    outcomes = list(stream(plan, paths, block, workers))
    assert [o.path for o in outcomes] == sorted(o.path for o in outcomes)
    found = {
        f"{i} {name}": np.concatenate([getattr(o.records[i], name) for o in outcomes]).tobytes()
        for i in range(len(plan.contenders))
        for name in Record._fields
    }
    profits = np.concatenate([np.array(o.profits) for o in outcomes], axis=1)
    counts = [[*o.evaluated, o.floored] for o in outcomes]
    return found | {"profits": profits.tobytes(), "counts": np.sum(counts, axis=0).tobytes()}


@pytest.fixture(scope="module")
def expected(plan: Plan) -> dict[str, bytes]:
    return columns(plan, 512)


def marks(plan: Plan, paths: int, first: int = 0, tile: int = 16) -> Float3D:
    """Prices (steps, assets, paths)."""
    tiles: list[Float3D] = []
    live_block(plan, first, workspace(plan, paths, tile), lambda _s, t, _b, _r: tiles.append(t.marks.copy()))
    return np.concatenate(tiles)


def test_the_plan_has_something_to_differ_in(plan: Plan, expected: dict[str, bytes]) -> None:
    """Two modes, two stretches, liquidations in part and in full."""
    assert len(plan.contenders) == 2
    assert [(s.first, s.last) for s in plan.stretches] == [(0, 24), (24, 48)]
    assert plan.bridged
    assert np.frombuffer(expected["1 inside"], dtype=np.int64).sum() > 20
    closings = np.frombuffer(expected["1 closings"], dtype=np.int64)
    assert 20 < (closings > 0).sum() < PATHS - 20
    assert closings.max() > 1


@pytest.mark.parametrize("block", [64, 512, 2048, None])
def test_block_size(plan: Plan, expected: dict[str, bytes], block: int | None) -> None:
    assert columns(plan, block) == expected


@pytest.mark.parametrize("workers", [2, 3])
def test_workers(plan: Plan, expected: dict[str, bytes], workers: int) -> None:
    assert columns(plan, 64, workers) == expected


@pytest.mark.parametrize("longest", [1, 5, 48])
def test_tile_length(
    plan: Plan, expected: dict[str, bytes], longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "LONGEST_TILE", longest)
    monkeypatch.setattr(blocks, "TILE_BYTES", 1 << 30)
    assert columns(plan, 512) == expected


def test_fewer_paths_are_the_first_of_more(plan: Plan, expected: dict[str, bytes]) -> None:
    few = columns(plan, 64, paths=100)
    for name, column in few.items():
        if name not in ("profits", "counts"):
            assert expected[name].startswith(column)


@pytest.mark.parametrize("path", [0, 7, 511, 512, 1499])
def test_a_path_alone(plan: Plan, expected: dict[str, bytes], path: int) -> None:
    alone = live_block(plan, path, workspace(plan, 1, 16))
    for i, record in enumerate(alone.records):
        for name, value in zip(Record._fields, record, strict=True):
            column = np.frombuffer(expected[f"{i} {name}"], dtype=value.dtype)
            assert column[path].tobytes() == value.tobytes(), name


def test_sampled_paths_are_those_of_the_run(plan: Plan, expected: dict[str, bytes]) -> None:
    for i, (equity, maintenance) in enumerate(blocks.sample_paths(plan, 100)):
        assert equity.shape == (49, 100)
        assert np.all(equity[0] == 4000)
        terminal = np.frombuffer(expected[f"{i} terminal_equity"])[:100]
        assert equity[-1].tobytes() == terminal.tobytes()
        closed = np.frombuffer(expected[f"{i} closed_step"], dtype=np.int64)[:100]
        shut = (closed >= 0) & (np.arange(49)[:, None] >= closed)
        assert maintenance is not None
        assert np.array_equal(maintenance == 0.0, shut)
        floor = np.where(shut, np.inf, equity / np.where(shut, 1.0, maintenance)).min(axis=0)
        lowest = np.frombuffer(expected[f"{i} lowest_ratio"])[:100]
        never = np.frombuffer(expected[f"{i} first_step"], dtype=np.int64)[:100] < 0
        start = equity[0] / maintenance[0]
        assert floor[never] == pytest.approx(np.minimum(lowest, start)[never], rel=1e-9)


def test_what_is_not_certain_is_that_of_the_step_after() -> None:
    asked = np.array([[5.0, 5.0, 5.0], [np.inf, 4.0, np.inf], [np.inf, np.inf, 3.0], [2.0, np.inf, np.inf]])
    blocks._fill(asked)
    assert asked.tolist() == [[5.0, 5.0, 5.0], [2.0, 4.0, 3.0], [2.0, 4.0, 3.0], [2.0, 4.0, 3.0]]


@pytest.mark.parametrize("added", ["LINK", "SOL", "XRP"])
def test_an_added_position_shifts_no_draw(added: str) -> None:
    """BTC and ETH walk the same way when a coin from further down the snapshot joins the book.

    Toward zero: toward the sign matrix the book itself would change the dependence.
    """
    held = (("BTC", 50_000), ("ETH", -50_000))
    walks = []
    for book in (held, (*held, (added, 1000))):
        rows = [f'{{symbol = "{coin}/USDT:USDT", notional_usd = {usd}}}' for coin, usd in book]
        given = setting("scenarios.hedge_breaks.toward=zero", f"account.positions=[{', '.join(rows)}]")
        walks.append(marks(given.plan("hedge_breaks"), 300))
    assert walks[1].shape == (48, 3, 300)
    assert np.array_equal(walks[1][:, :2], walks[0])


def test_a_scenario_shifts_no_draw(plan: Plan) -> None:
    """Before the break the paths are the calm ones; a break of strength 0 changes no bit at all."""
    calm = marks(setting().plan("baseline"), 300)
    stressed = marks(plan, 300)
    assert np.array_equal(stressed[:24], calm[:24])
    assert not np.any(stressed[24:, 1] == calm[24:, 1])
    assert np.array_equal(stressed[:, 0], calm[:, 0])  # the first asset of the snapshot leads
    nothing = setting("scenarios.hedge_breaks.strength=0").plan("hedge_breaks")
    assert len(nothing.stretches) == 2
    assert np.array_equal(marks(nothing, 300), calm)


def test_the_modes_shift_no_draw_and_not_each_other(plan: Plan, expected: dict[str, bytes]) -> None:
    for i, contender in enumerate(plan.contenders):
        alone = replace(plan, contenders=(contender,))
        found = columns(alone, 512)
        assert found["profits"] == expected["profits"]
        assert all(found[f"0 {name}"] == expected[f"{i} {name}"] for name in Record._fields)


def test_the_seed_does_shift_them(plan: Plan) -> None:
    other = Plan(plan.stretches, (), (), plan.variance, plan.seed + 1)
    assert not np.any(marks(other, 50) == marks(plan, 50))


def test_memory_used_again_remembers_nothing(plan: Plan) -> None:
    """A workspace that lived through other paths gives what a fresh one gives."""
    used = workspace(plan, 200, 16)
    live_block(plan, 800, used)
    again, fresh = live_block(plan, 0, used), live_block(plan, 0, workspace(plan, 200, 16))
    for one, other in zip(again.records, fresh.records, strict=True):
        assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))
    assert again.evaluated == fresh.evaluated


def test_memory_of_a_plan_with_other_samplers_is_refused(plan: Plan) -> None:
    """It holds what its own plan draws from."""
    (stretch, *rest) = plan.stretches
    other = replace(plan, stretches=(replace(stretch, sampler=stretch.sampler._replace()), *rest))
    with pytest.raises(ValueError, match="for another"):
        live_block(other, 0, workspace(plan, 8, 16))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_a_path_that_leaves_the_numbers_is_an_error(plan: Plan, bad: float) -> None:
    wild = Plan(plan.stretches, (), (), np.array([1e-4, bad]), plan.seed)
    with pytest.raises(ArithmeticError, match="beyond all numbers"):
        columns(wild, 64, paths=64)


def test_profit_of_the_untouched_book(plan: Plan, expected: dict[str, bytes]) -> None:
    last: Float2D = marks(plan, PATHS)[-1]
    profits = np.frombuffer(expected["profits"]).reshape(1, PATHS)
    np.testing.assert_allclose(profits[0], 50_000 * (last[0] - 1) - 50_000 * (last[1] - 1), rtol=1e-9)


def test_blocks_and_tiles_have_sensible_sizes() -> None:
    sizes: Sequence[tuple[int, int]] = [(n, blocks.block_size(n)) for n in (1, 4, 10, 30)]
    assert [size for _, size in sizes] == [2048, 2048, 1024, 512]
    for assets, size in sizes:
        length = blocks.tile_length(assets, size)
        assert 1 <= length <= 16
        assert length == 1 or 16 * length * assets * size <= blocks.TILE_BYTES
