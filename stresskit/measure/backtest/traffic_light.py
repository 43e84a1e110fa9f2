"""The Basel traffic light: the probability of as few failures as were seen, and what it costs the bank.

Green below 95 %, yellow below 99.99 %, red from there. The plus factor (1996) and the multiplier (2019)
are set for 250 days at 99 % and depend on the number of failures alone.

Sources: Basel Committee, "Supervisory framework for the use of backtesting" (1996); Basel framework MAR 32,
MAR 33 and MAR 99.
"""

from typing import Literal, NamedTuple

from scipy.special import bdtr, bdtrc

from stresskit.measure.backtest.check import refuse_probability

PLUS_1996 = (0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.5, 0.65, 0.75, 0.85, 1.0)
MULTIPLIER_2019 = (1.5, 1.5, 1.5, 1.5, 1.5, 1.7, 1.76, 1.83, 1.88, 1.92, 2.0)
YELLOW, RED = 0.95, 0.9999


class TrafficLight(NamedTuple):
    """Zone, P(at most as many failures), and P(at least as many): the error of rejecting a right model."""

    zone: Literal["green", "yellow", "red"]
    cumulative: float
    type_one: float


def traffic_light(count: int, days: int, probability: float) -> TrafficLight:
    """Zone of `count` failures in `days`.

    Raises
    ------
    ValueError
        If there is no day, the count does not lie between 0 and `days`, or the probability is none.
    """
    refuse_probability(probability)
    if not 0 <= count <= days or not days:
        raise ValueError(f"{count} failures in {days} days")
    below = float(bdtr(count, days, probability)) if count < days else 1.0
    above = float(bdtrc(count - 1, days, probability)) if count else 1.0
    return TrafficLight("green" if below < YELLOW else "yellow" if below < RED else "red", below, above)


def plus_factor(count: int) -> float:
    """What 250 days with `count` failures at 99 % added to the multiplier of 3 in 1996."""
    return PLUS_1996[min(count, 10)]


def multiplier(count: int) -> float:
    """Multiplier of 250 days with `count` failures at 99 % since 2019."""
    return MULTIPLIER_2019[min(count, 10)]
