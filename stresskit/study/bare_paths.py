"""The paths of a scenario without accounts: the same draws, nobody lives on them."""

from dataclasses import replace

from stresskit.domain import Book
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import Plan


def bare_plan(setting: Setting, scenario: str, last: int | None = None, books: tuple[Book, ...] = ()) -> Plan:
    """The first `last` steps (None: all) of a scenario's paths, with `books` marked at their end."""
    plan = setting.plan(scenario)
    end = plan.steps if last is None else last
    cut = tuple(replace(s, last=min(s.last, end)) for s in plan.stretches if s.first < end)
    return replace(
        plan,
        stretches=cut,
        contenders=(),
        books=books,
        bridged=False,
        carry=None,
        spells=(),
        deleverages=False,
    )
