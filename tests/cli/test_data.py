"""``stresskit data check``: it names what is odd, and refuses what a calibration refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.errors import DataError
from stresskit.market.prices import load_prices


def price_file(folder: Path, *, gap: bool) -> Path:
    close = 100 * np.cumprod(1 + 0.01 * np.random.default_rng(1).standard_normal(200))
    close[50:60] = close[50]
    close[120:] *= 3
    day = np.datetime64("2024-01-01")
    rows = [f"{day + i},{x:.4f}" for i, x in enumerate(close) if not (gap and 80 <= i < 83)]
    path = folder / "prices.csv"
    path.write_text("\n".join(["time,BTC", *rows]) + "\n")
    return path


def test_what_is_odd_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["data", "check", str(price_file(tmp_path, gap=False))])
    assert done.exit_code == 0
    assert "1 assets, 200 stamps every 1d, 2024-01-01" in done.stdout
    assert "STALE" in done.stdout
    assert "GAPS" not in done.stdout
    assert "2024-04-30T00:00:00  +" in done.stdout


def test_gaps_are_shown_and_refused_as_a_calibration_refuses_them(tmp_path: Path) -> None:
    file = price_file(tmp_path, gap=True)
    for gaps, code in (("fail", 3), ("drop", 0), ("ffill:3", 0), ("ffill:2", 3)):
        done = CliRunner().invoke(main, ["data", "check", str(file), "--gaps", gaps])
        assert done.exit_code == code
        assert "2024-03-21T00:00:00 to 2024-03-23T00:00:00  3 stamps" in done.stdout
        if code:
            with pytest.raises(DataError) as refused:
                load_prices(file, gaps=gaps)
            assert done.stderr == f"{refused.value}\n"
    assert CliRunner().invoke(main, ["data", "check", str(file), "--gaps", "hide"]).exit_code == 2


def test_duplicates_and_other_faults_have_their_row(tmp_path: Path) -> None:
    file = price_file(tmp_path, gap=False)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:5], lines[4], *lines[5:]]) + "\n")
    done = CliRunner().invoke(main, ["data", "check", str(file)])
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "prices.csv:6: " in done.stderr


def test_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["data", "check", str(price_file(tmp_path, gap=False)), "--json"])
    found = json.loads(done.stdout)
    assert found["stamps"] == 200
    assert found["outliers"]["BTC"]["count"] == 1
    assert found["constant"]["BTC"]["stamps"] == 10
