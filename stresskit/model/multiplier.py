"""A multiplier of returns: one number for a whole tile, or one a path."""

from typing import Any

from stresskit.numerics.jit import overload


def at(multiplier: Any, b: Any) -> Any:
    """Multiplier of path `b`; overloaded by type."""
    raise TypeError("multipliers are read in kernels")


def _common(multiplier: Any, b: Any) -> Any:
    return multiplier


def _own(multiplier: Any, b: Any) -> Any:
    return multiplier[b]


@overload(at)
def _at(multiplier: Any, b: Any) -> Any:
    return _own if hasattr(multiplier, "ndim") else _common
