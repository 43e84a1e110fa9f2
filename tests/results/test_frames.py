import numpy as np
import pytest

from stresskit.results import load
from tests.synthetic import make_run_folder


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return make_run_folder(tmp_path_factory.mktemp("out"), paths=1200, steps=30)


def test_summary_has_a_row_a_life(finished):
    results = load(finished)
    table = results.summary
    assert len(table) == 2 * 5
    row = table[
        (table["scenario"] == "baseline")
        & (table["mode"] == "portfolio")
        & (table["basis"] == "equal_collateral")
    ].iloc[0]
    expected = results.metrics["scenarios"]["baseline"]["modes"]["portfolio"]["p_liquidation"]
    found = tuple(row[f"p_liquidation{end}"] for end in ("", "_low", "_high"))
    assert found == (expected["value"], expected["low"], expected["high"])
    assert table.groupby("mode")["hypothetical"].first().to_dict() == {
        "cross": False,
        "cross_max_leverage": False,
        "portfolio": True,
    }


def test_quantiles_hold_market_and_modes(finished):
    results = load(finished)
    table = results.quantiles
    assert len(table) == 2 * (1 + 5) * 2 * 3
    assert set(table["mode"]) == {"market", "cross", "portfolio", "cross_max_leverage"}


def test_liquidations_are_the_liquidated_paths(finished):
    results = load(finished)
    table = results.liquidations
    one = table[
        (table["scenario"] == "baseline")
        & (table["mode"] == "cross")
        & (table["basis"] == "equal_collateral")
    ]
    first = results.column("baseline", "cross", "first_step")
    assert one["path"].tolist() == np.flatnonzero(first > 0).tolist()
    assert one["time_h"].tolist() == first[first > 0].tolist()
    assert set(one["trigger"]) <= {"BTC/USDT:USDT", "ETH/USDT:USDT"}


def test_contributions_add_up_to_the_requirement(finished):
    results = load(finished)
    table = results.contributions
    for mode, margin in results.metrics["margin"].items():
        for kind in ("position", "risk_factor"):
            rows = table[(table["mode"] == mode) & (table["kind"] == kind)]
            assert rows["maintenance"].sum() == pytest.approx(margin["maintenance"])
            assert rows["utilisation"].sum() == pytest.approx(margin["maintenance"] / margin["equity"])


def test_stress_compares_with_the_first_scenario(finished):
    table = load(finished).stress
    assert len(table) == 4
    calm, broken = table[table["mode"] == "cross"].to_dict("records")
    assert calm["p_liquidation_change"] == 0.0
    assert broken["p_liquidation_change"] == broken["p_liquidation"] - calm["p_liquidation"] > 0
    assert broken["kind"] == "correlation_breakdown"


def test_tables_of_a_run_without_liquidation(tmp_path):
    folder = make_run_folder(tmp_path, paths=400, steps=3, p_liq=0.0)
    results = load(folder)
    table = results.summary
    calm = table[(table["scenario"] == "baseline") & (table["mode"] == "portfolio")]
    assert calm["p_liquidation"].notna().all()
    assert len(results.liquidations) == sum(
        (results.column(s, x.name, "first_step") > 0).sum()
        for s in results.scenarios
        for x in results.lives(s)
        if x.mode != "market"
    )


def test_html_is_tables_with_escaped_text(finished):
    results = load(finished)
    results.metrics["name"] = "<script>"
    results.metrics["verdict"]["limits"][0]["name"] = "<b>"
    html = results._repr_html_()
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html
    assert "<script>" not in html
    assert html.count("<table") == 2
