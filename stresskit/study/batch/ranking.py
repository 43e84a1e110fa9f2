"""Which account of which run is worst off: broken limits first, then the likelier liquidation."""

from typing import Any

from stresskit.results import Results

STATUS = ("broken", "undecided", "met", "no limit")


def ranking(label: str, results: Results) -> list[dict[str, Any]]:
    """One entry an account, in its present mode; ``order`` sorts the worst to the top."""
    return [_entry(label, results, account) for account in results.accounts]


def calm_scenario(results: Results) -> str:
    """The first scenario of kind ``baseline``, or the first of all."""
    kinds = results.manifest["scenarios"]
    calm = (name for name in results.scenarios if kinds[name]["kind"] == "baseline")
    return next(calm, results.scenarios[0])


def _entry(label: str, results: Results, account: str) -> dict[str, Any]:
    found, calm = results.accounts[account], calm_scenario(results)
    mode = results.modes(account)[0]
    figures = {name: found["scenarios"][name]["modes"][mode] for name in results.scenarios}
    worst = max(figures, key=lambda name: float(figures[name]["p_liquidation"]["value"]))
    statuses = {limit["status"] for limit in found["verdict"]["limits"]}
    status = next((known for known in STATUS if known in statuses), STATUS[-1])
    hit, worst_hit = figures[calm]["p_liquidation"], figures[worst]["p_liquidation"]
    cost = figures[calm]["expected_liquidation_cost"]
    order = (STATUS.index(status), -hit["value"], -worst_hit["value"], -cost["value"], label, account)
    return {
        "order": order,
        "run": label,
        "account": account,
        "folder": results.folder.name,
        "limits": status,
        "mode": mode,
        "hypothetical": [name for name, margin in found["margin"].items() if margin.get("hypothetical")],
        "scenario": calm,
        "p_liquidation": hit,
        "worst_scenario": worst,
        "worst_p_liquidation": worst_hit,
        "expected_liquidation_cost": cost,
        "ratio": found["margin"][mode]["ratio"],
        "initial": found["margin"][mode]["initial"],
        "verdict": found["verdict"]["mode"],
    }
