"""Margin sufficiency, the venue's side: does the requirement cover the loss until the venue can act."""

from stresskit.study.sufficiency.run import Ask, sufficiency
from stresskit.study.sufficiency.stored import keep

__all__ = ["Ask", "keep", "sufficiency"]
