"""Reverse stress: the most plausible move that liquidates, and what liquidated paths have in common."""

from stresskit.study.reverse.mean_path import mean_paths
from stresskit.study.reverse.often import ranked
from stresskit.study.reverse.run import reverse
from stresskit.study.reverse.stored import keep

__all__ = ["keep", "mean_paths", "ranked", "reverse"]
