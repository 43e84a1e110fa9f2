"""The files: page counts on both papers, the same bytes twice, tags, literal text, refusals."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from matplotlib.image import imread

from stresskit.errors import ConfigError, DataError
from stresskit.report import format as f
from stresskit.report import report
from stresskit.report.audit import audit
from stresskit.report.compose import PAPERS, Composer
from stresskit.report.document import build, take_figures
from stresskit.report.studies import studies
from stresskit.report.style import DPI
from stresskit.report.write import Files, file_name
from stresskit.results import Results
from tests.report import answers, variants
from tests.report.conftest import Builder, Maker, Sheets
from tests.report.test_document import strings

HOSTILE = '#eval("1+1") $x^2$ *b* _i_ `c` <lab> @ref // [x] {y} "q" & <script>alert(1)</script> 中 \x07'
SHOWN = HOSTILE.replace("中", "\\u{4e2d}").replace("\x07", "\\u{7}")


MM = 72.0 / 25.4  # points
SHOWN_KEYS = ("finding", "text", "items", "rows", "notes", "caption")
PAGES = {30: 11}  # thirty positions have a sheet of their own


def pages(pdf: bytes, path: Path) -> int:
    path.write_bytes(pdf)
    with pikepdf.open(path) as opened:
        return len(opened.pages)


def words(pdf: Path) -> str:
    """Text of the PDF without line breaks."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler) is not installed: the text of the PDF is not checked")
    found = subprocess.run([tool, "-raw", str(pdf), "-"], capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


Box = tuple[float, float, float, float, str]


def word_boxes(pdf: Path) -> Iterator[tuple[float, float, list[Box]]]:
    """Width and height of each page in points, and left, top, right, bottom of its words."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler) is not installed: the words of the PDF are not measured")
    found = subprocess.run([tool, "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    for page in found.split("<page ")[1:]:
        width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        lines = re.findall(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>', page)
        yield width, height, [(float(a), float(b), float(c), float(d), word) for a, b, c, d, word in lines]


@pytest.fixture(scope="module")
def written(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return report(results, tmp_path_factory.mktemp("report"))


def test_files(written: Files) -> None:
    assert written["pdf"].name == "synthetic.pdf"
    assert [page.name for page in written["pages"]] == [f"page-{n}.png" for n in range(1, 11)]
    assert {figure.stem for figure in written["figures"]} == {
        "survival",
        "requirement",
        "equity_fan",
        "hazard",
        "closed_out",
        "profit_and_loss",
        "convergence",
        "depth",
        "ratio_fan",
    }
    for image in [*written["pages"], *written["figures"]]:
        assert image.read_bytes().startswith(b"\x89PNG")


def test_images_of_figures_are_those_they_are_named_after(
    written: Files, sheets: Builder, results: Results
) -> None:
    svg = sheets(results).svg
    for file in written["figures"]:
        size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg[file.stem])
        assert size, file.stem
        height, width = imread(file).shape[:2]
        assert width == pytest.approx(178.0 / 25.4 * DPI, abs=1.0)
        assert height == pytest.approx(width * float(size[2]) / float(size[1]), abs=1.5), file.stem


def test_a_second_report_is_the_same_bytes(written: Files, results: Results, tmp_path: Path) -> None:
    again = report(results, tmp_path)
    before, after = (found["pages"] + found["figures"] for found in (written, again))
    for one, other in zip(before, after, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert written["pdf"].read_bytes() == again["pdf"].read_bytes()


def test_no_folder_of_the_machine_is_named(results: Results, sheets: Builder) -> None:
    """A report goes to others; where its config lay stands in the manifest."""
    told = dataclasses.replace(results, manifest={**results.manifest, "config_base": "/desk/books"})
    assert "/desk/books" not in json.dumps(sheets(told).document)


def check_count(sheets: Sheets, expected: int, folder: Path) -> None:
    assert len(sheets.document["pages"]) == expected
    for paper in PAPERS:
        assert pages(Composer(sheets.document, sheets.svg, paper).pdf(), folder / "a.pdf") == expected, paper


@pytest.mark.parametrize("assets", [10, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 30))])
def test_page_count(assets: int, make: Maker, sheets: Builder, tmp_path: Path) -> None:
    check_count(sheets(make(assets=assets)), PAGES.get(assets, 10), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("assets", "expected"), [(10, 10), (11, 11), (16, 11), (17, 12), (30, 12)])
def test_page_count_with_recorded_fits(assets: int, expected: int, make: Maker, tmp_path: Path) -> None:
    run = make(assets=assets)
    told = {
        "robust_standard_errors": {"alpha": 0.0058, "gamma": 0.005, "beta": 0.0066, "nu": 0.035},
        "acf": {"1": {"rho": 0.0044, "p": 0.35}},
        "acf_squares": {"20": {"rho": -0.0055, "p": 1e-6}},
        "pit": {"d": 0.0096, "p": 0.00048},
        "bounds": [],
    }
    recorded = {"assets": dict.fromkeys(run.calibration["assets"], told)}
    fitted = dataclasses.replace(run, calibration={**run.calibration, "diagnostics": recorded})
    document = build(fitted)
    check_count(Sheets(document, take_figures(document)), expected, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("assets", [2, 10])
def test_page_count_with_stored_answers(assets: int, make: Maker, tmp_path: Path) -> None:
    results = make(assets=assets)
    found = studies(results, answers.stored(tmp_path / "answers", answers.every(assets)))
    document = build(results, found)
    check_count(Sheets(document, take_figures(document)), 14, tmp_path)


@pytest.mark.long
def test_page_count_without_a_dial(make: Maker, tmp_path: Path) -> None:
    results = make(assets=10)
    plain = {key: value for key, value in answers.reverse().items() if key != "liquidated"}
    for given, expected in (([plain], 11), ([answers.reverse()], 12)):
        files = answers.stored(tmp_path / "answers", [answers.matrix(10), answers.events(), *given])
        document = build(results, studies(results, files))
        check_count(Sheets(document, take_figures(document)), expected, tmp_path)


@pytest.mark.long
def test_three_scenarios_get_a_page_of_comparison(results: Results, sheets: Builder, tmp_path: Path) -> None:
    third = variants.widened(results.folder, tmp_path / "run", {}, {"no_correlation": "hedge_breaks"})
    check_count(sheets(third), 11, tmp_path)


@pytest.mark.long
def test_one_scenario_needs_a_page_less(results: Results, sheets: Builder, tmp_path: Path) -> None:
    one = sheets(variants.narrowed(results.folder, tmp_path / "run", "baseline"))
    assert "Losses and comparison" in [page["title"] for page in one.document["pages"]]
    check_count(one, 9, tmp_path)


@pytest.mark.long
def test_an_account_that_always_dies_needs_no_more_pages(
    results: Results, sheets: Builder, tmp_path: Path
) -> None:
    check_count(sheets(variants.liquidated(results.folder, tmp_path / "run")), 10, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("fate", [{"scale": (0.2, 0.3)}, {"p_liq": 0.001}, {"p_liq": 0.5}])
def test_page_count_whatever_becomes_of_the_account(
    fate: dict[str, Any], make: Maker, sheets: Builder, tmp_path: Path
) -> None:
    check_count(sheets(make(**fate)), 10, tmp_path)


@pytest.mark.parametrize("assets", [10, pytest.param(30, marks=pytest.mark.long)])
def test_words_stay_inside_the_margins_and_apart(
    assets: int, make: Maker, sheets: Builder, tmp_path: Path
) -> None:
    found = sheets(make(assets=assets))
    for paper in PAPERS:
        (tmp_path / "a.pdf").write_bytes(Composer(found.document, found.svg, paper).pdf())
        for width, height, boxes in word_boxes(tmp_path / "a.pdf"):
            side = (width - 178.0 * MM) / 2.0 - 1.0
            for x0, y0, x1, y1, word in boxes:
                assert side < x0 < x1 < width - side, (paper, word)
                assert 10.0 * MM < y0 < y1 < height - 3.0 * MM, (paper, word)
            left, top, right, bottom = np.array([box[:4] for box in boxes]).T[:, :, None]
            across = np.minimum(right, right.T) - np.maximum(left, left.T)
            down = np.minimum(bottom, bottom.T) - np.maximum(top, top.T)
            lower = np.minimum(bottom - top, (bottom - top).T)
            met = np.argwhere(np.triu((across > 1.0) & (down > 0.45 * lower), 1))
            assert not len(met), (paper, [(boxes[i][4], boxes[j][4]) for i, j in met])


def test_several_accounts_have_their_own_pages(results: Results, sheets: Builder, tmp_path: Path) -> None:
    several = variants.listed(results.folder, tmp_path / "run", ("desk-a", "desk-b"))
    document, figures = sheets(several).document, sheets(several).figures
    assert [(p["title"], p["subtitle"]) for p in document["pages"]][7:9] == [
        ("Decision", "desk-b"),
        ("Account and margin", "desk-b"),
    ]
    assert len(document["pages"]) == 17
    assert {"desk-a-survival", "desk-b-survival"} < set(figures)
    told = [block.get("text", "") for block in document["pages"][0]["blocks"]]
    (others,) = [line for line in told if line.startswith("Other accounts of this run: ")]
    assert "✘ desk-b: LIMIT BROKEN, P(liquidation) " in others


def test_tags_title_and_alternative_text(written: Files) -> None:
    with pikepdf.open(written["pdf"]) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.docinfo["/Title"] == "Risk report: synthetic"
        assert len(pdf.Root.Outlines.First.keys()) > 0
        figures = [node for node in tree(pdf.Root.StructTreeRoot) if node.get("/S") == "/Figure"]
        assert len(figures) == 9
        assert all(len(str(figure.Alt)) > 40 for figure in figures)


def tree(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    found = [node]
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            found += tree(kid)
    return found


def test_numbers_in_the_text_are_those_of_the_metrics(written: Files, results: Results) -> None:
    text = words(written["pdf"])
    for scenario in results.metrics["scenarios"].values():
        for figures in scenario["modes"].values():
            for name, show in (("p_liquidation", f.percent), ("expected_liquidation_cost", f.money)):
                assert " ".join(show(figures[name]["value"]).split()) in text
                assert " ".join(f.bounds(figures[name], show).split()) in text


def without_tones(node: Any) -> Any:
    """Copy of blocks without the names of their colours, which are not text."""
    if isinstance(node, dict):
        return {key: without_tones(value) for key, value in node.items() if key != "tone"}
    return [without_tones(value) for value in node] if isinstance(node, list) else node


def test_every_word_of_the_pages_is_in_the_pdf(written: Files, sheets: Builder, results: Results) -> None:
    text = "".join(words(written["pdf"]).split()).replace("\u200b", "")
    for page in sheets(results).document["pages"]:
        for block in page["blocks"]:
            shown = {key: value for key, value in block.items() if key in SHOWN_KEYS}
            for told in strings(without_tones(shown)):
                assert "".join(told.split()) in text, (page["title"], told)


def test_hostile_text_stays_text(results: Results, tmp_path: Path) -> None:
    def change(metrics: dict[str, Any], manifest: dict[str, Any]) -> None:
        metrics["name"] = f"../../{HOSTILE}"
        manifest["config"]["description"] = HOSTILE
        manifest["warnings"] = [HOSTILE, "#" * 500]
        manifest["scenarios"]["hedge_breaks"]["notes"][HOSTILE] = "$y$"
        for margin in metrics["margin"].values():
            margin["terms"] = {HOSTILE: 1.0}
            margin["positions"][0]["symbol"] = f"$z${HOSTILE}"

    hostile = variants.edited(results.folder, tmp_path / "run", change)
    found = report(hostile, tmp_path / "out")
    assert found["pdf"].parent == tmp_path / "out"
    assert words(found["pdf"]).count(SHOWN) >= 3


def test_file_names_stay_in_their_folder() -> None:
    assert file_name("../../etc/x y") == "-etc-x-y"
    assert file_name("") == "report"
    assert len(file_name("x" * 500)) == 80


def test_the_default_place_is_the_run_folder_and_stale_pages_go(make: Maker, tmp_path: Path) -> None:
    run = variants.edited(make(steps=1, p_liq=0.2).folder, tmp_path / "run", lambda *_: None)
    stale = run.folder / "report" / "pages" / "page-99.png"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"")
    assert report(run, paper="letter")["pdf"] == run.folder / "report" / "synthetic.pdf"
    assert not stale.exists()


def test_what_is_not_a_run_or_a_paper_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"manifest\.json"):
        report(tmp_path)
    with pytest.raises(ConfigError, match="one of a4, letter"):
        report(tmp_path, paper="a5")


def test_a_report_simulates_nothing_and_keeps_away_from_pyplot(results: Results, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from stresskit.report import report; "
        "from stresskit.results import load; report(load(sys.argv[1], verify=False), Path(sys.argv[2])); "
        "kept = {'numba', 'scipy', 'matplotlib.pyplot', 'stresskit.simulate', 'stresskit.pipeline'}; "
        "sys.exit(', '.join(kept & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", code, str(results.folder), str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_inventory_stands_on_the_audit_page(results: Results) -> None:
    inventory = {"owner": "Desk risk", "limitations": ["no wicks", "x"]}
    config = {**results.manifest["config"], "inventory": inventory}
    told = dataclasses.replace(results, manifest={**results.manifest, "config": config})
    shown = json.dumps(audit(told))
    assert "Owner: Desk risk" in shown
    assert "no wicks; x" in shown
    assert "Model inventory" not in json.dumps(audit(results))
