"""Every kind of marginal and of dependence survives its file; what cannot be one is told where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresskit.domain import (
    AnyDependence,
    Archimedean,
    Calibration,
    Dcc,
    Dependence,
    GroupedT,
    Innovation,
    JointModel,
    Marginals,
    Mixture,
    Regime,
    SemiParametric,
    SkewT,
    Snapshot,
    StudentT,
    Vine,
)
from stresskit.errors import DataError
from stresskit.market.snapshot import load_snapshot, save_snapshot
from stresskit.market.snapshot_dependence import entry_of
from stresskit.market.snapshot_marginals import rows_of
from stresskit.numerics import skew_t

ASSETS = ("AAA", "BBB", "CCC")
MATRIX = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.3], [0.2, 0.3, 1.0]])
ELLIPTICAL = Dependence(MATRIX, 5.5)
DEPENDENCES: dict[str, AnyDependence] = {
    "gaussian": Dependence(MATRIX, np.inf),
    "student_t": ELLIPTICAL,
    "grouped_t": GroupedT(MATRIX, np.array([1, 0, 1]), np.array([4.0, 9.0])),
    "survival_clayton": Archimedean("survival_clayton", 1.25, 3),
    "gumbel": Archimedean("gumbel", 1.5, 3),
    "mixture:student_t+gumbel": Mixture(ELLIPTICAL, Archimedean("gumbel", 2.0, 3), 0.75),
    "vine": Vine('{"a": 1}', 3),
    "dcc:student_t": Dcc(MATRIX, 0.02, 0.95, 7.0, start=2.0 * MATRIX),
    "dcc:gaussian": Dcc(MATRIX, 0.02, 0.95, np.inf),
    "regime": Regime(Dependence(MATRIX, np.inf), ELLIPTICAL, 2.5, 0.99, 0.9, 0.25),
}
BODY = np.array([-1.5, -0.4, 0.1, 0.5, 1.4])
EMPIRICAL = SemiParametric(0.05, BODY, np.array([0.2, 0.1]), np.array([0.5, 0.6]))
SKEWED = SkewT(4.0, -0.1)
V = 1e-4


def columns(
    law: Innovation, alpha: float = 0.0, gamma: float = 0.0, beta: float = 0.0, omega: float | None = None
) -> Marginals:
    """Three assets of one law; omega by the long-run variance where it is not given."""
    down = skew_t.lower_half(law.eta, law.lam)[1] if isinstance(law, SkewT) else 0.5
    level = V * (1 - alpha - gamma * down - beta) if omega is None else omega
    rows = {"mean": 0.0, "omega": level, "alpha": alpha, "gamma": gamma, "beta": beta}
    rows |= {"long_run_variance": V, "current_variance": 2 * V}
    return Marginals(**{name: np.full(3, value) for name, value in rows.items()}, innovations=(law,) * 3)


def egarch(law: Innovation) -> Marginals:
    made = columns(law, 0.2, -0.05, 0.95, omega=-0.46)
    names = [name for name in made.__slots__ if name != "kind"]
    return Marginals(**{name: getattr(made, name) for name in names}, kind="egarch")


MARGINALS: dict[str, Marginals] = {
    "constant/normal": columns(StudentT(np.inf)),
    "ewma/student_t": columns(StudentT(4.0), 0.06, 0.0, 0.94, omega=0.0),
    "garch/student_t": columns(StudentT(4.0), 0.1, 0.0, 0.85),
    "gjr_garch/skew_t": columns(SKEWED, 0.05, 0.1, 0.85),
    "gjr_garch+mean/normal": columns(StudentT(np.inf), 0.05, 0.1, 0.85),
    "gjr_garch/semi_parametric": columns(EMPIRICAL, 0.05, 0.1, 0.85),
    "egarch/skew_t": egarch(SKEWED),
}


def snapshot() -> Snapshot:
    """Every marginal with every dependence of this file."""
    said: dict[str, Any] = {"assets": {}, "dependence": {"loglik": 1.0}, "sample": {"file": "x"}}
    calibrations = {
        f"1h/{own}/{other}": Calibration(
            JointModel(ASSETS, 3600, marginals, dependence), "2024-01-01Z", "2024-02-01Z", 7, said
        )
        for own, marginals in MARGINALS.items()
        for other, dependence in DEPENDENCES.items()
    }
    factor = {"interval_s": 3600, "mean": -1e-4, "persistence": 0.8, "loading": 3.0, "noise_scale": 4.0}
    factor |= {"nu": None, "long_run_sd": 5 / 0.6, "first": "a", "last": "b", "diagnostics": {}}
    factor["steps"] = {"1h": {"persistence": 0.8, "loading": 3.0, "noise_scale": 4.0}}
    volume = np.array([1e6, 2e6, np.nan])
    hashes = ("h", volume, calibrations, "")
    return Snapshot("mine", ASSETS, "2024-02-01", "s", *hashes, factors={"AAA": {"basis": factor}})


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "mine.json"
    save_snapshot(snapshot(), path)
    return path


@pytest.mark.parametrize("key", DEPENDENCES)
def test_a_dependence_survives(key: str, saved: Path) -> None:
    calibration = load_snapshot(saved).calibrations[f"1h/garch/student_t/{key}"]
    found = calibration.model.dependence
    assert type(found) is type(DEPENDENCES[key])
    assert entry_of(found, ASSETS) == entry_of(DEPENDENCES[key], ASSETS)
    assert calibration.observations == 7


@pytest.mark.parametrize("key", MARGINALS)
def test_marginals_survive(key: str, saved: Path) -> None:
    found = load_snapshot(saved).calibrations[f"1h/{key}/gaussian"].model.marginals
    assert found.kind == MARGINALS[key].kind
    assert type(found.innovations[0]) is type(MARGINALS[key].innovations[0])
    for ours, theirs in zip(rows_of(found, f"1h/{key}"), rows_of(MARGINALS[key], f"1h/{key}"), strict=True):
        assert set(ours) == set(theirs)
        assert all(np.allclose(ours[name], theirs[name], rtol=1e-9) for name in ours)


def test_the_parts_stand_once_and_factors_come_back(saved: Path) -> None:
    document = json.loads(saved.read_text())
    assert len(document["marginals"]) == len(MARGINALS)
    assert len(document["dependence"]) == len(DEPENDENCES)
    found = load_snapshot(saved)
    assert len(found.calibrations) == len(MARGINALS) * len(DEPENDENCES)
    assert found.factors["AAA"]["basis"]["steps"]["1h"]["persistence"] == 0.8
    assert "funding" not in found.factors["AAA"]


Change = Callable[[dict[str, Any]], object]
D, M, F = "dependence", "marginals", "factors"
BROKEN: dict[str, tuple[str, str, Change, str]] = {
    "clayton": (
        D,
        "1h/survival_clayton",
        lambda p: p.update(theta=0.0),
        "/survival_clayton/theta: .*greater",
    ),
    "gumbel": (D, "1h/gumbel", lambda p: p.update(theta=0.9), "/gumbel/theta: .*greater than or equal to 1"),
    "groups": (D, "1h/grouped_t", lambda p: p["groups"].pop(), "/groups: each asset in one group"),
    "group nu": (D, "1h/grouped_t", lambda p: p["nu"].pop(), "/nu: one number for each group"),
    "weight": (
        D,
        "1h/mixture:student_t+gumbel",
        lambda p: p.update(weight=2.0),
        "/mixture/weight: .*fraction",
    ),
    "inside": (
        D,
        "1h/mixture:student_t+gumbel",
        lambda p: p["first"]["correlation"].pop(),
        "/first/correlation: 3 rows of 3 numbers",
    ),
    "dcc": (D, "1h/dcc:student_t", lambda p: p.update(b=0.98), "/b: a . b below 1"),
    "start": (
        D,
        "1h/dcc:student_t",
        lambda p: p["start"][0].__setitem__(1, 9.0),
        "/start: a symmetric positive",
    ),
    "crisis": (D, "1h/regime", lambda p: p["crisis"].update(kind="gumbel"), "/regime/crisis: "),
    "vine": (D, "1h/vine", lambda p: p.update(vine=1), "/vine/vine: .*string"),
    "constant": (
        M,
        "1h/constant/normal",
        lambda a: a["AAA"].update(beta=0.5),
        "/AAA/beta: 0 in a model of kind",
    ),
    "ewma": (M, "1h/ewma/student_t", lambda a: a["BBB"].update(beta=0.9), "/BBB/beta: 1 - alpha"),
    "garch": (
        M,
        "1h/garch/student_t",
        lambda a: a["AAA"].update(gamma=0.1),
        "/AAA/gamma: 0 in a model of kind garch",
    ),
    "egarch": (M, "1h/egarch/skew_t", lambda a: a["AAA"].update(beta=1.0), "/AAA/beta: below 1"),
    "skew": (M, "1h/gjr_garch/skew_t", lambda a: a["AAA"].update(lam=1.0), "/AAA/lam: .*less than 1"),
    "skewed omega": (
        M,
        "1h/gjr_garch/skew_t",
        lambda a: a["AAA"].update(omega=9e-6),
        "/AAA/omega: long_run_var",
    ),
    "body": (
        M,
        "1h/gjr_garch/semi_parametric",
        lambda a: a["CCC"]["quantiles"].reverse(),
        "/CCC/quantiles: rising numbers",
    ),
    "tail": (
        M,
        "1h/gjr_garch/semi_parametric",
        lambda a: a["CCC"].update(shape=[0.6, 0.1]),
        "/CCC/shape/0: .*less than 0.5",
    ),
    "factor": (F, "AAA", lambda f: f["basis"].update(persistence=1.0), "/basis/persistence: .*less than 1"),
    "long run": (
        F,
        "AAA",
        lambda f: f["basis"].update(long_run_sd=1.0),
        "/basis/long_run_sd: a recursion of the",
    ),
    "step": (
        F,
        "AAA",
        lambda f: f["basis"]["steps"]["1h"].update(loading=0.0),
        "/basis/steps/1h: a recursion",
    ),
    "unknown": (F, "AAA", lambda f: f.update(carry=1), "/carry: "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_is_told_where(case: str, saved: Path, tmp_path: Path) -> None:
    part, key, change, expected = BROKEN[case]
    document = json.loads(saved.read_text())
    inner = {D: "parameters", M: "assets"}.get(part)
    change(document[part][key] if inner is None else document[part][key][inner])
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document))
    name = key.replace("/", "~1").replace("+", r"\+")
    where = f"{path}: /{part}/{name}" + (f"/{inner}" if inner else "")
    with pytest.raises(DataError, match=f"^{where}{expected}"):
        load_snapshot(path)
