"""The worst plausible correlation: what correlation alone can do within its own history."""

from stresskit.study.worst.run import Ask, worst

__all__ = ["Ask", "worst"]
