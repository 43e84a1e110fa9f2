"""Last pages of a report: everything that it takes to check the run or to repeat it."""

from collections.abc import Iterator

from stresskit.report.blocks import Block, Cell, Page, bullets, cell, code, left, right, section, table, text
from stresskit.report.caveats import assumptions, warnings
from stresskit.report.format import optional, percent, stated
from stresskit.report.model_table import model_table
from stresskit.report.settings import compact, flat, plain
from stresskit.report.studies import NOTHING, Studies
from stresskit.report.view import Json
from stresskit.results import Results

GLOSSARY = (
    ("P(liquidation)", "share of paths with any forced closing within the horizon"),
    ("P(closed out)", "share of paths on which every position was forced shut"),
    (
        "expected cost",
        "fees charged, slippage, what the insurance fund keeps and the part of the shortfall that is not "
        "slippage, mean over all paths",
    ),
    (
        "loss if liquidated",
        "initial less final equity, mean over liquidated paths; final equity is never below zero",
    ),
    ("shortfall", "loss beyond bankruptcy, liquidation fee excluded"),
    ("VaR, ES at 99 %", "loss that 1 of 100 paths exceeds; mean of the losses beyond it"),
    ("mark-to-market", "P&L of the book if nothing were ever liquidated"),
    ("initial, maintenance", "margin to open and margin to keep; liquidation at equity <= maintenance"),
    ("equal collateral", "every mode with the account as it is"),
    ("equal efficiency", "every mode with the same multiple of its own initial requirement"),
    ("hypothetical", "a mode that the account's venue does not offer"),
    ("hash", "SHA-256 of the file's bytes, in hexadecimal"),
)
INVENTORY = {
    "model_id": "model",
    "owner": "owner",
    "intended_use": "intended use",
    "limitations": "limitations",
    "approved_by": "approved by",
    "approved_on": "approved on",
}
MOST_COLUMNS = 5  # scenarios side by side
BRIEF = 30  # characters that fit half a row
SHOWN_APART = (
    "config",
    "config_base",
    "description",
    "warnings",
    "scenarios",
    "hashes",
    "versions",
    "rulebooks",
    "full_evaluation_share",
    "floor_hits",
)


def audit(results: Results, studies: Studies = NOTHING) -> Page:
    """Build the page from the manifest."""
    manifest = results.manifest
    blocks = [
        section(
            "Reproduce",
            "One command, given in the run folder, repeats the run and compares every byte",
        ),
        code("stresskit reproduce ."),
        *_warnings(manifest),
        *_inventory(manifest),
        section(
            "Run", f"Run {manifest['run_id']}: {stated(manifest['paths'])} paths, seed {manifest['seed']}"
        ),
        *_facts(manifest),
        *_rulebooks(manifest),
        *_work(manifest),
        *_studies(studies),
    ]
    return {"title": "Audit", "subtitle": "", "blocks": blocks}


def reference(results: Results) -> Page:
    """Model, assumptions and glossary."""
    blocks = [
        *model_table(results),
        section("Assumptions", "What every figure takes for granted"),
        bullets(assumptions(results.manifest)),
        section("Glossary", "Words used in this report"),
        table([left("Word", 1.0), left("Meaning", 4.0)], [[word, meaning] for word, meaning in GLOSSARY]),
        text("Figures are rounded to three significant figures; metrics.json holds them in full."),
    ]
    return {"title": "Model and words", "subtitle": "", "blocks": blocks}


def told_config(results: Results) -> Page:
    """The effective config, in columns; a long one runs over several sheets."""
    blocks = [
        section("Effective config", "What the run was told, defaults included"),
        code(compact(results.manifest["config"]), columns=2),
    ]
    return {"title": "Config", "subtitle": "", "blocks": blocks}


def _warnings(manifest: Json) -> Iterator[Block]:
    found = warnings(manifest)
    yield section("Warnings", f"{len(found)} in this run" if found else "None in this run")
    yield bullets(found)


