"""Vines drawn by pyvinecopulib from Philox uniforms."""

import sys

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Dependence, JointModel, Vine
from stresskit.errors import ConfigError
from stresskit.model.copula_density import log_density
from stresskit.model.dependence import build_copula
from stresskit.model.vine import read_vine
from tests.golden_cases import golden
from tests.model.test_rosenblatt import assert_independent_uniform
from tests.model.variates import drawn
from tests.reference.copulas import uniform
from tests.reference.philox import words
from tests.shipped import draw, made

pv = pytest.importorskip("pyvinecopulib", reason="the extra 'vine' is not installed")
PARTIAL = golden("copulas.json", "gaussian_vine")
RHO = [PARTIAL["inputs"][name] for name in ("rho12", "rho23")]


def pair(family: str, rotation: int = 0, *parameters: float) -> object:
    column = np.array(parameters)[:, None]
    return pv.Bicop.from_family(getattr(pv.families, family), rotation, column)


def vine(first: list[object], second: object) -> Vine:
    """A D-vine 1 - 2 - 3: pairs 12 and 23, then 13 given 2."""
    structure = pv.DVineStructure([1, 2, 3])
    return Vine(pv.Vinecop.from_structure(structure=structure, pair_copulas=[first, [second]]).to_json(), 3)


def mixed() -> Vine:
    return vine([pair("clayton", 0, 2.0), pair("student", 0, 0.5, 4.0)], pair("gumbel", 180, 1.5))


def gaussian() -> tuple[Vine, Dependence]:
    partial = PARTIAL["expected"]["rho13_2"]
    found = vine([pair("gaussian", 0, RHO[0]), pair("gaussian", 0, RHO[1])], pair("gaussian", 0, partial))
    r12, r23, r13 = (PARTIAL["inputs"][name] for name in ("rho12", "rho23", "rho13"))
    return found, Dependence(np.array([[1, r12, r13], [r12, 1, r23], [r13, r23, 1]]), np.inf)


def test_the_partial_correlation_of_the_golden_case() -> None:
    (r12, r23), r13 = RHO, PARTIAL["inputs"]["rho13"]
    partial = (r13 - r12 * r23) / np.sqrt((1 - r12**2) * (1 - r23**2))
    assert partial == pytest.approx(PARTIAL["expected"]["rho13_2"], abs=1e-14)


def test_a_vine_of_gaussian_pairs_is_the_gaussian_copula() -> None:
    one, other = gaussian()
    u = np.random.default_rng(0).uniform(0.01, 0.99, (500, 3))
    np.testing.assert_allclose(log_density(one, u), log_density(other, u), atol=1e-9)
    y = drawn(one, 50_000)
    assert_independent_uniform(special.ndtr(np.linalg.solve(np.linalg.cholesky(other.correlation), y)))


def test_the_draws_have_the_vines_law() -> None:
    """Rosenblatt's transform of the draws: the very uniforms that they were made from."""
    text = mixed()
    for seed in range(10):
        y = drawn(text, 2000, seed=seed, step=3)
        v = read_vine(text.text).rosenblatt(np.asfortranarray(special.ndtr(y).T)).T
        assert_independent_uniform(v)
    given = [[uniform(word) for word in words(9, path, 3, 0, 0)[:3]] for path in range(2000)]
    np.testing.assert_allclose(v.T, given, atol=1e-6)


def test_margins_are_normal() -> None:
    for row in drawn(mixed(), 50_000):
        assert stats.kstest(row, "norm").pvalue > 1e-4


def test_tiles_blocks_and_chosen_assets_shift_no_draw() -> None:
    model = JointModel(tuple("abc"), 86400, made(3, 5.0), mixed())  # type: ignore[arg-type]
    whole, _ = draw(model, 5, 300)
    some, _ = draw(model, 5, 37, used=np.array([0, 2]), first=100)
    assert np.array_equal(some, whole[:, [0, 2], 100:137])
    for paths in (2, 63, 64, 257):
        block, _ = draw(model, 2, paths)
        assert np.array_equal(block, whole[:2, :, :paths])


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = mixed()
    read_vine.cache_clear()
    monkeypatch.setitem(sys.modules, "pyvinecopulib", None)
    with pytest.raises(ConfigError, match=r"stresskit\[vine\]"):
        build_copula(text, np.arange(3))


def test_what_is_no_vine_of_these_assets_is_refused() -> None:
    with pytest.raises(ValueError, match="a vine copula in pyvinecopulib's JSON"):
        build_copula(Vine("{}", 3), np.arange(3))
    with pytest.raises(ValueError, match="a vine of 4 assets, got one of 3"):
        build_copula(Vine(mixed().text, 4), np.arange(4))
