"""Which of the fitted models the data prefer, by AIC and by BIC.

Marginals are compared asset by asset and by the sum over the assets, dependences by their
likelihood on the same residuals. A model without a likelihood is not ranked, and the reason said.
"""

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]
FIGURES = ("loglik", "parameters", "aic", "bic")


def rank_marginals(fits: Mapping[str, Facts]) -> dict[str, Any]:
    """Compare marginal models; `fits` holds by model what is said of each asset.

    Returns
    -------
    ``total``: a row a model, best AIC first, with `best_for`, the number of assets for which the
    AIC prefers it; ``by_asset``: the best model by AIC and by BIC; ``not_ranked``: reasons by model.
    """
    ranked, left = _split({name: list(by_asset.values()) for name, by_asset in fits.items()})
    assets = list(next(iter(fits.values()), {}))
    best = {
        asset: {key: min(ranked, key=lambda name: fits[name][asset][key]) for key in ("aic", "bic")}
        for asset in assets
        if ranked
    }
    wins = [entry["aic"] for entry in best.values()]
    rows = [
        {
            "model": name,
            **{key: sum(fit[key] for fit in rows) for key in FIGURES},
            "best_for": wins.count(name),
        }
        for name, rows in ranked.items()
    ]
    return {"total": _sorted(rows), "by_asset": best, "not_ranked": left}


def rank_dependences(fits: Mapping[str, Facts]) -> dict[str, Any]:
    """Compare dependences; `fits` holds what is said of each. Returns ``total`` and ``not_ranked``."""
    ranked, left = _split({name: [said] for name, said in fits.items()})
    rows = [{"model": name, **{key: said[key] for key in FIGURES}} for name, (said,) in ranked.items()]
    return {"total": _sorted(rows), "not_ranked": left}


def _split(fits: Mapping[str, list[Facts]]) -> tuple[dict[str, list[Facts]], dict[str, str]]:
    """Models with a likelihood, and why the others have none."""
    ranked, left = {}, {}
    for name, rows in fits.items():
        lacking = [row for row in rows if row.get("aic") is None]
        if lacking:
            left[name] = str(lacking[0].get("reason") or lacking[0].get("note") or "it has no likelihood")
        else:
            ranked[name] = rows
    return ranked, left


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["aic"], row["model"]))
