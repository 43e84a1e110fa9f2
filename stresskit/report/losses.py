"""Fifth and sixth page of an account: P&L, tails; contributions, equal efficiency, scenarios."""

from collections.abc import Iterator
from typing import Any

from stresskit.report import findings
from stresskit.report.blocks import Block, Cell, Page, cell, left, picture, right, section, table
from stresskit.report.contributions import contributions
from stresskit.report.curves import Losses, pnl_edges, shares
from stresskit.report.figures.profit_and_loss import profit_and_loss
from stresskit.report.format import level_name, money, percent, points, stated
from stresskit.report.mode_tables import (
    estimate_cell,
    mode_cell,
    mode_table,
    paired_finding,
    paired_table,
    range_finding,
    reasons,
)
from stresskit.report.scenario_differences import scenario_differences
from stresskit.report.settings import settings, told
from stresskit.report.view import MOST_SHOWN, Account, Json

MOST_TOGETHER = 4  # scenarios whose figures and notes share a sheet
MOST_SMALL = 12  # positions and three times the modes of an account whose losses take one sheet
NAMES = {"var": "VaR", "es": "ES"}


def losses_pages(account: Account) -> list[Page]:
    """Build the page of losses, and those of what they come from and what changes them."""
    losses = [*_histogram(account), *_tails(account)]
    if len(account.scenarios) == 1 and len(account.symbols) + 3 * len(account.modes) <= MOST_SMALL:
        rest = [*contributions(account), *_efficiency(account), *_scenarios(account)]
        return [_page(account, "Losses and comparison", [*losses, *rest])]
    rest = [*contributions(account), *scenario_differences(account), *_efficiency(account)]
    further, changed = [*_further(account)], [*_scenarios(account)]
    pages = [_page(account, "Losses", losses)]
    if len(account.scenarios) <= MOST_SHOWN:
        return [*pages, _page(account, "Comparison and scenarios", [*rest, *further, *changed])]
    pages.append(_page(account, "Comparison", rest))
    if len(account.scenarios) <= MOST_TOGETHER:
        return [*pages, _page(account, "Scenarios", [*further, *changed])]
    return [*pages, _page(account, "Scenarios", further), _page(account, "What scenarios changed", changed)]


def _page(account: Account, title: str, blocks: list[Block]) -> Page:
    return {"title": title, "subtitle": account.name, "blocks": blocks}


def _histogram(account: Account) -> list[Block]:
    panels = [_row(account, scenario) for scenario in account.shown]
    scenario = account.shown[-1]
    own = account.mode(scenario, account.base)
    finding = findings.losses(
        account.label(account.base),
        scenario,
        own["p_liquidation"],
        own["loss_given_liquidation"],
        account.figures[scenario]["market"]["var"],
        own["var"],
    )
    described = [f"{p.title}: liquidated {percent(p.liquidated)}" for row in panels for p in row]
    alt = f"Histogram of P&L at the horizon, liquidated paths as their own bar. {'; '.join(described)}."
    caption = (
        "Outline: mark-to-market P&L of all paths if nothing were ever liquidated. Filled: paths without a "
        "forced closing. Own bar: paths with one; equal areas are equal shares of paths. Outermost bins hold "
        "what lies beyond. Dotted: all equity lost."
    )
    return [section("P&L", finding), picture("profit_and_loss", profit_and_loss(panels), alt, caption)]


def _row(account: Account, scenario: str) -> list[Losses]:
    """Histograms of one scenario, a mode each, on the bins of the market's P&L."""
    pnl = account.column(scenario, "market", "pnl")
    edges = pnl_edges(pnl, account.equity)
    weight = account.weight(scenario)
    market = shares(pnl, edges, weight.sum(), weight)
    found = []
    for mode in account.modes[:MOST_SHOWN]:
        alive = account.column(scenario, mode, "first_step") < 0
        profit = account.column(scenario, mode, "terminal_equity")[alive] - account.equity
        found.append(
            Losses(
                f"{scenario}: {account.label(mode)}",
                account.slot(mode),
                edges,
                market,
                shares(profit, edges, weight.sum(), weight[alive]),
                float(weight[~alive].sum() / weight.sum()),
                account.equity,
            )
        )
    return found


def _tails(account: Account) -> Iterator[Block]:
    scenario = account.shown[-1]
    levels = sorted(account.figures[scenario]["market"]["var"], key=float)
    names = [level_name(level) for level in levels]
    columns = [left("Scenario", 1.6), left("P&L", 1.6)]
    columns += [right(f"{kind} {name}", 1.35) for kind in ("VaR", "ES") for name in names]
    rows: list[list[Cell]] = []
    notes: list[str] = ["USD over the run's horizon, losses positive, with 95 % intervals."]
    for name in account.listed:
        for label, figures in _lives(account, name):
            rows.append([name, label, *_tail_cells(figures, levels)])
            notes += _remarks(figures)
    market, own = account.figures[scenario]["market"]["es"], account.mode(scenario, account.base)["es"]
    yield section("Tails", findings.tails(account.label(account.base), scenario, market, own))
    yield table(columns, rows, notes)


