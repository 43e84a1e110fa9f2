"""When an effect acts, and how it changes the segments of its time alone."""

from collections.abc import Callable
from dataclasses import replace

from stresskit.domain import JointModel, Segment, Shock, StressedModel
from stresskit.spec import Duration, Spec


class Timed(Spec):
    """An effect that begins at `onset` and lasts for `duration` (default: to the horizon)."""

    onset: Duration = 0
    duration: Duration | None = None

    def span(self, model: JointModel, steps: int) -> tuple[int, int]:
        """First step of the effect, and the step after its last."""
        return span(self.onset, self.duration, model.step_s, steps)


def span(onset: int, duration: int | None, step_s: int, steps: int) -> tuple[int, int]:
    """Steps ``[first, last)`` of a time in seconds, within the horizon of `steps`."""
    first = min(-(-onset // step_s), steps)
    return first, steps if duration is None else min(first - (-duration // step_s), steps)


def calm(model: JointModel, steps: int) -> StressedModel:
    """The model as it is: one segment over all steps."""
    return StressedModel((Segment(0, steps, model.dependence, 1.0),))


def cut(segments: tuple[Segment, ...], step: int) -> tuple[Segment, ...]:
    """The same segments, of which none reaches from before `step` to after it."""
    found: list[Segment] = []
    for segment in segments:
        if segment.first < step < segment.last:
            rest = tuple(replace(s, since=s.landed, gaps=()) for s in segment.shocks if s.ramp)
            found += [replace(segment, last=step), replace(segment, first=step, shocks=rest)]
        else:
            found.append(segment)
    return tuple(found)


def between(
    stressed: StressedModel, first: int, last: int, change: Callable[[Segment], Segment]
) -> StressedModel:
    """`stressed` with `change` applied to every segment within steps ``[first, last)``."""
    if first >= last:
        return stressed
    pieces = cut(cut(stressed.segments, first), last)
    return replace(stressed, segments=tuple(change(s) if first <= s.first < last else s for s in pieces))


def struck(stressed: StressedModel, first: int, last: int, shock: Shock) -> StressedModel:
    """`stressed` with a shock whose gaps fall at the open of step `first` and whose ramp ends at `last`."""
    pieces = []
    for segment in between(stressed, first, last, lambda segment: segment).segments:
        own = replace(shock, since=shock.landed, gaps=()) if segment.first > first else shock
        inside = first <= segment.first < last and (own.gaps or own.ramp)
        pieces.append(replace(segment, shocks=(*segment.shocks, own)) if inside else segment)
    return replace(stressed, segments=tuple(pieces))


def at(stressed: StressedModel, step: int) -> Segment:
    """The segment that `step` lies in."""
    return next(segment for segment in stressed.segments if segment.first <= step < segment.last)


def shocks_at(stressed: StressedModel, step: int) -> int:
    """How many shocks the segment has that `step` lies in."""
    return len(at(stressed, step).shocks)
