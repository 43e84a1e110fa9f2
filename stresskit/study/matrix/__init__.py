"""Stress matrices: what is left of an account at every cell of two moves, by the rule itself."""

from stresskit.study.matrix.run import matrices

__all__ = ["matrices"]
