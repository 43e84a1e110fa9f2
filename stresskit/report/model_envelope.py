"""The same account under other models: what each says, how far apart they lie, which one the past prefers.

Where a backtest of these models lies beside the run, they stand in the order of their Fissler-Ziegel loss.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import money, percent, significant
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.view import MOST_SHOWN, Account, Json


def model_envelope(account: Account) -> Iterator[Block]:
    """One table for the scenarios shown; nothing where the run has no envelope."""
    found = account.envelope
    if not found:
        return
    modes = account.modes[:MOST_SHOWN]
    yield section("Model envelope", _finding(account, found))
    columns = [left("Scenario", 1.2), left("Model", 2.0)]
    columns += [right(f"P(liquidation), {account.label(mode)}", 1.5) for mode in modes]
    columns += [right("VaR 99 %, USD", 1.4), right("ES 99 %, USD", 1.4)]
    losses = backtest_losses(account)
    names = in_order(found["models"], losses)
    rows: list[list[Cell]] = []
    for scenario in account.shown:
        rows.append(_row(scenario, cell("run", "this config"), account.figures[scenario], modes))
        for name in names:
            model = found["models"][name]
            place = f", {_place(name, names, losses)}" if losses else ""
            label = cell(name, f"{model['marginal']}, {model['dependence']}{place}")
            rows.append(_row(scenario, label, model["scenarios"][scenario], modes))
    note = (
        "Mark-to-market VaR and ES, with 95 % Monte Carlo intervals. Each model has its own fit to the same "
        "market and the same random numbers; a rule that is calibrated to the model follows it. The range "
        "over models is no confidence interval."
    )
    yield table(columns, rows, [note, _order(losses, names)])


def backtest_losses(account: Account) -> dict[str, float]:
    """Mean Fissler-Ziegel loss at the highest level of the envelope's models that a backtest has tried."""
    answer, name = account.studies.answers.get("backtest"), account.results.metrics["name"]
    books = [] if answer is None else [b for b in answer["books"] if b["name"] == name]
    told = {b["envelope_model"]: b["model"] for b in books if "envelope_model" in b}
    highest = {
        model: found[max((key for key in found if key[:1].isdigit()), key=float)]["fissler_ziegel_loss"]
        for model, found in told.items()
    }
    return {model: float(loss) for model, loss in highest.items() if loss is not None}


def in_order(models: Iterable[str], losses: Mapping[str, float]) -> list[str]:
    """Models by their loss, the smallest first; those without one after them, as they came."""
    return sorted(models, key=lambda name: losses.get(name, math.inf))


def _place(name: str, names: list[str], losses: Mapping[str, float]) -> str:
    if name not in losses:
        return "not backtested"
    return f"backtest: {names.index(name) + 1} of {sum(n in losses for n in names)}"


def _order(losses: Mapping[str, float], names: list[str]) -> str:
    if not losses:
        return (
            "Not ranked: no backtest of these models lies beside the run. Filled by: stresskit backtest "
            f"CONFIG --prices FILE {' '.join(f'--model {name}' for name in names)} --json."
        )
    told = ", ".join(f"{name} {significant(losses[name], 4)}" for name in names if name in losses)
    return f"In the order of the backtest's Fissler-Ziegel loss of VaR and ES, the smallest first: {told}."


def _row(scenario: str, name: Cell, figures: Json, modes: tuple[str, ...]) -> list[Cell]:
    shares = [estimate_cell(figures["modes"][mode]["p_liquidation"], percent) for mode in modes]
    market = figures["market"]
    return [scenario, name, *shares, *(estimate_cell(market[kind]["0.99"], money) for kind in ("var", "es"))]


def _finding(account: Account, found: Json) -> str:
    band = found["spread"][account.calm]["modes"][account.base]["p_liquidation"]
    low, high = (percent(band[key]) if band[key] else "0" for key in ("lowest", "highest"))
    told = (
        f"P(liquidation) of {account.label(account.base)} in {account.calm}: {low} to {high} over the models"
    )
    if not band["monte_carlo"]:
        return told
    times = significant((band["highest"] - band["lowest"]) / band["monte_carlo"], 2)
    return f"{told}, {times} times the Monte Carlo interval"
