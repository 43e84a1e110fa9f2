"""Remedies: the smallest change of an account that brings its P(liquidation) under a target."""

from stresskit.study.remedy.ask import Ask
from stresskit.study.remedy.run import remedies

__all__ = ["Ask", "remedies"]
