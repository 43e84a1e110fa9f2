"""What can be wrong with the input, as the user reads it."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One fault: where it stands (``file:line:column``), which key, what was expected."""

    where: str
    key: str
    expected: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


class StresskitError(Exception):
    """A fault of the input, with the exit code it maps to."""

    exit_code = 5

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class ConfigError(StresskitError):
    """The command line or the config file cannot be accepted."""

    exit_code = 2


class DataError(StresskitError):
    """A data file, snapshot or run folder cannot be used."""

    exit_code = 3
