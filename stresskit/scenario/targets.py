"""Where a break takes the correlations: the target matrix of each kind, before any repair.

Of a ``named_pairs``, ``block`` or ``matrix`` target nothing guarantees that it is a correlation matrix;
it is repaired to the nearest one (`nearest_correlation`), once, and the distance is reported. A mean of
two correlation matrices then needs none.

``factor``: regression on the factor assets f explains ``C = R_.f R_ff^-1 R_f.`` of the correlation.
With ``idiosyncratic = "independent"`` the target is C off the diagonal and 1 on it: what the factors
leave is independent from asset to asset (a factor model, McNeil, Frey, Embrechts, "Quantitative Risk
Management", 2015, section 6.4). With ``"gone"`` it is C scaled to a unit diagonal: the factors move
everything and nothing else does. Correlation as a function of few named factors, stressed through
them: Packham, Woebbeking, Journal of Banking & Finance 101 (2019).
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from stresskit.domain import Float1D, Float2D, Int1D
from stresskit.errors import ConfigError, Problem
from stresskit.numerics.correlation import nearest_correlation
from stresskit.spec import Spec

NEGLIGIBLE = 1e-9
SINGULAR = 1e-9
Correlation = Annotated[float, Field(ge=-1, le=1)]
Asset = Annotated[str, Field(min_length=1, max_length=20)]


class Pair(Spec):
    """Two assets and the correlation that they are taken to."""

    assets: Annotated[tuple[Asset, Asset], Field(strict=False)]
    correlation: Correlation = 0.0


class Target(NamedTuple):
    """Sorted places of the `members` (m,), their `matrix` (m, m), and how far it was repaired."""

    members: Int1D
    matrix: Float2D
    distance: float = 0.0


def signs(net_exposure: Float1D) -> Float1D:
    """+1 long, -1 short, 0 where the net exposure is below 1e-9 of the gross."""
    gross = float(np.abs(net_exposure).sum())
    return np.where(np.abs(net_exposure) <= NEGLIGIBLE * gross, 0.0, np.sign(net_exposure))


def every_leg_loses(net_exposure: Float1D) -> Target:
    """The sign matrix s s' of the assets with a net exposure."""
    s = signs(net_exposure)
    held = np.flatnonzero(s)
    return Target(held, np.outer(s[held], s[held]))


def everywhere(value: float, assets: int) -> Target:
    """One correlation for all pairs of all assets."""
    matrix = np.full((assets, assets), value)
    np.fill_diagonal(matrix, 1.0)
    return Target(np.arange(assets), matrix)


def named_pairs(pairs: Sequence[Pair], calm: Float2D, names: Sequence[str]) -> Target:
    """The calm matrix of the named assets with the pairs' correlations in place of their own."""
    places = [places_of(pair.assets, names, f"pairs.{i}.assets") for i, pair in enumerate(pairs)]
    whole = calm.copy()
    for (one, other), pair in zip(places, pairs, strict=True):
        whole[one, other] = whole[other, one] = pair.correlation
    return _among(np.unique(places), whole)


def blocks(
    groups: Sequence[Sequence[str]],
    within: float | None,
    across: float | None,
    calm: Float2D,
    names: Sequence[str],
) -> Target:
    """Correlation `within` each group and `across` groups; None: as it is."""
    places = [places_of(group, names, f"blocks.{i}") for i, group in enumerate(groups)]
    whole = calm.copy()
    for i, rows in enumerate(places):
        for j, columns in enumerate(places):
            value = within if i == j else across
            if value is not None:
                whole[np.ix_(rows, columns)] = value
    np.fill_diagonal(whole, 1.0)
    return _among(np.sort(np.concatenate(places)), whole)


def factors(chosen: Sequence[str], idiosyncratic: str, calm: Float2D, names: Sequence[str]) -> Target:
    """What the factor assets explain of the correlation of all assets.

    Raises
    ------
    ConfigError
        If the factors determine each other, or without idiosyncratic parts one asset has none left.
    """
    at = places_of(chosen, names, "factors")
    own = calm[np.ix_(at, at)]
    if np.linalg.eigvalsh(own)[0] < SINGULAR:
        raise ConfigError([Problem("", "factors", "factor assets that do not determine each other")])
    explained = calm[:, at] @ np.linalg.solve(own, calm[at])
    explained = (explained + explained.T) / 2
    if idiosyncratic == "gone":
        share = np.diag(explained)
        if share.min() < SINGULAR:
            lone = names[int(share.argmin())]
            expected = f"factor assets that explain a part of every asset; {lone} is not correlated with them"
            raise ConfigError([Problem("", "factors", expected)])
        explained = explained / np.sqrt(np.outer(share, share))
    np.fill_diagonal(explained, 1.0)
    return _among(np.arange(len(names)), explained)


def own_matrix(assets: Sequence[str], rows: Sequence[Sequence[float]], names: Sequence[str]) -> Target:
    """The user's matrix, its rows in the order of `assets`."""
    places = places_of(assets, names, "assets")
    order = np.argsort(places)
    given = np.array(rows, dtype=np.float64)[np.ix_(order, order)]
    return Target(places[order], *nearest_correlation(given))


def _among(members: Int1D, whole: Float2D) -> Target:
    matrix, distance = nearest_correlation(np.ascontiguousarray(whole[np.ix_(members, members)]))
    return Target(members, matrix, distance)


def places_of(assets: Sequence[str], names: Sequence[str], key: str) -> Int1D:
    """Places of `assets` among `names`.

    Raises
    ------
    ConfigError
        At `key`, if one is not calibrated.
    """
    if unknown := [asset for asset in assets if asset not in names]:
        expected = f"assets that were calibrated ({', '.join(names)}), not {', '.join(unknown)}"
        raise ConfigError([Problem("", key, expected)])
    return np.array([list(names).index(asset) for asset in assets], dtype=np.int64)


Idiosyncratic = Literal["independent", "gone"]
