"""Kernels run by the interpreter instead of numba: the same sources, nothing compiled.

Every helper that a kernel calls is exchanged for its own source, every stub for a choice by the type of
its first argument, and LLVM's intrinsics for Python's arithmetic, which never fuses.
"""

import ast
import functools
import importlib
import inspect
import math
import types
from collections.abc import Callable
from typing import Any

from numba.core.dispatcher import Dispatcher

from stresskit.domain import rules
from stresskit.numerics import elementary
from stresskit.numerics.jit import PACKAGE

Function = Callable[..., Any]
INTRINSICS = {
    elementary.fma: lambda x, y, z: x * y + z,
    elementary.sqrt: math.sqrt,
    elementary.rint: round,
}
STUBS = {stub for _, stub in inspect.getmembers(rules, inspect.isfunction)}


def interpreted(function: Any) -> Function:
    """What a kernel or a helper of kernels says, as a plain function; so are all those that it calls."""
    return _plain(getattr(function, "py_func", function))


@functools.cache
def _plain(source: Any) -> Function:
    names = dict(source.__globals__)
    copy = types.FunctionType(source.__code__, names, source.__name__, source.__defaults__)
    names.update({name: _exchanged(names[name]) for name in source.__code__.co_names if name in names})
    return copy


def _exchanged(value: Any) -> Any:
    if isinstance(value, Dispatcher):
        return interpreted(value)
    if isinstance(value, types.FunctionType) and value in STUBS:
        return _by_type(value)
    try:
        return INTRINSICS.get(value, value)
    except TypeError:
        return value


@functools.cache
def _by_type(stub: Any) -> Function:
    def choose(first: Any, *rest: Any) -> Any:
        return implementations(stub.__name__)[type(first)](first, *rest)

    return choose


@functools.cache
def implementations(stub: str) -> dict[type, Function]:
    """What each rule answers to a stub, by the type of its parameters."""
    found = {}
    for path in sorted((PACKAGE / "margin").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for said in getattr(node, "decorator_list", ()):
                if ast.unparse(said).startswith(f"implements({stub}, "):
                    module = importlib.import_module(f"stresskit.margin.{path.stem}")
                    kind = getattr(module, ast.unparse(said.args[1]))
                    found[kind] = interpreted(getattr(module, node.name))  # type: ignore[attr-defined]
            if isinstance(node, ast.For) and ast.unparse(node.body[0]).startswith(f"implements({stub}, "):
                module = importlib.import_module(f"stresskit.margin.{path.stem}")
                name = ast.unparse(node.body[0].value.args[0])  # type: ignore[attr-defined]
                for kind in eval(ast.unparse(node.iter), vars(module)):
                    found[kind] = interpreted(getattr(module, name))
    return found
