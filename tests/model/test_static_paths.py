"""Whole paths under the static copulas: tiles, blocks and chosen assets shift no draw."""

import numpy as np
import pytest

from stresskit.domain import JointModel
from tests.model.test_rosenblatt import KINDS
from tests.shipped import draw, made

CHOSEN = np.array([1, 3])


@pytest.mark.parametrize("kind", ["grouped_t", "gumbel", "t_and_clayton"])
def test_tiles_blocks_and_chosen_assets(kind: str) -> None:
    model = JointModel(tuple("abcd"), 86400, made(4, 5.0, alpha=0.05, beta=0.9), KINDS[kind])
    returns, variance = draw(model, 6, 300)
    some, after = draw(model, 6, 37, used=CHOSEN, first=100)
    assert np.array_equal(some, returns[:, CHOSEN, 100:137])
    assert np.array_equal(after, variance[:, CHOSEN, 100:137])
    assert np.isfinite(returns).all()
    assert np.array_equal(draw(model, 1, 300)[0], returns[:1])
