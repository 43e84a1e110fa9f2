"""What accounts would have lived through, as Markdown: margin, several steps, liquidations."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stresskit.measure.figure import figure_text

LEVELS = ("0.99", "0.975")
MOST = 20  # exceptions listed of one mode; the JSON has all


def accounts_text(found: Mapping[str, Any]) -> Iterator[str]:
    """One part a kind of test; nothing where no account was followed."""
    accounts = found.get("accounts", ())
    if any("margin" in account for account in accounts):
        yield from _margin(accounts)
    if any("ahead" in account for account in accounts):
        yield from _ahead(accounts)
        yield from _liquidation(accounts)


def ranking_text(found: Mapping[str, Any]) -> Iterator[str]:
    """The models of each book by their Fissler-Ziegel loss, the smallest first; nothing of one model."""
    rows = []
    for name in dict.fromkeys(book["name"] for book in found["books"] if "envelope_model" in book):
        own = [book for book in found["books"] if book["name"] == name]
        for level in LEVELS:
            scores = [(book["model"][level]["fissler_ziegel_loss"], book) for book in own]
            known = sorted((pair for pair in scores if pair[0] is not None), key=lambda pair: pair[0])
            for place, (score, book) in enumerate(known, 1):
                told = book["model"][level]
                failures = f"{told['failures']} / {told['expected']:.1f}"
                model, test = book["envelope_model"], _p(told["tests"]["kupiec"])
                rows.append((name, level, str(place), model, f"{score:.4f}", failures, test))
    if rows:
        head = ("book", "level", "place", "model", "FZ loss", "failures / expected", "Kupiec")
        yield "## Models by score\n\n" + _lines(head, rows)


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    every = [list(head), ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in every)


def _margin(accounts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    head = (
        "account",
        "mode",
        "requirement",
        "from",
        "days",
        "mean, USD",
        "exceptions",
        "share %",
        "at most",
        "Kupiec",
    )
    rows = [
        (
            account["name"],
            f"{mode} ({told['rule']}{', hypothetical' if told['hypothetical'] else ''})",
            kind,
            account["first"],
            str(told[kind]["days"]),
            f"{told[kind]['mean_requirement']:,.0f}",
            str(len(told[kind]["exceptions"])),
            figure_text(told[kind]["share"], 100.0),
            f"{told[kind]['expected_at_most']:.1f}" if "expected_at_most" in told[kind] else "–",
            _p(told[kind].get("kupiec")),
        )
        for account in accounts
        for mode, told in account["margin"].items()
        for kind in ("maintenance", "initial")
    ]
    yield "## Margin: requirement of each day against the loss of the next margin period\n\n" + _lines(
        head, rows
    )
    for account in accounts:
        for mode, told in account["margin"].items():
            worst = sorted(told["maintenance"]["exceptions"], key=lambda one: -one["excess"])
            if worst:
                listed = [
                    (one["time"][:10], *(f"{one[key]:,.0f}" for key in ("loss", "requirement", "excess")))
                    for one in worst[:MOST]
                ]
                title = f"### {account['name']}, {mode}: losses above the maintenance requirement"
                more = f", the {MOST} largest of {len(worst)}" if len(worst) > MOST else ""
                yield f"{title}{more}\n\n" + _lines(
                    ("day", "loss, USD", "requirement, USD", "excess, USD"), listed
                )


def _ahead(accounts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    head = (
        "account",
        "steps",
        "from",
        "starts",
        "level",
        "failures",
        "expected",
        "Kupiec",
        "Z2",
        "KS",
        "Berkowitz",
    )
    rows = []
    for account in accounts:
        far = account["ahead"]
        for level in LEVELS:
            told, law = far["tests"][level], far["tests"].get("law", {})
            tests = told["tests"]
            cells = [account["name"], str(far["steps"]), far["first"], str(far["starts"]), level]
            cells += [str(told["failures"]), f"{told['expected']:.1f}", _p(tests["kupiec"])]
            cells += [
                _p(tests.get("acerbi_szekely_z2")),
                _p(law.get("kolmogorov_smirnov")),
                _p(law.get("berkowitz")),
            ]
            rows.append(cells)
    yield "## VaR and ES over several steps, from starts that do not overlap\n\n" + _lines(head, rows)


def _liquidation(accounts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    head = (
        "account", "mode", "leverage", "starts", "expected", "liquidated", "Brier", "climatology", "skill",
        "difference of the scores", "Spiegelhalter",
    )  # fmt: skip
    rows = [
        (
            account["name"],
            f"{told['mode']}, hypothetical" if told["hypothetical"] else told["mode"],
            f"{told['leverage']:.3g}{' (as it is)' if told['as_it_is'] else ''}",
            str(account["ahead"]["starts"]),
            f"{told['expected']:.1f}",
            str(told["events"]),
            f"{told['brier']:.4f}",
            f"{told['climatology']:.4f}",
            "–" if told["skill"] is None else f"{told['skill']:+.3f}",
            figure_text(told["difference"]),
            _p(told["calibration"]),
        )
        for account in accounts
        for told in account["ahead"]["liquidation"]
    ]
    yield "## Liquidations foretold and lived\n\n" + _lines(head, rows)
    yield (
        "Climatology is the share of liquidations over the same starts, which nobody knew in advance. A "
        "skill above 0 beats it; the difference of the two scores has a 95 % interval. Breaches are looked "
        "for at the steps of the prices alone, in the forecast as in what was lived."
    )
    yield from _curves(accounts)


def _curves(accounts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    rows = [
        (
            account["name"],
            told["mode"],
            f"{told['leverage']:.3g}",
            f"{100 * one['low']:g} to {100 * one['high']:g}",
            str(one["starts"]),
            f"{100 * one['forecast']:.2f}",
            figure_text(one["happened"], 100.0),
        )
        for account in accounts
        for told in account["ahead"]["liquidation"]
        for one in told["curve"]
    ]
    head = ("account", "mode", "leverage", "forecast %", "starts", "mean forecast %", "liquidated %")
    yield "### Reliability\n\n" + _lines(head, rows)


def _p(test: Mapping[str, Any] | None) -> str:
    if test is None or test["p_value"] is None:
        return "–"
    return f"**{test['p_value']:.3f}**" if test["p_value"] < 0.05 else f"{test['p_value']:.3f}"
