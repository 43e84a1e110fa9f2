"""What a backtest of the run's book says: exceptions, tests, and the whole forecast law."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from stresskit.report import trust_findings
from stresskit.report.blocks import Block, Cell, cell, left, picture, right, section, table, text
from stresskit.report.figures.backtest import backtest
from stresskit.report.figures.forecast_law import forecast_law
from stresskit.report.forecast_points import days_of, law_of
from stresskit.report.format import UNDEFINED, level_name, significant, stated
from stresskit.report.studies import absent
from stresskit.report.trust_findings import REJECTED
from stresskit.report.view import Account, Json

ZONES = {"green": ("✔", "good"), "yellow": ("▲", "unsure"), "red": ("✘", "bad")}
MOST_BOOKS = 6
TESTS = {
    "kupiec": "Kupiec: number",
    "first_failure": "Kupiec: first failure",
    "waits_and_number": "Haas: waits and number",
    "independence": "Christoffersen: independence",
    "conditional_coverage": "Christoffersen: coverage",
    "weibull": "Weibull: waits",
    "dynamic_quantile_hits_and_var": "DQ: hits, VaR",
    "dynamic_quantile_hits_var_and_squared_pnl": "DQ: hits, VaR, P&L²",
    "acerbi_szekely_z1": "ES: Acerbi-Szekely Z1",
    "acerbi_szekely_z2": "ES: Acerbi-Szekely Z2",
    "calibration_simple": "VaR and ES: calibration",
    "calibration_general": "VaR and ES: general",
}


def backtests(account: Account) -> Iterator[Block]:
    """Chart, traffic light, tests and law of the first backtest of this config; others in the table."""
    answer = account.studies.answers.get("backtest")
    name = str(account.results.metrics["name"])
    books = [] if answer is None else [book for book in answer["books"] if book["name"] == name]
    if answer is None or not books:
        yield section("Backtest", "Whether past days agree with the model is not known yet")
        yield text(absent("backtest CONFIG --prices FILE --json"))
        return
    yield from _exceptions(answer, books)
    yield from _tests(books[0])
    yield from _law(books[0])


def _levels(told: Json) -> list[str]:
    """Levels of a book's model, the highest first."""
    return sorted((key for key in told if key[:1].isdigit()), key=float, reverse=True)


def _exceptions(answer: Json, books: Sequence[Json]) -> Iterator[Block]:
    book, level = books[0], _levels(books[0]["model"])[0]
    yield section("Backtest", trust_findings.exceptions(float(level), book["model"][level]))
    days = days_of(book["series"])
    count = int(days.exceptions.sum())
    alt = (
        f"Daily P&L of the book against minus its VaR from {book['first']} to {book['last']}; {count} losses "
        "beyond it are marked."
    )
    yield picture("backtest", backtest(days), alt)
    prices = answer["prices"]
    notes = [
        f"Prices {prices['file']}; each forecast sees the {stated(answer['window'])} returns before it, "
        f"fitted anew every {stated(answer['refit'])}; the book held at the same exposure. Zones as in "
        "Basel: yellow from 95 %, red from 99.99 % confidence that failures are too many."
    ]
    columns = [left("Forecast by", 2.4), left("From", 0.9), right("Days", 0.7)]
    columns += [
        right(f"{what} {level_name(x)}", 1.1)
        for x in _levels(book["model"])
        for what in ("Failures", "Expected")
    ]
    rows = [row for one in books[:MOST_BOOKS] for row in _counts(one)]
    yield table(columns, rows, notes)


def _counts(book: Json) -> Iterator[list[Cell]]:
    labels = {
        "model": f"{book['marginal']}, {book['dependence'] or 'one asset'}",
        "history": "historical simulation",
    }
    for key, label in labels.items():
        if key not in book:
            continue
        levels, cells = _levels(book[key]), []
        for level in levels:
            told = book[key][level]
            sign, tone = ZONES[told["zone"]]
            cells += [cell(f"{sign} {told['failures']}", told["zone"], tone), significant(told["expected"])]
        yield [label, book["first"], stated(book[key][levels[0]]["days"]), *cells]


def _tests(book: Json) -> Iterator[Block]:
    levels = _levels(book["model"])
    top = book["model"][levels[0]]["tests"]
    yield section("Tests", trust_findings.tests(float(levels[0]), top))
    known = [name for name in TESTS if name in top]
    half = -(-len(known) // 2)
    rows: list[list[Cell]] = []
    for one, other in zip_longest(known[:half], known[half:]):
        pair = [_pair(book, levels, one), _pair(book, levels, other) if other else [""] * (1 + len(levels))]
        rows.append([entry for part in pair for entry in part])
    heads = [left("Test", 2.0), *(right(f"p, {level_name(level)}", 0.8) for level in levels)]
    yield table(
        [*heads, *heads], rows, [f"✘ below {stated(100 * REJECTED)} %: such forecasts would seldom be right."]
    )


def _pair(book: Json, levels: Sequence[str], name: str) -> list[Cell]:
    found = [book["model"][level]["tests"].get(name) for level in levels]
    return [TESTS[name], *(_p(None if test is None else test["p_value"]) for test in found)]


def _p(value: float | None) -> Cell:
    if value is None:
        return UNDEFINED
    text = "< 0.001" if value < 0.001 else significant(value, 2)
    return cell(f"✘ {text}", "", "bad") if value < REJECTED else text


def _law(book: Json) -> Iterator[Block]:
    places = book["series"]["place"]
    if places is None:
        return
    yield section("Forecast law", trust_findings.law(book["model"].get("law", {})))
    law = law_of(places)
    alt = (
        f"Histogram of the places of {law.days} days in their forecast law, quantiles of their normal "
        "scores, and autocorrelations of scores and squares at 20 lags, each with what a right law would "
        "give."
    )
    caption = (
        "Place: share of the forecast law below the day's P&L; score: its normal quantile. Grey: where 95 of "
        "100 right forecasts would lie."
    )
    yield picture("forecast_law", forecast_law(law), alt, caption)
