"""The law of every ``metrics.json``."""

import json


def objects(content):
    """Every object inside a JSON value, itself included."""
    if isinstance(content, dict):
        yield content
    for part in content.values() if isinstance(content, dict) else content:
        if isinstance(part, (dict, list)):
            yield from objects(part)


def assert_lawful(metrics):
    """Whoever holds a null gives a reason, and no number is NaN or infinite."""
    json.dumps(metrics, allow_nan=False)
    for found in objects(metrics):
        if None in found.values():
            assert isinstance(found.get("reason"), str), found
