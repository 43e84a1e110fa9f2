"""Every key and value is found where it stands, in each way that TOML can write it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stresskit.config_file.places import KeyPath, toml_places

TEXT = """\
top = 11 # comment
"quoted key" = 12
dotted.one.two = 13
 dotted . "one".three = 14
inline = { a = 15, b.c = 16, "d" = [17, { e = 18 }] }
list = [
  19, # comment
  # comment
  [20, 21],
  { f = 22 },
]
"é" = { ü = "x", g = 23 }

[table]
h = 24
[table.sub."s t"]
i = 25

[[array]]
j = 26
[array.inner]
k = 27
[[array.deep]]
l = 28
[[array.deep]]
l = 29
[[array]]
j = 30
[[array.deep]]
l = 31
[late.parent]
m = 32
[late]
n = 33
""".replace("ü", "u")


def leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    pairs = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if pairs is None:
        yield path, value
        return
    for key, inner in pairs:
        yield from leaves(inner, (*path, key))


def test_every_value_starts_at_its_place() -> None:
    places, lines = toml_places(TEXT), TEXT.splitlines()
    found = dict(leaves(tomllib.loads(TEXT)))
    assert len(found) == 24
    for path, value in found.items():
        spot = places[path].value
        text = lines[spot.line - 1][spot.column - 1 :]
        assert text.startswith(f'"{value}"' if isinstance(value, str) else str(value)), path


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), (1, 1), (1, 7)),
        (("dotted", "one", "two"), (3, 1), (3, 18)),
        (("dotted", "one", "three"), (4, 2), (4, 25)),
        (("inline", "b", "c"), (5, 20), (5, 26)),
        (("inline", "d", 1, "e"), (5, 43), (5, 47)),
        (("é", "g"), (12, 18), (12, 22)),
        (("table",), (14, 1), (14, 1)),
        (("table", "sub"), (16, 1), (16, 1)),
        (("array", 0), (19, 1), (19, 1)),
        (("array", 0, "inner"), (21, 1), (21, 1)),
        (("array", 0, "deep", 1, "l"), (26, 1), (26, 5)),
        (("array", 1, "deep", 0, "l"), (30, 1), (30, 5)),
        (("late", "n"), (34, 1), (34, 5)),
    ],
)
def test_line_and_column_count_characters_from_one(
    path: KeyPath, key: tuple[int, int], value: tuple[int, int]
) -> None:
    place = toml_places(TEXT)[path]
    assert (tuple(place.key), tuple(place.value)) == (key, value)


def test_windows_line_ends() -> None:
    assert toml_places("a = 1\r\n[b]\r\nc = 2\r\n")["b", "c"].value == (3, 5)


def test_shipped_configs_have_a_place_for_every_leaf() -> None:
    for file in Path("configs").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        missing = {path for path, _ in leaves(tomllib.loads(text))} - toml_places(text).keys()
        assert not missing, file
