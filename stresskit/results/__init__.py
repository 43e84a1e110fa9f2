"""Results of a run: the run folder, written once and read again."""

from stresskit.results.columns import (
    CARRIED_COLUMNS,
    EQUAL_COLLATERAL,
    EQUAL_EFFICIENCY,
    EQUITY_SAMPLE,
    MAINTENANCE_SAMPLE,
    MARKET,
    MARKET_COLUMNS,
    MAX_LEVERAGE,
    OUTCOME_COLUMNS,
    PLEDGED,
    SAMPLED_PATHS,
    Column,
    Life,
    columns_of,
    life,
    mark_column,
    market,
    schema,
)
from stresskit.results.folder import RunFolder, find_finished, folder_name
from stresskit.results.stored import Results, load
from stresskit.results.writer import ColumnWriter

__all__ = [
    "CARRIED_COLUMNS",
    "EQUAL_COLLATERAL",
    "EQUAL_EFFICIENCY",
    "EQUITY_SAMPLE",
    "MAINTENANCE_SAMPLE",
    "MARKET",
    "MARKET_COLUMNS",
    "MAX_LEVERAGE",
    "OUTCOME_COLUMNS",
    "PLEDGED",
    "SAMPLED_PATHS",
    "Column",
    "ColumnWriter",
    "Life",
    "Results",
    "RunFolder",
    "columns_of",
    "find_finished",
    "folder_name",
    "life",
    "load",
    "mark_column",
    "market",
    "schema",
]
