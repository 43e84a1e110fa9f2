"""Certificates only decide "certainly healthy": a run that evaluates everything ends the same."""

import numpy as np
import pytest

from stresskit.domain import Record
from stresskit.simulate.blocks import stream
from tests.properties.configs import NAMES, setting

PATHS, BLOCK = 2000, 1024
COLLATERAL = "comparison.equal_efficiency=false"
QUICK = {  # the lives at equal collateral; of the perfect hedge, where every loss is a tie, two days
    "quickstart": [COLLATERAL],
    "perfect-hedge": [COLLATERAL, 'simulation.horizon="2d"'],
}


def records(plan):
    """Record columns (paths,) of every contender, and the number of its full evaluations."""
    outcomes = list(stream(plan, PATHS, BLOCK, workers=2))
    joined = [
        Record(*(np.concatenate(parts) for parts in zip(*lives, strict=True)))
        for lives in zip(*(outcome.records for outcome in outcomes), strict=True)
    ]
    return joined, np.sum([outcome.evaluated for outcome in outcomes], axis=0)


def paid_after(dues, step):
    """Whether funding falls due at a step, after which margin is looked at once more."""
    if dues is None:
        return False
    end, interval, first = step * dues.step_s, dues.interval, dues.first
    due = np.floor((end - first) / np.where(interval > 0, interval, np.inf)) + 1
    before = np.floor((end - dues.step_s - first) / np.where(interval > 0, interval, np.inf)) + 1
    return bool(((interval > 0) & (np.maximum(due, 0) > np.maximum(before, 0))).any())


def looked_at_once(plan, contender):
    """Whether an account is seen once a step.

    Not so where nobody looks in an outage, deleveraged accounts are seen again, an owner looks too, each
    position is seen by itself, or money moves between accounts.
    """
    own = contender.apart is None and contender.habits is None
    return own and not plan.spells and not plan.transfers


def compare(name, found, figures):
    """Run every scenario both ways; all that is recorded must be equal, bit for bit."""
    for scenario in found.stressed:
        certified, evaluated = records(found.plan(scenario))
        full, all_evaluated = records(found.plan(scenario, always=True))
        steps = found.plan(scenario).steps
        for (life, contender), fast, slow, some, every in zip(
            found.lives(), certified, full, evaluated, all_evaluated, strict=True
        ):
            for column in set(Record._fields) - {"lowest_ratio"}:
                assert np.array_equal(getattr(fast, column), getattr(slow, column)), (life.name, column)
            if not any(spell.halted for spell in found.plan(scenario).spells):  # then both are floors alone
                assert (fast.lowest_ratio <= slow.lowest_ratio).all()
            lived = np.where(slow.closed_step > 0, slow.closed_step, steps)
            falls = np.cumsum([0, *(paid_after(contender.dues, step) for step in range(1, steps + 1))])
            least = np.where(slow.closed_step > 0, falls[lived - 1], falls[lived])  # closed before it paid
            if looked_at_once(found.plan(scenario), contender):
                assert (lived + least).sum() <= every <= (lived + falls[lived]).sum()
            share, breached = some / (PATHS * steps), (slow.first_step > 0).mean()
            what = f"{name}, {scenario}, {life.name}"
            figures.append(
                f"evaluated in full, {what}: {share:.4%} of path-steps, {breached:.2%} of paths breached"
            )


@pytest.mark.parametrize("name", QUICK)
def test_outcomes_are_those_of_full_evaluation(name, figures):
    compare(name, setting(name, *QUICK[name]), figures)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_outcomes_of_every_life_are_those_of_full_evaluation(name, figures):
    compare(name, setting(name), figures)
