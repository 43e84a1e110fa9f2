"""The faults, one line of the package each, and the tests that must notice."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Replace `old` by `new`, once, in `file`; `tests` must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS: tuple[Fault, ...] = ()
