"""One path of a finished run, rebuilt bit for bit from its index."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from stresskit.config.run import Run
from stresskit.config_file import Loaded, Source
from stresskit.domain import Block, Record, Tile
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.margin import terms_of
from stresskit.pipeline.setting import Setting, prepare
from stresskit.pipeline.story import BESIDES, COUNTED, MOVED, cause, forced, held_shares, legs_closed, so_far
from stresskit.results import CARRIED_COLUMNS, MAX_LEVERAGE, Life, columns_of, load
from stresskit.simulate.blocks import BlockOutcome, Contender, Plan, live_block, workspace
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, notionals, start_equity, view_at


def replay(folder: Path, path: int, scenario: str | None = None) -> dict[str, Any]:
    """Live through one path again and tell it step by step.

    Parameters
    ----------
    folder : a finished run.
    path : index of the path, from 0.
    scenario : name of the scenario (default: the first).

    Raises
    ------
    ConfigError
        If there is no such path or scenario.
    DataError
        If the folder is no finished run, or was made by other sources, data or config.
    """
    results = load(folder)
    setting = _same_setting(folder, results.manifest)
    known = list(setting.stressed)
    chosen = scenario or known[0]
    if chosen not in known:
        raise ConfigError([Problem("", "--scenario", f"one of {', '.join(known)}")])
    if not 0 <= path < results.manifest["paths"]:
        raise ConfigError([Problem("", "--path", f"a path from 0 to {results.manifest['paths'] - 1}")])
    told, outcome = _live(setting, setting.plan(chosen), path)
    for place, (one, _) in enumerate(setting.lives()):
        names = [column.name for column in columns_of(one)]
        record = {name: outcome.column(place, name)[0].item() for name in names}
        stored = {name: results.column(chosen, one.name, name)[path].item() for name in record}
        if record != stored:
            raise DataError(
                [Problem(str(folder), one.name, "outcomes that this machine can rebuild bit for bit")]
            )
        record["lowest_ratio_at_least"] = record.pop("lowest_ratio")
        told["lives"][one.name]["outcome"] = record
    return {"scenario": chosen, "path": path, "seed": results.manifest["seed"], **told}


def _same_setting(folder: Path, manifest: dict[str, Any]) -> Setting:
    run = Run.model_validate(json.loads(json.dumps(manifest["config"])))
    base = Path(manifest["config_base"])
    setting = prepare(Loaded(run, Source(base / "config", manifest["config"]), manifest["config"]))
    now, then = setting.hashes(), manifest["hashes"]
    if changed := [name for name in now if now[name] != then.get(name)]:
        expected = f"a run made from the same {', '.join(changed)}: run it again with --force"
        raise DataError([Problem(str(folder), "hashes", expected)])
    return setting


class Names(NamedTuple):
    """A life's symbols, and by index names of its rule's terms and of what its collateral can lose."""

    symbols: list[str]
    terms: dict[int, str]
    pledged: dict[int, str]


def _names(setting: Setting, one: Life) -> Names:
    account = next(account for account in setting.accounts if account.name == one.account)
    mode = account.modes[one.mode if one.mode in account.modes else one.mode.removesuffix(MAX_LEVERAGE)]
    symbols = [position.symbol for position in account.spec.positions]
    return Names(symbols, terms_of(mode.contender.rule, mode.parameters), setting.pledged(account))


def _live(setting: Setting, plan: Plan, path: int) -> tuple[dict[str, Any], BlockOutcome]:
    """Walk one path a step at a time."""
    step_h = setting.loaded.run.simulation.step / 3600
    lives = setting.lives()
    marks: dict[str, list[float]] = {asset: [1.0] for asset in setting.assets}
    start = {"t_h": 0.0, "event": None, "so_far": dict.fromkeys(COUNTED + BESIDES, 0.0)}
    start |= dict.fromkeys(_carried(setting), 0.0)
    carried: dict[str, dict[str, list[float]]] = {kind: {} for kind in setting.courses.kinds}
    names = {one.name: _names(setting, one) for one, _ in lives}
    steps = {one.name: [start | _standing(contender, plan, None, None)] for one, contender in lives}

    space = workspace(plan, 1, 1)

    def watch(step: int, tile: Tile, blocks: list[Block], records: list[Record]) -> None:
        for k, asset in enumerate(setting.assets):
            marks[asset].append(float(tile.marks[0, k, 0]))
            for kind in carried:
                carried[kind].setdefault(asset, []).append(float(getattr(tile, kind)[0, k, 0]))
        present, every = plan.present(step - 1), space.lives
        for (one, _), contender, block, record, living in zip(
            lives, present, blocks, records, every, strict=True
        ):
            told = steps[one.name]
            done = so_far(record) | {name: float(getattr(living, name)[0]) for name in MOVED}
            now = _standing(contender, plan, tile, block) | {"so_far": done}
            now |= {name: float(getattr(record, name)[0]) for name in _carried(setting)}
            lost = int(living.pledge.cause[0])
            event = _event(record, step, told[-1], now, names[one.name], lost)
            told.append({"t_h": step * step_h, "event": event, **now})

    outcome = live_block(plan, path, space, watch)
    lived = {name: {"steps": told} for name, told in steps.items()}
    return {"marks": marks, **carried, "lives": lived}, outcome


def _carried(setting: Setting) -> list[str]:
    """Outcome columns of funding and basis, those that the run has."""
    return [CARRIED_COLUMNS[kind].name for kind in setting.courses.kinds]


def _standing(contender: Contender, plan: Plan, tile: Tile | None, block: Block | None) -> dict[str, Any]:
    """Equity, maintenance and what is still open, after the step."""
    book = contender.book
    view = view_at(book, plan.variance)
    equity = start_equity(book)
    if tile is not None and block is not None:
        view.quantity[:] = block.quantity[:, 0]
        view.marks[:] = tile.marks[0, :, 0] * block.shift[:, 0]
        view.variance[:] = tile.variance[0, :, 0]
        view.multiplier[0] = tile.multiplier
        view.cash[0] = block.cash[0]
        equity = float(block.equity[0])
    breakdown = empty_breakdown(book.asset.size, plan.variance.size, contender.scenarios)
    maintenance = assess(contender.rule, book, view, breakdown) if view.quantity.any() else 0.0
    return {
        "equity": equity,
        "maintenance": maintenance,
        "open": notionals(book, view).tolist(),
        "held": held_shares(view.quantity, book.quantity),
    }


def _event(
    record: Record, step: int, before: dict[str, Any], now: dict[str, Any], names: Names, lost: int
) -> str | None:
    """What was forced at this step, in words."""
    first = record.first_step[0] == step
    return forced(
        before["so_far"],
        now["so_far"],
        legs_closed(names.symbols, before["held"], now["held"]),
        everything=bool(record.closed_step[0] == step),
        cause=cause(record, names.symbols, names.terms, names.pledged[lost] if lost >= 0 else None)
        if first
        else "",
    )
