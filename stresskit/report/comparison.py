"""The page of a comparison: what two runs differ in, figures with intervals."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stresskit.report import batch_findings
from stresskit.report.blocks import Block, Cell, Page, left, picture, right, section, table, text
from stresskit.report.document import Document
from stresskit.report.figures.differences import Difference, differences
from stresskit.report.format import UNDEFINED, Show, gain, money, percent, points, stated
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.settings import plain
from stresskit.report.text import printable
from stresskit.report.write import Files, write

Json = Mapping[str, Any]
DRAWN = {
    "p_liquidation": ("P(liquidation), percentage points", 100.0),
    "expected_liquidation_cost": ("Expected cost, USD", 1.0),
}
WORDS = {"p_liquidation": "P(liquidation)", "p_closed_out": "P(closed out)", "p_shortfall": "P(shortfall)"}
MOST_ROWS, MOST_FIGURES, MOST_KEYS = 16, 40, 30


def comparison_report(found: Json, out: Path, paper: str = "a4", html: bool = False) -> Files:
    """Write what `study.compare` found as a report of its own.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    """
    told = printable(dict(found))
    return write(document(told), out, f"compare-{told['a']['run_id']}-{told['b']['run_id']}", paper, html)


def document(found: Json) -> Document:
    """The comparison as pages."""
    a, b = found["a"], found["b"]
    blocks = [*_about(found), *_drawn(found), *_table(found), *_keys(found)]
    page: Page = {"title": "Comparison of two runs", "subtitle": "", "blocks": blocks}
    return {
        "title": f"Comparison: {a['name']} and {b['name']}",
        "name": f"{a['name']} → {b['name']}",
        "description": "",
        "footer": f"run {a['run_id']} · run {b['run_id']}",
        "pages": [page],
    }


def _about(found: Json) -> Iterator[Block]:
    changes = [entry["change"] for entry in found["figures"]]
    yield section("Difference", batch_findings.comparison(found["identical"], changes, found["paired"]))
    lines = [
        f"{key.upper()}: {one['name']}, run {one['run_id']}, {stated(one['paths'])} paths"
        for key, one in (("a", found["a"]), ("b", found["b"]))
    ]
    yield text(f"{'. '.join(lines)}. Differences are B less A.")
    for key in ("a", "b"):
        only = found[f"only_{key}"]
        if only:
            scenarios = ", ".join(dict.fromkeys(life[0] for life in only))
            yield text(f"Only in {key.upper()}: {len(only)} lives, in {scenarios}.")


def _named(entry: Json, found: Json) -> str:
    account = "" if entry["account"] == "account" else f"{entry['account']}, "
    mode = entry["mode"].removesuffix("_max_leverage")
    hypothetical = HYPOTHETICAL if mode in found["b"]["hypothetical"] else ""
    basis = "" if entry["basis"] == "equal_collateral" else " (equal efficiency)"
    return f"{entry['scenario']}: {account}{entry['mode']}{hypothetical}{basis}"


def _drawn(found: Json) -> Iterator[Block]:
    panels = []
    for figure, (title, scale) in DRAWN.items():
        own = [e for e in found["figures"] if e["figure"] == figure and e["difference"]["value"] is not None]
        panels.append((title, scale, [_difference(entry, found) for entry in own[:MOST_ROWS]]))
    if not panels[0][2] or len({len(rows) for _, _, rows in panels}) > 1:
        return
    alt = "Differences with 95 % intervals: " + "; ".join(
        f"{row.name} {points(row.value)}" for row in panels[0][2]
    )
    caption = (
        "B less A with 95 % intervals. Right- and left-pointing marks: higher and lower beyond the noise."
    )
    yield picture("differences", differences(panels), f"{alt}.", caption)


def _difference(entry: Json, found: Json) -> Difference:
    told = entry["difference"]
    return Difference(_named(entry, found), told["value"], told["low"], told["high"], entry["change"])


def _table(found: Json) -> Iterator[Block]:
    """Figures that changed beyond their noise, then the headline ones of the rest."""
    changed = [entry for entry in found["figures"] if entry["change"] in ("up", "down")]
    entries = changed + [e for e in found["figures"] if e["figure"] in DRAWN and e not in changed]
    rows = [_row(entry, found) for entry in entries[:MOST_FIGURES]]
    if not rows:
        return
    columns = [left("Life", 2.4), left("Figure", 1.5), right("A", 1.3), right("B", 1.3)]
    columns += [right("B less A", 1.5), left("", 0.9)]
    rest = len(found["figures"]) - len(rows)
    notes = [f"{rest} further figures stand in compare --all and compare --json."] if rest else []
    yield table(columns, rows, notes)


def _row(entry: Json, found: Json) -> list[Cell]:
    share = entry["figure"].startswith("p_")
    show: Show = percent if share else money
    apart: Show = points if share else lambda value: gain(value).rpartition("\u202f")[0]
    name = WORDS.get(entry["figure"], entry["figure"].replace("_", " "))
    cells = [estimate_cell(entry[key], show) for key in ("a", "b")]
    return [
        _named(entry, found),
        name,
        *cells,
        estimate_cell(entry["difference"], apart),
        entry["change"] or UNDEFINED,
    ]


def _keys(found: Json) -> Iterator[Block]:
    """Config keys, hashes and versions that differ."""
    for key, about in (("config", "Config"), ("made_of", "Made of")):
        rows = list(_changed(found[key]))
        count = f"{len(rows)} {'key differs' if len(rows) == 1 else 'keys differ'}" if rows else "The same"
        yield section(about, count)
        if rows:
            more = [f"{len(rows) - MOST_KEYS} more in compare --json."] if len(rows) > MOST_KEYS else []
            yield table([left("Key", 1.6), left("A", 1.5), left("B", 1.5)], rows[:MOST_KEYS], more)


def _changed(found: Json) -> Iterator[list[Cell]]:
    for key, both in found.items():
        yield [str(key), plain(both["a"]), plain(both["b"])]
