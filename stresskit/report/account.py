"""Positions and collateral of an account, and what each mode asks of them: its second page, or two."""

from collections.abc import Iterator, Sequence

import numpy as np

from stresskit.report import margin_findings
from stresskit.report.blocks import Block, Cell, Page, left, picture, right, section, table, text
from stresskit.report.figures.requirement import Requirement, requirement
from stresskit.report.format import gain, money, multiple, number, optional, percent, stated, usd
from stresskit.report.margins import margins
from stresskit.report.mode_tables import mode_cell
from stresskit.report.positions import is_spot, positions
from stresskit.report.view import Account

MOST_BARS = 12
MOST_COLUMNS = 10
MOST_TOGETHER = 10  # positions that share a sheet with what is asked of them


def account_pages(account: Account) -> list[Page]:
    """Build the page from the margin objects and the config; two of them for many positions."""
    held = [text(_collateral(account)), *positions(account), *_concentration(account)]
    asked = [
        *margins(account),
        section("What each position adds", _share_finding(account)),
        _bars(account),
        *_factors(account),
    ]
    many = len(account.symbols) > MOST_TOGETHER
    pages = [("Positions", held), ("Margin", asked)] if many else [("Account and margin", [*held, *asked])]
    return [{"title": title, "subtitle": account.name, "blocks": blocks} for title, blocks in pages]


def _collateral(account: Account) -> str:
    held = ", ".join(
        f"{stated(entry['amount'])} {entry['asset']}"
        for entry in account.config["collateral"]
        if entry["amount"]
    )
    margin = account.margin[account.base]
    worth = sum(entry["amount"] * entry.get("mark", 1.0) for entry in account.config["collateral"])
    counted = [entry["counted"] for entry in margin.get("balances", ())]
    open_profit = account.equity - (sum(counted) if counted else worth)
    profit = f", unrealized P&L {gain(open_profit)}" if abs(open_profit) >= 0.005 else ""
    spot = " with the coins of spot positions" if _spot_counts(account) else ""
    cut = f", {usd(sum(counted))} after collateral ratios{spot}" if counted else ""
    return f"Venue {account.config['venue']}. Collateral {held}{cut}{profit}; equity {usd(account.equity)}."


def _spot_counts(account: Account) -> bool:
    """Whether a coin held in spot counts as collateral."""
    held = {symbol.partition("/")[0] for symbol in account.symbols if is_spot(symbol)}
    balances = account.margin[account.base].get("balances", ())
    return any(entry["asset"] in held and entry["counted"] > 0.0 for entry in balances)


def _concentration(account: Account) -> Iterator[Block]:
    """Gross and net exposure, and how evenly it is spread."""
    held = [float(p["notional"]) for p in account.margin[account.base]["positions"]]
    gross, net = sum(map(abs, held)), sum(held)
    names = {f"{place}": size for place, size in enumerate(held)}
    symbols = dict(zip(account.symbols, held, strict=True))
    told = margin_findings.concentration(symbols if len(symbols) == len(held) else names)
    if gross > 0.0:
        spread = gross**2 / sum(size**2 for size in held)
        leverage = f", {multiple(gross / account.equity)} the equity" if account.equity > 0.0 else ""
        told += (
            f". Gross {usd(gross)}{leverage}; net {gain(net)}, {percent(abs(net) / gross)} of gross; as "
            f"concentrated as {number(spread)} equal positions"
        )
    yield text(f"Concentration: {told}.")


def _share_finding(account: Account) -> str:
    margin = account.margin[account.base]
    found = [(p["symbol"], float(p["maintenance"])) for p in margin["positions"]]
    return margin_findings.largest_part(found, account.label(account.base))


def _bars(account: Account) -> Block:
    positions = account.margin[account.base]["positions"]
    size = [
        max(abs(account.margin[m]["positions"][i]["maintenance"]) for m in account.modes)
        for i in range(len(positions))
    ]
    chosen = sorted(sorted(range(len(positions)), key=lambda i: -size[i])[:MOST_BARS])
    panels = [_panel(account, mode, slot, chosen) for slot, mode in enumerate(account.modes)]
    described = [
        f"{p.title.replace(chr(10), ' ')}: "
        + ", ".join(f"{s} {money(float(v))}" for s, v in zip(p.symbols, p.contributions, strict=True))
        for p in panels
    ]
    alt = f"Maintenance by position in USD. {'; '.join(described)}."
    rest = len(positions) - len(chosen)
    caption = f"The {rest} smallest contributions are in the total, not drawn." if rest else ""
    return picture("requirement", requirement(panels), alt, caption)


def _panel(account: Account, mode: str, slot: int, chosen: Sequence[int]) -> Requirement:
    positions = account.margin[mode]["positions"]
    title = f"{account.label(mode)}\n{usd(account.margin[mode]['maintenance'])}"
    symbols = tuple(str(positions[i]["symbol"]) for i in chosen)
    parts = np.array([positions[i]["maintenance"] for i in chosen], dtype=np.float64)
    return Requirement(title, slot, symbols, parts)


def _factors(account: Account) -> Iterator[Block]:
    """What each asset uses of the equity: a row a mode, a column an asset."""
    used = account.margin[account.base]["risk_factors"]
    yield section("Risk factors", margin_findings.utilisation(used, account.label(account.base)))
    assets = list(dict.fromkeys(a for mode in account.modes for a in account.margin[mode]["risk_factors"]))
    for start in range(0, len(assets), MOST_COLUMNS):
        chunk = assets[start : start + MOST_COLUMNS]
        columns = [left("Maintenance / equity", 2.2), *(right(asset) for asset in chunk)]
        yield table(columns, [_factor_row(account, mode, chunk) for mode in account.modes])


def _factor_row(account: Account, mode: str, assets: Sequence[str]) -> list[Cell]:
    factors = account.margin[mode]["risk_factors"]
    return [mode_cell(account, mode), *(optional(factors.get(asset), percent) for asset in assets)]
