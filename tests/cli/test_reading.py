"""The commands that read: margin, validate, replay, report, calibrate, doctor."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from tests.config.examples import account, document

QUICKSTART = str(Path(__file__).parents[2] / "configs/quickstart.toml")
MARGIN = {
    "rule": "brackets",
    "rulebook": "book",
    "hypothetical": False,
    "equity": 20_000.0,
    "initial": 10_000.0,
    "maintenance": 400.0,
    "ratio": 50.0,
    "free": 10_000.0,
    "terms": {"brackets": 400.0},
    "binding": "brackets",
    "exposure_per_initial": 10.0,
    "positions": [
        {
            "symbol": symbol,
            "notional": notional,
            "initial": 5000.0,
            "maintenance": 200.0,
            "liquidation_price": price,
            "liquidation_move": move,
            **reason,
        }
        for symbol, notional, price, move, reason in (
            ("BTC/USDT:USDT", 50_000.0, 36_385.5, -0.3936, {}),
            ("ETH/USDT:USDT", -50_000.0, None, None, {"reason": "nothing kills it"}),
        )
    ],
    "risk_factors": {"BTC": 0.01, "ETH": 0.0123},
}
HYPOTHETICAL = {
    **MARGIN,
    "hypothetical": True,
    "rule": "var",
    "rulebook": None,
    "ratio": None,
    "reason": "none",
}
MODES = {"portfolio": HYPOTHETICAL, "cross": MARGIN}


def test_margin_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: MODES)
    done = CliRunner().invoke(main, ["margin", QUICKSTART])
    assert done.exit_code == 0
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for expected in (
        "USD cross portfolio (hypothetical)",
        "rule brackets var",
        "rulebook or parameters book -",
        "initial margin 10,000.00 10,000.00",
        "ratio: equity / maintenance 50.00 -",
        "exposure per $ of initial 10.00 10.00",
        "term brackets 400.00 400.00",
        "binding term brackets brackets",
        "BTC/USDT:USDT 50,000.00 5,000.00 200.00 36,385.5 -39.36 % - - - -",
        "ETH/USDT:USDT -50,000.00 5,000.00 200.00 - - - - - -",
        "-: nothing kills it",
        "ETH, of equity used 1.23 % 1.23 %",
    ):
        assert expected in words, expected


def test_margin_of_a_grid_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file's hash, the factor on its terms, the venue's word for what binds, and large prices in full."""
    leg = {**MARGIN["positions"][0], "maintenance": -3.0, "liquidation_price": 1_177_046.6}  # type: ignore[index]
    grid = {
        **MARGIN,
        "factors": {"initial": 1.0, "maintenance": 0.8},
        "parameters_sha256": "ab" * 32,
        "names": {"brackets": "MR1 (worst cell)"},
        "positions": [leg],
    }
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: {"portfolio": HYPOTHETICAL, "cross": grid})
    done = CliRunner().invoke(main, ["margin", QUICKSTART])
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for expected in (
        "sha256 of the parameters abababababab -",
        "maintenance: times 0.80 -",
        "binding term MR1 brackets",
        "BTC/USDT:USDT 50,000.00 5,000.00 -3.00 1,177,047 -39.36 % - - - -",
        "shares of a requirement that nets: a position that relieves others has a negative one",
    ):
        assert expected in words, expected
    assert not any("initial: times" in line or "sha256 of the rulebook" in line for line in words)


def test_margin_before_and_after_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    after = {name: {**found, "equity": 19_000.0} for name, found in MODES.items()}
    changed = {"what_if": {"BTC": -0.05}, "add": ["ETH/USDT:USDT 5 usd"], "before": MODES, "after": after}
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: changed)
    done = CliRunner().invoke(main, ["margin", QUICKSTART, "--what-if", "BTC -5%"])
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert words[0] == "WHAT IF BTC -5 %; add ETH/USDT:USDT 5 usd"
    assert "equity 20,000.00 19,000.00 20,000.00 19,000.00" in words
    assert any(
        line.startswith("USD cross before cross after portfolio (hypothetical) before") for line in words
    )


