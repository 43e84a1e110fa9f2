"""Rows of numbers that a long computation leaves on disk, so that it can go on where it was stopped."""

from pathlib import Path


class Ledger:
    """A text file of rows, each a step and its numbers; a last line that was cut off does not count.

    Numbers are written so that they read back as the same bits: a run that was stopped and taken up
    again ends with the same figures.
    """

    def __init__(self, path: Path, width: int) -> None:
        self.path, self.width = path, width
        self.rows: dict[int, tuple[float, ...]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read()

    def _read(self) -> None:
        text = self.path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        for line in whole.splitlines():
            step, *numbers = line.split()
            if len(numbers) == self.width:
                self.rows[int(step)] = tuple(map(float, numbers))
        if whole != text:
            self.path.write_text(whole, encoding="utf-8")

    def add(self, step: int, numbers: tuple[float, ...]) -> None:
        """Keep a row, on disk at once."""
        self.rows[step] = numbers
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{step} {' '.join(map(repr, numbers))}\n")
