"""JSON Schema of a config file, as an editor needs it: what is written, not what it becomes."""

from typing import Any

from stresskit.config.run import Run
from stresskit.spec import duration_text

PATHS = "by key path, as --set takes it"
SWEEP = {
    "type": "object",
    "description": "Several runs (stresskit batch): every combination of the grid, rows of the list.",
    "additionalProperties": False,
    "properties": {
        "grid": {"type": "object", "description": f"Lists of values {PATHS}."},
        "list": {"type": "array", "items": {"type": "object"}, "description": f"Tables of values {PATHS}."},
    },
}
COHORT = {
    "type": "object",
    "description": "Accounts from tables, in place of [account] (stresskit batch).",
    "additionalProperties": False,
    "required": ["venue", "positions"],
    "properties": {
        "venue": {"type": "string"},
        "positions": {"type": "string", "description": "CSV or Parquet: a row a position."},
        "balances": {"type": "string", "description": "CSV or Parquet: account, asset, amount."},
        "asset": {"type": "string", "default": "USDT"},
        "marks": {"type": "object", "additionalProperties": {"type": "number"}},
        "group": {"type": "integer", "minimum": 1, "maximum": 1000},
    },
}


def json_schema() -> dict[str, Any]:
    """Schema of a run, of a sweep and of a cohort (draft 2020-12)."""
    schema = Run.model_json_schema()
    for table in (schema, *schema["$defs"].values()):
        for key, found in table.get("properties", {}).items():
            table["properties"][key] = _written(found)
    bounds = schema["$defs"]["Limits"]["properties"]
    for key, found in bounds.items():
        bounds[key] = {"anyOf": [{"type": "number"}, found["items"], found]} if "items" in found else found
    schema["properties"] |= {"sweep": SWEEP, "cohort": COHORT}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "stresskit config"}


def _written(found: dict[str, Any]) -> dict[str, Any]:
    """A key as it stands in a file: durations are text, nothing is null, titles repeat the key."""
    shown = {name: value for name, value in found.items() if name != "title"}
    if shown.get("format") == "duration" and isinstance(shown.get("default"), int):
        shown["default"] = duration_text(shown["default"])
    kinds = [kind for kind in shown.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1 and len(kinds) < len(shown["anyOf"]):
        shown = {**{k: v for k, v in shown.items() if k != "anyOf"}, **kinds[0]}
    if shown.get("default", 0) is None:
        del shown["default"]
    return shown
