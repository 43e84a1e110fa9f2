"""Price files that a scenario replays, put on the steps of the run."""

from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float2D, Float3D, Int1D, StressedModel, Tape
from stresskit.errors import ConfigError
from stresskit.market.bars import Bars, read_bars
from stresskit.model.replayed import replayed_variance
from stresskit.pipeline.market import MarketState
from stresskit.scenario import effects_of
from stresskit.scenario.replay_prices import ReplayPrices
from stresskit.scenario.timeline import between
from stresskit.spec import duration_text

ORDER = ("open", "low", "high", "close")


def with_tape(
    loaded: Loaded, state: MarketState, used: Int1D, name: str, stressed: StressedModel
) -> StressedModel:
    """`stressed` with the bars of the file that scenario `name` replays, if any.

    Raises
    ------
    ConfigError
        If the bars do not fit the step, or two files are replayed at once.
    DataError
        If a file cannot be used.
    """
    files = [
        (("scenarios", name, *place), effect)
        for place, effect in effects_of(loaded.run.scenarios[name])
        if isinstance(effect, ReplayPrices)
    ]
    for path, effect in files:
        if len(files) > 1 or any(segment.shocks or segment.selling for segment in stressed.segments):
            expected = "one replayed file a scenario, without a crash, a cascade or an event beside it"
            raise ConfigError([loaded.source.problem((*path, "prices"), expected)])
        base = loaded.source.base
        last = base / effect.last if effect.last else None
        assets = [state.model.assets[i] for i in used]
        bars = read_bars(base / effect.prices, assets, dict(effect.columns.items()), last)
        step = loaded.run.simulation.step
        if bars.bar_s > step or step % bars.bar_s:
            expected = (
                f"bars that a step of {duration_text(step)} is a whole number of, "
                f"not bars of {duration_text(bars.bar_s)}"
            )
            raise ConfigError([loaded.source.problem((*path, "prices"), expected)])
        tape = tape_of(bars, state, used, step // bars.bar_s, loaded.run.simulation.steps)
        if not len(tape.mark):
            expected = f"bars of at least one step of {duration_text(step)}"
            raise ConfigError([loaded.source.problem((*path, "prices"), expected)])
        stressed = between(stressed, 0, len(tape.mark), lambda segment: segment)
        stressed = replace(stressed, tape=tape, notes=stressed.notes | _facts(bars, tape, stressed))
    return stressed


def tape_of(bars: Bars, state: MarketState, used: Int1D, per_step: int, most: int) -> Tape:
    """Looks of every whole step of the file, `most` steps at most."""
    opens = "open" in bars.mark
    base = bars.mark["open"][0] if opens else bars.mark["close"][0]
    first = 0 if opens else 1  # without an open the first close is where the run starts
    mark = _looks({part: rows[first:] for part, rows in bars.mark.items()}, bars.mark, per_step, most)
    apart = bars.last["close"] / bars.mark["close"]  # where last has only closes
    last_rows = {p: bars.last.get(p, rows * apart)[first:] for p, rows in bars.mark.items()}
    last = _looks(last_rows, bars.mark, per_step, most)
    mark, last = mark / base, last / base
    ends = np.concatenate([np.ones((1, len(used))), mark[:, -1]])
    variance, shock = replayed_variance(
        state.model.marginals, used, ends[1:] / ends[:-1] - 1.0, state.start_variance[used]
    )
    return Tape(np.ascontiguousarray(mark), np.ascontiguousarray(last), variance, shock, bars.sha256)


def _looks(rows: dict[str, Float2D], parts: Any, per_step: int, most: int) -> Float3D:
    """Prices (steps, looks, assets): the parts of every bar in their order."""
    present = [part for part in ORDER if part in parts]
    stacked = np.stack([rows[part] for part in present], axis=1)  # (bars, parts, assets)
    steps = min(len(stacked) // per_step, most)
    whole = stacked[: steps * per_step]
    return whole.reshape(steps, per_step * len(present), stacked.shape[2])


def _facts(bars: Bars, tape: Tape, stressed: StressedModel) -> dict[str, Any]:
    steps, horizon = len(tape.mark), stressed.segments[-1].last
    low, high = tape.mark.min(axis=(0, 1)) - 1, tape.mark.max(axis=(0, 1)) - 1
    gap = np.abs(tape.last / tape.mark - 1).max(axis=(0, 1))
    after = "to the horizon" if steps == horizon else f"then the model for {horizon - steps} steps"
    return {
        "replayed": f"bars of {duration_text(bars.bar_s)} from {bars.time[0]}Z on for {steps} steps, {after}",
        "lowest_mark": dict(zip(bars.assets, low.tolist(), strict=True)),
        "highest_mark": dict(zip(bars.assets, high.tolist(), strict=True)),
        "widest_gap_of_last": dict(zip(bars.assets, gap.tolist(), strict=True)),
        "plausibility": "it happened; every path is the same while the file lasts",
    }
