"""Liquidation prices as the venues display them, one file a family. Displays, never the test of a path."""

from stresskit.margin.display.shown import Held, shown_price

__all__ = ["Held", "shown_price"]
