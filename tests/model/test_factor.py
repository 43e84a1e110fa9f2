"""Factors beside the returns: the law as the twin draws it, its moments, and nobody else's draws."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.calibrate.factor_fit import fit_factor
from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.model.factor import Recursion, build_factor, unmoved
from stresskit.model.joint import build_sampler, build_state, build_work, draw_tile
from stresskit.numerics.philox import BASIS, FUNDING
from stresskit.simulate.blocks import Plan, Stretch, live_block, workspace
from stresskit.simulate.carry_draws import Carry
from tests.reference.carry import Law, levels
from tests.reference.paths import normals

SD = np.array([0.01, 0.02, 0.03])
RATE = Recursion(28800.0, 1e-4, 0.8, 2e-5, 5e-5, 3.0)
GAP = Recursion(3600.0, -2e-4, 0.93, -3e-5, 1.5e-4, np.inf)


def model(assets=3):
    zero, variance = np.zeros(assets), np.resize(SD, assets) ** 2
    laws = (StudentT(np.inf),) * assets
    marginals = Marginals(zero, variance, zero, zero, zero, laws, variance, variance)
    names = tuple("ABCDEF"[:assets])
    return JointModel(names, 3600, marginals, Dependence(np.eye(assets), np.inf))


def plan_of(carry, seed=5, assets=3, used=None, steps=64):
    used = np.arange(assets) if used is None else np.array(used)
    made = model(assets)
    sampler = build_sampler(made, made.dependence, used)
    variance = made.marginals.long_run_variance[used].copy()
    return Plan((Stretch(0, steps, sampler, 1.0),), (), (), variance, seed, carry=carry)


def rates_of(used, places, recursions, start=None, purpose=FUNDING):
    steps = [one.over(3600.0) if one.persistence else one for one in recursions]
    begin = np.array([one.mean for one in steps]) if start is None else np.array(start)
    return build_factor(int(purpose), np.array(used), places, steps, begin)


def drawn(plan, path=0, paths=8, tile_steps=16):
    """Marks, funding and basis (steps, assets, paths)."""
    parts = []

    def watch(_step, tile, _blocks, _records):
        parts.append([tile.marks.copy(), tile.funding.copy(), tile.basis.copy()])

    live_block(plan, path, workspace(plan, paths, tile_steps), watch)
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def test_the_twin_draws_the_same_levels():
    carry = Carry(
        rates_of([0, 1, 2], [0, 2], [RATE, GAP], [3e-4, 0.0]),
        rates_of([0, 1, 2], [1], [GAP], [1e-3], BASIS),
        (),
    )
    _, funding, basis = drawn(plan_of(carry), path=7)
    for path in range(3):
        z = np.array([normals(5, 7 + path, step, 3) for step in range(64)])
        for found, asset, purpose, one, start in (
            (funding, 0, 4, RATE, 3e-4),
            (funding, 2, 4, GAP, 0.0),
            (basis, 1, 6, GAP, 1e-3),
        ):
            at = one.over(3600.0)
            law = Law(at.mean, at.persistence, at.loading, at.noise_scale, at.nu)
            twin = levels(law, start, z[:, asset], 5, 7 + path, purpose, asset)
            assert found[:, asset, path] == pytest.approx(twin, rel=1e-5, abs=1e-9)


def test_no_existing_draw_is_shifted():
    carry = Carry(rates_of([0, 1, 2], [0, 1], [RATE, GAP]), None, ())
    bare, funded = drawn(plan_of(None)), drawn(plan_of(carry))
    both = drawn(plan_of(replace(carry, basis=carry.funding._replace(purpose=6))))
    assert bare[0].tobytes() == funded[0].tobytes() == both[0].tobytes()
    assert funded[1].tobytes() == both[1].tobytes()
    assert bare[1].size == bare[2].size == funded[2].size == 0


def test_a_factor_is_that_of_its_place_in_the_snapshot():
    """Assets at the end, assets left out and factors added shift nothing; blocks and tiles neither."""
    base = drawn(plan_of(Carry(rates_of([0, 1, 2], [0, 2], [RATE, GAP]), None, ())))[1]
    longer = drawn(plan_of(Carry(rates_of(range(5), [0, 2, 4], [RATE, GAP, RATE]), None, ()), assets=5))[1]
    fewer = drawn(plan_of(Carry(rates_of([0, 2], [2], [GAP]), None, ()), used=[0, 2]))[1]
    assert base[:, [0, 2]].tobytes() == longer[:, [0, 2]].tobytes()
    assert base[:, 2].tobytes() == fewer[:, 1].tobytes()
    short = drawn(plan_of(Carry(rates_of([0, 1, 2], [0, 2], [RATE, GAP]), None, ())), tile_steps=1)[1]
    later = drawn(plan_of(Carry(rates_of([0, 1, 2], [0, 2], [RATE, GAP]), None, ())), path=3)[1]
    assert base.tobytes() == short.tobytes()
    assert base[:, :, 3:].tobytes() == later[:, :, :5].tobytes()


def test_stationary_moments_and_the_tie_to_the_returns(figures):
    """Mean, deviation, first autocorrelation and correlation with the shock, against their closed form."""
    steps, paths = 64, 4096
    carry = Carry(rates_of([0], [0], [replace(RATE, nu=8.0)]), None, ())
    marks, funding, _ = drawn(plan_of(carry, assets=1, steps=steps), paths=paths)
    x, one = funding[:, 0], replace(RATE, nu=8.0).over(3600.0)
    end, age = x[-1], one.persistence ** (2 * steps)
    sd = RATE.long_run_sd * np.sqrt(1 - age)  # it started at its mean
    assert end.mean() == pytest.approx(RATE.mean, abs=4 * sd / np.sqrt(paths))
    assert end.std() == pytest.approx(sd, rel=4 / np.sqrt(2 * paths) * 1.5)
    shock = (marks[-1, 0] / marks[-2, 0] - 1) / SD[0]
    move = x[-1] - one.mean - one.persistence * (x[-2] - one.mean)
    expected = one.loading / np.hypot(one.loading, one.noise_scale)
    found = np.corrcoef(move, shock)[0, 1]
    assert found == pytest.approx(expected, abs=4 * (1 - expected**2) / np.sqrt(paths))
    figures.append(
        f"factor: long-run deviation {end.std():.4g}, expected {sd:.4g}; correlation with the shock "
        f"{found:.4f}, expected {expected:.4f}"
    )


@pytest.mark.parametrize("one", [replace(RATE, interval_s=3600.0), replace(GAP, nu=5.0)], ids=["t3", "t5"])
def test_what_is_drawn_is_fitted_again(one, figures):
    """Simulate and refit: within four standard errors (of the fit), scales within a few percent."""
    steps = 12_000
    carry = Carry(rates_of([0], [0], [one]), None, ())
    marks, funding, _ = drawn(plan_of(carry, assets=1, steps=steps, seed=2), paths=1)
    shock = np.diff(marks[:, 0, 0], prepend=1.0) / np.concatenate([[1.0], marks[:-1, 0, 0]]) / SD[0]
    fit = fit_factor(funding[:, 0, 0], shock)
    errors = fit.diagnostics["standard_errors"]
    assert abs(fit.persistence - one.persistence) < 4 * errors["persistence"]
    assert abs(fit.loading - one.loading) < 4 * errors["loading"]
    assert fit.mean == pytest.approx(one.mean, abs=4 * errors["constant"] / (1 - one.persistence))
    assert fit.noise_scale == pytest.approx(one.noise_scale, rel=0.1)
    assert fit.nu == pytest.approx(one.nu, rel=0.2)
    told = f"persistence {fit.persistence:.4f} of {one.persistence}, nu {fit.nu:.2f} of {one.nu}"
    figures.append(f"factor refitted: {told}")


def test_over_another_interval_the_long_run_deviation_stays():
    for seconds in (3600.0, 28800.0, 86400.0):
        assert RATE.over(seconds).long_run_sd == pytest.approx(RATE.long_run_sd, rel=1e-12)
    eight = RATE.over(3600.0)
    assert eight.persistence**8 == pytest.approx(RATE.persistence, rel=1e-12)


def test_a_constant_stays():
    carry = Carry(rates_of([0], [0], [unmoved(3e-4, 28800.0)]), None, ())
    assert (drawn(plan_of(carry, assets=1))[1] == 3e-4).all()


@pytest.mark.parametrize(
    ("places", "change", "expected"),
    [
        ([3], {}, "factors of simulated assets"),
        ([0], {"mean": np.nan}, "finite parameters"),
        ([0], {"persistence": 1.0}, "a persistence from 0 to below 1"),
    ],
)
def test_what_is_no_factor_is_refused(places, change, expected):
    one = replace(RATE.over(3600.0), **change)
    with pytest.raises(ValueError, match=expected):
        build_factor(4, np.arange(3), places, [one], np.array([0.0]))


def test_shocks_are_kept_only_where_they_are_asked_for():
    made = model()
    sampler = build_sampler(made, made.dependence, np.arange(3))
    work = build_work(sampler, 4)
    kept = work._replace(shock=np.zeros((2, 3, 4)))
    found = []
    for one in (work, kept):
        h = np.repeat(made.marginals.long_run_variance[:, None], 4, axis=1)
        tile = np.empty((2, 3, 4)), np.empty((2, 3, 4))
        draw_tile(sampler, 1, 0, 0, 1.5, one, build_state(sampler, 4), h, *tile)
        found.append(tile[0])
    assert found[0].tobytes() == found[1].tobytes()
    assert kept.shock == pytest.approx(found[1] / (1.5 * SD[:, None]), rel=1e-12)  # before the multiplier
