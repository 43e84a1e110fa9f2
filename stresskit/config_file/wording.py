"""What the schema objects to, in the words of the person who wrote the config."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from stresskit.config.carry import ASSET
from stresskit.config.fault import choice, did_you_mean, printable
from stresskit.config_file.known import known_keys
from stresskit.config_file.places import KeyPath
from stresskit.config_file.source import Source, leads
from stresskit.errors import Problem
from stresskit.spec import NAME

DISCRIMINATORS = ("rule", "kind", "source")
WORDS = {
    "missing": "this key is required",
    "union_tag_not_found": "this key is required",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "string_unicode": "text of valid Unicode characters",
    "string_too_short": "text that is not empty",
    "string_too_long": "text of at most {max_length} characters",
    "finite_number": "a finite number",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:.15g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:.15g}",
    "model_type": "a table",
    "dict_type": "a table",
    "model_attributes_type": "a table",
    "tuple_type": "a list",
    "list_type": "a list",
    "too_short": "at least {min_length} entry",
    "too_long": "at most {max_length} entries",
    "literal_error": "{expected}",
    "value_error": "{error}",
    "misplaced": "{expected}",
}
PATTERNS = {
    NAME: "a name of letters, digits, - and _, starting with a letter or digit, at most 64 long",
    ASSET: 'an asset in capitals such as "BTC"',
}
SAY_NOTHING_MORE = ("missing", "too_short", "misplaced", "extra_forbidden", "union_tag_not_found")


def problem(error: ErrorDetails, spec: type[BaseModel], source: Source) -> tuple[KeyPath, Problem]:
    """Turn one error of the schema into a problem at its place in the source."""
    path = key_path(error, source.document)
    kind = error["type"]
    if kind == "extra_forbidden":
        return path, source.problem(path, _unknown(path, spec, source), at_key=True)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        path = (*path, error["ctx"]["discriminator"].strip("'"))
    if kind == "misplaced":
        path = (*path, error["ctx"]["key"])
    return path, source.problem(path, expected(error), at_key=error["loc"][-1:] == ("[key]",))


def key_path(error: ErrorDetails, document: Mapping[str, Any]) -> KeyPath:
    """Key path of an error without the marks that unions leave in it."""
    here: Any = document
    path: KeyPath = ()
    for index, part in enumerate(error["loc"]):
        last = index == len(error["loc"]) - 1
        if leads(here, part) and (last or not _is_tag(here, part)):
            here, path = here[part], (*path, part)
        elif last and error["type"] == "missing":
            path = (*path, part)
    return path


def _is_tag(here: Any, part: str | int) -> bool:
    return isinstance(here, Mapping) and part in [here.get(name) for name in DISCRIMINATORS]


def expected(error: ErrorDetails) -> str:
    """What was expected instead of the faulty value, and the value."""
    kind, context = error["type"], error.get("ctx", {})
    value: Any = error["input"]
    if kind == "union_tag_invalid":
        value = value.get(context["discriminator"].strip("'"))
        return _choice(context["expected_tags"], value)
    if kind == "literal_error":
        return _choice(context["expected"], value)
    if kind == "string_pattern_mismatch":
        text = PATTERNS.get(context["pattern"], f"text that matches {context['pattern']}")
    else:
        text = WORDS[kind].format_map(context) if kind in WORDS else error["msg"]
    shown = shorten(value)
    said = kind in SAY_NOTHING_MORE or (kind == "value_error" and shown in text)
    return text if said else f"{text}, not {shown}"


def _unknown(path: KeyPath, spec: type[BaseModel], source: Source) -> str:
    known = known_keys(spec, path[:-1], source.document)
    return "unknown key" + (did_you_mean(str(path[-1]), known) or f"; known here: {', '.join(known)}")


def _choice(listed: str, value: Any) -> str:
    options = re.findall(r"'([^']*)'", listed)
    if isinstance(value, str):
        return choice(options, value)
    return f"{' or '.join(map(json.dumps, options))}, not {shorten(value)}"


def shorten(value: Any) -> str:
    """Write a value as in the config file, cut to forty characters, control characters escaped."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, float):
        text = repr(value)
    elif isinstance(value, bool | int | str | None):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    text = text if len(text) <= 40 else text[:39] + "…"
    return printable(text)
