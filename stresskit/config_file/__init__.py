"""A config file: its values, and where each of them stands."""

from stresskit.config_file.load import (
    Loaded,
    altered,
    from_run,
    has_table,
    load_run,
    load_source,
    load_spec,
    read_source,
)
from stresskit.config_file.overrides import Override, direct, parse_override
from stresskit.config_file.source import Source
from stresskit.config_file.sweep import Variant, load_sweep

__all__ = [
    "Loaded",
    "Override",
    "Source",
    "Variant",
    "altered",
    "direct",
    "from_run",
    "has_table",
    "load_run",
    "load_source",
    "load_spec",
    "load_sweep",
    "parse_override",
    "read_source",
]
