"""A fault that concerns several keys, reported at the one that should change."""

import json
from collections.abc import Collection
from difflib import get_close_matches

from stresskit.spec import Fault as Fault
from stresskit.spec import misplaced as misplaced


def choice(options: Collection[str], word: str) -> str:
    """Say which words were possible instead of `word`, and which one is near."""
    listed = " or ".join(json.dumps(option) for option in options)
    return f"{listed}, not {printable(json.dumps(word, ensure_ascii=False))}{did_you_mean(word, options)}"


def did_you_mean(word: str, options: Collection[str]) -> str:
    """`` (did you mean 'paths'?)``, or nothing where no option is near."""
    near = get_close_matches(word, options, n=1, cutoff=0.7)
    return f" (did you mean '{near[0]}'?)" if near else ""


def printable(text: str) -> str:
    """Escape what a terminal would obey or could not print."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
