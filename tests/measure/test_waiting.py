import numpy as np

from stresskit.measure.waiting import waiting_time


def test_times_are_observed_ones():
    assert waiting_time(np.arange(1.0, 11.0)) == {"median": 5.0, "p10": 1.0}
    assert waiting_time(np.arange(1.0, 22.0)[::-1]) == {"median": 11.0, "p10": 3.0}
    assert waiting_time(np.array([4.0])) == {"median": 4.0, "p10": 4.0}


def test_nobody_waited():
    assert waiting_time(np.array([])) == {"median": None, "p10": None, "reason": "no path is liquidated"}
