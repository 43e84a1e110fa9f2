"""Snapshots: the shipped one, round trips, and what a broken file is told."""

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresskit.domain import Snapshot, StudentT
from stresskit.errors import ConfigError, DataError
from stresskit.market.snapshot import SHIPPED, load_snapshot, save_snapshot, select, shipped_snapshots
from stresskit.market.snapshot_file import snapshot_text

NAME = "majors-2026-03"
KEY = "1h/gjr_garch/student_t/student_t"
ENTRY = f"/calibrations/{KEY.replace('/', '~1')}"
ASSETS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA", "AVAX", "LINK")


@pytest.fixture(scope="module")
def shipped() -> Snapshot:
    return load_snapshot(NAME)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHIPPED / f"{NAME}.json").read_text())
    return found


def test_the_shipped_snapshot_holds_every_model_at_both_steps(shipped: Snapshot) -> None:
    assert NAME in shipped_snapshots()
    assert (shipped.name, shipped.assets, shipped.as_of) == (NAME, ASSETS, "2026-03-18")
    assert shipped.source == "computed from Binance/Yahoo prices to 2026-03-18"
    assert len(shipped.calibrations) == 16
    for step_s, per_year in ((3600, 8760), (86400, 365)):
        calibration = select(shipped, step_s, "gjr_garch", "student_t", "student_t")
        at = calibration.model.marginals
        volatility = np.sqrt(at.long_run_variance * per_year)
        assert (volatility > 0.5).all()
        assert (volatility < 1.3).all()
        assert (at.alpha + at.gamma / 2 + at.beta < 0.5 ** (step_s / (60 * 86400)) + 1e-9).all()
        assert calibration.model.assets == ASSETS
        assert calibration.model.step_s == step_s
        assert calibration.first == "2021-02-01T00:00:00Z"
        assert 4 < calibration.model.dependence.nu < 9
    assert (shipped.daily_volume_usd > 1e7).all()


def test_normal_and_gaussian_are_infinite_degrees_of_freedom(shipped: Snapshot) -> None:
    model = select(shipped, 86400, "garch", "normal", "gaussian").model
    assert np.isinf(model.dependence.nu)
    assert set(model.marginals.innovations) == {StudentT(float("inf"))}
    assert (model.marginals.gamma == 0).all()


def test_every_fit_converged_and_none_beats_the_free_one(shipped: Snapshot) -> None:
    for calibration in shipped.calibrations.values():
        for fit in calibration.diagnostics["assets"].values():
            assert fit["converged"]
            assert fit["free"]["loglik"] > fit["loglik"] - 0.5
        assert calibration.diagnostics["dependence"]["repair_distance"] == 0.0


def test_steps_agree_on_the_ten_day_volatility_of_every_asset(shipped: Snapshot) -> None:
    said = shipped.calibrations[KEY].diagnostics["sample"]["ten_day_volatility"]
    hourly, daily = (select(shipped, s, "garch", "normal", "gaussian").model.marginals for s in (3600, 86400))
    ratio = np.sqrt(24 * hourly.long_run_variance / daily.long_run_variance)
    assert [said[asset]["ratio"] for asset in ASSETS] == pytest.approx(ratio.tolist(), rel=1e-6)
    assert all(abs(said[asset]["ratio"] - 1) < 0.07 for asset in ASSETS)
    assert {said[asset]["text"] for asset in ASSETS} == {"the two agree within 10 %"}


def test_no_series_is_shipped(document: dict[str, Any]) -> None:
    """No list is longer than the ten assets, and nothing is called a price but the report."""

    def lists(value: Any) -> list[list[Any]]:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [found for item in inside for found in lists(item)] + (
            [value] if isinstance(value, list) else []
        )

    assert max(map(len, lists(document))) == 10
    assert '"close"' not in json.dumps(document)


