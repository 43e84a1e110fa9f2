"""Own capital against liquidation: one book on more or less capital, under every mode, on the same paths."""

from stresskit.study.frontier.run import LEVERAGES, frontier
from stresskit.study.frontier.write import write

__all__ = ["LEVERAGES", "frontier", "write"]
