"""What to change: nothing, or the smallest change that was found by ``advise --target``."""

from collections.abc import Iterator

from stresskit.report import findings
from stresskit.report.format import percent, usd
from stresskit.report.view import Account, Json


def remedy(account: Account) -> Iterator[str]:
    """One line for the first page."""
    open_limits = [x for x in account.verdict["limits"] if x["status"] != "met" and x["mode"] == account.base]
    other = account.verdict["mode"] not in (None, account.base)
    ask = "What else to change" if other else "What to change"
    found = account.studies.of("remedy", account.key)
    if found is not None and account.base in found[1]:
        yield findings.change(
            _options(found[1][account.base]), percent(found[0]["target"]), found[0]["scenarios"]
        )
    elif open_limits:
        yield (
            f"{ask}: more collateral or a smaller book; how much is not computed in a run. Filled "
            "by: stresskit advise CONFIG --target LIMIT --json, then stresskit report RUN --with ITS ANSWER."
        )
    elif account.verdict["limits"]:
        yield f"{ask}: nothing, the limits are met."
    else:
        yield (
            f"{ask}: no limit asks for it. The smallest change for a P(liquidation) of 1 %: "
            "stresskit advise CONFIG --target 0.01"
        )


def _options(answer: Json) -> list[str] | None:
    """The top-up and the smallest change of one leg, in words; None where nothing is needed."""
    if answer["met"]:
        return None
    top_up = answer["top_up"]
    options = [] if not top_up or top_up["usd"] is None else [f"adding {usd(top_up['usd'])} of collateral"]
    legs = [leg for leg in answer["legs"] if leg["usd"] is not None]
    if legs:
        leg = min(legs, key=lambda one: float(one["usd"]))
        what = "cutting" if leg["kind"] == "cut" else "adding to"
        options.append(f"{what} {leg['symbol']} by {percent(leg['share'])} ({usd(leg['usd'])})")
    return options
