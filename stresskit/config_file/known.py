"""Which keys a table may have: the fields of the Spec that stands there."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from stresskit.config_file.places import KeyPath


def known_keys(spec: type[BaseModel], path: KeyPath, document: Any) -> list[str]:
    """Keys of the table at `path`; where several Specs are possible, of those that its values fit."""
    kinds: list[Any] = [spec]
    here = document
    for key in path:
        kinds = [child for kind in kinds for child in _children(kind, key)]
        here = here[key]
    models = [model for kind in kinds for model in _models(kind)]
    fitting = [model for model in models if _fits(model, here)] or models
    return sorted({name for model in fitting for name in model.model_fields})


def _alternatives(kind: Any) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for part in get_args(kind):
            yield from _alternatives(part)
    else:
        yield kind


def _children(kind: Any, key: str | int) -> Iterator[Any]:
    for part in _alternatives(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            if key in part.model_fields:
                yield part.model_fields[str(key)].annotation
        elif get_origin(part) is dict:
            yield get_args(part)[1]
        elif get_origin(part) in (tuple, list):
            item = get_args(part)[0]
            yield from [item] if isinstance(key, int) else _children(item, key)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    for part in _alternatives(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        elif get_origin(part) in (tuple, list):
            yield from _models(get_args(part)[0])


def _fits(model: type[BaseModel], table: Any) -> bool:
    return isinstance(table, Mapping) and all(
        get_origin(field.annotation) is not Literal
        or name not in table
        or table[name] in get_args(field.annotation)
        for name, field in model.model_fields.items()
    )
