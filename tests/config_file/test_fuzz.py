"""Whatever is written into a config, the answer is a run or placed problems; never another error."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresskit.config_file import load_run
from stresskit.errors import ConfigError, Problem
from tests.config.examples import account, document

SLOW = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
QUICKSTART = Path(__file__).parents[2] / "configs/quickstart.toml"
TEXT = QUICKSTART.read_text(encoding="utf-8")
FULL = document(
    description="x",
    model={
        "marginal": {"kind": "garch", "innovations": "normal"},
        "dependence": {"kind": "gaussian"},
        "initial_volatility": {"BTC": 0.5},
    },
    simulation={"horizon": "10d", "step": "1h", "paths": 1000, "seed": 1, "block": 512},
    account=account(
        positions=[{"symbol": "BTC/USDT:USDT", "quantity": 1, "entry": 2, "mark": 3, "leverage": 4}]
    ),
    scenarios={
        "calm": {"kind": "baseline"},
        "wild": {
            "kind": "correlation_breakdown",
            "toward": "zero",
            "strength": 0.5,
            "onset": "1d",
            "duration": "1d",
            "volatility_multiplier": 1.5,
            "copula_nu": 3.0,
        },
    },
    comparison={"baseline": "cross", "buffer": 2.0, "equal_efficiency": True},
    execution={"half_spread": 0.1, "impact": 0.5, "depth": 1.0, "liquidation_fee": 0.1},
    limits={
        "p_liquidation": 0.05,
        "shortfall": {"limit": 1},
        "p_shortfall": [{"limit": 0.1, "mode": "cross"}],
    },
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 10**30, 10**400, 1e308, -1e308, 1e-320])
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["brackets", "var", "baseline", "10d", "0h", "1d", "cross", "snapshot", "files", "\ud800", "\x1b"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["limit", "kind", "rule", "cross", "calm", "x y"]) | st.text(), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def outcome(name: str, content: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        try:
            json.dumps(load_run(file).effective, allow_nan=False)
            problems = []
        except ConfigError as error:
            problems = error.problems or [Problem("nothing said", "", "")]
    assert all(str(problem).isprintable() for problem in problems)
    return [problem.where.removeprefix(str(file)) for problem in problems]


@SLOW
@given(path=st.sampled_from(list(paths(FULL))), value=VALUES)
def test_any_value_in_any_place_is_accepted_or_placed(path: tuple[Any, ...], value: Any) -> None:
    places = outcome("run.json", json.dumps(replaced(FULL, path, value)).encode())
    assert all(re.fullmatch(r"|: /.*|:\d+:\d+", place, re.DOTALL) for place in places)


@SLOW
@given(
    start=st.integers(0, len(TEXT)),
    length=st.integers(0, 30),
    new=st.text(max_size=6)
    | st.sampled_from(["[", "]", "{", "}", '"', "'''", "=", "\n", "#", ".", "nan", "[[", "\r"]),
)
def test_any_edit_of_the_text_is_accepted_or_placed(start: int, length: int, new: str) -> None:
    text = TEXT[:start] + new + TEXT[start + length :]
    lines = text.removeprefix("\ufeff").split("\n")
    for place in outcome("run.toml", text.encode("utf-8", errors="surrogatepass")):
        line, column = map(int, place.removeprefix(":").split(":"))
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@SLOW
@given(
    text=st.text(max_size=30) | st.sampled_from(list(paths(FULL))).map(lambda p: ".".join(map(str, p)) + "=x")
)
def test_any_override_is_accepted_or_placed(text: str) -> None:
    problems = []
    try:
        load_run(QUICKSTART, [text])
    except ConfigError as error:
        problems = error.problems
    assert all(str(problem).isprintable() for problem in problems)


@pytest.mark.parametrize("depth", [50, 200, 400])
def test_deep_values(depth: int) -> None:
    with pytest.raises(ConfigError):
        load_run(QUICKSTART, ["name=" + depth * "[" + depth * "]"])
    assert outcome("run.toml", b"name = " + depth * b"[" + depth * b"]")
    assert outcome("run.json", b'{"name": ' + depth * b"[" + depth * b"]}")
