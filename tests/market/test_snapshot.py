"""Snapshots: the shipped one, round trips, and what a broken file is told."""

import copy
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresskit.calibrate.spec import MODELS
from stresskit.domain import Snapshot, StudentT
from stresskit.errors import ConfigError, DataError
from stresskit.market.snapshot import SHIPPED, load_snapshot, save_snapshot, select, shipped_snapshots
from stresskit.market.snapshot_text import snapshot_text

NAME = "majors-2026-03"
KEY = "1h/gjr_garch/student_t/student_t"
NOTHING: dict[str, Any] = {"assets": {}, "diagnostics": {}}
MARGINALS, DEPENDENCE = "1h/gjr_garch/student_t", "1h/student_t"
DEPENDENCES = {
    "gaussian",
    "gaussian:linear",
    "student_t",
    "student_t:linear",
    "grouped_t",
    "survival_clayton",
    "gumbel",
    "mixture:student_t+survival_clayton",
    "vine",
    "dcc:student_t",
    "regime",
}
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
    keys = [key.split("/") for key in shipped.calibrations]
    for step in ("1h", "1d"):
        assert {f"{own}/{law}" for at, own, law, _ in keys if at == step} == set(MODELS)
        assert {other for at, _, _, other in keys if at == step} == DEPENDENCES
    assert len(keys) == 2 * len(MODELS) * len(DEPENDENCES)
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
    """An EGARCH of ours limits the news of a step, arch's does not: the two cannot be compared."""
    for key, calibration in shipped.calibrations.items():
        _, kind, law, _ = key.split("/")
        for fit in calibration.diagnostics["assets"].values():
            assert fit["converged"]
            if kind in ("garch", "gjr_garch") and law != "semi_parametric":
                assert fit["free"]["loglik"] > fit["loglik"] - 0.5
        assert calibration.diagnostics["dependence"].get("repair_distance", 0.0) == 0.0
        assert calibration.diagnostics["dependence"].get("converged", True)


def test_the_shipped_models_are_ranked(shipped: Snapshot) -> None:
    """Facts of this snapshot: heavy tails matter most, then leverage in the logarithm, then skewness."""
    for step in ("1h", "1d"):
        ranking = shipped.ranking[step]
        order = [row["model"] for row in ranking["marginals"]["total"]]
        assert order[:3] == ["egarch/skew_t", "egarch/student_t", "gjr_garch/skew_t"]
        assert order[-1] == "constant/normal"
        assert set(ranking["marginals"]["not_ranked"]) == {"gjr_garch/semi_parametric"}
        assert set(ranking["dependences"]["not_ranked"]) == {"regime"}
        joint = [row["model"] for row in ranking["dependences"]["total"] if "linear" not in row["model"]]
        assert joint[-3:] == ["gaussian", "gumbel", "survival_clayton"]


def test_keeping_the_linear_correlation_widens_hedges(shipped: Snapshot) -> None:
    """Facts of this snapshot: hardly for BTC against ETH in hours, by a tenth and more in days."""
    for step_s, pair, mean in ((3600, 1.007, 1.038), (86400, 1.071, 1.127)):
        found = {
            label: select(shipped, step_s, "gjr_garch", "student_t", label).model.dependence
            for label in ("student_t", "student_t:linear")
        }
        spread = {label: np.sqrt(1 - one.correlation) for label, one in found.items()}
        above = np.triu_indices(len(ASSETS), 1)
        ratio = spread["student_t:linear"][above] / spread["student_t"][above]
        assert ratio[0] == pytest.approx(pair, abs=5e-4)
        assert ratio.mean() == pytest.approx(mean, abs=5e-4)


def test_the_shipped_factors(shipped: Snapshot) -> None:
    assert set(shipped.factors) == set(ASSETS)
    assert {asset for asset, kinds in shipped.factors.items() if "basis" in kinds} == {"BTC", "ETH", "BNB"}
    funding = {asset: kinds["funding"] for asset, kinds in shipped.factors.items()}
    assert funding["BTC"]["mean"] == pytest.approx(6.3e-5, rel=0.02)
    for at in funding.values():
        assert at["interval_s"] == 8 * 3600
        assert set(at["steps"]) == {"1h", "1d"}


def test_steps_agree_on_the_ten_day_volatility_of_every_asset(shipped: Snapshot) -> None:
    said = shipped.calibrations[KEY].diagnostics["sample"]["ten_day_volatility"]
    hourly, daily = (select(shipped, s, "garch", "normal", "gaussian").model.marginals for s in (3600, 86400))
    ratio = np.sqrt(24 * hourly.long_run_variance / daily.long_run_variance)
    assert [said[asset]["ratio"] for asset in ASSETS] == pytest.approx(ratio.tolist(), rel=1e-6)
    assert all(abs(said[asset]["ratio"] - 1) < 0.07 for asset in ASSETS)
    assert {said[asset]["text"] for asset in ASSETS} == {"the two agree within 10 %"}


def test_no_series_is_shipped(document: dict[str, Any]) -> None:
    """No list is longer than the pairs of the ten assets, and nothing is called a price but the report."""

    def lists(value: Any) -> list[list[Any]]:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [found for item in inside for found in lists(item)] + (
            [value] if isinstance(value, list) else []
        )

    assert max(map(len, lists(document))) == 45
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
    with pytest.raises(ConfigError, match=r"^model\.marginal: .* at 1h: .*gjr_garch/student_t.*found arch/"):
        select(shipped, 3600, "arch", "student_t", "student_t")
    with pytest.raises(ConfigError, match=r"^model\.dependence: .* at 1h: .*gaussian.*found bootstrap\)$"):
        select(shipped, 3600, "garch", "student_t", "bootstrap")


