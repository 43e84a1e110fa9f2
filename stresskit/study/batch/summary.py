"""``summary.csv``, and Parquet where pyarrow is installed: every figure of every run in one table."""

import io
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stresskit.results import Results
from stresskit.study.batch.journal import Journal


def rows_of(label: str, file: Path, changes: Mapping[str, Any], results: Results) -> list[dict[str, Any]]:
    """One row a scenario, account, mode and basis; a column for each key of the sweep."""
    keys = {
        "run": label,
        "file": str(file),
        "run_id": results.manifest["run_id"],
        "name": results.metrics["name"],
        **{key: _cell(value) for key, value in changes.items()},
    }
    named = ({str(name): value for name, value in row.items()} for row in results.summary.to_dict("records"))
    return [{**keys, **row} for row in named]


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else json.dumps(value, sort_keys=True, default=str)


def write_summary(journal: Journal, rows: Sequence[Mapping[str, Any]]) -> dict[str, Path]:
    """Write the table; columns of a mixed type are text in Parquet."""
    import pandas as pd

    table = pd.DataFrame(list(rows))
    text = table.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    files = {"summary": journal.replace("summary.csv", text.encode())}
    if find_spec("pyarrow") and len(table):
        for name in [name for name in table.columns if len(set(map(type, table[name]))) > 1]:
            table[name] = table[name].map(str)
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        files["parquet"] = journal.replace("summary.parquet", buffer.getvalue())
    return files
