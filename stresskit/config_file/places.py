"""Where each key and value of a TOML text stands; the values themselves come from tomllib."""

import tomllib
from contextlib import suppress
from typing import Any, NamedTuple

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

KeyPath = tuple[str | int, ...]
TOML = Language(tree_sitter_toml.language())


class Spot(NamedTuple):
    """Line and column, counted from 1 in characters."""

    line: int
    column: int


class Place(NamedTuple):
    """Where a key and its value start."""

    key: Spot
    value: Spot


def toml_places(text: str) -> dict[KeyPath, Place]:
    """Find the place of every key path of a valid TOML text.

    Parameters
    ----------
    text : the text of the file.

    Returns
    -------
    dict
        Key paths as in the parsed document: ``("account", "positions", 0, "symbol")``.
    """
    survey = _Survey(text)
    for node in Parser(TOML).parse(text.encode()).root_node.named_children:
        with suppress(ValueError):  # a dialect that only one of the two parsers knows: no place, no harm
            survey.top(node)
    return survey.places


class _Survey:
    """Walks the syntax tree; `elements` counts the [[elements]] seen of each array of tables."""

    def __init__(self, text: str) -> None:
        self.lines = text.encode().split(b"\n")
        self.places: dict[KeyPath, Place] = {(): Place(Spot(1, 1), Spot(1, 1))}
        self.elements: dict[KeyPath, int] = {}

    def spot(self, node: Node) -> Spot:
        row, column = node.start_point
        return Spot(row + 1, len(self.lines[row][:column].decode(errors="replace")) + 1)

    def top(self, node: Node) -> None:
        if node.type == "pair":
            self.pair(node, ())
        elif node.type in ("table", "table_array_element"):
            self.table(node)

    def table(self, node: Node) -> None:
        header, *body = (child for child in node.named_children if child.type != "comment")
        path: KeyPath = ()
        for key in _keys(header):
            path = self.inside((*path, key), self.spot(node))
        if node.type == "table_array_element":
            array = path[:-1] if isinstance(path[-1], int) else path
            self.elements[array] = self.elements.get(array, 0) + 1
            path = self.inside(array, self.spot(node))
        for child in body:
            if child.type == "pair":
                self.pair(child, path)

    def inside(self, path: KeyPath, spot: Spot) -> KeyPath:
        """Enter a table, or the last element of an array of tables."""
        self.places.setdefault(path, Place(spot, spot))
        if path in self.elements:
            path = (*path, self.elements[path] - 1)
            self.places.setdefault(path, Place(spot, spot))
        return path

    def pair(self, node: Node, path: KeyPath) -> None:
        key, *rest = (child for child in node.named_children if child.type != "comment")
        for name in _keys(key):
            path = (*path, name)
            self.places.setdefault(path, Place(self.spot(key), self.spot(key)))
        if rest:
            self.places[path] = Place(self.spot(key), self.spot(rest[0]))
            self.value(rest[0], path)

    def value(self, node: Node, path: KeyPath) -> None:
        children = [child for child in node.named_children if child.type != "comment"]
        if node.type == "inline_table":
            for child in children:
                if child.type == "pair":
                    self.pair(child, path)
        elif node.type == "array":
            for index, child in enumerate(children):
                self.places[*path, index] = Place(self.spot(child), self.spot(child))
                self.value(child, (*path, index))


def _keys(node: Node) -> list[str]:
    """Names of a bare, quoted or dotted key, read by the TOML parser itself."""
    text = (node.text or b"").decode()
    table: Any = tomllib.loads(f"{text} = 0")
    keys = []
    while isinstance(table, dict):
        ((key, table),) = table.items()
        keys.append(key)
    return keys
