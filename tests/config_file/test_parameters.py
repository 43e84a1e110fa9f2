"""A bad parameter file of a scenario grid is refused with every problem at its line."""

import pytest

from stresskit.config_file.parameters import load_grid, load_unified
from stresskit.errors import ConfigError, DataError
from stresskit.margin.grid.parameters import SHIPPED
from stresskit.margin.unified_parameters import SHIPPED as UNIFIED

TEXT = (SHIPPED / "okx-pm-2024-12.toml").read_text()
ACCOUNT = (UNIFIED / "binance-pm-2026-01.toml").read_text()
FAULTS = {
    "a negative rate": ("\n[borrowing]\nmaintenance = ", "\n[borrowing]\nmaintenance = -", "maintenance"),
    "a move below minus one": ("moves = [", "moves = [-1.5, ", "moves"),
    "an unknown key": ("\nvenue = ", "\nvenues = ", "venues"),
    "no source": ("\nsource = ", "\nsauce = ", "sauce"),
    "an unknown confidence": ('\nconfidence = "', '\nconfidence = "very ', "confidence"),
}


def written(tmp_path, text, old, new):
    """A file with the first `old` replaced, and the line on which that ends."""
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + new.count("\n") + 1


@pytest.mark.parametrize("what", FAULTS)
def test_refused_at_its_line(tmp_path, what):
    old, new, key = FAULTS[what]
    line = written(tmp_path, TEXT, old, new)
    with pytest.raises(DataError) as caught:
        load_grid("mine.toml", tmp_path)
    assert any(
        problem.where.startswith(f"{tmp_path}/mine.toml:{line}:") and key in problem.key
        for problem in caught.value.problems
    ), [(problem.where, problem.key) for problem in caught.value.problems]


def test_slices_out_of_order_are_refused(tmp_path):
    found = load_grid("okx-pm-2024-12").parameters.classes[0].minimum_charge
    assert found is not None
    edges = [edge for edge, _ in found.multipliers]
    assert edges == sorted(edges)
    first, second = (f"{edge:_.0f}" for edge in edges[:2])
    assert first in TEXT
    written(tmp_path, TEXT, f"[{first}, ", f"[{second}1, ")
    with pytest.raises(DataError, match=r"mine\.toml:\d+:\d+: .*slices in ascending order"):
        load_grid("mine.toml", tmp_path)


def test_an_unknown_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="did you mean 'okx-pm-2024-12'"):
        load_grid("okx-pm-2024-1", tmp_path)


def test_a_unified_account_likewise(tmp_path):
    line = written(tmp_path, ACCOUNT, "\nliquidation_at = ", "\nliquidation_at = -")
    with pytest.raises(DataError, match=rf"mine\.toml:{line}:\d+: liquidation_at: a number above 0"):
        load_unified("mine.toml", tmp_path)
