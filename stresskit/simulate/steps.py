"""A tile a step at a time, for lives that must look at each other after every step."""

from collections.abc import Iterator

from stresskit.domain import Tile
from stresskit.simulate.bridge import Bridge


def single_steps(tile: Tile, bridge: Bridge | None) -> Iterator[tuple[int, Tile, Bridge | None]]:
    """Place, tile and bridge of every step of the tile by itself."""
    for s in range(len(tile.marks)):
        now = Tile(
            tile.marks[s : s + 1],
            tile.variance[s : s + 1],
            tile.multiplier,
            tile.funding[s : s + 1],
            tile.basis[s : s + 1],
        )
        then = bridge
        if bridge is not None and s > 0:
            then = bridge._replace(
                marks=tile.marks[s - 1], variance=tile.variance[s - 1], multiplier=tile.multiplier
            )
        yield s, now, then
