"""What to read before relying on a report, and the assumptions behind every figure."""

from collections.abc import Iterator, Sequence
from typing import Any

from stresskit.report.format import duration
from stresskit.report.view import Account, Json

LOOKED = {
    "none": "Liquidation is tested on the whole account at mark prices, at the observed steps only.",
    "bridge": "Liquidation is tested on the whole account at mark prices, at the steps and between them: a "
    "Brownian bridge on equity less maintenance, with the path's own covariance; what is closed between two "
    "steps is closed at the marks of the crossing.",
}
BETWEEN = {
    "none": "at the observed steps only, without a bridge between them: wicks inside a step are not seen, so "
    "true probabilities are higher.",
    "bridge": "and a Brownian bridge stands for the time between: exact for normal steps, a convention for "
    "fat tails. Outside of scenarios prices do not jump over the crossing, and wicks such as 10 October 2025 "
    "are not in it.",
}
HEDGED = (
    "Coins are held long against short: on daily prices to March 2026 the one-day 99 % VaR of such books "
    "under fitted copulas was exceeded about twice as often as it should be (the BTC/ETH pair on 48 days "
    "under the Student-t copula, 21.4 expected; on 26 under filtered historical simulation, dependence kind "
    "bootstrap). Take probabilities of a hedged book as too low."
)
_ASSUMED = (
    "Prices follow the fitted volatility and dependence model: simple returns, floored at −95 % a step.",
    "A stablecoin keeps its price unless a scenario takes its peg, dated futures move like perpetuals; "
    "{carried}.",
    "Coins in the wallet move with their marks at what the venue counts for them; their amounts stay. Losses "
    "are taken in USD, at full value where that becomes negative; when everything is closed, coins are "
    "exchanged at their collateral ratio.",
    "Forced closings pay half of the spread, a square-root impact and the liquidation fee; shortfall is what "
    "is lost beyond bankruptcy, fee excluded.",
    "{owner}",
    "A scenario acts on the model, never on the results; every mode lives through the same paths.",
    "A var rule keeps the calm dependence and sees the path's own, scaled volatility; its fixed scenario set "
    "is the rule.",
    "Intervals are 95 % Monte Carlo intervals: sampling error of the simulation, nothing else.",
)


def between_steps(manifest: Json) -> str:
    """What the run did between steps; a run of before this was a choice did nothing."""
    return str(manifest["config"].get("simulation", {}).get("between_steps", "none"))


def assumptions(manifest: Json) -> list[str]:
    """The assumptions behind every figure of the run."""
    first, *rest = (
        text.replace("{carried}", carried(manifest)).replace("{owner}", owner(manifest)) for text in _ASSUMED
    )
    return [first, LOOKED[between_steps(manifest)], *rest]


def owner(manifest: Json) -> str:
    """What the run lets the accounts' owners do."""
    config = manifest["config"]
    if any(account.get("actions") for account in (config.get("account") or {}, *config.get("accounts", ()))):
        return "The owner does what the account's actions say, and nothing else."
    return "The account does nothing: no collateral is added, no position is changed by choice."


def carried(manifest: Json) -> str:
    """What a run draws of funding and basis, and what it leaves out."""
    found = manifest.get("carry", {})
    funding = (
        "funding follows its calibrated law and is paid at the venue's times; then margin is tested again"
        if "funding" in found
        else "funding is not simulated"
    )
    basis = (
        "perpetuals move against their index by a basis that stands still within a step, the requirement is "
        "taken at the index"
        if "basis" in found
        else "basis is not simulated"
    )
    if not found:
        return "funding and basis are not simulated"
    return f"{funding}; {basis}"


def caveats(account: Account) -> list[str]:
    """The reader's warnings, gravest first, with the manifest's own at the end."""
    return [
        f"Intervals leave out the error of the model: parameters, sample, law{_unknown(account)}.",
        f"Liquidation is tested every {duration(account.clock.step_h)}, "
        + BETWEEN[between_steps(account.results.manifest)],
        *_hedged(account.config["positions"], account.results.manifest["config"].get("model", {})),
        *_importance(account),
        *_hypothetical(account),
        "Stablecoins keep their price outside of scenarios, dated futures have no basis, "
        f"{_left_out(account.results.manifest)}.",
        *gathered(account.results.manifest),
    ]


def _unknown(account: Account) -> str:
    """Where to learn how much the model matters, if the run does not know."""
    return "" if account.envelope else ". Other models: stresskit envelope CONFIG"


def _left_out(manifest: Json) -> str:
    kinds = [kind for kind in ("funding", "basis") if kind in manifest.get("carry", {})]
    if "funding" not in kinds:
        return "funding is not simulated"
    return f"{' and '.join(kinds)} {'are' if len(kinds) > 1 else 'is'} simulated"


def _hedged(positions: Sequence[Json], model: Json) -> Iterator[str]:
    """What is known of the model where coins are held long and short against each other."""
    sides: dict[str, set[bool]] = {}
    for position in positions:
        size = position.get("notional_usd") or position.get("quantity") or 0.0
        sides.setdefault(position["symbol"].partition("/")[0], set()).add(size > 0)
    history = model.get("dependence", {}).get("kind") == "bootstrap"
    if not history and len(set().union(*(side for side in sides.values() if len(side) == 1))) > 1:
        yield HEDGED


def _importance(account: Account) -> Iterator[str]:
    found = account.figures[account.calm].get("importance")
    if found:
        yield (
            f"Importance sampling: every other path is drawn toward the loss of {found['toward_loss_of']}, "
            f"all are weighted: {found['effective_paths']:,.0f} effective paths in {account.calm}, where the "
            f"book's tail is as exact as by {_times(found['gain']['market'])} plain paths."
        )


def _times(gain: Json) -> str:
    """How many times the paths: for the quantile and the shortfall at 99 %."""
    named = [(name, gain[key]["0.99"]) for name, key in (("99 % VaR", "var"), ("99 % ES", "es"))]
    return " and ".join(f"{value:.1f} ({name})" for name, value in named if value) + " times as many"


def _hypothetical(account: Account) -> Iterator[str]:
    names = [mode for mode in account.modes if account.margin[mode]["hypothetical"]]
    if names:
        venue = account.config.get("venue", "this venue")
        offers = f"Hypothetical: {venue} offers no such mode as {', '.join(names)}"
        yield f"{offers}; shown for comparison, never recommended."


def warnings(manifest: Json) -> list[str]:
    """Warnings that the run recorded."""
    return [str(warning) for warning in manifest.get("warnings", ())]


def gathered(manifest: Json) -> list[str]:
    """The warnings; what is not known of one set of parameters stands in one line."""
    names = {str(known["name"]) for known in manifest.get("parameters", ())}
    lines: dict[str, list[str]] = {}
    for warning in warnings(manifest):
        about, _, what = warning.partition(": ")
        known = bool(what) and about.partition(",")[0] in names
        lines.setdefault(about if known else warning, []).append(what if known else "")
    return [f"{about}, unknown or left out: {'; '.join(w)}" if w[0] else about for about, w in lines.items()]


def as_of(manifest: Json) -> str:
    """The date of the market data, wherever the manifest holds it."""
    found = next(_dates(manifest), None)
    return f"Market data as of {found}." if found else "The manifest records no date of the market data."


def _dates(node: Any) -> Iterator[str]:
    """Values under the key ``as_of``, outermost first."""
    if isinstance(node, dict):
        if node.get("as_of"):
            yield str(node["as_of"])
        for value in node.values():
            yield from _dates(value)
