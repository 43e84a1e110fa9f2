"""The days that a backtest keeps for a picture."""

import numpy as np

from stresskit.study.backtest.series import days
from stresskit.study.backtest.walk import Forecasts

TIMES = np.array(["2024-01-01T00", "2024-01-02T00"], dtype="datetime64[h]")
PNL = np.array([-1.23456789, 2.0])
VAR = np.array([[3.0, 4.0], [1.0, 2.0]])


def test_the_highest_level_is_kept_to_six_figures() -> None:
    told = days(Forecasts(TIMES, PNL, VAR[::-1], VAR, None, np.array([0.25, 0.75])), (0.975, 0.99))
    assert told == {
        "level": 0.99,
        "time": ["2024-01-01", "2024-01-02"],
        "pnl": [-1.23457, 2.0],
        "var": [3.0, 4.0],
        "place": [0.25, 0.75],
    }


def test_history_alone_has_no_places() -> None:
    told = days(Forecasts(TIMES, PNL, VAR, VAR, None, None), (0.99, 0.975))
    assert told["place"] is None
    assert told["reason"]
