"""The dial: one scenario of broken correlations at every strength, and the points where modes fail."""

from stresskit.study.dial.ask import Ask
from stresskit.study.dial.run import dial
from stresskit.study.dial.stored import draw, keep

__all__ = ["Ask", "dial", "draw", "keep"]
