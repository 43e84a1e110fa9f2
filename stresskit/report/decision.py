"""First page of an account: where it stands, which mode to choose, how sure that is."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from stresskit.report import findings
from stresskit.report.blocks import Block, Page, bullets, picture, section, status_line, text, tiles
from stresskit.report.caveats import caveats
from stresskit.report.certainty import certainty
from stresskit.report.curves import Curve, Panel, happened
from stresskit.report.figures.survival import survival
from stresskit.report.format import against, chance, duration, percent, stated, usd
from stresskit.report.headlines import headlines, limit_for
from stresskit.report.mode_tables import mode_table, paired_finding, paired_table, range_finding
from stresskit.report.owner import owner
from stresskit.report.remedy import remedy
from stresskit.report.status import gravest_first, in_words, limit_sentence, status
from stresskit.report.view import Account

LONGEST = 240  # characters of the description
SCENARIOS = {
    "baseline": "the fitted market",
    "correlation_breakdown": "correlations break",
    "crash": "a given fall of prices",
    "historical": "a past event comes again",
    "liquidity": "markets grow thin",
    "depeg": "a peg breaks",
    "funding_spike": "funding jumps",
    "adl": "winning legs are taken",
    "outage": "nobody can act",
    "tightening": "the venue asks for more",
    "regime": "a crisis regime is forced",
    "combined": "several of these at once",
}
RULES = {
    "brackets": "each position's own requirement, added up",
    "isolated": "each position by itself on the margin given to it",
    "var": "the tail loss of the whole book",
    "scenario_grid": "the worst loss of the whole book on the venue's grid of moves",
    "unified": "the whole account, coins and loans included",
}
MOST_LIMITS = 4  # told in the status line
MOST_ASSETS = 12  # whose volatilities are told one by one: two lines


def decision(account: Account, others: Sequence[Account] = ()) -> Page:
    """Build the page from the stored figures; `others` are the run's further accounts."""
    blocks = [
        _status(account),
        *_description(account),
        text(question(account)),
        *owner(account),
        *_others(others),
        *_recommendation(account),
        tiles(headlines(account)),
        section("Modes and scenarios", range_finding(account, account.scenarios)),
        mode_table(account, account.listed, list(_table_notes(account))),
        section("Survival", _survival_finding(account)),
        _survival(account),
        *_paired(account),
        text(volatility(account)),
        section(
            "Read before relying on this", "The intervals hold for the model; the model is the larger error"
        ),
        bullets(caveats(account)),
    ]
    return {"title": "Decision", "subtitle": account.name, "blocks": blocks}


def _status(account: Account) -> Block:
    limits = gravest_first(account.verdict["limits"])
    rest = len(limits) - MOST_LIMITS
    sentences = [
        limit_sentence(
            limit, account.mode(limit["scenario"], limit["mode"])[limit["name"]], account.label(limit["mode"])
        )
        for limit in limits[:MOST_LIMITS]
    ]
    if rest > 0:
        sentences.append(f"{rest} further limits stand no worse.")
    if not sentences:
        often = percent(account.mode(account.calm, account.base)["p_liquidation"]["value"])
        label = account.label(account.base)
        sentences = [f"No limit is set. P(liquidation) of {label} in {account.calm} is {often}."]
    return status_line(status(limits), " ".join([*sentences, *_beyond(account)]))


def _beyond(account: Account) -> Iterator[str]:
    """How the present mode fares in the worst scenario, if that has no limit of its own."""
    worst = account.stressed
    if worst is not None and limit_for(account, worst, account.base) is None:
        often = percent(account.mode(worst, account.base)["p_liquidation"]["value"])
        where = f"In {worst}, for which no limit is set," if account.verdict["limits"] else f"In {worst}"
        yield f"{where} P(liquidation) is {often}."


def _description(account: Account) -> Iterator[Block]:
    """What the config says about itself, cut to two lines or so."""
    described = str(account.results.manifest["config"].get("description", ""))
    if described:
        yield text(described if len(described) <= LONGEST else f"{described[: LONGEST - 1]}…")


def question(account: Account) -> str:
    """What is asked and how it is answered, for someone who has never seen a report."""
    horizon = duration(account.results.metrics["horizon_h"])
    kinds: Any = account.results.manifest["scenarios"]
    told = "; ".join(
        f"{name}: {SCENARIOS.get(kinds[name]['kind'], kinds[name]['kind'])}" for name in account.listed
    )
    return (
        f"Will the venue close this account by force within {horizon}? Figures are shares of "
        f"{stated(account.paths)} random price paths a scenario; every margin mode lives through the same "
        "ones. Liquidation: equity has fallen to the maintenance margin and the venue closes positions; "
        "closed out: all of them. "
        f"Scenarios: {told}. What each margin mode asks: {'; '.join(_asked(account))}."
    )


