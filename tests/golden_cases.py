"""Cases of ``tests/golden``: answers that nobody in this project wrote, each with its source."""

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"


def golden(file: str, case: str) -> dict[str, Any]:
    """One case of a golden file by its id."""
    cases = json.loads((GOLDEN / file).read_text())["cases"]
    found: dict[str, Any] = next(c for c in cases if c["id"] == case)
    return found


def cases_like(pattern: str) -> list[dict[str, Any]]:
    """Every case of the golden files that match `pattern`, in the order of their names.

    A file's ``parameters``, which its cases may name, come along in each of them.
    """
    found = []
    for path in sorted(GOLDEN.glob(pattern)):
        file = json.loads(path.read_text(encoding="utf-8"))
        found += [{"parameters": file.get("parameters", {}), **case} for case in file["cases"]]
    return found