def test_margin_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: MODES)
    done = CliRunner().invoke(main, ["margin", QUICKSTART, "--json"])
    assert json.loads(done.stdout) == MODES


def test_margin_of_several_accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    accounts = [account(name="one"), account(name="two", modes=["portfolio"])]
    file.write_text(json.dumps(document(account=None, accounts=accounts)))
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: {"accounts": {"one": MODES, "two": MODES}})
    heads = [
        line.split("  ")[0].strip() if line.startswith("ACCOUNT") else line.split("  ")[1]
        for line in CliRunner().invoke(main, ["margin", str(file)]).stdout.splitlines()
        if line.startswith(("ACCOUNT", "  MODE"))
    ]
    assert heads == [
        "ACCOUNT one",
        "MODE cross",
        "MODE portfolio (hypothetical)",
        "ACCOUNT two",
        "MODE portfolio (hypothetical)",
    ]


def test_what_is_not_json_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.margin", lambda *_: {"cross": {"equity": float("nan")}})
    done = CliRunner().invoke(main, ["margin", QUICKSTART, "--json"])
    assert (done.exit_code, done.stdout) == (5, "")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.toml"
    path.write_text('name = "x y"\n[simulation]\npaths = 0\n')
    return path


def test_validate_lists_every_problem_of_every_file(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.setting.prepare", lambda _: None)
    done = CliRunner().invoke(main, ["validate", QUICKSTART, str(faulty), "absent.toml"])
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[0] == f"{QUICKSTART}: ok"
    keys = [line.split(": ")[1] for line in lines[1:-1]]
    assert sorted(keys) == ["account", "market", "modes", "name", "simulation.paths"]
    assert lines[-1] == "absent.toml: cannot be read: No such file or directory"
    assert CliRunner().invoke(main, ["validate", QUICKSTART]).exit_code == 0


def test_validate_as_json(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.setting.prepare", lambda _: None)
    done = CliRunner().invoke(main, ["validate", QUICKSTART, str(faulty), "--json"])
    first, second = json.loads(done.stdout)
    assert first == {"file": QUICKSTART, "ok": True, "problems": []}
    assert second["ok"] is False
    paths = {
        "where": f"{faulty}:3:9",
        "key": "simulation.paths",
        "expected": 'a whole number from 1 to 10000000, or "auto"',
    }
    assert paths in second["problems"]


def test_validate_knows_the_config_of_a_calibration(tmp_path: Path) -> None:
    path = tmp_path / "calibrate.toml"
    path.write_text('[calibrate]\nname = "x"\nhourly = "h.csv"\nassets = ["BTC"]\nsource = "me"\n')
    assert CliRunner().invoke(main, ["validate", str(path)]).stdout == f"{path}: ok\n"
    path.write_text('[calibrate]\nname = "x"\nhourly = "h.csv"\nassetts = ["BTC"]\nsource = "me"\n')
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert f"{path}:4:1: calibrate.assetts: unknown key (did you mean 'assets'?)" in done.stdout
    assert done.exit_code == 2


def test_validate_asks_the_snapshot_and_the_rulebook(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document(market={"source": "snapshot", "snapshot": "majors-1999-01"})))
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert done.exit_code == 2
    assert done.stdout.startswith(f"{path}: /market/snapshot: market.snapshot: ")


REPLAY = {
    "scenario": "baseline",
    "path": 3,
    "marks": {"BTC": [1.0, 1.1, 0.9, 1.0, 1.0, 1.0]},
    "lives": {
        "cross": {
            "steps": [
                {"t_h": float(hour), "equity": 100.0 - hour, "maintenance": 5.0, "event": event}
                for hour, event in enumerate([None, None, "80 USD closed by force", None, None, None])
            ],
            "outcome": {"fee": 1.25, "closings": 1, "slippage": 0.0, "closed_step": -1},
        }
    },
}


def test_replay_shows_where_something_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("stresskit.pipeline.replay", lambda *args: asked.append(args) or REPLAY)
    done = CliRunner().invoke(main, ["replay", "folder", "--path", "3"])
    assert asked == [(Path("folder"), 3, None)]
    lines = done.stdout.splitlines()
    assert lines[0] == "path 3 in scenario baseline"
    assert lines[2] == "cross: fee 1.25, closings 1"
    assert [line.split()[0] for line in lines[4:]] == ["0", "2", "5"]
    assert lines[3].split() == ["hour", "equity,", "USD", "maintenance,", "USD", "BTC", "event"]
    assert lines[5].endswith("-10.00 %  80 USD closed by force")
    every = CliRunner().invoke(main, ["replay", "folder", "--path", "3", "--scenario", "baseline", "--all"])
    assert len(every.stdout.splitlines()) == len(lines) + 3
    assert json.loads(CliRunner().invoke(main, ["replay", "x", "--path", "3", "--json"]).stdout) == REPLAY


def test_replay_needs_a_path_of_the_run() -> None:
    assert CliRunner().invoke(main, ["replay", "folder"]).exit_code == 2
    assert CliRunner().invoke(main, ["replay", "folder", "--path", "-1"]).exit_code == 2


@pytest.mark.parametrize("args", [["replay", "--path", "0"], ["report"]])
def test_a_folder_without_a_run_is_a_data_problem(args: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [args[0], str(tmp_path), *args[1:]])
    assert done.exit_code == 3
    assert str(tmp_path) in done.stderr


def test_report_names_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"pdf": Path("a.pdf"), "pages": [Path("p1.png"), Path("p2.png")], "figures": [Path("f.png")]}
    asked: list[Any] = []
    monkeypatch.setattr("stresskit.report.report", lambda *args: asked.append(args) or files)
    done = CliRunner().invoke(main, ["report", "folder", "--out", "there", "--paper", "letter"])
    assert asked == [(Path("folder"), Path("there"), "letter", (), False)]
    assert done.stdout.split() == [
        "report",
        "a.pdf",
        "pages",
        "p1.png",
        "pages",
        "p2.png",
        "figures",
        "f.png",
    ]
    shown = json.loads(CliRunner().invoke(main, ["report", "folder", "--json"]).stdout)
    assert shown == {"pdf": "a.pdf", "pages": ["p1.png", "p2.png"], "figures": ["f.png"]}


