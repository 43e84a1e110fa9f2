"""The four tiles of the first page: the baseline mode in the calm scenario, the others beside it."""

from typing import Any

from stresskit.report.blocks import tile
from stresskit.report.format import (
    UNDEFINED,
    against,
    bounds,
    duration,
    hours,
    multiple,
    optional,
    percent,
    usd,
)
from stresskit.report.status import OF_LIMIT
from stresskit.report.view import Account, Json


def headlines(account: Account) -> list[dict[str, Any]]:
    """Build the tiles."""
    own = account.mode(account.calm, account.base)
    return [
        _probability(account, own["p_liquidation"]),
        _loss(account, own),
        _time(account, own["time_to_liquidation_h"]),
        _exposure(account),
    ]


def limit_for(account: Account, scenario: str, mode: str) -> Json | None:
    """The limit on P(liquidation) of that mode and scenario, None if there is none."""
    limits = [x for x in account.verdict["limits"] if x["name"] == "p_liquidation"]
    return next((x for x in limits if (x["scenario"], x["mode"]) == (scenario, mode)), None)


def model_spread(envelope: Json, scenario: str, mode: str) -> str:
    """The range of P(liquidation) over the models of the envelope."""
    band, count = envelope["spread"][scenario]["modes"][mode]["p_liquidation"], len(envelope["models"]) + 1
    low, high = (percent(band[key]) if band[key] else "0" for key in ("lowest", "highest"))
    return f"{count} models: {low} to {high}"


def _probability(account: Account, estimate: Json) -> dict[str, Any]:
    limit = limit_for(account, account.calm, account.base)
    value, interval = percent(estimate["value"]), bounds(estimate, percent)
    if estimate["value"] == 0.0:
        value, interval = "0", f"below {percent(estimate['high'])}"
    lines, tone = [f"95 % interval: {interval}"], ""
    if limit is None:
        lines.append("no limit set")
    else:
        value, bound = against(estimate["value"], limit["limit"], fraction=True)
        value = "0" if estimate["value"] == 0.0 else value
        found = OF_LIMIT[limit["status"]]
        lines, tone = [*lines, f"{found.sign} limit {bound}: {limit['status']}"], found.tone
    if account.envelope:
        lines.append(model_spread(account.envelope, account.calm, account.base))
    others = [
        f"{account.label(mode)}: {percent(account.mode(account.calm, mode)['p_liquidation']['value'])}"
        for mode in account.modes[1:3]
    ]
    return tile(f"P(liquidation), {account.base}, {account.calm}", value, lines + others, tone)


def _loss(account: Account, own: Json) -> dict[str, Any]:
    loss = own["loss_given_liquidation"]
    shortfall = f"owed beyond the equity: {optional(own['shortfall']['value'], usd)} a path"
    if loss["value"] is None:
        return tile("Loss if liquidated", UNDEFINED, [str(loss["reason"]), shortfall])
    share = f"{percent(loss['value'] / account.equity)} of equity" if account.equity > 0.0 else ""
    return tile("Loss if liquidated", usd(loss["value"]), [f"95 %: {bounds(loss, usd)}", share, shortfall])


def _time(account: Account, times: Json) -> dict[str, Any]:
    if times["median"] is None:
        return tile("Time to liquidation", UNDEFINED, [str(times["reason"])])
    horizon = duration(account.results.metrics["horizon_h"])
    lines = ["of the liquidated paths", f"one in ten within {hours(times['p10'])}", f"horizon {horizon}"]
    return tile("Time to liquidation, median", hours(times["median"]), lines)


def _exposure(account: Account) -> dict[str, Any]:
    lines = [
        f"{account.label(mode)}: {optional(account.margin[mode]['exposure_per_initial'], multiple)}"
        for mode in account.modes[1:3]
    ]
    own = account.margin[account.base]
    reason = "" if own["exposure_per_initial"] is not None else str(own["reason"])
    value = optional(own["exposure_per_initial"], multiple)
    return tile("Exposure per USD of margin", value, [account.label(account.base), reason, *lines])