def _inventory(manifest: Json) -> Iterator[Block]:
    """Owner, use, limitations and approval as the config states them; nothing where it states none."""
    found = manifest["config"].get("inventory")
    if not found:
        return
    yield section("Model inventory", f"Owner: {found.get('owner', 'not stated')}")
    lines = [(words, found.get(key, "not stated")) for key, words in INVENTORY.items()]
    rows: list[list[Cell]] = [[words, "; ".join(x) if isinstance(x, list) else x] for words, x in lines]
    yield table([left("Entry", 1.0), left("As the config states it", 4.0)], rows)


def _facts(manifest: Json) -> Iterator[Block]:
    """Hashes, versions and every other plain entry: short ones in two pairs a row, long ones alone."""
    rest = {key: value for key, value in manifest.items() if key not in SHOWN_APART}
    rest |= {f"version of {key}": value for key, value in manifest.get("versions", {}).items()}
    rest |= {f"sha256 of {key}": value for key, value in manifest.get("hashes", {}).items()}
    pairs = [(path, plain(value)) for path, value in flat(rest)]
    brief = [pair for pair in pairs if len(pair[1]) <= BRIEF]
    long: list[list[Cell]] = [list(pair) for pair in pairs if len(pair[1]) > BRIEF]
    half = -(-len(brief) // 2)
    beside = [*brief[half:], ("", "")]
    rows: list[list[Cell]] = [[*one, *beside[place]] for place, one in enumerate(brief[:half])]
    yield table([left("Entry", 1.2), left("Value"), left("Entry", 1.2), left("Value")], rows)
    if long:
        yield table([left("Entry", 1.0), left("Value", 4.0)], long)


def _studies(studies: Studies) -> Iterator[Block]:
    """The stored answers that pages of this report were made from; nothing where there were none."""
    if studies.sources:
        yield section("Studies", "Made by other commands and taken up as they were stored")
        rows: list[list[Cell]] = [[kind, cell(s["file"], s["sha256"])] for kind, s in studies.sources.items()]
        yield table([left("Command", 1.0), left("File and SHA-256", 4.0)], rows)


def _rulebooks(manifest: Json) -> Iterator[Block]:
    books = manifest.get("rulebooks", [])
    named = ", ".join(f"{book['name']} of {book.get('as_of', 'unknown date')}" for book in books)
    yield section("Rulebooks", named or "No dated rulebook was used")
    columns = [
        left("Name", 1.4),
        left("As of", 0.8),
        left("Confidence", 1.0),
        left("Source and SHA-256", 4.0),
    ]
    if books:
        yield table(columns, [_rulebook(book) for book in books])


def _rulebook(book: Json) -> list[Cell]:
    name, as_of, confidence, source, sha256 = (
        str(book.get(key, "not recorded")) for key in ("name", "as_of", "confidence", "source", "sha256")
    )
    return [name, as_of, confidence, cell(source, sha256)]


def _work(manifest: Json) -> Iterator[Block]:
    """What the certificates left to be evaluated in full, and how often returns hit their floor."""
    share, hits = manifest.get("full_evaluation_share", {}), manifest.get("floor_hits", {})
    most = max(share.values(), default=None)
    counted = "" if most is None else f"At most {percent(most)} of path-steps needed a full evaluation"
    yield section("Work", counted or "Not recorded")
    if len(hits) > MOST_COLUMNS:
        yield _work_by_scenario(share, hits)
        return
    lives = list(dict.fromkeys(key.partition("/")[2] for key in share))
    rows: list[list[Cell]] = [
        [f"evaluated in full, {life}", *(optional(share.get(f"{name}/{life}"), percent) for name in hits)]
        for life in lives
    ]
    rows.append(["returns at the floor of −95 %", *(stated(count) for count in hits.values())])
    yield table([left("Count", 2.0), *(right(name) for name in hits)], rows)


def _work_by_scenario(share: Json, hits: Json) -> Block:
    """A row a scenario, of its lives the one that needed most."""
    rows: list[list[Cell]] = [
        [
            name,
            optional(
                max((v for key, v in share.items() if key.startswith(f"{name}/")), default=None), percent
            ),
            stated(count),
        ]
        for name, count in hits.items()
    ]
    heads = [
        left("Scenario", 2.0),
        right("Evaluated in full, at most"),
        right("Returns at the floor of −95 %"),
    ]
    return table(heads, rows)
