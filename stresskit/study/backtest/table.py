"""A backtest as a page of Markdown."""

from collections.abc import Iterator
from typing import Any

from stresskit.study.backtest.accounts_table import accounts_text, ranking_text

MODELS = {"model": "", "history": "historical simulation"}
COLUMNS = (
    ("Kupiec", "kupiec"),
    ("first failure", "first_failure"),
    ("independence", "independence"),
    ("coverage", "conditional_coverage"),
    ("Weibull", "weibull"),
    ("DQ hits+VaR", "dynamic_quantile_hits_and_var"),
    ("DQ +P&L²", "dynamic_quantile_hits_var_and_squared_pnl"),
    ("Z1", "acerbi_szekely_z1"),
    ("Z2", "acerbi_szekely_z2"),
    ("calibration", "calibration_simple"),
    ("general", "calibration_general"),
)
REJECTED = 0.05


def table(found: dict[str, Any]) -> str:
    """What was done, p-values by book, model and level, rejections by Kupiec, and the exceptions."""
    parts = ["# Backtest of one-step VaR and ES", _about(found), *_figures(found), _rejections(found)]
    parts += [*ranking_text(found), *accounts_text(found)]
    return "\n\n".join([*parts, "## Exceptions", *_exceptions(found)]) + "\n"


def _about(found: dict[str, Any]) -> str:
    prices, hours = found["prices"], found["prices"]["step_s"] // 3600
    lines = (
        f"Prices `{prices['file']}` (sha256 `{prices['sha256'][:16]}`), steps of {hours} h.",
        f"Each forecast sees the {found['window']} returns before it; models are fitted anew every",
        f"{found['refit']} steps from the fit before, and the volatility follows every return.",
        f"Books are held at the same exposure; {found['draws']:,} draws a forecast.",
        "Figures below tests are p-values; bold is below 5 %. Z1 and Z2 are one-sided under a Student-t",
        "with 5 degrees of freedom; DQ and calibration are named in `stresskit/measure/backtest`.",
        "The losses rank the models of one book: smaller is better.",
    )
    return " ".join(lines)


def _figures(found: dict[str, Any]) -> Iterator[str]:
    for level in ("0.99", "0.975"):
        head = ["book", "model", "from", "days", "failures", "expected", "zone", *(n for n, _ in COLUMNS)]
        rows = [[*head, "KS", "Berkowitz", "quantile loss", "FZ loss"]]
        rows.append(["---"] * len(rows[0]))
        rows += [_row(book, model, level) for book in found["books"] for model in MODELS if model in book]
        yield f"## Level {level}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(book: dict[str, Any], model: str, level: str) -> list[str]:
    told = book[model][level]
    label = _label(book, model)
    tests, law = told["tests"], book[model].get("law", {})
    cells = [book["name"], label, book["first"], str(told["days"]), str(told["failures"])]
    cells += [f"{told['expected']:.1f}", told["zone"], *(_p(tests.get(key)) for _, key in COLUMNS)]
    fz = told["fissler_ziegel_loss"]
    cells += [_p(law.get("kolmogorov_smirnov")), _p(law.get("berkowitz"))]
    return [*cells, f"{told['quantile_loss']:.4g}", "–" if fz is None else f"{fz:.4f}"]


def _label(book: dict[str, Any], model: str) -> str:
    return MODELS[model] or " ".join(filter(None, (book["marginal"], book["dependence"])))


def _p(test: dict[str, Any] | None) -> str:
    if test is None or test["p_value"] is None:
        return "–"
    text = f"{test['p_value']:.3f}"
    return f"**{text}**" if test["p_value"] < REJECTED else text


def _rejections(found: dict[str, Any]) -> str:
    lines = []
    for book in found["books"]:
        for model in (model for model in MODELS if model in book):
            for level in ("0.99", "0.975"):
                told = book[model][level]
                if told["tests"]["kupiec"]["p_value"] < REJECTED:
                    side = "too many" if told["failures"] > told["expected"] else "too few"
                    name = f"{book['name']}, {_label(book, model)}, {level}"
                    lines.append(
                        f"- {name}: {told['failures']} failures, {told['expected']:.1f} expected: {side}"
                    )
    return "## Rejected by Kupiec at 5 %\n\n" + ("\n".join(lines) or "None.")


def _exceptions(found: dict[str, Any]) -> Iterator[str]:
    for book in found["books"]:
        if len(book["exposure"]) < 2:
            continue
        rows = [["day", "loss, USD", "VaR, USD", "ES, USD", "loss / VaR"], ["---"] * 5]
        for one in book["model"]["0.99"]["exceptions"]:
            figures = [f"{one[key]:,.0f}" for key in ("loss", "var", "es")]
            rows.append([one["time"][:10], *figures, f"{one['loss'] / one['var']:.2f}"])
        text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        yield f"### {book['name']}, {_label(book, 'model')}, level 0.99\n\n{text}"
