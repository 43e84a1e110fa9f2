"""The text of ``stresskit matrix``: equity over maintenance, cells that liquidate marked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stresskit.cli.text import NONE, apart, table
from stresskit.errors import ConfigError, Problem

Found = Mapping[str, Any]


def matrix_text(found: Found, pair: set[str] | None) -> str:
    """Every mode's matrices; `pair` None: of the assets with the largest exposures.

    Raises
    ------
    ConfigError
        If no account holds contracts on both assets of `pair`.
    """
    told = [mode for modes in found["accounts"].values() for mode in modes.values()]
    known = [set(one["assets"]) for mode in told for one in mode["pairs"]]
    if pair is not None and pair not in known:
        expected = f"two assets that the account holds contracts on, of {', '.join(found['assets'])}"
        raise ConfigError([Problem(f"--pair {','.join(sorted(pair))}", "", expected)])
    parts = [f"STRESS MATRIX  {found['name']}: equity over maintenance, liquidated (!) at 1 or below"]
    for name, modes in found["accounts"].items():
        parts += [f"account {name}"] if len(found["accounts"]) > 1 else []
        for mode, one in modes.items():
            parts += _mode(mode + (" (hypothetical)" if one["hypothetical"] else ""), one, pair)
    return "\n\n".join(parts)


def _mode(mode: str, told: Found, pair: set[str] | None) -> Iterator[str]:
    grid = "the venue's own price moves" if told["own_grid"] else "all prices"
    header = [grid, *(f"vol x {m:g}" for m in told["multipliers"])]
    yield f"{mode}\n{_table(header, told['moves'], told['ratio'])}"
    for one in told["pairs"]:
        if set(one["assets"]) == pair or (pair is None and one is told["pairs"][0]):
            first, second = one["assets"]
            header = [f"{first} \\ {second}", *(f"{100 * move:+g} %" for move in one["moves"])]
            yield f"{mode}\n{_table(header, one['moves'], one['ratio'])}"


def _table(header: Sequence[str], moves: Sequence[float], ratios: Sequence[Sequence[float | None]]) -> str:
    rows = [[f"{100 * m:+g} %", *map(_cell, row)] for m, row in zip(moves, ratios, strict=True)]
    return table(header, rows)


def _cell(ratio: float | None) -> str:
    if ratio is None:
        return NONE
    return apart(round(ratio, 9) + 0.0, 1.0) + (" !" if ratio <= 1.0 else "")
