"""The report as one HTML file: the same blocks, figures inline, no script, nothing fetched.

Every word of the run is escaped; a policy in the head forbids whatever is not in the file.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from stresskit.report.blocks import Block, Page

STYLE = Path(__file__).parent / "page.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
NAMES = re.compile(r'(\bid="|url\(#|xlink:href="#)')


def web(document: Mapping[str, Any], svg: Mapping[str, str]) -> str:
    """The document with its figures (SVG by name) as HTML."""
    pages = list(enumerate(document["pages"], 1))
    links = "".join(f'<li><a href="#page-{n}">{_heading(page)}</a></li>' for n, page in pages)
    body = "\n".join(_page(n, page, svg) for n, page in pages)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(document['title'])}</title>\n"
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(document['title'])}</h1></header>\n"
        f'<nav aria-label="Pages"><ol>{links}</ol></nav>\n<main>\n{body}\n</main>\n'
        f"<footer><p>{escape(document['footer'])}</p></footer>\n</body>\n</html>\n"
    )


def _heading(page: Page) -> str:
    account = f" <small>account {escape(page['subtitle'])}</small>" if page["subtitle"] else ""
    return f"{escape(page['title'])}{account}"


def _page(number: int, page: Page, svg: Mapping[str, str]) -> str:
    blocks = "\n".join(part for block in page["blocks"] for part in _block(block, svg))
    return f'<section id="page-{number}">\n<h2>{_heading(page)}</h2>\n{blocks}\n</section>'


def _block(block: Block, svg: Mapping[str, str]) -> Iterator[str]:
    kind = block["kind"]
    if kind == "section":
        yield f'<p class="about">{escape(block["about"])}</p>\n<h3>{escape(block["finding"])}</h3>'
    elif kind == "status":
        yield (
            f'<p class="status {escape(block["tone"])}"><strong>{escape(block["sign"])} '
            f"{escape(block['word'])}</strong>{escape(block['text'])}</p>"
        )
    elif kind == "tiles":
        yield f'<div class="tiles">{"".join(map(_tile, block["items"]))}</div>'
    elif kind == "table":
        yield _table(block)
        yield from map(_note, block["notes"])
    elif kind == "figure":
        yield _figure(block, svg[block["name"]])
    elif kind == "bullets":
        yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block['items'])}</ul>"
    elif kind == "text":
        yield f"<p>{escape(block['text'])}</p>"
    elif kind == "code":
        yield f'<pre tabindex="0">{escape(block["text"])}</pre>'
    else:
        raise ValueError(f"unknown block {kind}")


def _tile(tile: Mapping[str, Any]) -> str:
    details = "".join(f"<p>{escape(line)}</p>" for line in tile["details"])
    value = f'<p class="value {escape(tile["tone"])}">{escape(tile["value"])}</p>'
    return f'<div class="tile"><p>{escape(tile["label"])}</p>{value}{details}</div>'


def _table(block: Block) -> str:
    sides = [column["align"] for column in block["columns"]]
    heads = "".join(
        f'<th scope="col" class="{c["align"]}">{escape(c["title"])}</th>' for c in block["columns"]
    )
    rows = "".join(
        f"<tr>{''.join(_cell(cell, side) for cell, side in zip(row, sides, strict=True))}</tr>\n"
        for row in block["rows"]
    )
    table = f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>"
    return f'<div class="wide" tabindex="0">{table}</div>'


def _cell(cell: Mapping[str, str], side: str) -> str:
    small = f"<small>{escape(cell['small'])}</small>" if cell["small"] else ""
    main = escape(cell["main"])
    told = f'<strong class="{escape(cell["tone"])}">{main}</strong>' if cell["tone"] else main
    return f'<td class="{side}">{told}{small}</td>'


def _note(note: str) -> str:
    return f'<p class="note">{escape(note)}</p>'


def _figure(block: Block, drawn: str) -> str:
    caption = f"<figcaption>{escape(block['caption'])}</figcaption>" if block["caption"] else ""
    return f'<figure><div class="wide" tabindex="0">{_inline(block, drawn)}</div>{caption}</figure>'


def _inline(block: Block, drawn: str) -> str:
    """The figure's SVG as an element of the page: its names its own, its size that of its place."""
    start = drawn.index("<svg")
    end = drawn.index(">", start)
    box = re.search(r'viewBox="[^"]*"', drawn[start:end])
    own = re.sub(r"[^A-Za-z0-9]+", "-", block["name"])
    content = re.sub(r"<metadata>.*?</metadata>", "", drawn[end + 1 :], flags=re.DOTALL)
    content = NAMES.sub(lambda found: f"{found[1]}{own}-", content)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box[0] if box else ""} role="img" aria-label="{escape(block["alt"])}">{content}'
    )
