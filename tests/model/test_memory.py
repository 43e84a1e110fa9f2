"""Dependences with memory: against their twins, and that nothing but the path and its draws matters."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.domain import Book, Bootstrap, Dcc, Dependence, Regime
from stresskit.model.joint import build_sampler, build_state
from stresskit.simulate.blocks import Plan, Stretch, live_block, stream, workspace
from stresskit.simulate.scratch import no_coins
from tests.model.remembering import BREAK, CORRELATION, DEPENDENCES, FAR, model, residuals
from tests.reference.memory import path_of
from tests.shipped import draw, sampler_of

SEED, STEPS = 20261122, 40
EACH = pytest.mark.parametrize("name", DEPENDENCES)


@EACH
def test_against_the_twin(name):
    """1e-9 relative: errors of rounding add up over 40 steps, and a factor amplifies them."""
    given = model(DEPENDENCES[name])
    start = 1.3 * given.marginals.long_run_variance
    returns, variance = draw(given, STEPS, 300, SEED, start=start)
    for path in (0, 1, 191, 192, 299):
        expected, seen = path_of(given, start, SEED, path, STEPS)
        np.testing.assert_allclose(returns[:, :, path], expected, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(variance[:, :, path], seen, rtol=1e-9)


def plan(name, seed=SEED, cut=17):
    """Two stretches drawn from one dependence, as a scenario of strength 0 would."""
    given = model(DEPENDENCES[name])
    sampler = sampler_of(given, (0, 1, 2, 3))
    spans = (Stretch(0, cut, sampler, 1.0), Stretch(cut, STEPS, sampler, 1.0))
    return Plan(spans, (), (), given.marginals.long_run_variance.copy(), seed)


def marks(given, paths, tile=16, first=0):
    tiles = []
    space = workspace(given, paths, tile)
    live_block(given, first, space, lambda _s, t, _b, _r: tiles.append(np.array(t[:2])))
    return np.concatenate(tiles, axis=1)


@EACH
def test_tiles_blocks_and_segments_shift_no_bit(name):
    whole = marks(plan(name), 2048, 1)
    for paths, first in ((64, 0), (64, 960), (512, 1024), (1, 777)):
        assert np.array_equal(marks(plan(name), paths, 16, first), whole[..., first : first + paths])
    assert np.array_equal(marks(plan(name, cut=39), 64), whole[..., :64])


@EACH
def test_threads_shift_no_bit(name):
    """The profit of a book that holds all assets, block by block on one thread and on two."""
    nothing = np.zeros(4)
    book = Book(
        np.arange(4),
        np.array([1.0, -2.0, 3.0, -4.0]),
        0.0,
        nothing,
        nothing,
        nothing,
        0.0,
        nothing,
        no_coins(),
    )
    given = replace(plan(name), books=(book,))
    one, two = (list(stream(given, 600, 64, workers)) for workers in (1, 2))
    profits = [np.concatenate([o.profits[0] for o in outcomes]) for outcomes in (one, two)]
    assert np.array_equal(*profits)
    assert np.unique(profits[0]).size > 500 or name == "bootstrap"
    assert [o.path for o in one] == [o.path for o in two]


@EACH
def test_memory_used_again_remembers_nothing(name):
    given = plan(name)
    space = workspace(given, 100, 16)
    live_block(given, 500, space)
    live_block(given, 0, space)
    assert np.array_equal(space.marks, marks(given, 100)[0, -1])


@EACH
def test_an_added_position_or_asset_shifts_no_draw(name):
    """Some of the assets draw what they draw among all; and so they do in a snapshot that lacks the last."""
    given = model(DEPENDENCES[name])
    returns, variance = draw(given, 9, 200, SEED)
    for used in ([0], [1, 2], [0, 3]):
        some, after = draw(given, 9, 200, SEED, used=np.array(used))
        assert np.array_equal(some, returns[:, used])
        assert np.array_equal(after, variance[:, used])
    if name not in ("dcc, broken", "dcc, legs as one"):
        assert np.array_equal(draw(model(shorter(given.dependence), 3), 9, 200, SEED)[0], returns[:, :3])


def shorter(dependence):
    """Without the last asset."""
    if isinstance(dependence, Bootstrap):
        return replace(dependence, residuals=dependence.residuals[:, :3].copy())
    if isinstance(dependence, Regime):
        calm, crisis = shorter(dependence.calm), shorter(dependence.crisis)
        return replace(dependence, calm=calm, crisis=crisis)
    if isinstance(dependence, Dcc) and dependence.start is not None:
        dependence = replace(dependence, start=dependence.start[:3, :3].copy())
    return replace(dependence, correlation=dependence.correlation[:3, :3].copy())


def test_without_dynamics_dcc_is_the_elliptical_copula():
    """To rounding, calm and under a break: both follow one and the same map of the variates."""
    for blend in (None, BREAK):
        still = draw(model(Dcc(CORRELATION, 0.0, 0.9, 6.5, blend=blend)), 5, 300, SEED)[0]
        matrix = CORRELATION if blend is None else blend(CORRELATION)
        np.testing.assert_allclose(
            draw(model(Dependence(matrix, 6.5)), 5, 300, SEED)[0], still, rtol=1e-10, atol=1e-14
        )


def test_a_break_leaves_the_calm_recursion_alone():
    """Q goes on from the calm variates, bit for bit; strength 0 changes no bit of anything."""
    calm = DEPENDENCES["dcc"]
    broken, idle = replace(calm, blend=BREAK), replace(calm, blend=replace(BREAK, strength=0.0))
    assert np.array_equal(draw(model(idle), 9, 300, SEED)[0], draw(model(calm), 9, 300, SEED)[0])
    samplers = [sampler_of(model(d), (0, 1, 2, 3)) for d in (calm, broken)]
    variance = model(calm).marginals.long_run_variance.copy()
    states = []
    for sampler in samplers:
        given = Plan((Stretch(0, 9, sampler, 1.0),), (), (), variance, SEED)
        space = workspace(given, 300, 4)
        live_block(given, 0, space)
        states.append(space.state.copy())
    assert np.array_equal(*states)


def test_a_regime_that_is_always_calm_draws_what_the_copula_draws():
    calm = Dependence(CORRELATION, 6.5)
    always = Regime(calm, Dependence(FAR, 3.0), 1.0, 1 - 1e-12, 0.0, 0.0)
    assert np.array_equal(draw(model(always), 9, 300, SEED)[0], draw(model(calm), 9, 300, SEED)[0])


def test_static_dependences_have_no_state():
    sampler = sampler_of(model(Dependence(CORRELATION, 6.5)), (0, 1, 2, 3))
    assert build_state(sampler, 100).shape == (0, 100)


def test_stretches_that_remember_different_things_are_refused():
    samplers = [sampler_of(model(DEPENDENCES[n]), (0, 1, 2, 3)) for n in ("dcc", "regime")]
    spans = (Stretch(0, 2, samplers[0], 1.0), Stretch(2, 4, samplers[1], 1.0))
    with pytest.raises(ValueError, match="remember the same"):
        workspace(Plan(spans, (), (), np.full(4, 1e-4), SEED), 8, 1)


BAD = {
    "dcc a": Dcc(CORRELATION, np.nan, 0.9, 5.0),
    "dcc sum": Dcc(CORRELATION, 0.2, 0.8, 5.0),
    "dcc nu": Dcc(CORRELATION, 0.1, 0.8, 2.0),
    "dcc matrix": Dcc(np.where(CORRELATION == 0.1, np.nan, CORRELATION), 0.1, 0.8, 5.0),
    "dcc singular": Dcc(np.ones((4, 4)), 0.1, 0.8, 5.0),
    "dcc start": Dcc(CORRELATION, 0.1, 0.8, 5.0, start=np.full((4, 4), np.inf)),
    "dcc target": Dcc(CORRELATION, 0.1, 0.8, 5.0, blend=replace(BREAK, target=np.full((2, 2), 2.0))),
    "regime stay": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR, 5.0), 2.0, 1.0, 0.5),
    "regime nan": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR, 5.0), 2.0, 0.9, np.nan),
    "regime multiplier": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR, 5.0), np.nan, 0.9, 0.5),
    "regime start": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR, 5.0), 2.0, 0.9, 0.5, np.nan),
    "regime matrix": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR * np.nan, 5.0), 2.0, 0.9, 0.5),
    "bootstrap nan": Bootstrap(np.where(residuals() > 9, np.nan, residuals()), 5.0),
    "bootstrap block": Bootstrap(residuals(), np.nan),
    "bootstrap short": Bootstrap(residuals(), 0.5),
    "bootstrap still": Bootstrap(np.ones((50, 4)), 5.0),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_impossible_is_refused(name):
    with pytest.raises(ValueError, match=r"(?s).+"):
        build_sampler(model(BAD[name]), BAD[name], np.arange(4))
