"""What two finished runs differ in: their configs and data, and every headline figure with an interval.

Paths are paired by their index wherever both runs have equally many and none is weighted. That is
right whatever the configs say: with the same seed a pair shares its draws, and the interval is the
narrower for it; with another seed the pair is independent, and so is one pair of the next. Figures that
are no mean over all paths (VaR, ES, loss if liquidated) and runs that cannot be paired get an interval
from the two intervals (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), as if independent.
"""

from collections.abc import Iterator, Mapping
from math import hypot
from typing import Any

from stresskit.domain import Estimate
from stresskit.measure.figure import figure
from stresskit.measure.mean import mean
from stresskit.measure.paired import paired_difference
from stresskit.results import EQUAL_EFFICIENCY, MARKET, Life, Results

SHARES = {"p_liquidation": "first_step", "p_closed_out": "closed_step", "p_shortfall": "shortfall"}
COSTS = ("fee", "slippage", "fund", "shortfall_price")
CONDITIONAL = ("loss_given_liquidation",)
TAILS = ("var", "es")
LEVEL = "0.99"


def compare(a: Results, b: Results) -> dict[str, Any]:
    """Differences of run `b` from run `a`, JSON-able.

    Returns
    -------
    dict
        ``a``, ``b``: name, folder, run id and the modes that the venue does not offer; ``config``: every
        key that differs, with both values (null where a run lacks it);
        ``made_of``: hashes and versions
        that differ; ``paired``: whether paths
        are paired; ``figures``: one entry a scenario, account, mode, basis and figure of both runs, with
        ``a``, ``b``, ``difference`` (b less a) and ``change``: up or down where its interval excludes zero;
        ``only_a``, ``only_b``: lives that the other run lacks.
    """
    lives = [{_key(scenario, life): life for scenario, life in _lives(run)} for run in (a, b)]
    paired = _paired(a, b)
    figures = [
        entry
        for key, one in lives[0].items()
        if key in lives[1]
        for entry in _figures(a, b, key, one, lives[1][key], paired)
    ]
    return {
        "a": _named(a),
        "b": _named(b),
        "config": _changes(flat(a.manifest["config"]), flat(b.manifest["config"])),
        "made_of": _changes(_made_of(a), _made_of(b)),
        "paired": paired,
        "identical": a.metrics == b.metrics,
        "figures": figures,
        "only_a": [list(key) for key in lives[0] if key not in lives[1]],
        "only_b": [list(key) for key in lives[1] if key not in lives[0]],
    }


