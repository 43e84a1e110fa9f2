"""What a turned dial says of one account: curves, breakdown points, crossings and illusions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stresskit.domain import Estimate
from stresskit.margin.var import Var
from stresskit.measure.figure import figure
from stresskit.pipeline.accounts import Prepared
from stresskit.study.dial.illusion import TOO_LATE, Asked, facts
from stresskit.study.dial.passage import (
    bracket,
    crossings,
    curve,
    falls,
    illusion_point,
    passage,
    turns,
    zero,
)
from stresskit.study.dial.turning import Columns, Turning

COST = "expected_liquidation_cost"
LIMITED = ("p_liquidation", COST)
Written = list[dict[str, Any]]


def around(turning: Turning, account: Prepared) -> Iterator[tuple[float, float] | None]:
    """Neighbouring strengths between which some point of the account lies."""
    x = turning.strengths
    for lives in turning.bases(account).values():
        baseline = next(iter(lives.values()))
        for mode, name in lives.items():
            told = turning.figures(name)
            for quantity in LIMITED:
                limit = turning.limit(account, quantity, mode)
                yield None if limit is None else bracket(curve(x, told[quantity]), limit)
            if name != baseline:
                gap = curve(x, turning.paired(name, baseline)[COST])
                places = [zero(gap, i, j)[0] for i, j in turns(gap)]
                yield from ((x[k - 1], x[k]) for k in places)
    for ask in turning.asked[account.name]:
        yield bracket(curve(x, turning.shares(account, ask)["requirement"]), _beyond(ask))


def account_answer(turning: Turning, account: Prepared) -> dict[str, Any]:
    """Everything of one account, JSON-able."""
    tails = [turning.points[strength].tails(account.name) for strength in turning.strengths]
    return {
        "present": next(iter(account.modes)),
        "hypothetical": [name for name, mode in account.modes.items() if mode.hypothetical],
        "market": {"var_99": _written(t[0] for t in tails), "es_99": _written(t[1] for t in tails)},
        **{basis: _basis(turning, account, lives) for basis, lives in turning.bases(account).items()},
        "illusion": _illusion(turning, account),
    }


def _written(estimates: Iterable[Estimate]) -> Written:
    return [figure(estimate) for estimate in estimates]


def _columns(columns: Mapping[str, list[Estimate]]) -> dict[str, Written]:
    return {key: _written(column) for key, column in columns.items()}


def _basis(turning: Turning, account: Prepared, lives: Mapping[str, str]) -> dict[str, Any]:
    present, baseline = next(iter(lives.items()))
    told = {mode: turning.figures(name) for mode, name in lives.items()}
    paired = {mode: turning.paired(name, baseline) for mode, name in lives.items() if mode != present}
    crossed = {mode: crossings(curve(turning.strengths, found[COST])) for mode, found in paired.items()}
    return {
        "modes": {mode: _columns(columns) for mode, columns in told.items()},
        "paired": {mode: _columns(columns) for mode, columns in paired.items()},
        "breakdown": {mode: _breakdown(turning, account, mode, columns) for mode, columns in told.items()},
        "crossings": crossed,
    }


def _breakdown(turning: Turning, account: Prepared, mode: str, columns: Columns) -> dict[str, Any]:
    """The breakdown point of each limited quantity, and where its curve falls."""
    found = {}
    for quantity in LIMITED:
        line, limit = curve(turning.strengths, columns[quantity]), turning.limit(account, quantity, mode)
        point = _unlimited(quantity) if limit is None else passage(line, limit)
        found[quantity] = {**point, "falls": falls(line)}
    return found


def _unlimited(quantity: str) -> dict[str, Any]:
    reason = f"no {quantity} in [limits] for this mode or the baseline's"
    return {"status": "none", "limit": None, "value": None, "low": None, "high": None, "reason": reason}


def _illusion(turning: Turning, account: Prepared) -> dict[str, Any]:
    known = {ask.mode.name: ask for ask in turning.asked[account.name]}
    modes = [name for name, mode in account.modes.items() if isinstance(mode.spec, Var)]
    return {
        name: _seen(turning, account, known[name]) if name in known else {"point": None, "reason": TOO_LATE}
        for name in modes
    }


def _seen(turning: Turning, account: Prepared, ask: Asked) -> dict[str, Any]:
    shares = turning.shares(account, ask)
    book, alone = (curve(turning.strengths, shares[key]) for key in ("requirement", "stand_alone"))
    return {
        **facts(ask),
        **{f"beyond_{key}": _written(column) for key, column in shares.items()},
        "point": illusion_point(book, alone, _beyond(ask)),
    }


def _beyond(ask: Asked) -> float:
    """Share of the losses that the rule lets exceed its requirement."""
    return round(1.0 - ask.spec.confidence, 12)
