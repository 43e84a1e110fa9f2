"""The batch's own folder: who works in it, a log of what happened, files replaced whole or not at all."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stresskit.results.claim import Held

LOG = "log.jsonl"


class Journal(Held):
    """``<out>/<name>.batch/``, held by one process at a time.

    Parameters
    ----------
    home : the folder; it is made if it is missing.
    resume : go on with the log of before instead of beginning a new one.

    Raises
    ------
    ConfigError
        If another process runs this batch now.
    """

    def __init__(self, home: Path, resume: bool) -> None:
        super().__init__(home, "a batch that no other process is running")
        self.home = home
        if not resume:
            (home / LOG).unlink(missing_ok=True)

    def log(self, event: str, **facts: Any) -> None:
        """Append one event as a line of JSON."""
        entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        with (self.home / LOG).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry, default=str) + "\n")

    def replace(self, name: str, content: bytes) -> Path:
        """Write a file of the folder: a reader sees the old one or the new one."""
        path = self.home / name
        partial = path.with_name(f".{name}.partial")
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        return path
