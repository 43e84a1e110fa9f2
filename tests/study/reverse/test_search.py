"""The nearest failing move: closed forms, brute force, and the law that judges it."""

import numpy as np
import pytest
from scipy import stats

from stresskit.config_file import load_run
from stresskit.domain import SkewT, StudentT
from stresskit.pipeline.setting import prepare
from stresskit.study.reverse.calm_step import CalmStep, calm_step
from stresskit.study.reverse.linear import least_move, mahalanobis
from stresskit.study.reverse.search import directions, nearest
from tests.golden_cases import golden
from tests.study.dial.test_dial import CONFIGS


def test_golden_book():
    case = golden("reverse_stress.json", "reverse.book")
    w, sd, corr = (np.array(case["inputs"][key]) for key in ("exposure", "sd", "corr"))
    covariance = corr * np.outer(sd, sd)
    found = least_move(w, covariance, case["inputs"]["loss"])
    assert found.distance == pytest.approx(case["expected"]["distance"], rel=case["tolerance"])
    assert w @ found.move == pytest.approx(-case["inputs"]["loss"], rel=1e-12)
    assert mahalanobis(found.move, covariance) == pytest.approx(found.distance, rel=1e-12)
    law = CalmStep(np.zeros(4), sd, (StudentT(np.inf),) * 4, corr, np.inf, 86400, True)
    excess = lambda y: case["inputs"]["loss"] + float(w @ law.moves(y))  # noqa: E731
    met = nearest(excess, corr, directions(corr, sd * w))
    assert met.distance == pytest.approx(found.distance, rel=1e-6)
    assert law.moves(met.y) == pytest.approx(found.move, rel=1e-3, abs=1e-6)
    assert law.years(met.distance) == pytest.approx(100 / 365, rel=1e-4)  # once in 100 days


def test_golden_hedge():
    case = golden("reverse_stress.json", "reverse.hedge")
    for rho, loss in zip(case["inputs"]["rho"], case["inputs"]["loss"], strict=True):
        covariance = case["inputs"]["sd"] ** 2 * np.array([[1, rho], [rho, 1]])
        found = least_move(np.array([1.0, -1.0]), covariance, loss)
        assert found.distance == pytest.approx(case["expected"]["distance"], rel=case["tolerance"])
        assert found.move == pytest.approx([-loss / 2, loss / 2], rel=1e-10)


def test_no_random_move_of_that_loss_is_nearer():
    rng = np.random.default_rng(3)
    a = rng.normal(size=(5, 5))
    covariance, w = a @ a.T, rng.normal(size=5)
    found = least_move(w, covariance, 1.0)
    for move in rng.normal(size=(2000, 5)):
        scaled = -move / (w @ move)
        assert mahalanobis(scaled, covariance) >= found.distance - 1e-9
    assert least_move(np.zeros(5), covariance, 1.0) is None
    with pytest.raises(ValueError, match="above zero"):
        least_move(w, covariance, 0.0)


def rings(correlation, excess, angles=90):
    """Least distance of a failing point of the plane, by looking everywhere."""
    root, best = np.linalg.cholesky(correlation), 40.0
    for angle in np.linspace(0, 2 * np.pi, angles, endpoint=False):
        unit = root @ [np.cos(angle), np.sin(angle)]
        far = next((t for t in np.arange(0.25, best, 0.25) if excess(t * unit) <= 0), None)
        if far is not None:
            low, high = far - 0.25, far
            for _ in range(20):
                middle = (low + high) / 2
                low, high = (low, middle) if excess(middle * unit) <= 0 else (middle, high)
            best = min(best, high)
    return best


@pytest.mark.parametrize("nu", [3.0, 8.0, np.inf])
@pytest.mark.parametrize("pull", [(1.0, -1.0), (1.0, 0.3), (0.2, -1.0)])
def test_brute_force_finds_nothing_nearer(nu, pull):
    """Fat tails bend the level set and a piecewise requirement gives it kinks."""
    corr, w = np.array([[1.0, 0.8], [0.8, 1.0]]), np.array(pull)
    laws = (StudentT(3.5), SkewT(5.0, -0.2))
    law = CalmStep(np.zeros(2), np.array([0.01, 0.015]), laws, corr, nu, 3600, True)

    def excess(y):
        r = law.moves(y)
        return float(0.12 + w @ r - 0.02 * max(abs(r[0]), 2 * abs(r[1]), 1.0))

    met = nearest(excess, corr, directions(corr, law.deviation * w))
    assert excess(met.y) <= 0 < excess(0.999 * met.y)
    assert law.distance(met.y) == pytest.approx(met.distance, rel=1e-9)
    assert met.distance <= 1.002 * rings(corr, excess)


def test_a_jump_is_met_on_its_far_side():
    corr = np.eye(2)
    met = nearest(lambda y: 1.0 if y[0] > -2.5 else -1.0, corr, directions(corr, np.array([1.0, 0.1])))
    assert met.distance == pytest.approx(2.5, rel=1e-6)
    assert met.y[0] <= -2.5
    assert nearest(lambda _: 1.0, corr, directions(corr, np.ones(2))) is None


def test_moves_follow_the_law_of_each_asset():
    setting = prepare(load_run(CONFIGS / "quickstart.toml"))
    law = calm_step(setting)
    for i, own in enumerate(law.laws):
        y = np.zeros(2)
        y[i] = -4.0
        p = stats.t.cdf(-4.0, law.nu)
        z = stats.t.ppf(p, own.nu) * np.sqrt((own.nu - 2) / own.nu)
        assert law.moves(y)[i] == pytest.approx(law.mean[i] + law.deviation[i] * z, rel=1e-6)
        assert law.moves(-y)[i] == pytest.approx(law.mean[i] - law.deviation[i] * z, rel=1e-6)
    assert law.moves(np.full(2, -1e6)) == pytest.approx([-0.95, -0.95])
