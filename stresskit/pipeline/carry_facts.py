"""What a manifest says of funding and basis, and of what is not known about them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from stresskit.model.factor import Recursion
from stresskit.pipeline.carry import Courses
from stresskit.simulate.carry import Dues


def carry_facts(
    courses: Courses, dues: Mapping[str, Dues], symbols: Mapping[str, list[str]]
) -> dict[str, Any]:
    """What the manifest says: the factors, and every position's terms, by account."""
    found: dict[str, Any] = {
        kind: {asset: {**_facts(one.recursion), "start": one.start} for asset, one in chosen.items()}
        for kind, chosen in courses._asdict().items()
        if chosen is not None
    }
    if courses.funding is not None:
        found["payments"] = {name: _payments(dues[name], symbols[name]) for name in dues}
    return found


def _facts(recursion: Recursion) -> dict[str, Any]:
    names = ("interval_s", "mean", "persistence", "loading", "noise_scale")
    nu = recursion.nu if np.isfinite(recursion.nu) else None
    return {name: getattr(recursion, name) for name in names} | {"nu": nu}


def _payments(dues: Dues, symbols: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "symbol": symbol,
            "interval_s": float(dues.interval[p]),
            "continuous": bool(dues.continuous[p]),
            "first_s": float(dues.first[p]),
            "cap": _bound(dues.cap[p]),
            "floor": _bound(dues.floor[p]),
        }
        for p, symbol in enumerate(symbols)
        if dues.interval[p] > 0
    ]


def _bound(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def carry_warnings(dues: Mapping[str, Dues], symbols: Mapping[str, list[str]]) -> list[str]:
    """What is not known of the terms."""
    open_ended = {
        symbol
        for name, terms in dues.items()
        for p, symbol in enumerate(symbols[name])
        if terms.interval[p] > 0 and not (np.isfinite(terms.cap[p]) and np.isfinite(terms.floor[p]))
    }
    return [
        f"the bounds of the funding rate of {s} are not known: it is not capped" for s in sorted(open_ended)
    ]
