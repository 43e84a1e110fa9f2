"""Will this crypto-futures account survive? Stress runs under cross and portfolio margin.

>>> import stresskit as sk                                     # doctest: +SKIP
>>> results = sk.run("configs/quickstart.toml", seed=7)        # doctest: +SKIP
>>> results.summary                                            # doctest: +SKIP
>>> sk.report(results)                                         # doctest: +SKIP

Nothing heavy is imported before it is used.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresskit.config import Run
    from stresskit.face import (
        advise,
        batch,
        compare,
        dial,
        events,
        frontier,
        load,
        margins,
        matrices,
        remedies,
        replay,
        report,
        reproduce,
        reverse,
        run,
        sufficiency,
        worst,
    )
    from stresskit.results import Results

    __version__: str

__all__ = [
    "Results",
    "Run",
    "__version__",
    "advise",
    "batch",
    "compare",
    "dial",
    "events",
    "frontier",
    "load",
    "margins",
    "matrices",
    "remedies",
    "replay",
    "report",
    "reproduce",
    "reverse",
    "run",
    "sufficiency",
    "worst",
]

_HOMES = {"Results": "stresskit.results", "Run": "stresskit.config"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("stresskit")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "stresskit.face")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _CallableReport(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        """``stresskit.report(results, path)``."""
        return import_module("stresskit.face").report(*args, **options)


class _Package(ModuleType):
    """The import system binds the subpackage `report` over the function of that name: it becomes both."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "report" and isinstance(value, ModuleType):
            value.__class__ = _CallableReport
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
