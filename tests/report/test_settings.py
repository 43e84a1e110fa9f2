import json

from hypothesis import given
from hypothesis import strategies as st

from stresskit.report.settings import WIDE, compact, flat, plain, settings, told

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
TREES = st.recursive(LEAVES, lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids), max_leaves=25)


@given(TREES)
def test_compact_json_reads_back(tree: object) -> None:
    assert json.loads(compact(tree)) == tree


def test_compact_json_keeps_short_things_on_a_line() -> None:
    position = {"symbol": "BTC/USDT:USDT", "notional_usd": 50000.0}
    lines = compact({"positions": [position, position], "x": 1}).split("\n")
    assert '  {"symbol": "BTC/USDT:USDT", "notional_usd": 50000},' in lines
    assert all(len(line) <= WIDE for line in lines)


def test_leaves_have_their_path() -> None:
    tree = {"a": {"b": 1, "c": [1, 2]}, "d": [{"e": True}], "f": []}
    assert list(flat(tree)) == [("a.b", 1), ("a.c", [1, 2]), ("d[0].e", True), ("f", [])]
    assert settings(tree) == "a.b: 1; a.c: 1, 2; d[0].e: yes; f: none"
    assert settings({"kind": "x"}, "kind") == settings({}) == "nothing"
    assert settings({"a": "x" * 1000}).endswith("… (manifest.json holds the rest)")


def test_values_read_well() -> None:
    assert plain(20261122) == "20261122"
    assert plain([0.123456789, 2.0], 3) == "0.123, 2"
    assert [plain(v) for v in (True, False, None, 0.8, 3.0, 10**12, "x")] == [
        "yes",
        "no",
        "none",
        "0.8",
        "3",
        "1000000000000",
        "x",
    ]


def test_plausibility_is_told_first_and_never_cut() -> None:
    notes = {
        "effect 1, crash": {"given": {f"A{i}": -0.3 for i in range(200)}},
        "move 1": {"plausibility": "once in 116 years", "distance": 16.6, **{f"x{i}": 1.0 for i in range(9)}},
    }
    line = told(notes)
    assert line.startswith("move 1, plausibility: once in 116 years; ")
    assert line.endswith("; in manifest.json: effect 1, crash, given")
    assert told({}) == "nothing"
    assert told({"plausibility": "once"}) == "plausibility: once"


def test_notes_are_told_in_words() -> None:
    notes = {"signs": {"BTC": 1, "ETH": -1}, "copula_nu": 6.757733807, "half_spread_multiplier": 50.0}
    assert told(notes) == (
        "side held: BTC 1, ETH -1; copula degrees of freedom: 6.76; half spread multiplier: 50"
    )
    assert told({"#_x_ $y_z$": 1.0}) == "#_x_ $y_z$: 1"
