"""As much of JSON Schema as our own schema uses, to check configs against it without another library."""

import re
from collections.abc import Iterator
from typing import Any

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool}


def faults(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "") -> Iterator[str]:
    if "$ref" in schema:
        yield from faults(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root, at)
    for word in ("anyOf", "oneOf"):
        if word in schema and all(list(faults(each, value, root, at)) for each in schema[word]):
            yield f"{at}: none of {len(schema[word])} alternatives fits {value!r}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: one of {schema['enum']}"
    kind = schema.get("type")
    if kind and not _is_a(kind, value):
        yield f"{at}: {kind}, not {value!r}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {schema['pattern']}"
    if isinstance(value, dict):
        yield from _table(schema, value, root, at)
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from faults(schema.get("items", {}), item, root, f"{at}/{i}")


def _is_a(kind: str, value: Any) -> bool:
    if kind not in ("number", "integer"):
        return isinstance(value, KINDS[kind])
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (kind == "number" and isinstance(value, float))


def _table(schema: dict[str, Any], value: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    named = schema.get("patternProperties", {})
    yield from (f"{at}: {key} is required" for key in schema.get("required", ()) if key not in value)
    for key, item in value.items():
        if key in known:
            yield from faults(known[key], item, root, f"{at}/{key}")
        elif found := next((each for pattern, each in named.items() if re.search(pattern, key)), None):
            yield from faults(found, item, root, f"{at}/{key}")
        elif rest is False:
            yield f"{at}: no key {key}"
        elif isinstance(rest, dict):
            yield from faults(rest, item, root, f"{at}/{key}")
