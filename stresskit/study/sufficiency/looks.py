"""One book, held unchanged, looked at again and again along the paths: what is asked, what is lost."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stresskit.domain import Book, Float1D, Float2D, Float3D
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import Contender, Plan, block_size, live_block, workspace
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from stresskit.study.bare_paths import bare_plan


class Seen(NamedTuple):
    """Marks and variances (looks, assets, paths), the multiplier at each look, and the weights (paths,)."""

    marks: Float3D
    variance: Float3D
    multiplier: Float1D
    weight: Float1D


def look(setting: Setting, scenario: str, steps: Sequence[int], paths: int) -> Seen:
    """The market at some steps, 0 the start, of the first `paths` paths of a scenario."""
    plan = bare_plan(setting, scenario)
    parts = [
        _block(plan, path, min(block_size(plan.variance.size), paths - path), steps)
        for path in range(0, paths, block_size(plan.variance.size))
    ]
    marks, variance, weight = zip(*parts, strict=True)
    multiplier = np.array([_multiplier(plan, step) for step in steps])
    all_marks, all_variance = (np.concatenate(part, axis=2) for part in (marks, variance))
    return Seen(all_marks, all_variance, multiplier, np.concatenate(weight))


def _multiplier(plan: Plan, step: int) -> float:
    """The volatility multiplier that the venue has seen by a step: that of the step before it."""
    return next((s.multiplier for s in plan.stretches if s.first < step <= s.last), 1.0)


def _block(plan: Plan, path: int, count: int, steps: Sequence[int]) -> tuple[Float3D, Float3D, Float1D]:
    places = {step: i for i, step in enumerate(steps)}
    shape = (len(steps), plan.variance.size, count)
    marks, variance = np.ones(shape), np.broadcast_to(plan.variance[:, None], shape).copy()

    def watch(step: int, tile: object, _blocks: object, _records: object) -> None:
        if step in places:
            marks[places[step]] = tile.marks[-1]  # type: ignore[attr-defined]
            variance[places[step]] = tile.variance[-1]  # type: ignore[attr-defined]

    outcome = live_block(plan, path, workspace(plan, count, 1), watch)
    return marks, variance, outcome.weight


def requirements(contender: Contender, seen: Seen) -> Float2D:
    """Maintenance (looks, paths) of the untouched book, USD, by the rule itself."""
    looks, assets, paths = seen.marks.shape
    view = view_at(contender.book, seen.variance[0, :, 0])
    breakdown = empty_breakdown(contender.book.asset.size, assets, contender.scenarios)
    found = np.empty((looks, paths))
    for i in range(looks):
        view.multiplier[0] = seen.multiplier[i]
        for p in range(paths):
            view.marks[:], view.variance[:] = seen.marks[i, :, p], seen.variance[i, :, p]
            found[i, p] = assess(contender.rule, contender.book, view, breakdown)
    return found


def losses(book: Book, seen: Seen) -> Float2D:
    """Loss (looks - 1, paths) of the untouched book from each look to the next, USD."""
    value = np.tensordot(_slopes(book, seen.marks.shape[1]), seen.marks, axes=(0, 1))
    found: Float2D = value[:-1] - value[1:]
    return found


def _slopes(book: Book, assets: int) -> Float1D:
    slope = np.zeros(assets)
    np.add.at(slope, book.asset, book.quantity)
    np.add.at(slope, book.wallet.asset, book.wallet.spot)
    return slope
