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