def test_calibrate_writes_where_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from stresskit.market.snapshot import load_snapshot

    config = tmp_path / "calibrate.toml"
    config.write_text('[calibrate]\nname = "x"\nhourly = "h.csv"\nassets = ["BTC"]\nsource = "me"\n')
    asked: list[Any] = []

    def fake(spec: Any, base: Path, out: Path, show: Any) -> Any:
        assert show is None
        asked.append((spec.name, base, out))
        return load_snapshot("majors-2026-03"), out / "x.json"

    monkeypatch.setattr("stresskit.calibrate.run_calibration", fake)
    done = CliRunner().invoke(main, ["calibrate", str(config), "--out", str(tmp_path / "s")])
    assert done.exit_code == 0, done.stderr
    assert asked == [("x", tmp_path, tmp_path / "s")]
    assert done.stdout.endswith(f"snapshot  {tmp_path / 's' / 'x.json'}\n")
    shown = CliRunner().invoke(main, ["calibrate", str(config), "--out", str(tmp_path / "s"), "--json"])
    assert json.loads(shown.stdout)["path"] == str(tmp_path / "s" / "x.json")


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 5)])
def test_doctor_fails_with_the_self_check(ok: bool, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check = {"what": "a thing", "expected": 1.0, "got": 1.01, "interval": [0.9, 1.1], "ok": ok}
    monkeypatch.setattr("stresskit.pipeline.self_check", lambda: check)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == code
    state = "ok" if ok else "FAILED"
    assert f"self-check    {state}  a thing: 1.01, interval 0.9 to 1.1, expected 1\n" in done.stdout
    shown = CliRunner().invoke(main, ["doctor", "--json"])
    assert shown.exit_code == code
    assert json.loads(shown.stdout)["self_check"] == check
