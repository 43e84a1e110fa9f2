"""What a planted fault is."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Replace `old` by `new`, once, in `file`; `tests` must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
