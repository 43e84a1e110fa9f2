"""Whether two groups of accounts live through the same market."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def fingerprint(value: Any) -> str:
    """Hash of a nested value of numbers, texts, arrays, tuples, mappings and dataclasses, notes left out.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    digest = hashlib.sha256()
    for part in _parts(value):
        digest.update(part)
        digest.update(b";")
    return digest.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif is_dataclass(value):
        yield type(value).__name__.encode()
        for field in fields(value):
            if field.name == "notes":  # words about the book, for the reader
                continue
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield repr(key).encode()
            yield from _parts(item)
    elif isinstance(value, tuple | list):
        yield f"{type(value).__name__}{len(value)}".encode()
        for item in value:
            yield from _parts(item)
    elif value is None or isinstance(value, bool | int | float | str | np.generic):
        yield repr(value).encode()
    else:
        raise TypeError(f"a number, text, array, table or dataclass, not {type(value).__name__}")
