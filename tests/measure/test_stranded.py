"""One account gone, another alive."""

import numpy as np
import pytest

from stresskit.measure.stranded import stranded

SHUT = {"long": [-1, 4, 4, -1, 0], "short": [-1, -1, 9, 3, -1], "other": [-1, -1, 1, -1, -1]}


def test_paths_on_which_some_but_not_all_are_closed_out():
    readers = {name: {"closed_step": np.tile(steps, 100)}.__getitem__ for name, steps in SHUT.items()}
    found = stranded(readers)
    assert found["any"]["value"] == pytest.approx(0.6)
    shares = {name: share["value"] for name, share in found["closed_out"].items()}
    assert shares == pytest.approx({"long": 0.4, "short": 0.2, "other": 0.0})
