"""The model envelope as text: a row a model, and how its spread compares with Monte Carlo error."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import apart, dollars, estimate, hundredths, table

OWN = "run"


def envelope_text(account: Mapping[str, Any]) -> Iterator[str]:
    """One block a scenario; nothing where the run has no envelope."""
    found = account.get("envelope")
    if not found:
        return
    for scenario, spread in found["spread"].items():
        modes = list(spread["modes"])
        labels = {m: f"{m} (hypothetical)" if account["margin"][m]["hypothetical"] else m for m in modes}
        header = ("model", *(f"P(liquidation) {labels[m]} %" for m in modes), "99 % VaR USD", "99 % ES USD")
        figures = {f"{OWN} (this config)": account["scenarios"][scenario]} | {
            name: model["scenarios"][scenario] for name, model in found["models"].items()
        }
        rows = [_row(name, each, modes) for name, each in figures.items()]
        told = [_spread(f"P(liquidation) of {m}", spread["modes"][m]["p_liquidation"], "%") for m in modes]
        told.append(_spread("99 % ES, mark-to-market", spread["market"]["es"]["0.99"], "USD"))
        note = "VaR and ES mark-to-market; each model with its own fit"
        yield "\n".join([f"MODELS in {scenario}  ({note})", table(header, rows), *told])


def _row(name: str, figures: Mapping[str, Any], modes: list[str]) -> tuple[str, ...]:
    shares = (estimate(figures["modes"][mode]["p_liquidation"], hundredths) for mode in modes)
    market = figures["market"]
    return (name, *shares, *(estimate(market[kind]["0.99"], dollars) for kind in ("var", "es")))


def _spread(name: str, band: Mapping[str, Any], unit: str) -> str:
    if band["lowest"] is None:
        return f"  {name}: {band['reason']}"
    scale = 100.0 if unit == "%" else 1.0
    low, high = (_figure(scale * band[key], unit) for key in ("lowest", "highest"))
    width = band["monte_carlo"]
    times = ""
    if width:
        times = f", {(band['highest'] - band['lowest']) / width:.1f} times the Monte Carlo interval"
    ends = f"{low} ({band['lowest_model']}) to {high} ({band['highest_model']}) {unit}"
    return f"  {name}: {ends} over the models{times}"


def _figure(value: float, unit: str) -> str:
    return apart(value, 0.0, 100.0) if unit == "%" else dollars(value)
