"""Recorded prices happen to today's book, bar by bar: every path is the file.

The first bar begins at the start of the run, at the open of its mark (without opens, at its close);
prices are relative to that. Margin is looked at on **mark** at every bar: at its open, then with all
assets at their lows, then with all at their highs, then at the close; that the lows come together, and
the highs, and the lows first, is a convention, which small bars make small. Nothing is drawn or sought
between looks. What is liquidated is executed at **last**: the difference between mark and last at that
look, against the position, is added to the half-spread, and a difference in its favour is taken off it
down to nothing. The volatility that the venue observes follows from the file's own returns, step by
step, from the start of the run's model. Where the file ends before the horizon the model goes on.

The file is read by the pipeline, which knows where the config stands.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.spec import Spec

Text = Annotated[str, Field(min_length=1, max_length=4096)]
Column = Literal[
    "time",
    "asset",
    "mark_open",
    "mark_high",
    "mark_low",
    "mark_close",
    "last_open",
    "last_high",
    "last_low",
    "last_close",
]


class ReplayPrices(Spec):
    """``kind = "replay_prices"``.

    Attributes
    ----------
    prices : CSV or Parquet file of bars, relative to the config file; see ``market/bars.py``.
    last : a second file with the last prices, where `prices` holds the marks alone.
    columns : what the file calls our columns, ``{ mark_close = "index_c" }``.
    """

    kind: Literal["replay_prices"]
    prices: Text
    last: Text | None = None
    columns: dict[Column, Text] = Field(default_factory=dict)


def stress_replay(
    spec: ReplayPrices, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Say that a file is replayed; the pipeline puts its bars on the steps."""
    notes = {"prices": spec.prices, "last": spec.last or "in the same file"}
    return replace(stressed, notes=notes)
