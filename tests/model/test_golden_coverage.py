"""Each case of the shared golden models is restated here, or said not to be, with the reason."""

import json
import math

import numpy as np
import pytest
from scipy import special

from stresskit.domain import StudentT
from stresskit.model.innovations import lower_quantile
from tests.golden_cases import GOLDEN
from tests.shared_folder import shared

# The shared case and where its answer is asserted: a file of tests/golden and its id, or a test file.
RESTATED = {
    "garch.fcp.loglik": "marginals.json dem_gbp_loglik",
    "garch.fcp.fit": "marginals.json dem_gbp_fit",
    "garch.fcp.se": "marginals.json dem_gbp_errors",
    "garch.tsp.mlnewt1": "marginals.json dem_gbp_fixed_start",
    "garch.arch.default_backcast": "marginals.json dem_gbp_arch_start",
    "garch.arch.docs2000_2013": "marginals.json sp500_2000_2013_garch",
    "garch.arch.sp500.garch_n": "marginals.json sp500_garch_normal",
    "garch.arch.sp500.gjr_t": "marginals.json sp500_gjr_student_t",
    "garch.arch.sp500.gjr_skewt(hansen)": "marginals.json sp500_gjr_skew_t",
    "garch.arch.sp500.egarch_n(1,1,1)": "marginals.json sp500_egarch_normal",
    "garch.arch.gjr_t.forecast": "marginals.json sp500_gjr_student_t_forecast",
    "garch.closed.normal": "models.json garch_normal_moments",
    "dist.abs_moment_t": "models.json t_absolute_moment",
    "dist.hansen_skewt": "marginals.json hansen_skew_t",
    "dcc.rmgarch": "dynamic.json dcc.rmgarch",
    "copula.t.taildep": "copulas.json t_tail_dependence",
    "copula.elliptical.tau": "models.json elliptical_kendall",
    "copula.t.spearman": "copulas.json t_spearman",
    "copula.archimedean": "copulas.json archimedean_constants",
    "copula.point_values": "copulas.json point_values",
    "copula.orthants": "models.json elliptical_orthants",
    "copula.fit.rdj": "copulas.json fits_of_three_stocks",
    "vine.gauss_equals_mvn": "copulas.json gaussian_vine",
    "corr.higham.3": "numerics/test_correlation.py",
    "var.gpd.danish": "marginals.json danish_fire_tail",
    "var.standard": "risk_figures.json standard_laws",
    "var.linear": "risk_figures.json linear_book",
    "var.euler": "risk_figures.json linear_book_components",
    "var.orderstat_ci": "risk_figures.json order_statistics",
    "bt.matlab.n95": "backtests.json matlab_example",
    "bt.kupiec.regions": "backtests.json kupiec_regions",
    "bt.kupiec.zero": "backtests.json kupiec_without_failure",
    "bt.basel": "backtests.json traffic_light",
    "bt.acerbi_szekely.crit": "backtests.json acerbi_szekely_critical",
    "stress.corr.book": "stress_correlation.json stress.corr.book",
    "stress.hedge": "model/test_golden_coverage.py",
    "stress.conditional": "copulas.json conditional_stress",
    "stress.barrier": "barrier.json stress.barrier.daily_looks",
    "rng.kat.random123": "models.json philox4x32-10",
    "rng.normal.as241": "model/test_golden_coverage.py",
    "corr.volume": "model/test_golden_coverage.py",
}
NOT_HERE = {
    "garch.arch.sp500.zarch_n(power=1)": "no such model is offered",
    "rng.t.table_accuracy": "the maps are fitted in another variable, with bounds of their own",
    "qmc.sobol": "no low-discrepancy sequence is offered",
    "var.mc_gain": "another sampler; see tests/pipeline/test_importance.py",
}
QUANTILES = {0.25: -0.6744897501960817, 0.001: -3.0902323061678136, 1e-20: -9.262340089798407}
FAR_QUANTILES = {1e-10: -6.361340902404057, 1e-300: -37.0470962993612}
HEDGE = {0.95: 0.02942623164743823, 0.8: 0.05885246329487642, 0.0: 0.13159810857065496}
SHARE = {2: 1.0, 3: 0.6168502750680847, 4: 0.18277045187202504}


def test_no_shared_case_is_silently_missing() -> None:
    given = {case["id"] for case in json.loads(shared("golden/models.json").read_text())["cases"]}
    assert set(RESTATED) | set(NOT_HERE) == given
    assert not set(RESTATED) & set(NOT_HERE)


@pytest.mark.parametrize("where", RESTATED.values(), ids=RESTATED)
def test_what_is_restated_is_there(where: str) -> None:
    file, _, case = where.partition(" ")
    if not case:
        assert (GOLDEN.parent / file).exists()
        return
    cases = json.loads((GOLDEN / file).read_text())["cases"]
    assert case in {one["id"] for one in cases}


@pytest.mark.parametrize(("p", "expected"), (QUANTILES | FAR_QUANTILES).items())
def test_normal_quantiles(p: float, expected: float) -> None:
    """Check values of Wichura's AS241 (Applied Statistics 37, 1988), and two farther out."""
    found = lower_quantile(StudentT(math.inf), np.array([p]))[0]
    assert found == pytest.approx(expected, rel=4e-16)


@pytest.mark.parametrize(("rho", "expected"), HEDGE.items())
def test_a_hedge_by_correlation(rho: float, expected: float) -> None:
    """Long and short one each at 4 % a leg: normal VaR99 ``z sqrt(2 s^2 (1 - rho))``."""
    covariance = 0.04**2 * np.array([[1, rho], [rho, 1]])
    book = np.array([1.0, -1.0])
    z = -lower_quantile(StudentT(math.inf), np.array([0.01]))[0]
    assert z * math.sqrt(book @ covariance @ book) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("assets", "share"), SHARE.items())
def test_share_of_matrices_that_are_correlations(assets: int, share: float) -> None:
    """Joe (2006), Journal of Multivariate Analysis 97: what the check for positive definiteness lets pass."""
    k = np.arange(1, assets)
    closed = np.prod((special.beta((k + 1) / 2, (k + 1) / 2) * 2.0**k) ** k) / 2.0 ** (
        assets * (assets - 1) / 2
    )
    assert closed == pytest.approx(share, rel=1e-12)
    random, count = np.random.default_rng(1), 40_000
    upper = np.triu_indices(assets, 1)
    matrices = np.tile(np.eye(assets), (count, 1, 1))
    matrices[:, upper[0], upper[1]] = random.uniform(-1, 1, (count, upper[0].size))
    passed = (np.linalg.eigvalsh(np.triu(matrices).swapaxes(1, 2), UPLO="L")[:, 0] >= 0).mean()
    assert abs(passed - share) <= 4 * math.sqrt(share * (1 - share) / count)
