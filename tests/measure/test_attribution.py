"""Which leg and which term the first breaches came from."""

import numpy as np

from stresskit.measure.attribution import attribution

SYMBOLS = ["BTC/USDT:USDT", "ETH/USDT:USDT", "ETH/USDT:USDT"]
TERMS = {0: "expected_shortfall", 1: "minimum_charge"}


def columns(first, trigger, binding):
    return {"first_step": np.array(first), "trigger": np.array(trigger), "binding": np.array(binding)}


def test_shares_are_of_the_liquidated_paths():
    found = columns([-1, 3, 0, 7, 9], [-1, 2, 0, 2, 2], [-1, 0, 1, 0, 0])
    told = attribution(found.__getitem__, SYMBOLS, TERMS)
    assert told["legs"] == [
        {"position": 2, "symbol": "ETH/USDT:USDT", "share": 0.75},
        {"position": 0, "symbol": "BTC/USDT:USDT", "share": 0.25},
    ]
    assert told["terms"] == [
        {"term": "expected_shortfall", "share": 0.75},
        {"term": "minimum_charge", "share": 0.25},
    ]


def test_without_liquidation_there_is_none():
    found = columns([-1, -1], [-1, -1], [-1, -1])
    assert attribution(found.__getitem__, SYMBOLS, TERMS) == {
        "legs": None,
        "terms": None,
        "reason": "no path is liquidated",
    }
