"""Mixture of two copulas: a uniform of its own decides, each step of each path, which one draws.

Both are drawn as normal scores, from the same words, and one of them is kept: the density is
``weight c_1 + (1 - weight) c_2``, and neither component's draws depend on the weight.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.model.elliptical import variates
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import implements
from stresskit.numerics.normals import fill_words
from stresskit.numerics.philox import MIXTURE


class MixtureCopula(NamedTuple):
    """Two copulas of normal scores and the probability of the first.

    The scratch ``work.z`` has the rows of the variates below those that the components need.
    """

    first: Any
    second: Any
    weight: float


@implements(variates, MixtureCopula)
def _mixture(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    rows = work.y.shape[0]
    aside = work.z[work.z.shape[0] - rows :]
    variates(copula.first, key, path, step, work)
    for k in range(rows):
        kept, y = aside[k], work.y[k]
        for b in range(y.shape[0]):
            kept[b] = y[b]
    variates(copula.second, key, path, step, work)
    fill_words(key, path, step, MIXTURE, np.uint64(0), work.words)
    word = work.words[0]
    for k in range(rows):
        kept, y = aside[k], work.y[k]
        for b in range(y.shape[0]):
            u = fma(float(np.int64(word[b])), 2.0**-32, 2.0**-33)
            y[b] = kept[b] if u < copula.weight else y[b]
