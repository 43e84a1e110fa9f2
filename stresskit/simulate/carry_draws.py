"""Drawing what a run carries beside the returns: funding rates and basis, tile by tile."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stresskit.domain import Block, Book, Float1D, Float2D, Float3D, Record, Tile
from stresskit.model.factor import Factor, draw_factor
from stresskit.simulate.carry import Dues, hold_through
from stresskit.simulate.scratch import empty_block, empty_record


@dataclass(frozen=True, slots=True, eq=False)
class Carry:
    """The factors of a run, None for a kind that it does not use; `dues` of the books without margin."""

    funding: Factor | None
    basis: Factor | None
    dues: tuple[Dues, ...]


@dataclass(slots=True, eq=False)
class Drawn:
    """One kind of factor: its levels (rows, paths) and a tile of them (steps, assets, paths)."""

    factor: Factor
    level: Float2D
    tile: Float3D


class CarrySpace:
    """One thread's memory for what a run carries; `shock` receives the innovations of the returns."""

    def __init__(self, carry: Carry, books: tuple[Book, ...], shape: tuple[int, int, int]) -> None:
        """Allocate for tiles of `shape` (steps, assets, paths)."""
        assets, paths = shape[1:]
        self.shock = np.zeros(shape)
        self._words: npt.NDArray[np.uint32] = np.zeros((4, paths), dtype=np.uint32)
        self._scratch = np.zeros((3, paths))
        self._kinds = [
            Drawn(factor, np.zeros((factor.asset.size, paths)), np.zeros(shape)) if factor else None
            for factor in (carry.funding, carry.basis)
        ]
        self._held: list[tuple[Dues, Book, Block, Record]] = [
            (dues, book, empty_block(book.asset.size, assets, paths), empty_record(paths))
            for dues, book in zip(carry.dues, books, strict=True)
        ]

    def begin(self) -> None:
        """Put every path at the start."""
        for drawn in self._kinds:
            if drawn:
                drawn.level[:] = drawn.factor.start[:, None]
        for _, book, block, record in self._held:
            block.quantity[:] = book.quantity[:, None]
            for column in (block.cash, block.premium, record.funding, record.basis_gain):
                column[:] = 0.0

    def onto(self, tile: Tile, key: int, path: int, step: int) -> Tile:
        """The tile with what it carries, from the innovations of its returns; its marks are compounded."""
        steps, found = len(tile.marks), [tile.funding, tile.basis]
        for kind, drawn in enumerate(self._kinds):
            if drawn:
                found[kind] = drawn.tile[:steps]
                draw_factor(
                    drawn.factor,
                    key,
                    path,
                    step,
                    self.shock,
                    self._words,
                    self._scratch,
                    drawn.level,
                    found[kind],
                )
        return tile._replace(funding=found[0], basis=found[1])

    def hold(self, tile: Tile, step: int) -> None:
        """Let the books without margin earn and pay over the tile."""
        for dues, book, block, record in self._held:
            hold_through(dues, book, tile, step, block, record)

    def earned(self, place: int) -> Float1D:
        """What book `place` has earned beside its prices, net (paths,)."""
        return self._held[place][2].cash
