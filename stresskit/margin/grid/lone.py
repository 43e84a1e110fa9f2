"""The requirement of a position that is alone in its scope, as lines in its value.

Nothing nets there, and every part is the largest of a few lines: so is their sum. The ceiling of a
book of such positions is then exact, and costs what a bracket table costs.
"""

import numpy as np

from stresskit.domain import Float2D
from stresskit.margin.grid.table import GridTable

Line = tuple[float, float]


def lone_lines(table: GridTable) -> GridTable:
    """Fill in `lone` and the lines of each side; scopes with several legs keep -1."""
    scopes = int(table.scope.max()) + 1
    lone = np.full(scopes, -1, dtype=np.int64)
    rows: dict[int, tuple[list[Line], list[Line]]] = {}
    for s in range(scopes):
        members = np.flatnonzero(table.scope[table.unit] == s)
        if members.size == 1 and not table.coin[members[0]] and not table.shock[table.unit[members[0]], 1]:
            p = int(members[0])
            lone[s] = p
            rows[p] = (side_lines(table, p, 1.0), side_lines(table, p, -1.0))
    legs = table.unit.size
    width = max((len(row) for pair in rows.values() for row in pair), default=1)
    nothing: list[Line] = [(0.0, 0.0)]
    return table._replace(
        lone=lone,
        long_slope=_padded([rows.get(p, (nothing,) * 2)[0] for p in range(legs)], width, 0),
        long_deduction=_padded([rows.get(p, (nothing,) * 2)[0] for p in range(legs)], width, 1),
        short_slope=_padded([rows.get(p, (nothing,) * 2)[1] for p in range(legs)], width, 0),
        short_deduction=_padded([rows.get(p, (nothing,) * 2)[1] for p in range(legs)], width, 1),
    )


def side_lines(table: GridTable, p: int, side: float) -> list[Line]:
    """Lines (slope, deduction) of the requirement in the size of position `p` on one side."""
    u = int(table.unit[p])
    charged = float(table.charged[p])
    losses = -side * table.moved[p] * table.gains[:, p]
    scan = [(0.0, 0.0), *zip(losses.tolist(), table.relief[u].tolist(), strict=True)]
    inside = float(table.basis[table.group[p]]) * charged
    upper = [(rate + inside, relief) for rate, relief in scan]
    per_usd = charged * float(table.net_rate[u] + table.gross_rate[u])
    raw = charged * float(table.minimum[p])
    lower = [(k * raw + per_usd, d) for k, d in zip(table.factor[u], table.allowance[u], strict=True)]
    outside = charged * float(table.outside[p])
    every = [(table.core * rate + outside, table.core * less) for rate, less in [*upper, *lower]]
    return envelope([line for line in every if np.isfinite(line[1])])


def envelope(every: list[Line]) -> list[Line]:
    """The lines that are the largest somewhere on the positive axis, in rising order of slope."""
    kept: list[Line] = []
    for slope, less in sorted(every, key=lambda line: (line[0], -line[1])):
        while kept and not _matters(kept, (slope, less)):
            kept.pop()
        kept.append((slope, less))
    return kept


def _matters(kept: list[Line], new: Line) -> bool:
    """Whether the last line is largest somewhere between the one before it and the new one."""
    slope, less = kept[-1]
    if less >= new[1]:
        return False
    if len(kept) == 1:
        return True
    before, below = kept[-2]
    return (new[1] - less) * (slope - before) > (less - below) * (new[0] - slope)


def _padded(rows: list[list[Line]], width: int, column: int) -> Float2D:
    padding = ((0.0,), (np.inf,))
    return np.array(
        [[line[column] for line in row] + list(padding[column]) * (width - len(row)) for row in rows]
    )


def plain_scopes(table: GridTable) -> GridTable:
    """Mark the scopes where one net value decides the worst cell: one unit, equal gains, no dampener."""
    scopes = range(table.lone.size)
    worst = np.array([_net_losses(table, s) for s in scopes])
    return table._replace(
        plain=np.array([int(_is_plain(table, s)) for s in scopes], dtype=np.int64),
        falling=np.ascontiguousarray(worst[:, 0]),
        rising=np.ascontiguousarray(worst[:, 1]),
    )


def _is_plain(table: GridTable, s: int) -> bool:
    legs = table.member[table.first[s] : table.first[s + 1]]
    units = table.units[table.unit_first[s] : table.unit_first[s + 1]]
    same = bool(np.all(table.gains[:, legs] == table.gains[:, legs[:1]]))
    return units.size == 1 and same and not table.relief[units[0]].any()


def _net_losses(table: GridTable, s: int) -> tuple[float, float]:
    """Worst loss of one USD net long, and of one net short."""
    gains = table.gains[:, table.member[table.first[s]]]
    return max(0.0, float(np.max(-gains, initial=0.0))), max(0.0, float(np.max(gains, initial=0.0)))
