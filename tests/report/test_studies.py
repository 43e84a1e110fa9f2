"""Answers of other commands in a report: taken up as they are, refused where they belong to another run."""

import json
from pathlib import Path
from typing import Any

import pytest

from stresskit.errors import DataError
from stresskit.report.document import build
from stresskit.report.further import further_pages, missing
from stresskit.report.studies import NEEDED, studies
from stresskit.report.view import accounts
from stresskit.results import Results
from stresskit.results.studies import keep_study
from tests.report import answers, further_answers, variants


def titles(document: dict[str, Any]) -> list[str]:
    return [page["title"] for page in document["pages"]]


def told(document: dict[str, Any], title: str) -> str:
    page = next(page for page in document["pages"] if page["title"] == title)
    return json.dumps(
        [{k: v for k, v in b.items() if k != "figure"} for b in page["blocks"]], ensure_ascii=False
    )


def test_a_section_without_data_says_which_command_fills_it(results: Results) -> None:
    document = build(results)
    assert titles(document)[6:8] == ["Black swan and trust", "Audit"]
    commands = ("dial", "matrix", "reverse", "events", "backtest", "envelope")
    assert all(f"{command} CONFIG" in told(document, "Black swan and trust") for command in commands)


def test_every_section_is_filled_from_what_is_stored(results: Results, tmp_path: Path) -> None:
    files = answers.stored(tmp_path, answers.every())
    document = build(results, studies(results, files))
    expected = ["Black swan", "Stress tests", "Further stress tests", "Trust", "Model and convergence"]
    assert titles(document)[6:11] == expected
    swan, stress, further, trust = (told(document, title) for title in titles(document)[6:10])
    assert "cross passes its limit once correlations are 62.5" in swan
    assert "The hedge of portfolio (hypothetical) is an illusion from strength 0.250" in swan
    assert "0.500 to beyond 1" in swan
    assert "cross is liquidated in 9 of 36 cells, first" in stress
    assert "cross is liquidated most plausibly by BTC −14.0" in stress
    assert "once in 1\u202f790 years" in stress
    assert "9 of 500 days lost more than the 99\u202f% VaR" in trust
    assert "Correlation alone takes P(liquidation) of cross from 2.00" in further
    assert "The typical path that liquidates cross in baseline: BTC −20.0" in further
    assert "What cross asks does not cover the loss of 20.0" in further
    assert "Filled by" not in swan + stress + further + trust + told(document, "Decision")
    assert (
        "Smallest change that brings P(liquidation) of at most 4.00\u202f% in baseline: adding "
        "3\u202f000\u202fUSD of collateral, or cutting ETH/USDT:USDT by 24.0\u202f% (12\u202f000\u202fUSD)."
    ) in told(document, "Decision")
    assert "in 2 of 3 events and rules; worst covid_2020, binance cross: 60.0" in stress
    assert stress.count("%*") == 1  # the one cell whose table is younger than its event
    assert json.dumps([files[0].name])[1:-1] in json.dumps(told(document, "Audit")).replace("\\", "")


def test_answers_in_the_run_folder_are_found_and_given_ones_come_first(
    results: Results, tmp_path: Path
) -> None:
    run = variants.edited(results.folder, tmp_path / "run", lambda *_: None)
    assert studies(run).answers == {}
    answers.stored(run.folder / "report" / "studies", answers.every())
    assert set(studies(run).answers) == set(NEEDED)
    other = answers.stored(tmp_path / "other", [{**answers.matrix(), "assets": []}])
    found = studies(run, [tmp_path / "other"])
    assert found.answers["matrix"]["assets"] == []
    assert found.sources["matrix"]["file"] == other[0].name
    assert found.of("matrix", "account") is not None
    assert found.of("matrix", "another") is None


def refused(results: Results, file: Path) -> str:
    with pytest.raises(DataError) as error:
        studies(results, [file])
    return str(error.value)


def test_what_is_no_answer_about_this_config_is_refused(results: Results, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    assert "answer of dial, matrix, reverse, worst, sufficiency, remedy, events, backtest" in refused(
        results, file
    )
    for text in ("[1]", '{"kind": "run"}', "{", '{"kind": "matrix", "name": NaN}'):
        file.write_text(text)
        assert "a folder that holds one" in refused(results, file)
    file.write_text(json.dumps({**answers.matrix(), "name": "another"}))
    assert "about synthetic, the run's config, not another" in refused(results, file)
    file.write_text(json.dumps({"kind": "matrix", "name": "synthetic"}))
    assert "accounts: an answer of matrix" in refused(results, file)
    assert "a folder that holds one" in refused(results, tmp_path)


def test_a_study_beside_the_run_is_found_by_its_hashes(results: Results, tmp_path: Path) -> None:
    run = variants.edited(results.folder, tmp_path / "run", lambda *_: None)
    own = run.manifest["hashes"]
    keep_study(tmp_path, "dial", "synthetic", "a" * 12, [own], answers.dial)
    keep_study(tmp_path, "events", "synthetic", "b" * 12, [{**own, "config": "other"}], answers.events)
    found = studies(run)
    assert set(found.answers) == {"dial"}
    assert found.sources["dial"]["file"] == "dial.json"


def test_further_tests_that_are_missing_take_one_line(results: Results) -> None:
    (account,) = accounts(results)
    (line,) = missing(account)
    for command in ("worst CONFIG", "reverse CONFIG --simulate", "sufficiency CONFIG"):
        assert f"stresskit {command}" in line["text"]
    assert any(line in page["blocks"] for page in build(results)["pages"])


def further(results: Results, folder: Path, *given: dict[str, Any]) -> str:
    """The page of further stress tests with the answers `given`; empty without one."""
    (account,) = accounts(results, studies(results, answers.stored(folder, list(given))))
    pages = further_pages(account)
    return told({"pages": pages}, "Further stress tests") if pages else ""


@pytest.mark.parametrize("kind", ["worst", "liquidated", "sufficiency"])
def test_a_page_of_further_tests_says_what_is_missing(results: Results, tmp_path: Path, kind: str) -> None:
    only = {
        "worst": further_answers.worst,
        "liquidated": answers.reverse,
        "sufficiency": further_answers.sufficiency,
    }
    assert further(results, tmp_path, only[kind]()).count("Filled by") == 2


def test_reverse_without_a_simulation_and_books_without_a_pair(results: Results, tmp_path: Path) -> None:
    plain = {key: value for key, value in answers.reverse().items() if key != "liquidated"}
    assert further(results, tmp_path / "plain", plain) == ""
    page = further(results, tmp_path, plain, further_answers.worst(assets=1))
    assert "Correlation does not matter to this account" in page
    assert "Fewer than two assets: no correlation matters." in page
    assert "reverse CONFIG --simulate" in page


def test_nobody_liquidated_has_no_picture(results: Results, tmp_path: Path) -> None:
    answer = answers.reverse()
    for life in answer["liquidated"]["lives"].values():
        life |= {"paths": 0, "modal": None, "reason": "no path is liquidated"}
    page = further(results, tmp_path, answer)
    assert "No path is liquidated under cross in baseline" in page
    assert "modal_path" not in page
