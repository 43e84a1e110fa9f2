"""``stresskit advise``: text, JSON, and the exit code of a broken limit."""

import json
from pathlib import Path

from click.testing import CliRunner

from stresskit.cli import main

QUICKSTART = str(Path(__file__).parents[2] / "configs/quickstart.toml")


def test_in_words_and_as_json():
    text = CliRunner().invoke(main, ["advise", QUICKSTART])
    assert text.exit_code == 0
    assert text.stdout.startswith("ADVICE  at binance: stay in cross")
    assert "portfolio (hypothetical)" in text.stdout
    assert "SWITCH  to portfolio, Portfolio Margin: not known whether admissible" in text.stdout
    assert "minimum equity        not known: 20,000.00 of 50,000 USD; waived for VIP 1 to 9" in text.stdout
    found = json.loads(CliRunner().invoke(main, ["advise", QUICKSTART, "--json"]).stdout)
    assert found["recommendation"]["mode"] == "cross"


def test_the_run_decides_and_its_limits_set_the_exit_code(tmp_path):
    small = ["--set", "simulation.paths=500", "--set", "simulation.horizon=1d", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, ["advise", QUICKSTART, "--simulate", *small])
    assert done.exit_code == 0
    assert "(by the verdict of the run)" in done.stdout
    broken = ["--set", "limits.p_liquidation=0", "--set", "account.collateral.0.amount=2500"]
    done = CliRunner().invoke(main, ["advise", QUICKSTART, "--simulate", *small, *broken])
    assert done.exit_code == 1


def test_help_has_an_example():
    assert "stresskit advise configs/" in CliRunner().invoke(main, ["advise", "--help"]).output
