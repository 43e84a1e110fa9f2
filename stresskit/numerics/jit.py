"""The one spelling of njit, and the cache folder that cannot go stale.

numba's disk cache watches only the file of the compiled caller: after a callee in another file
changed, a fresh process would still run the old machine code. So the cache lives in a private
folder named by a hash of all sources that kernels can call: `KERNEL_SOURCES` of the package.
"""

import functools
import hashlib
import inspect
import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numba.extending
from numba import types as types

from stresskit.numerics.kernel_cache import seal_kernels

F = TypeVar("F", bound=Callable[..., Any])
PACKAGE = Path(__file__).resolve().parents[1]
KERNEL_SOURCES = (
    "arrays.py",
    "domain",
    "numerics",
    "model",
    "scenario",
    "margin",
    "liquidation",
    "simulate",
)
OLD_S = 30 * 86400


@functools.cache
def package_sha256() -> str:
    """Hash of every source and data file of the package, in path order, as they are when first asked for."""
    digest = hashlib.sha256()
    for path in sorted(p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".toml", ".json", ".typ"}):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _cache_root() -> Path:
    if chosen := os.environ.get("STRESSKIT_CACHE_DIR"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "stresskit"


def _private(folder: Path) -> bool:
    """Make `folder`; true if it is ours alone (numba's cache files are pickles)."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        info = folder.stat()
    except OSError:
        return False
    return os.name == "nt" or (
        info.st_uid == os.getuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _source_stamp() -> str:
    digest = hashlib.sha256()
    sources = [p for name in KERNEL_SOURCES for p in [PACKAGE / name, *(PACKAGE / name).rglob("*.py")]]
    for path in sorted(p for p in sources if p.is_file()):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _prune(root: Path) -> None:
    """Remove the machine code of sources that were not used for a month."""
    for folder in root.glob("kernels-*"):
        if folder != CACHE and time.time() - folder.stat().st_mtime > OLD_S:
            shutil.rmtree(folder, ignore_errors=True)


CACHE = _cache_root() / f"kernels-{_source_stamp()}"
CACHING = _private(CACHE)
if CACHING:
    _prune(CACHE.parent)
    seal_kernels()
    setattr(numba.config, "CACHE_DIR", str(CACHE))  # noqa: B010  numba sets its options at run time

# Contraction and reassociation stay off: every fused multiply-add is written out, so that bits
# do not depend on how LLVM groups a sum; NaN checks survive because nothing is assumed finite.
# Kernels own no memory: without numba's reference counts a view of an array costs nothing, where an
# atomic increment and decrement for each was a fifth of the time of a tile.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "boundscheck": False, "nogil": True, "_nrt": False}
_ALLOCATING = {**_OPTIONS, "_nrt": True}


def kernel(function: F) -> F:
    """Compile an entry point: releases the interpreter lock, cached on disk."""
    compiled: F = numba.njit(cache=CACHING, **_OPTIONS)(function)
    return compiled


def inline(function: F) -> F:
    """Compile a helper that LLVM must inline into its caller (loops do not vectorise over calls)."""
    compiled: F = numba.njit(forceinline=True, **_OPTIONS)(function)
    return compiled


def part(function: F) -> F:
    """Compile a loop that is called from kernels."""
    compiled: F = numba.njit(**_OPTIONS)(function)
    return compiled


def allocating(function: F) -> F:
    """Compile a function that makes arrays of its own, for what is called seldom; cached on disk."""
    compiled: F = numba.njit(cache=CACHING, **_ALLOCATING)(function)
    return compiled


class Vector(types.Type):
    """numba's name of a vector type of LLVM, for values inside kernels."""

    def __init__(self, name: str, llvm: Any) -> None:
        super().__init__(name=name)
        self.llvm = llvm


@numba.extending.register_model(Vector)
class VectorModel(numba.extending.models.PrimitiveModel):
    """How LLVM holds one."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, kind.llvm)  # type: ignore[no-untyped-call]


def intrinsic(function: Any) -> Any:
    """Register a function that writes LLVM code itself (numba passes the typing context first)."""
    return numba.extending.intrinsic(function)


def overload(stub: Callable[..., Any], *, allocates: bool = False, inlined: bool = False) -> Callable[[F], F]:
    """Register an implementation of a generic stub; `inlined` where a call would cost as much as the work."""
    options: Any = dict(_ALLOCATING if allocates else _OPTIONS)
    if inlined:
        options["forceinline"] = True
    register: Callable[[F], F] = numba.extending.overload(stub, jit_options=options)
    return register


def implements(
    stub: Callable[..., Any], kind: type, *, allocates: bool = False, inlined: bool = False
) -> Callable[[F], F]:
    """Make the decorated function what `stub` does when its first argument is a `kind`, a named tuple."""

    def register(function: F) -> F:
        def choose(*given: Any) -> F | None:
            return function if getattr(given[0], "instance_class", None) is kind else None

        choose.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        overload(stub, allocates=allocates, inlined=inlined)(choose)
        return function

    return register
