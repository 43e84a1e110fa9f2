"""How sure the first page is of its headline: what chance leaves open, and what other models say."""

from stresskit.report.format import bounds, percent
from stresskit.report.headlines import model_spread
from stresskit.report.view import Account


def certainty(account: Account) -> str:
    """One line, about the mode to choose where there is one."""
    mode = account.verdict["mode"] or account.base
    found = account.mode(account.calm, mode)["p_liquidation"]
    if found["value"] == 0.0:
        left_open = f"below {percent(found['high'])}"
    elif found["value"] == 1.0:
        left_open = f"above {percent(found['low'])}"
    else:
        left_open = f"within {bounds(found, percent)}"
    model = (
        f"over {model_spread(account.envelope, account.calm, mode)}"
        if account.envelope
        else "the error of the model is larger"
    )
    return (
        f"How sure: chance alone leaves P(liquidation) of {account.label(mode)} in {account.calm} "
        f"{left_open} (95 %); {model}."
    )