def _asked(account: Account) -> Iterator[str]:
    """What each mode's requirement is made of, in a few words."""
    for mode in account.modes:
        rule = str(account.margin[mode]["rule"])
        yield f"{account.label(mode)}, {RULES.get(rule, rule)}"


def _others(others: Sequence[Account]) -> Iterator[Block]:
    """The status of the run's further accounts in one line."""
    if others:
        yield text(f"Other accounts of this run: {'; '.join(map(_other, others))}.")


def _other(other: Account) -> str:
    found = status(other.verdict["limits"])
    often = chance(other.mode(other.calm, other.base)["p_liquidation"])
    return f"{found.sign} {other.name}: {found.word}, P(liquidation) {often} under {other.base}"


def _recommendation(account: Account) -> Iterator[Block]:
    mode = account.verdict["mode"]
    if mode is None:
        yield section("Recommended mode", f"None: {account.verdict['reason']}")
    else:
        broken = any(x["mode"] == mode and x["status"] == "broken" for x in account.verdict["limits"])
        yield section("Recommended mode", findings.recommendation(mode, account.base, broken))
    reasons = [in_words(str(reason)) for reason in account.verdict["reasons"]]
    yield bullets([*reasons, *_unopened(account), certainty(account), *remedy(account)])


def _unopened(account: Account) -> Iterator[str]:
    """That the account could not open its book in the mode to choose, if so."""
    mode = account.verdict["mode"]
    if mode is not None and (account.margin[mode]["free"] or 0.0) < 0.0:
        asked = usd(account.margin[mode]["initial"])
        yield (
            f"{mode} asks {asked} of initial margin, more than the equity of {usd(account.equity)}: the "
            "account could keep this book, not open it."
        )


def _table_notes(account: Account) -> Iterator[str]:
    limit = limit_for(account, account.calm, account.base)
    if limit is not None:
        bound = against(0.0, limit["limit"], fraction=True)[1]
        yield (
            f"✔ within, ▲ undecided, ✘ above the limit of {bound} on {account.base} in {account.calm}, or "
            "the row's own. Small: 95 % intervals."
        )
    rest = [name for name in account.scenarios if name not in account.listed]
    if rest:
        yield f"Further scenarios stand on the page Scenarios: {', '.join(rest)}."


def _survival_finding(account: Account) -> str:
    found = [(name, account.mode(name, account.base)["p_liquidation"]) for name in account.shown]
    return findings.survival(account.label(account.base), found)


def _survival(account: Account) -> Block:
    clock = account.clock
    x = clock.axis(np.arange(clock.steps + 1))
    panels = [
        Panel(
            scenario,
            tuple(
                Curve(
                    account.label(mode),
                    slot,
                    x,
                    1.0
                    - happened(
                        account.column(scenario, mode, "first_step"), clock.steps, account.weight(scenario)
                    ),
                    account.survival_band(scenario, mode),
                )
                for slot, mode in enumerate(account.modes)
            ),
        )
        for scenario in account.shown
    ]
    ends = [f"{p.title}, {c.label}: {percent(float(c.y[-1]))}" for p in panels for c in p.curves]
    alt = f"Share of paths not yet liquidated over time, with 95 % bands. At the horizon: {'; '.join(ends)}."
    return picture("survival", survival(panels, clock), alt)


def _paired(account: Account) -> Iterator[Block]:
    if len(account.modes) > 1:
        yield section("Same paths, two modes", paired_finding(account, account.paired))
        yield paired_table(account, account.paired)


def volatility(account: Account) -> str:
    """The volatility from which the paths start, as the first page states it."""
    metrics, config = account.results.metrics, account.results.manifest["config"]
    chosen = config.get("model", {}).get("initial_volatility", "long_run")
    origin = (
        "as the config states" if isinstance(chosen, dict) else f"from the {chosen.replace('_', '-')} level"
    )
    found = metrics["initial_volatility"]
    if len(found) > MOST_ASSETS:
        low, high = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
        ends = f"{percent(found[low])} ({low}) to {percent(found[high])} ({high})"
        each = f"{ends} over {len(found)} assets, each on the page Model and words"
    else:
        each = ", ".join(f"{asset} {percent(value)}" for asset, value in found.items())
    return f"Initial volatility, annualized, {origin}: {each}."
