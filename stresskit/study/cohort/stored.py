"""``accounts.csv``, and Parquet where pyarrow is installed: a row an account, scenario and mode."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def write_tables(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the figures of all accounts."""
    import pandas as pd

    table = pd.DataFrame(list(rows))
    table.to_csv(folder / "accounts.csv", index=False, lineterminator="\n", float_format="%.12g")
    if find_spec("pyarrow"):
        table.to_parquet(folder / "accounts.parquet", index=False)
