"""Regular vine: pair copulas on a nest of trees, drawn by pyvinecopulib.

The levels of a tile are the inverse Rosenblatt transform of Philox uniforms, one an asset, path and
step, from the words that would make the asset's normal; their normal scores wait in ``work.given``
until the kernel takes up a step. pyvinecopulib (the extra ``vine``) is imported when it is needed.
It inverts numerically, some families to 2e-7 of a level, and keeps levels inside 1e-10 and 1 - 1e-10.
The last bits of a row depend on the rows that it is computed with (on how its vectors fall on them):
so it is given one row at a time, which costs a fifth more and makes a path a function of its number.

Sources: Aas, Czado, Frigessi, Bakken, Insurance: Mathematics and Economics 44 (2009); Nagler,
Vatter, pyvinecopulib.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from stresskit.domain import Float3D, Int1D, Vine
from stresskit.errors import ConfigError, Problem
from stresskit.model.elliptical import variates
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import implements, kernel
from stresskit.numerics.normals import fill_words
from stresskit.numerics.philox import NORMALS

EXTRA = "the extra 'vine', which brings pyvinecopulib: pip install 'stresskit[vine]'"


class VineCopula(NamedTuple):
    """`asset` (assets,): places of the used assets; `text`: the vine's JSON as bytes."""

    asset: Int1D
    text: npt.NDArray[np.uint8]


def vine_library() -> Any:
    """The module pyvinecopulib.

    Raises
    ------
    ConfigError
        If it is not installed.
    """
    try:
        import pyvinecopulib
    except ImportError:
        raise ConfigError([Problem("", "model.dependence", EXTRA)]) from None
    return pyvinecopulib


@lru_cache(8)
def read_vine(text: str) -> Any:
    """The vine that pyvinecopulib wrote as `text`.

    Raises
    ------
    ConfigError
        If pyvinecopulib is not installed.
    ValueError
        If the text is no vine.
    """
    library = vine_library()
    try:
        return library.Vinecop.from_json(text)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"a vine copula in pyvinecopulib's JSON ({error})") from None


def build_vine(dependence: Vine, used: Int1D) -> VineCopula:
    """What a tile's draw needs; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ConfigError
        If pyvinecopulib is not installed.
    ValueError
        If the text is no vine of as many assets.
    """
    found = read_vine(dependence.text).dim
    if found != dependence.assets:
        raise ValueError(f"a vine of {dependence.assets} assets, got one of {found}")
    return VineCopula(np.array(used), np.frombuffer(dependence.text.encode(), dtype=np.uint8).copy())


@kernel
def fill_uniforms(key: Any, path: Any, step: Any, words: Any, u: Any) -> None:
    """Uniforms u (paths, assets) of one step: column j belongs to asset j of the snapshot."""
    for j in range(u.shape[1]):
        if j % 4 == 0:
            fill_words(key, path, step, NORMALS, np.uint64(j // 4), words)
        for b in range(u.shape[0]):
            u[b, j] = fma(float(np.int64(words[j % 4, b])), 2.0**-32, 2.0**-33)


def vine_scores(copula: VineCopula, key: int, path: int, first: int, steps: int, paths: int) -> Float3D:
    """Normal scores (steps, assets, paths) of the steps from `first` on, rolled to ``step % steps``."""
    vine = read_vine(copula.text.tobytes().decode())
    words, u = np.zeros((4, paths), dtype=np.uint32), np.empty((paths, vine.dim))
    scores = np.empty((steps, copula.asset.size, paths))
    for step in range(first, first + steps):
        fill_uniforms(key, path, step, words, u)
        levels = np.concatenate([vine.inverse_rosenblatt(u[b : b + 1]) for b in range(paths)])
        scores[step % steps] = special.ndtri(levels[:, copula.asset]).T
    return scores


@implements(variates, VineCopula)
def _vine(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    scores = work.given[step % work.given.shape[0]]
    for k in range(copula.asset.size):
        y, row = work.y[k], scores[k]
        for b in range(y.shape[0]):
            y[b] = row[b]
