"""What the template is handed: numbers equal those of metrics.json, hypothetical modes say so."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from stresskit.report import format as f
from stresskit.report.blocks import Page, picture, text
from stresskit.report.document import joined
from stresskit.report.positions import liquidation_move
from stresskit.report.text import printable
from stresskit.results import Results
from tests.report.conftest import STANDARD_ERROR, Builder, Maker

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(results: Results, sheets: Builder) -> Json:
    return sheets(results).document


def page(document: Json, title: str) -> Json:
    return next(page for page in document["pages"] if page["title"] == title)


def tables(page: Json) -> list[Json]:
    return [block for block in page["blocks"] if block["kind"] == "table"]


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def test_pages_of_one_account(document: Json) -> None:
    assert [page["title"] for page in document["pages"]] == [
        "Decision",
        "Account and margin",
        "Paths",
        "Liquidations",
        "Losses",
        "Comparison and scenarios",
        "Black swan and trust",
        "Audit",
        "Model and words",
        "Config",
    ]


def test_many_positions_have_a_page_and_their_volatilities_a_range(make: Maker, sheets: Builder) -> None:
    document = sheets(make(assets=13)).document
    assert [page["title"] for page in document["pages"]][1:3] == ["Positions", "Margin"]
    told = [block.get("text", "") for block in page(document, "Decision")["blocks"]]
    (line,) = [text for text in told if text.startswith("Initial volatility")]
    assert "BTC" in line
    assert "over 13 assets" in line


def test_the_table_of_modes_holds_the_metrics(document: Json, results: Results) -> None:
    rows = iter(tables(page(document, "Decision"))[0]["rows"])
    for scenario in ("baseline", "hedge_breaks"):
        for mode in ("cross", "portfolio"):
            figures = results.metrics["scenarios"][scenario]["modes"][mode]
            margin, cells = results.metrics["margin"][mode], next(rows)
            assert [cells[0]["main"], cells[1]["main"]] == [scenario, mode]
            assert cells[1]["small"] == ("hypothetical" if mode == "portfolio" else "")
            assert cells[2]["main"].split(" ", 1)[1] == f.percent(figures["p_liquidation"]["value"])
            for cell, name, show in (
                (cells[3], "p_closed_out", f.percent),
                (cells[4], "expected_liquidation_cost", f.money),
            ):
                assert (cell["main"], cell["small"]) == (
                    show(figures[name]["value"]),
                    f.bounds(figures[name], show),
                )
            assert [cells[5]["main"], cells[6]["main"]] == [
                f.money(margin[k]) for k in ("initial", "maintenance")
            ]


def test_signs_in_the_table_follow_the_limit(document: Json, results: Results) -> None:
    (limit,) = (x for x in results.metrics["verdict"]["limits"] if x["name"] == "p_liquidation")
    for cells in tables(page(document, "Decision"))[0]["rows"]:
        found = results.metrics["scenarios"][cells[0]["main"]]["modes"][cells[1]["main"]]["p_liquidation"]
        sign = "✘" if found["value"] > limit["limit"] else "▲" if found["high"] > limit["limit"] else "✔"
        assert cells[2]["main"].startswith(sign)


def test_paired_and_tails_hold_the_metrics(document: Json, results: Results) -> None:
    paired = results.metrics["scenarios"]["hedge_breaks"]["paired"]["portfolio"]
    cells = tables(page(document, "Decision"))[1]["rows"][1]
    assert [c["main"] for c in cells[2:6]] == [
        f.percent(paired[key]) for key in ("both", "only_mode", "only_baseline", "neither")
    ]
    assert cells[6]["main"] == f.points(paired["difference"]["value"])
    (tail,) = tables(page(document, "Losses"))
    divided, changes, efficiency, _ = tables(page(document, "Comparison and scenarios"))
    parts = results.metrics["scenarios"]["hedge_breaks"]["contributions"]["positions"]["es"]["0.99"]["legs"]
    assert {(r[1]["main"], r[2]["main"]) for r in divided["rows"]} == {
        (leg["name"], f.money(leg["component"]["value"])) for leg in parts
    }
    market = results.metrics["scenarios"]["baseline"]["market"]
    assert [c["main"] for c in tail["rows"][0][2:]] == [
        f.money(market[kind][level]["value"]) for kind in ("var", "es") for level in ("0.95", "0.975", "0.99")
    ]
    against = results.metrics["scenarios"]["hedge_breaks"]["against"]["modes"]
    assert [r[2]["main"] for r in changes["rows"]] == [
        f.points(against[mode]["p_liquidation"]["value"]) for mode in ("cross", "portfolio")
    ]
    equal = results.metrics["scenarios"]["hedge_breaks"]["equal_efficiency"]
    assert [(r[1]["main"], r[2]["main"]) for r in efficiency["rows"][3:]] == [
        (mode, f.money(equal["collateral"][mode])) for mode in ("cross", "portfolio", "cross_max_leverage")
    ]


def test_margin_page_holds_the_metrics(document: Json, results: Results) -> None:
    positions, margins, terms, factors = tables(page(document, "Account and margin"))
    assert positions["rows"][0][3]["main"] == f.move(-0.35)
    assert positions["rows"][0][3]["small"].endswith("daily σ, at 65.0000")
    assert positions["rows"][0][4]["main"] == "–"
    assert any("the requirement is not a price rule of one position" in note for note in positions["notes"])
    by_name = {row[0]["main"]: row for row in margins["rows"]}
    for place, mode in enumerate(("cross", "portfolio"), 1):
        margin = results.metrics["margin"][mode]
        assert by_name["Maintenance margin, USD"][place]["main"] == f.money(margin["maintenance"])
        assert by_name["Free: equity less initial, USD"][place]["main"] == f.money(margin["free"])
    assert [row[3]["main"] for row in terms["rows"]] == ["binds", "binds", ""]
    assert terms["notes"][0].endswith(f"from its finite scenario set {f.usd(STANDARD_ERROR)}.")
    assert factors["rows"][0][1]["main"] == f.percent(
        results.metrics["margin"]["cross"]["risk_factors"]["BTC"]
    )


def test_the_last_point_of_each_curve_is_the_metric(results: Results, sheets: Builder) -> None:
    figures = sheets(results).figures
    for place, scenario in enumerate(("baseline", "hedge_breaks")):
        for slot, mode in enumerate(("cross", "portfolio")):
            found = results.metrics["scenarios"][scenario]["modes"][mode]
            survived = figures["survival"].axes[place].lines[slot].get_ydata()
            closed = figures["closed_out"].axes[place].lines[slot].get_ydata()
            assert np.asarray(survived)[-1] == pytest.approx(1.0 - found["p_liquidation"]["value"])
            assert np.asarray(closed)[-1] == pytest.approx(found["p_closed_out"]["value"])


def test_the_bar_of_the_liquidated_shows_the_metric(results: Results, sheets: Builder) -> None:
    drawn = sheets(results).figures["profit_and_loss"].axes
    panels = [(s, m) for s in ("baseline", "hedge_breaks") for m in ("cross", "portfolio")]
    for ax, (scenario, mode) in zip(drawn, panels, strict=True):
        found = results.metrics["scenarios"][scenario]["modes"][mode]["p_liquidation"]["value"]
        assert f"liquidated\n{f.percent(found)}" in [text.get_text() for text in ax.texts]


def test_hypothetical_modes_say_so_in_every_table(document: Json) -> None:
    for found in document["pages"][:4]:
        for table in tables(found):
            heads = " ".join(column["title"] for column in table["columns"])
            for row in table["rows"]:
                for cell in row:
                    if cell["main"] == "portfolio":
                        assert cell["small"] == "hypothetical"
            assert "portfolio" not in heads or "hypothetical" in heads or "Maintenance" in heads


def test_every_figure_has_words(document: Json) -> None:
    figures = [b for page in document["pages"] for b in page["blocks"] if b["kind"] == "figure"]
    assert len(figures) == 9
    assert all(len(figure["alt"]) > 40 for figure in figures)


def test_nobody_liquidated_shows_the_upper_bound(make: Maker, sheets: Builder) -> None:
    results = make(scale=(0.2, 0.3))
    document = sheets(results).document
    high = results.metrics["scenarios"]["baseline"]["modes"]["cross"]["p_liquidation"]["high"]
    first = next(b for b in page(document, "Decision")["blocks"] if b["kind"] == "tiles")["items"][0]
    assert first["value"] == "0"
    assert first["details"][0] == f"95 % interval: below {f.percent(high)}"
    cell = tables(page(document, "Decision"))[0]["rows"][0][2]
    assert (cell["main"], cell["small"]) == ("✔ 0", f"< {f.percent(high)}")


def test_our_own_words_can_be_printed(document: Json) -> None:
    for line in strings(document):
        assert printable(line) == line.replace("\n", " ")


def test_what_the_font_lacks_appears_as_its_code_point() -> None:
    assert printable("a\u4e2d\x07\u202eb\n") == "a\\u{4e2d}\\u{7}\\u{202e}b "
    assert printable({"é": ["–", 1, None]}) == {"é": ["–", 1, None]}
    assert printable("12\u202f300") == "12\u202f300"


def test_a_move_to_liquidation_is_taken_as_stored_or_from_the_price() -> None:
    assert liquidation_move({"liquidation_move": -0.3, "liquidation_price": None}, {}) == -0.3
    assert liquidation_move({"liquidation_move": None, "liquidation_price": None}, {"mark": 1.0}) is None
    assert liquidation_move({"liquidation_price": 65.0}, {"mark": 100.0}) == pytest.approx(-0.35)
    assert liquidation_move({"liquidation_price": 65.0}, {}) is None


def test_a_page_of_words_alone_shares_the_sheet_of_the_next() -> None:
    words, shown = text("x"), picture("p", Figure(), "alt")
    pages: list[Page] = [
        {"title": title, "subtitle": "", "blocks": [block]}
        for title, block in (("A", shown), ("B", words), ("C", shown), ("D", words))
    ]
    found = joined(pages)
    assert [page["title"] for page in found] == ["A", "B and c", "D"]
    assert found[1]["blocks"] == [words, shown]


def test_the_status_line_tells_of_the_scenario_without_a_limit(document: Json, results: Results) -> None:
    worst = results.metrics["scenarios"]["hedge_breaks"]["modes"]["cross"]["p_liquidation"]["value"]
    line = page(document, "Decision")["blocks"][0]["text"]
    assert line.endswith(f"In hedge_breaks, for which no limit is set, P(liquidation) is {f.percent(worst)}.")