def flat(value: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Leaves of nested tables and lists by dotted path."""
    if isinstance(value, Mapping):
        items: list[tuple[str, Any]] = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list):
        items = [(str(i), item) for i, item in enumerate(value)]
    else:
        return {".".join(path): value}
    return {key: leaf for name, item in items for key, leaf in flat(item, (*path, name)).items()}


def _named(run: Results) -> dict[str, Any]:
    folder, run_id = str(run.folder), run.manifest["run_id"]
    named = {"name": run.metrics["name"], "folder": folder, "run_id": run_id, "paths": run.metrics["paths"]}
    margins = [margin for part in run.accounts.values() for margin in part["margin"].items()]
    return {**named, "hypothetical": sorted({mode for mode, told in margins if told["hypothetical"]})}


def _made_of(run: Results) -> dict[str, Any]:
    hashes = {key: value for key, value in run.manifest["hashes"].items() if key != "config"}
    return {**hashes, **{f"version of {k}": v for k, v in run.manifest["versions"].items()}}


def _changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    keys = dict.fromkeys([*a, *b])
    return {key: {"a": a.get(key), "b": b.get(key)} for key in keys if a.get(key) != b.get(key)}


def _lives(run: Results) -> Iterator[tuple[str, Life]]:
    for scenario in run.scenarios:
        for life in run.lives(scenario):
            if life.mode != MARKET:
                yield scenario, life


def _key(scenario: str, life: Life) -> tuple[str, str, str, str]:
    return scenario, life.account, life.mode, life.basis


def _paired(a: Results, b: Results) -> bool:
    weighted = any(run.manifest["config"]["simulation"].get("importance") == "auto" for run in (a, b))
    return not weighted and a.metrics["paths"] == b.metrics["paths"]


def _figures(
    a: Results, b: Results, key: tuple[str, str, str, str], in_a: Life, in_b: Life, paired: bool
) -> Iterator[dict[str, Any]]:
    scenario = key[0]
    one, other = _table(a, scenario, in_a), _table(b, scenario, in_b)
    for name in (*SHARES, *CONDITIONAL, "expected_liquidation_cost", "shortfall", *TAILS):
        x, y = (found[name][LEVEL] if name in TAILS else found[name] for found in (one, other))
        if paired and name not in (*CONDITIONAL, *TAILS):
            difference = _by_paths(name, (a, in_a), (b, in_b), scenario)
        else:
            difference = apart(x, y)
        named = f"{name}_{LEVEL}" if name in TAILS else name
        keys = dict(zip(("scenario", "account", "mode", "basis"), key, strict=True))
        entry = {**keys, "figure": named, "a": x, "b": y}
        yield {**entry, "difference": figure(difference), "change": _way(difference)}


def _table(run: Results, scenario: str, life: Life) -> Mapping[str, Any]:
    found = run.accounts[life.account]["scenarios"][scenario]
    part = found["equal_efficiency"] if life.basis == EQUAL_EFFICIENCY else found
    table: Mapping[str, Any] = part["modes"][life.mode]
    return table


def _by_paths(name: str, a: tuple[Results, Life], b: tuple[Results, Life], scenario: str) -> Estimate:
    def column(run: Results, life: Life, what: str) -> Any:
        return run.column(scenario, life.name, what)

    if name in SHARES:
        least = 0 if name == "p_shortfall" else -1
        hits = [column(run, life, SHARES[name]) > least for run, life in (b, a)]
        return paired_difference(hits[0], hits[1])
    parts = COSTS if name == "expected_liquidation_cost" else ("shortfall",)
    later, earlier = (sum(column(run, life, part) for part in parts) for run, life in (b, a))
    return mean(later - earlier)


def apart(a: Mapping[str, Any], b: Mapping[str, Any]) -> Estimate:
    """``b - a`` of two estimates as if independent; undefined where either is."""
    if a["value"] is None or b["value"] is None:
        return Estimate(None, None, None, str((a if a["value"] is None else b).get("reason", "undefined")))
    value = b["value"] - a["value"]
    low = value - hypot(b["value"] - b["low"], a["high"] - a["value"])
    high = value + hypot(b["high"] - b["value"], a["value"] - a["low"])
    return Estimate(value, low, high)


def _way(difference: Estimate) -> str | None:
    if difference.value is None or difference.low is None or difference.high is None:
        return None
    if difference.value != 0 and (difference.low > 0 or difference.high < 0):
        return "up" if difference.value > 0 else "down"
    return "same" if difference.low == difference.high == 0 else "within the noise"


def broken(found: Mapping[str, Any], rule: str) -> list[Mapping[str, Any]]:
    """Entries of ``figures`` that break a rule of ``--fail-on``.

    Parameters
    ----------
    found : what `compare` returned.
    rule : ``changed`` (any value differs), ``worse`` (any is up), or ``figure=amount``: that figure is
        higher by more than `amount` in some scenario, account and mode.

    Raises
    ------
    ValueError
        If the rule cannot be read; says what was expected.
    """
    entries = found["figures"]
    if rule == "changed":
        return [entry for entry in entries if entry["a"] != entry["b"]]
    if rule == "worse":
        return [entry for entry in entries if entry["change"] == "up"]
    name, _, amount = rule.partition("=")
    names = sorted({entry["figure"] for entry in entries})
    try:
        least = float(amount)
    except ValueError:
        least = float("nan")
    if not least >= 0 or name not in names:
        raise ValueError(f"changed, worse, or FIGURE=AMOUNT with one of {', '.join(names)}")
    own = [entry for entry in entries if entry["figure"] == name]
    return [entry for entry in own if (entry["difference"]["value"] or 0.0) > least]
