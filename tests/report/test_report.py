"""The files: page counts on both papers, the same bytes twice, tags, literal text, refusals."""

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from stresskit.errors import ConfigError, DataError
from stresskit.report import format as f
from stresskit.report import report
from stresskit.report.audit import audit
from stresskit.report.compose import PAPERS, Composer
from stresskit.report.document import build, take_figures
from stresskit.report.studies import studies
from stresskit.report.write import Files, file_name
from stresskit.results import Results
from tests.report import answers, variants
from tests.report.conftest import Builder, Maker, Sheets

HOSTILE = '#eval("1+1") $x^2$ *b* _i_ `c` <lab> @ref // [x] {y} "q" & <script>alert(1)</script> 中 \x07'
SHOWN = HOSTILE.replace("中", "\\u{4e2d}").replace("\x07", "\\u{7}")


PAGES = {30: 12}  # thirty positions and their parameters take a second sheet


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


@pytest.fixture(scope="module")
def written(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return report(results, tmp_path_factory.mktemp("report"))


def test_files(written: Files) -> None:
    assert written["pdf"].name == "synthetic.pdf"
    assert [page.name for page in written["pages"]] == [f"page-{n}.png" for n in range(1, 12)]
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


def test_a_second_report_is_the_same_bytes(written: Files, results: Results, tmp_path: Path) -> None:
    again = report(results, tmp_path)
    before, after = (found["pages"] + found["figures"] for found in (written, again))
    for one, other in zip(before, after, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert written["pdf"].read_bytes() == again["pdf"].read_bytes()


def check_count(sheets: Sheets, expected: int, folder: Path) -> None:
    for paper in PAPERS:
        assert pages(Composer(sheets.document, sheets.svg, paper).pdf(), folder / "a.pdf") == expected, paper


@pytest.mark.parametrize("assets", [2, 10, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 30))])
def test_page_count(assets: int, make: Maker, sheets: Builder, tmp_path: Path) -> None:
    check_count(sheets(make(assets=assets)), PAGES.get(assets, 11), tmp_path)


@pytest.mark.parametrize("assets", [10, pytest.param(2, marks=pytest.mark.long)])
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


def test_three_scenarios_get_a_page_of_comparison(results: Results, sheets: Builder, tmp_path: Path) -> None:
    third = variants.widened(results.folder, tmp_path / "run", {}, {"no_correlation": "hedge_breaks"})
    check_count(sheets(third), 12, tmp_path)


def test_several_accounts_have_their_own_pages(results: Results, sheets: Builder, tmp_path: Path) -> None:
    several = variants.listed(results.folder, tmp_path / "run", ("desk-a", "desk-b"))
    document, figures = sheets(several).document, sheets(several).figures
    assert [(p["title"], p["subtitle"]) for p in document["pages"]][8:10] == [
        ("Decision", "desk-b"),
        ("Account and margin", "desk-b"),
    ]
    assert len(document["pages"]) == 19
    assert {"desk-a-survival", "desk-b-survival"} < set(figures)
    told = [block.get("text", "") for block in document["pages"][0]["blocks"]]
    assert "Other accounts of this run: ✘ desk-b: LIMIT BROKEN" in told


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


def test_the_report_keeps_away_from_pyplot() -> None:
    code = "import sys, stresskit.report; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_inventory_stands_on_the_audit_page(results: Results) -> None:
    inventory = {"owner": "Desk risk", "limitations": ["no wicks", "x"]}
    config = {**results.manifest["config"], "inventory": inventory}
    told = dataclasses.replace(results, manifest={**results.manifest, "config": config})
    shown = json.dumps(audit(told))
    assert "Owner: Desk risk" in shown
    assert "no wicks; x" in shown
    assert "Model inventory" not in json.dumps(audit(results))
