"""What deleveraging and an owner's money amount to."""

import numpy as np
import pytest

from stresskit.measure.carried import carried, without_top_ups

COLUMNS = {
    "terminal_equity": np.array([100.0, 150.0, 0.0, 80.0]),
    "top_up": np.array([0.0, 50.0, 20.0, 0.0]),
    "cut_cost": np.array([0.0, 1.0, 0.0, 3.0]),
    "adl_step": np.array([-1, 4, -1, 9], dtype=np.int32),
    "adl_loss": np.array([0.0, 10.0, 0.0, -2.0]),
}


def test_what_was_added_is_no_gain() -> None:
    column = without_top_ups(COLUMNS.__getitem__, ["actions"])
    assert column("terminal_equity").tolist() == [100.0, 100.0, -20.0, 80.0]
    assert column("top_up") is COLUMNS["top_up"]
    assert without_top_ups(COLUMNS.__getitem__, ["funding"])("terminal_equity")[1] == 150.0


def test_means_and_shares_over_all_paths() -> None:
    found = carried(COLUMNS.__getitem__, ["adl", "actions"])
    values = {name: one["value"] for name, one in found.items()}
    assert values == pytest.approx(
        {
            "p_adl": 0.5,
            "expected_adl_loss": 2.0,
            "p_top_up": 0.5,
            "expected_top_up": 17.5,
            "expected_cut_cost": 1.0,
        }
    )
