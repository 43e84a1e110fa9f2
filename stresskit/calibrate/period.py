"""Prices of a period of whole UTC days."""

from datetime import date
from pathlib import Path

import numpy as np

from stresskit.market.prices import Prices, load_prices


def load_period(
    path: Path, assets: tuple[str, ...] | None, gaps: str, start: date | None, end: date | None
) -> Prices:
    """Read a price file whose returns lie on the days from `start` to `end`, both included.

    Parameters
    ----------
    path : the price file.
    assets : which to read, in this order; all of the file's where None.
    gaps : ``fail``, ``drop`` or ``ffill:N``.
    start, end : first and last day; None for as far as the file goes.

    Raises
    ------
    DataError
        If the file is faulty, or holds less than two closes of an asset in the period.
    """
    first = None if start is None else np.datetime64(start, "s")
    last = None if end is None else np.datetime64(end, "s") + np.timedelta64(86399, "s")
    return load_prices(path, assets, gaps, first, last)
