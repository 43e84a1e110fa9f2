"""The report of a cohort, from a made-up folder: pages, hypothetical modes, refusals, sentences."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.errors import DataError
from stresskit.report import cohort_findings as found
from stresskit.report.cohort import cohort_report, document
from stresskit.report.cohort_read import is_cohort, read_cohort
from stresskit.report.document import take_figures
from stresskit.report.figures.cohort_law import Law, Laws, cohort_law
from stresskit.report.format import THIN as T
from stresskit.results.checksums import write_checksums
from tests.report.further_answers import estimate
from tests.report.test_figures import check
from tests.report.test_report import pages, words

ACCOUNTS = 45
MODES = {"portfolio": True, "cross": False}


def law(value: float) -> dict[str, Any]:
    return {
        "mean": estimate(value),
        "var": {"0.99": estimate(3.0 * value)},
        "es": {"0.99": estimate(5.0 * value)},
    }


def together(liquidated: float, drawn: float) -> dict[str, Any]:
    draw = law(drawn)
    share = estimate(0.02 if drawn else 0.0)
    return {
        "liquidated_accounts": law(liquidated),
        "p_any_shortfall": share,
        "total_shortfall": draw,
        "fund_draw": draw,
    }


def chance(place: int, mode: str, scenario: str) -> float:
    return (
        max(place - 10, 0) / 1000.0 * (3 if mode == "portfolio" else 1) * (2 if scenario == "stressed" else 1)
    )


def entry(place: int) -> dict[str, Any]:
    p = estimate(chance(place, "cross", "calm"))
    money = {"expected_liquidation_cost": estimate(9.0), "shortfall": estimate(0.0)}
    worst = {
        "worst_scenario": "stressed",
        "worst_p_liquidation": estimate(chance(place, "cross", "stressed")),
    }
    about = {"account": f"#client *{place}*", "mode": "cross", "scenario": "calm", "equity": 1500.0}
    return {**about, "maintenance": 40.0 if place else 0.0, "p_liquidation": p, **money, **worst}


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """The folder of a finished cohort; the present mode is not the first of its config's."""
    folder = tmp_path / "clients-0123"
    folder.mkdir()
    scenarios = ("stressed", "calm")
    limits = [{"name": "p_liquidation", "mode": "cross", "scenario": "calm", "limit": 0.01}]
    limits.append({"name": "shortfall", "mode": "portfolio", "scenario": "stressed", "limit": 50.0})
    metrics = {
        "name": "clients",
        "accounts": ACCOUNTS,
        "paths": 1000,
        "horizon_h": 72.0,
        "seed": 3,
        "limits": [{**limit, "broken": 24 * k, "undecided": 1, "met": 20} for k, limit in enumerate(limits)],
        "ranking": [entry(place) for place in reversed(range(ACCOUNTS))],
        "scenarios": {
            s: {m: together(2.0, 7.0 if m == "portfolio" else 0.0) for m in MODES} for s in scenarios
        },
    }
    config = {"modes": dict.fromkeys(MODES), "scenarios": dict.fromkeys(scenarios)}
    manifest = {"run_id": "0123", "status": "done", "cohort": {"positions": "p.csv"}, "config": config}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with (folder / "accounts.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("account", "scenario", "mode", "hypothetical", "p_liquidation"))
        for place in range(ACCOUNTS):
            for s in scenarios:
                table.writerows((f"c{place}", s, m, h, chance(place, m, s)) for m, h in MODES.items())
    write_checksums(folder)
    return folder


def test_a_cohort_is_reported(cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = ["report", str(cohort), "--out", str(tmp_path / "out"), "--paper", "letter", "--html", "--json"]
    done = CliRunner().invoke(main, called)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert pages(Path(told["pdf"]).read_bytes(), tmp_path / "a.pdf") == 2
    text = words(Path(told["pdf"])).replace(T, " ")
    assert "24 of 45 accounts break the limit on mean shortfall of portfolio in stressed" in text
    assert "75.6 % of accounts are ever liquidated under cross in stressed, the likeliest on 6.80 %" in text
    assert "Worst off is #client *44*: liquidated on 3.40" in text
    assert "hypothetical" in text
    assert "The other 15 stand in accounts.csv" in text
    assert not is_cohort(tmp_path)
    read = read_cohort(cohort)
    assert (read.modes, read.scenarios) == (["cross", "portfolio"], ["calm", "stressed"])
    check(take_figures(document(read)), monkeypatch)


def test_what_is_changed_or_no_cohort_is_refused(cohort: Path) -> None:
    refused = CliRunner().invoke(main, ["report", str(cohort), "--with", "x.json"])
    assert "not of a batch or a cohort" in refused.output
    (cohort / "accounts.csv").write_text("account\n")
    with pytest.raises(DataError, match=r"accounts\.csv"):
        cohort_report(cohort)
    write_checksums(cohort)
    with pytest.raises(DataError, match="the tables of a cohort"):
        cohort_report(cohort)


def test_nobody_liquidated_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    check({"law": cohort_law([Laws("calm", (Law("a", 0, np.zeros(5)),), None)], 1e-3)}, monkeypatch)


def limit(broken: int, undecided: int = 0) -> dict[str, Any]:
    where = {"name": "p_liquidation", "mode": "m", "scenario": "s"}
    return {**where, "broken": broken, "undecided": undecided}


def test_limits_finding() -> None:
    assert found.limits([], 1) == "No limit is set for 1 account"
    assert (
        found.limits([limit(0), limit(1)], 9)
        == "1 of 9 accounts breaks the limit on P(liquidation) of m in s"
    )
    assert found.limits([limit(0, 2)], 9) == "No account breaks a limit, 2 of 9 accounts undecided"
    assert found.limits([limit(0)], 9) == "Every limit is met by 9 accounts"


def test_spread_and_ranking_findings() -> None:
    assert found.spread("a", "s", [0.0, 0.0]) == "No account is liquidated on any path under a in s"
    told = found.spread("a", "s", [0.0, 0.001])
    assert (
        told == f"50.0{T}% of accounts are ever liquidated under a in s, the likeliest on 0.100{T}% of paths"
    )
    none = {**entry(0), "p_liquidation": {"value": 0.0}}
    assert found.ranking(none) == "No account is liquidated under cross in calm; first in rank is #client *0*"


def test_together_finding() -> None:
    drawn = [("calm", together(1.0, 0.0)), ("stressed", together(2.0, 7.0))]
    assert found.together("a", drawn) == (
        f"All accounts under a draw 7.00{T}USD from the insurance fund in stressed on average; "
        f"some falls short on 2.00{T}% of paths"
    )
    none = "No path under a draws on the insurance fund"
    assert found.together("a", drawn[:1]) == f"{none}; in calm one in a hundred liquidates 3 accounts or more"
    assert found.together("a", [("calm", together(0.0, 0.0))]) == none
