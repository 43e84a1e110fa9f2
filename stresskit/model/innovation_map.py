"""From copula variates to innovations: what the kernels evaluate.

Student-t and normal laws are odd and share the copula's symmetry: an even polynomial in log2(1 +
y^2/s). Other laws take a table. Where the dependence delivers innovations itself, nothing is done.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D, Float3D, Innovation, Int1D, StudentT
from stresskit.model.innovations import lower_quantile, refuse_impossible, symmetric, upper_quantile
from stresskit.numerics.elementary import bits, exp2, fma, from_bits, log2, polynomial16, sixteen, smaller
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.quantile_map import innovation_map, map_reach, map_scale
from stresskit.numerics.quantile_table import (
    ONE,
    STRETCH,
    quantile_table,
    table_cells,
    table_shift,
    table_top,
)


class EvenMap(NamedTuple):
    """``z = y exp2(Q(log2(1 + y^2/s)))``: `coefficients` (assets, 16), the rest (assets,)."""

    coefficients: Float2D
    inverse_scale: Float1D
    reach: Float1D


class TableMap(NamedTuple):
    """Piecewise cubics: `table` (assets, 2 * cells, 4) as in ``quantile_table``; the rest (assets,)."""

    table: Float3D
    cells: Int1D
    shift: Int1D
    top: Float1D


class NoMap(NamedTuple):
    """The variates are innovations already."""


InnovationMap = EvenMap | TableMap | NoMap


def build_map(laws: tuple[Innovation, ...], variate_nu: Float1D | None) -> InnovationMap:
    """Map for assets of these laws whose variates have `variate_nu` (assets,) degrees of freedom.

    None: the variates are innovations already.

    Raises
    ------
    ValueError
        If a law or a variate has no variance.
    """
    for law in laws:
        refuse_impossible(law)
    if variate_nu is None:
        return NoMap()
    if symmetric(laws):
        odd = [law.nu for law in laws if isinstance(law, StudentT)]
        return EvenMap(
            np.array([innovation_map(float(c), nu) for c, nu in zip(variate_nu, odd, strict=True)]),
            np.array([1.0 / map_scale(float(c)) for c in variate_nu]),
            np.array([map_reach(float(c)) for c in variate_nu]),
        )
    cells = np.array([table_cells(float(c)) for c in variate_nu])
    table = np.zeros((len(laws), 2 * int(cells.max()), 4))
    for i, law in enumerate(laws):
        table[i, : 2 * cells[i]] = _table(law, float(variate_nu[i]))
    shift = np.array([table_shift(float(c)) for c in variate_nu])
    return TableMap(table, cells, shift, np.array([table_top(float(c)) for c in variate_nu]))


def _table(law: Innovation, nu: float) -> Float2D:
    return quantile_table(nu, lambda tail: lower_quantile(law, tail), lambda tail: upper_quantile(law, tail))


@inline
def standardize(y: Any, c: Any, inverse_scale: Any, reach: Any, x: Any) -> None:
    """Fill x (paths,) with the log2 of the innovation over the variate."""
    for b in range(y.shape[0]):
        x[b] = smaller(log2(fma(y[b] * y[b], inverse_scale, 1.0)), reach)
    for b in range(y.shape[0]):
        x[b] = polynomial16(c, x[b])


@inline
def find_cells(y: Any, cells: Any, shift: Any, top: Any, row: Any, d: Any) -> None:
    """Fill `row` (paths,) with the bits of each variate's row of the table, d with its place in the cell.

    d is NaN where the variate is NaN or infinite.
    """
    for b in range(y.shape[0]):
        w = fma(abs(y[b]), STRETCH, 1.0)
        inside = w if w <= top else top
        place = (bits(inside) - ONE) >> shift
        d[b] = fma(y[b], 0.0, inside - from_bits((place << shift) + ONE))
        row[b] = from_bits(place + cells if y[b] < 0.0 else place)


@inline
def look_up(table: Any, row: Any, x: Any) -> None:
    """Fill x (paths,), the places in the cells, with the cubics of `table` (2 * cells, 4) there."""
    for b in range(x.shape[0]):
        c = table[np.uint64(bits(row[b]))]
        x[b] = fma(fma(fma(c[3], x[b], c[2]), x[b], c[1]), x[b], c[0])


def prepare(law: Any, k: Any, y: Any, x: Any, scratch: Any) -> Any:
    """Fill x (paths,) with what `innovation` needs beside the variates y of asset `k`; overloaded by type.

    `scratch` (paths,) may be written.
    """
    raise TypeError("innovations are made in kernels")


@implements(prepare, EvenMap, inlined=True)
def _even(law: Any, k: Any, y: Any, x: Any, scratch: Any) -> None:
    standardize(y, sixteen(law.coefficients[k]), law.inverse_scale[k], law.reach[k], x)


@implements(prepare, TableMap, inlined=True)
def _table_of(law: Any, k: Any, y: Any, x: Any, scratch: Any) -> None:
    find_cells(y, law.cells[k], law.shift[k], law.top[k], scratch, x)
    look_up(law.table[k], scratch, x)


@implements(prepare, NoMap, inlined=True)
def _none(law: Any, k: Any, y: Any, x: Any, scratch: Any) -> None:
    return None


def innovation(law: Any, y: Any, x: Any) -> Any:
    """Innovation at a variate `y` and what was prepared for it; overloaded by type.

    A number at a time, so that it takes part in the caller's loop.
    """
    raise TypeError("innovations are made in kernels")


@implements(innovation, EvenMap, inlined=True)
def _scaled(law: Any, y: Any, x: Any) -> Any:
    return y * exp2(x)


@implements(innovation, TableMap, inlined=True)
def _found(law: Any, y: Any, x: Any) -> Any:
    return x


@implements(innovation, NoMap, inlined=True)
def _given(law: Any, y: Any, x: Any) -> Any:
    return y


@part
def innovate(law: Any, k: Any, y: Any, x: Any, scratch: Any) -> None:
    """Fill x (paths,) with the innovations of asset `k` at the variates y; `scratch` (paths,) is written."""
    prepare(law, k, y, x, scratch)
    for b in range(y.shape[0]):
        x[b] = innovation(law, y[b], x[b])
