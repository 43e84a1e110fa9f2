"""The worst plausible correlation: what correlation alone can do within its own history."""

from stresskit.study.worst.run import Ask, worst
from stresskit.study.worst.stored import keep

__all__ = ["Ask", "keep", "worst"]
