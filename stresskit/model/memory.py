"""What a dependence remembers from step to step: a state (rows, paths), a column a path.

A copula type with memory has a property `state_rows` and registers its own overloads of the stubs
below; the types without one have no rows, and these defaults. The state of step t is a function of
the path, the draws before t, and nothing else, and one state runs through all segments of a plan.
"""

from typing import Any

from stresskit.model.elliptical import variates
from stresskit.numerics.jit import kernel, overload


def state_rows(copula: Any) -> int:
    """Rows of the state of a path; 0 for a dependence without memory."""
    return int(getattr(copula, "state_rows", 0))


def begin(copula: Any, key: Any, path: Any, state: Any) -> Any:
    """Fill the state for the first step of the paths from `path` on; overloaded by type."""
    raise TypeError("dependences are begun from kernels")


def advance(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> Any:
    """Fill ``work.y`` with the variates of `step` and move the state on to the next; overloaded by type."""
    raise TypeError("dependences are drawn from kernels")


def amplitude(copula: Any, multiplier: Any, state: Any, scale: Any) -> Any:
    """Multiplier of the returns of the step drawn last: a number, or one a path in `scale` (paths,)."""
    raise TypeError("dependences are drawn from kernels")


def observe(copula: Any, state: Any, variance: Any) -> Any:
    """Scale `variance` (assets, paths) of the coming step to what the venue observes; overloaded by type."""
    raise TypeError("dependences are drawn from kernels")


def kind(copula: Any) -> Any:
    """Class of the copula tuple that numba's type `copula` stands for."""
    return getattr(copula, "instance_class", None)


def _forgets(copula: Any) -> bool:
    return kind(copula) is not None and not hasattr(kind(copula), "state_rows")


def _begin(copula: Any, key: Any, path: Any, state: Any) -> None:
    return None


def _advance(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> None:
    variates(copula, key, path, step, work)


def _amplitude(copula: Any, multiplier: Any, state: Any, scale: Any) -> Any:
    return multiplier


def _observe(copula: Any, state: Any, variance: Any) -> None:
    return None


@overload(begin)
def _begin_without(copula: Any, key: Any, path: Any, state: Any) -> Any:
    return _begin if _forgets(copula) else None


@overload(advance)
def _advance_without(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> Any:
    return _advance if _forgets(copula) else None


@overload(amplitude)
def _amplitude_alike(copula: Any, multiplier: Any, state: Any, scale: Any) -> Any:
    return None if hasattr(kind(copula), "amplitudes") else _amplitude


@overload(observe)
def _observe_alike(copula: Any, state: Any, variance: Any) -> Any:
    return None if hasattr(kind(copula), "amplitudes") else _observe


@kernel
def begin_paths(sampler: Any, key: Any, path: Any, state: Any) -> None:
    """Put the state (rows, paths) of the paths from `path` on at the first step."""
    begin(sampler.copula, key, path, state)