def test_a_snapshot_survives_its_file(shipped: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "sub" / "mine.json"
    saved = save_snapshot(shipped, path)
    raw = path.read_bytes()
    assert raw == (SHIPPED / f"{NAME}.json").read_bytes()
    assert saved.sha256 == hashlib.sha256(raw).hexdigest() == shipped.sha256 == load_snapshot(path).sha256
    assert snapshot_text(load_snapshot(path)) == raw.decode()
    assert [p.name for p in path.parent.iterdir()] == ["mine.json"]


def test_a_write_that_fails_leaves_nothing(shipped: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "taken.json").mkdir()
    with pytest.raises(OSError, match="taken"):
        save_snapshot(shipped, tmp_path / "taken.json")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.json"]


def test_unknown_names_are_answered_with_the_shipped_ones() -> None:
    with pytest.raises(
        ConfigError, match=r"majors-2026-03.*found majors-2026-3; did you mean majors-2026-03\?"
    ):
        load_snapshot("majors-2026-3")
    with pytest.raises(ConfigError, match="shipped snapshot"):
        load_snapshot("../../etc/passwd")
    with pytest.raises(DataError, match="a readable snapshot file"):
        load_snapshot("absent.json")


def test_what_is_not_calibrated_is_answered_with_what_is(shipped: Snapshot) -> None:
    with pytest.raises(ConfigError, match=r"simulation\.step: .*: 1d, 1h \(found 30m\)"):
        select(shipped, 1800, "gjr_garch", "student_t", "student_t")
    with pytest.raises(ConfigError, match=r"model: .* at 1h: .*gjr_garch/student_t/gaussian.*found egarch"):
        select(shipped, 3600, "egarch", "student_t", "student_t")


def tilt(margin: dict[str, Any]) -> None:
    """Let falls lower the variance, at the same persistence."""
    margin["alpha"] += 0.2
    margin["gamma"] -= 0.4


Change = Callable[[dict[str, Any], dict[str, Any]], object]
BROKEN: dict[str, tuple[Change, str]] = {
    "NaN": (lambda _, e: e["marginals"]["BTC"].update(alpha=float("nan")), "/marginals/BTC/alpha: .*finite"),
    "text": (lambda _, e: e["marginals"]["BTC"].update(alpha="much"), "/marginals/BTC/alpha: .*number"),
    "missing key": (lambda _, e: e["marginals"]["ETH"].pop("omega"), "/marginals/ETH/omega: Field required"),
    "unknown key": (lambda _, e: e["marginals"]["ETH"].update(delta=1.0), "/marginals/ETH/delta: "),
    "missing asset": (lambda _, e: e["marginals"].pop("SOL"), "/marginals: one entry for each asset"),
    "explosive": (
        lambda _, e: e["marginals"]["XRP"].update(beta=1.0),
        "/marginals/XRP/beta: a persistence .* below 1",
    ),
    "omega": (
        lambda _, e: e["marginals"]["XRP"].update(omega=1e-3),
        "/marginals/XRP/omega: long_run_variance x",
    ),
    "gamma": (lambda _, e: tilt(e["marginals"]["XRP"]), "/marginals/XRP/gamma: at least -alpha"),
    "variance": (
        lambda _, e: e["marginals"]["XRP"].update(current_variance=0.0),
        "/marginals/XRP/current_variance: ",
    ),
    "nu": (
        lambda _, e: e["marginals"]["ADA"].update(nu=None),
        "/marginals/ADA/nu: null for normal innovations",
    ),
    "low nu": (lambda _, e: e["marginals"]["ADA"].update(nu=2.0), "/marginals/ADA/nu: .*above 2"),
    "copula nu": (lambda _, e: e.update(copula_nu=None), "/copula_nu: null for a Gaussian"),
    "indefinite": (
        lambda _, e: (e["correlation"][0].__setitem__(1, -0.99), e["correlation"][1].__setitem__(0, -0.99)),
        "/correlation: a symmetric positive semidefinite",
    ),
    "lopsided": (lambda _, e: e["correlation"][0].__setitem__(1, 0.1), "/correlation: a symmetric"),
    "short": (lambda _, e: e["correlation"].pop(), "/correlation: 10 rows of 10 numbers"),
    "step": (lambda _, e: e.update(step_s=60), ": a key step/marginal/innovations/dependence"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_entry_is_told_where(case: str, document: dict[str, Any], tmp_path: Path) -> None:
    change, expected = BROKEN[case]
    broken = copy.deepcopy(document)
    change(broken, broken["calibrations"][KEY])
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken))
    with pytest.raises(DataError, match=f"^{path}: {ENTRY}{expected}[^\n]*$") as caught:
        load_snapshot(path)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.pop("assets"), "/assets: Field required"),
        (lambda d: d.update(format=2), "/format: "),
        (lambda d: d.update(assets=["BTC", "BTC"]), "/assets: one or more different assets"),
        (lambda d: d["daily_volume_usd"].pop("BTC"), "/daily_volume_usd: one entry for each asset"),
        (lambda d: d["calibrations"].clear(), "/calibrations: one or more calibrations"),
    ],
)
def test_a_broken_head_is_told_where(
    change: Callable[[dict[str, Any]], object], expected: str, document: dict[str, Any], tmp_path: Path
) -> None:
    broken = copy.deepcopy(document)
    change(broken)
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken))
    with pytest.raises(DataError, match=expected):
        load_snapshot(path)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    for raw in (b"{", b"\xff", b"[]"):
        path.write_bytes(raw)
        with pytest.raises(DataError):
            load_snapshot(path)
