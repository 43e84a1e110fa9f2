"""The HTML report: one file, every word escaped, nothing fetched; and in a real browser."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stresskit.report import report
from stresskit.report.document import build, take_figures
from stresskit.report.studies import studies
from stresskit.report.style import as_svg
from stresskit.report.web import web
from stresskit.results import Results
from tests.report import answers, variants
from tests.report.browser import browser
from tests.report.conftest import Builder
from tests.report.test_document import strings

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Outline(HTMLParser):
    """Elements that are open, all names and identifiers, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert not found.open
    return found


def test_the_page_holds_the_document_and_fetches_nothing(results: Results, sheets: Builder) -> None:
    document, svg = sheets(results).document, sheets(results).svg
    found = outline(web(document, svg))
    assert "script" not in found.names
    assert len(found.ids) == len(set(found.ids))
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    hidden = {"kind", "name", "tone", "align", "alt"}
    for page in document["pages"]:
        for block in page["blocks"]:
            for text in strings({key: value for key, value in block.items() if key not in hidden}):
                assert text in found.text or text in ("left", "right", "good", "unsure", "bad", "neutral"), (
                    text
                )


def test_every_figure_has_words(results: Results, sheets: Builder) -> None:
    text = web(sheets(results).document, sheets(results).svg)
    labels = re.findall(r'<svg [^>]*viewBox="0 0 [^>]*role="img" aria-label="([^"]{40,})"', text)
    assert len(labels) == len(sheets(results).figures)


def test_hostile_text_stays_text(results: Results, tmp_path: Path) -> None:
    def change(metrics: dict[str, object], manifest: dict[str, dict[str, object]]) -> None:
        metrics["name"] = HOSTILE
        manifest["config"]["description"] = HOSTILE

    document = build(variants.edited(results.folder, tmp_path / "run", change))
    svg = {name: as_svg(figure) for name, figure in take_figures(document).items()}
    found = outline(web(document, svg))
    assert not {"script", "img"} & found.names
    assert found.text.count(HOSTILE) >= 2


@pytest.mark.long
def test_a_browser_shows_it_without_a_word_and_without_scrolling_sideways(
    results: Results, tmp_path: Path
) -> None:
    given = answers.stored(tmp_path / "answers", answers.every())
    assert studies(results, given).answers
    file = report(results, tmp_path / "out", answers=given, html=True)["html"]
    assert file is not None
    with browser(tmp_path / "profile") as page:
        for width in (360, 1280):
            for dark in (False, True):
                content, window = page.open(file, width, dark)
                assert window == width
                assert content <= width, (width, dark)
        requests = [seen for seen in page.seen if seen["method"] == "Network.requestWillBeSent"]
        assert {seen["params"]["request"]["url"] for seen in requests} == {file.as_uri()}
        assert [seen for seen in page.seen if seen not in requests] == []
        shown = page.value("[...document.querySelectorAll('figure svg')].every(s => s.clientWidth > 200)")
        assert shown is True
        assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)"