def _lives(account: Account, scenario: str) -> Iterator[tuple[Cell, Json]]:
    yield "mark-to-market", account.figures[scenario]["market"]
    for mode in account.modes:
        yield mode_cell(account, mode), account.mode(scenario, mode)


def _tail_cells(figures: Json, levels: list[str]) -> list[Cell]:
    return [estimate_cell(figures[kind][level], money) for kind in ("var", "es") for level in levels]


def _remarks(figures: Json) -> Iterator[str]:
    for kind in ("var", "es"):
        for level, estimate in figures[kind].items():
            said = estimate.get("reason") or estimate.get("warning")
            if said:
                yield f"{NAMES[kind]} {level_name(level)}: {said}."


def _efficiency(account: Account) -> Iterator[Block]:
    scenarios = [s for s in account.listed if "equal_efficiency" in account.figures[s]]
    if not scenarios:
        yield section("Equal efficiency", "Not computed: the run's config leaves it out")
        return
    columns = [
        left("Scenario", 1.45),
        left("Mode", 2.0),
        right("Collateral, USD", 1.1),
        right("P(liquidation)", 1.65),
        right("P(closed out)", 1.65),
        right("Loss if liquidated, USD", 1.55),
        right(f"Difference to {account.base}", 1.75),
    ]
    rows = [row for name in scenarios for row in _efficiency_rows(account, name)]
    found = account.figures[account.shown[-1]]["equal_efficiency"]
    compared = [
        (account.label(m), float(found["collateral"][m]), f["p_liquidation"])
        for m, f in found["modes"].items()
    ]
    yield section("Equal efficiency", findings.efficiency(account.shown[-1], compared))
    buffer = account.results.manifest["config"].get("comparison", {}).get("buffer")
    each = f"{stated(buffer)} times" if buffer else "the same multiple of"
    lives = [f for name in scenarios for f in account.figures[name]["equal_efficiency"]["modes"].values()]
    notes = [f"Each mode holds {each} its own initial requirement as collateral."]
    yield table(columns, rows, notes + reasons(f["loss_given_liquidation"] for f in lives))


def _efficiency_rows(account: Account, scenario: str) -> Iterator[list[Cell]]:
    found = account.figures[scenario]["equal_efficiency"]
    modes = [m for m in account.modes if m in found["modes"]]
    for mode in modes + [m for m in found["modes"] if m not in modes]:
        figures, paired = found["modes"][mode], found["paired"].get(mode)
        yield [
            scenario,
            mode_cell(account, mode),
            money(found["collateral"][mode]),
            estimate_cell(figures["p_liquidation"], percent),
            estimate_cell(figures["p_closed_out"], percent),
            estimate_cell(figures["loss_given_liquidation"], money),
            estimate_cell(paired["difference"], points) if paired else "",
        ]


def _further(account: Account) -> Iterator[Block]:
    """What the first page had no room for."""
    rest = [name for name in account.scenarios if name not in account.listed]
    unpaired = [name for name in account.scenarios if name not in account.paired]
    if rest:
        yield section("Further scenarios", range_finding(account, rest))
        yield mode_table(account, rest)
    if unpaired and len(account.modes) > 1:
        yield section("Same paths, two modes", paired_finding(account, unpaired))
        yield paired_table(account, unpaired)


def _scenarios(account: Account) -> Iterator[Block]:
    manifest = account.results.manifest
    rows: list[list[Cell]] = []
    for name in account.scenarios:
        spec: Any = manifest["config"].get("scenarios", {}).get(name, {})
        found: Any = manifest["scenarios"][name]
        notes = {key: value for key, value in found["notes"].items() if key != "source"}
        rows.append([cell(name, found["kind"]), _configured(spec), told(notes)])
    changed = sum(manifest["scenarios"][name]["kind"] != "baseline" for name in account.scenarios)
    yield section("What each scenario changed", findings.changed(len(account.scenarios), changed))
    columns = [left("Scenario", 0.9), left("As configured", 2.2), left("What that made of the model", 3.6)]
    yield table(columns, rows)


def _configured(spec: Any) -> str:
    """A scenario as the config states it; of several effects only their kinds."""
    effects = spec.get("effects")
    if not effects:
        return settings(spec, "kind")
    return f"{len(effects)} effects, in full on the page Config: {', '.join(one['kind'] for one in effects)}"
