"""A config file: its values, and where each of them stands."""

from stresskit.config_file.load import Loaded, altered, from_run, has_table, load_run, load_spec
from stresskit.config_file.overrides import Override, direct, parse_override
from stresskit.config_file.source import Source

__all__ = [
    "Loaded",
    "Override",
    "Source",
    "altered",
    "direct",
    "from_run",
    "has_table",
    "load_run",
    "load_spec",
    "parse_override",
]
