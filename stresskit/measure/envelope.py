"""How far models differ: the figures of each, and the band that they span.

The band of a figure runs from the smallest to the largest value over all models; it is no interval of
any confidence. Beside it stands the run's own Monte Carlo interval, so that the two errors can be compared.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stresskit.domain import Float1D
from stresskit.measure.figure import figure
from stresskit.measure.law import Law
from stresskit.measure.life import tail_table
from stresskit.measure.paired import Hits

OWN = "run"
NONE = "no model gives a figure"


class Sample(NamedTuple):
    """One account under one model: mark-to-market losses (paths,), and by mode the hits and losses."""

    loss: Float1D
    modes: Mapping[str, tuple[Hits, Float1D]]


def sample_figures(sample: Sample, law: Law) -> dict[str, Any]:
    """``market`` and ``modes`` as JSON, in the shape that a run's scenario has."""
    return {
        "market": tail_table(sample.loss, law),
        "modes": {
            mode: {"p_liquidation": figure(law.share(hits)), **tail_table(loss, law)}
            for mode, (hits, loss) in sample.modes.items()
        },
    }


def envelope_object(own: Mapping[str, Any], models: Mapping[str, Any]) -> dict[str, Any]:
    """``models`` as they are, and ``spread``: the band of every figure over them and the run's `own`.

    Parameters
    ----------
    own : the account's ``scenarios`` of ``metrics.json``.
    models : by name, with ``scenarios`` of `sample_figures` each.
    """
    spread = {}
    for scenario, mine in own.items():
        every = {OWN: mine} | {name: model["scenarios"][scenario] for name, model in models.items()}
        spread[scenario] = {
            "market": _tails({name: found["market"] for name, found in every.items()}),
            "modes": {
                mode: _mode({n: found["modes"][mode] for n, found in every.items()}) for mode in mine["modes"]
            },
        }
    return {"models": dict(models), "spread": spread}


def _mode(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "p_liquidation": band({name: each["p_liquidation"] for name, each in found.items()}),
        **_tails(found),
    }


def _tails(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    levels = next(iter(found.values()))["var"]
    return {
        kind: {level: band({name: each[kind][level] for name, each in found.items()}) for level in levels}
        for kind in ("var", "es")
    }


def band(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Smallest and largest value with the models they are of; ``monte_carlo``: width of the run's interval.

    `found`: estimates by model, the run's own under ``run``.
    """
    values = {name: each["value"] for name, each in found.items() if each["value"] is not None}
    own = found[OWN]
    width = None if own["value"] is None else own["high"] - own["low"]
    if not values:
        none = dict.fromkeys(("lowest", "highest", "lowest_model", "highest_model", "monte_carlo"))
        return {**none, "reason": NONE}
    lowest, highest = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    told = {
        "lowest": values[lowest],
        "highest": values[highest],
        "lowest_model": lowest,
        "highest_model": highest,
        "monte_carlo": width,
    }
    return told if width is not None else {**told, "reason": "the run's own figure is undefined"}
