"""Missing closes: listed always, and failed on, dropped or filled as the user says."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float2D
from stresskit.errors import ConfigError, Problem


class Run(NamedTuple):
    """Rows ``[first, last)`` of one column in which something holds."""

    column: int
    first: int
    last: int


def runs(mask: npt.NDArray[np.bool_]) -> list[Run]:
    """Stretches of True in each column of `mask` (rows, columns)."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    found = []
    for column in range(mask.shape[1]):
        firsts, lasts = np.flatnonzero(edges[:, column] == 1), np.flatnonzero(edges[:, column] == -1)
        found += [Run(column, int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)]
    return found


def find_gaps(close: Float2D) -> list[Run]:
    """Missing closes after an asset's first one: an asset that is not listed yet has no gap."""
    return [gap for gap in runs(~np.isfinite(close)) if gap.first > 0]


def longest_fill(policy: str) -> int | None:
    """Steps that `policy` fills: None for ``fail``, 0 for ``drop``, N for ``ffill:N``.

    Raises
    ------
    ConfigError
        If the policy is none of these.
    """
    word, _, count = policy.partition(":")
    if policy in ("fail", "drop"):
        return None if policy == "fail" else 0
    if word == "ffill" and count.isdecimal() and int(count) > 0:
        return int(count)
    raise ConfigError([Problem("", "gaps", f'"fail", "drop" or "ffill:N" (found "{policy}")')])


def fill(close: Float2D, gaps: list[Run]) -> Float2D:
    """Carry the last close through `gaps`."""
    filled = close.copy()
    for gap in gaps:
        filled[gap.first : gap.last, gap.column] = close[gap.first - 1, gap.column]
    return filled
