"""The folder of price files and golden cases beside the repository, where it is present."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def shared(name: str) -> Path:
    """Path of a file of the shared folder; the test is skipped, visibly, where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared file {name} is not on this machine")
    return path