def tilt(margin: dict[str, Any]) -> None:
    """Let falls lower the variance, at the same persistence."""
    margin["alpha"] += 0.2
    margin["gamma"] -= 0.4


Change = Callable[[dict[str, Any]], object]
BTC, ETH, XRP, ADA = (f"/assets/{asset}/" for asset in ("BTC", "ETH", "XRP", "ADA"))
MATRIX = "/parameters/correlation"
# what changes in the marginals of one model or in one dependence, and what is said of it
BROKEN_MARGINALS: dict[str, tuple[Change, str]] = {
    "NaN": (lambda a: a["BTC"].update(alpha=float("nan")), f"{BTC}alpha: .*finite"),
    "text": (lambda a: a["BTC"].update(alpha="much"), f"{BTC}alpha: .*number"),
    "missing key": (lambda a: a["ETH"].pop("omega"), f"{ETH}omega: Field required"),
    "unknown key": (lambda a: a["ETH"].update(delta=1.0), f"{ETH}delta: "),
    "missing asset": (lambda a: a.pop("SOL"), "/assets: one entry for each asset"),
    "explosive": (lambda a: a["XRP"].update(beta=1.0), f"{XRP}beta: a persistence .* below 1"),
    "omega": (lambda a: a["XRP"].update(omega=1e-3), f"{XRP}omega: long_run_variance x"),
    "gamma": (lambda a: tilt(a["XRP"]), f"{XRP}gamma: at least -alpha"),
    "variance": (lambda a: a["XRP"].update(current_variance=0.0), f"{XRP}current_variance: "),
    "no nu": (lambda a: a["ADA"].pop("nu"), f"{ADA}nu: Field required"),
    "null nu": (lambda a: a["ADA"].update(nu=None), f"{ADA}nu: .*number"),
    "low nu": (lambda a: a["ADA"].update(nu=2.0), f"{ADA}nu: .*greater than 2"),
}
BROKEN_DEPENDENCE: dict[str, tuple[Change, str]] = {
    "no nu": (lambda p: p.pop("nu"), "/parameters/student_t/nu: Field required"),
    "low nu": (lambda p: p.update(nu=2.0), "/parameters/student_t/nu: .*greater than 2"),
    "another kind": (
        lambda p: p.update(kind="gaussian") or p.pop("nu"),
        "/parameters/kind: the kind of its key",
    ),
    "unknown kind": (lambda p: p.update(kind="frank"), "/parameters: .*gaussian.*student_t"),
    "indefinite": (lambda p: mirror(p, -0.99), f"{MATRIX}: a symmetric positive semidefinite"),
    "lopsided": (lambda p: p["correlation"][0].__setitem__(1, 0.1), f"{MATRIX}: a symmetric"),
    "short": (lambda p: p["correlation"].pop(), f"{MATRIX}: 10 rows of 10 numbers"),
    "NaN": (lambda p: mirror(p, float("nan")), "/parameters/student_t/correlation/0/1: .*finite"),
}


def mirror(parameters: dict[str, Any], value: float) -> None:
    """Give the first pair another correlation."""
    parameters["correlation"][0][1] = parameters["correlation"][1][0] = value


def refusal(document: dict[str, Any], tmp_path: Path) -> str:
    """What the loader says of the document."""
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document))
    with pytest.raises(DataError) as caught:
        load_snapshot(path)
    assert caught.value.exit_code == 3
    return str(caught.value).removeprefix(f"{path}: ").split("\n")[0]


@pytest.mark.parametrize("case", BROKEN_MARGINALS)
def test_broken_marginals_are_told_where(case: str, document: dict[str, Any], tmp_path: Path) -> None:
    change, expected = BROKEN_MARGINALS[case]
    broken = copy.deepcopy(document)
    change(broken["marginals"][MARGINALS]["assets"])
    assert re.match(f"/marginals/1h~1gjr_garch~1student_t{expected}", refusal(broken, tmp_path))


@pytest.mark.parametrize("case", BROKEN_DEPENDENCE)
def test_a_broken_dependence_is_told_where(case: str, document: dict[str, Any], tmp_path: Path) -> None:
    change, expected = BROKEN_DEPENDENCE[case]
    broken = copy.deepcopy(document)
    change(broken["dependence"][DEPENDENCE]["parameters"])
    assert re.match(f"/dependence/1h~1student_t{expected}", refusal(broken, tmp_path))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.pop("assets"), "/assets: Field required"),
        (lambda d: d.update(format=3), r"/format: a snapshot of format 2 \(found 3\)$"),
        (lambda d: d.update(format=1), r"/format: .* \(found 1\); make it again with `stresskit calibrate`$"),
        (lambda d: d.update(extra=1), "/extra: "),
        (
            lambda d: d["marginals"].update({"1h/arch/normal": NOTHING}),
            "/marginals/1h~1arch~1normal: a key step/",
        ),
        (lambda d: d["steps"]["1h"].update(step_s=60), "/steps/1h/step_s: the seconds of 1h"),
        (lambda d: d["steps"].pop("1d"), "/marginals: one or more entries for each step"),
        (lambda d: d.update(assets=["BTC", "BTC"]), "/assets: one or more different assets"),
        (lambda d: d["daily_volume_usd"].pop("BTC"), "/daily_volume_usd: one entry for each asset"),
        (lambda d: d["dependence"].clear(), "/dependence: one or more entries for each step"),
    ],
)
def test_a_broken_head_is_told_where(
    change: Change, expected: str, document: dict[str, Any], tmp_path: Path
) -> None:
    broken = copy.deepcopy(document)
    change(broken)
    assert re.search(expected, refusal(broken, tmp_path))


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    for raw in (b"{", b"\xff", b"[]"):
        path.write_bytes(raw)
        with pytest.raises(DataError):
            load_snapshot(path)
