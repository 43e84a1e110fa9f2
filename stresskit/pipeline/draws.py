"""Third stage: what the engine draws from, for the rule's scenario set and for each scenario."""

from dataclasses import replace

import numpy as np

from stresskit.domain import (
    AnyDependence,
    Book,
    Dependence,
    Float1D,
    Float2D,
    ForcedSelling,
    GroupedT,
    Int1D,
    JointModel,
    Move,
    Segment,
    Shock,
    StressedModel,
    from_the_long_run,
)
from stresskit.margin.scenario_set import KEY
from stresskit.margin.var import Var
from stresskit.model.completion import build_completion
from stresskit.model.float32 import Sampler32, build_sampler_32
from stresskit.model.joint import Sampler, build_sampler
from stresskit.model.louder import louder
from stresskit.model.tilt import NO_TILT, tilt_toward_loss
from stresskit.pipeline.market import MarketState
from stresskit.simulate.blocks import Plan, Stretch, live_block, tile_length, workspace
from stresskit.simulate.jumps import Course, Level
from stresskit.simulate.selling import Crowd

SET_BLOCK = 1000


def stretches(
    market: MarketState,
    stressed: StressedModel,
    used: Int1D,
    exposure: Float1D | None = None,
    single: bool = False,
) -> tuple[Stretch, ...]:
    """Compile the segments of a stressed model for the `used` assets, in `single` precision or double.

    With `exposure` (used assets,) every other path is drawn toward the loss of that book.
    """
    samplers: dict[tuple[int, int], Sampler | Sampler32] = {}
    steps = stressed.segments[-1].last
    for segment in stressed.segments:
        if _kind(segment) not in samplers:
            tilt = tilt_of(market, segment.dependence, used, exposure, steps)
            model, law = _tuned(market, segment), segment.dependence
            built = build_sampler_32(model, law, used) if single else build_sampler(model, law, used, tilt)
            samplers[_kind(segment)] = built
    return tuple(
        Stretch(
            segment.first,
            segment.last,
            samplers[_kind(segment)],
            segment.volatility_multiplier,
            tuple(course(market, shock, used) for shock in segment.shocks),
            stressed.tape if stressed.tape and segment.last <= len(stressed.tape.mark) else None,
            tuple(crowd(selling, used) for selling in segment.selling),
            None if segment.loudness is None else segment.loudness[used],
        )
        for segment in stressed.segments
    )


def _kind(segment: Segment) -> tuple[int, int]:
    """What the sampler of a segment depends on."""
    return id(segment.dependence), id(segment.loudness)


def _tuned(market: MarketState, segment: Segment) -> JointModel:
    if segment.loudness is None:
        return market.model
    return replace(market.model, marginals=louder(market.model.marginals, segment.loudness))


def crowd(selling: ForcedSelling, used: Int1D) -> Crowd:
    """The others in the `used` assets."""
    own = np.isin(selling.named, used)
    return Crowd(selling, np.searchsorted(used, selling.named[own]), selling.push[own].copy())


def course(market: MarketState, shock: Shock, used: Int1D) -> Course:
    """Compile a shock for the `used` assets."""
    since, ramp = (level(market, move, used) if move else None for move in (shock.since, shock.ramp))
    return Course(since, tuple(level(market, move, used) for move in shock.gaps), ramp, 1.0 / shock.steps)


def level(market: MarketState, move: Move, used: Int1D) -> Level:
    """Compile where the `used` assets stand; drawn where one of them is neither named nor stays."""
    fixed = np.ones(len(market.model.assets))
    fixed[move.named] += move.returns
    law, known = move.law, np.isin(used, move.named)
    if law is None or move.stay or known.all():
        return Level(fixed[used], known | True)
    named, returns = move.condition
    every = np.union1d(used, named)
    model = replace(market.model, dependence=law.dependence)
    variance = np.ascontiguousarray(law.variance[every])
    sampler = build_completion(model, every, named, returns, variance, law.multiplier)
    rows = np.searchsorted(every, used)
    return Level(fixed[used], known, sampler, rows, variance, law.multiplier, law.stream)


def tilt_of(
    market: MarketState, dependence: AnyDependence, used: Int1D, exposure: Float1D | None, steps: int
) -> Float2D:
    """How to move the normals toward the loss of a book of `exposure` (used assets,); None: not at all.

    Raises
    ------
    ValueError
        If the likelihood ratio of such paths is not known, or the book has no direction of loss.
    """
    if exposure is None:
        return NO_TILT
    if not isinstance(dependence, Dependence | GroupedT):
        raise ValueError("a dependence of one fixed correlation: gaussian, student_t or grouped_t")
    deviation = np.sqrt(market.start_variance[used])
    return tilt_toward_loss(dependence.correlation[np.ix_(used, used)], deviation, exposure, steps)


def scenario_prices(
    market: MarketState, used: Int1D, spec: Var, dependence: Dependence | None = None
) -> Float2D:
    """Relative prices (assets, scenarios) after one margin period of the calm model.

    They start from the long-run volatility and dependence and are drawn under the rule's own key.
    Another `dependence` than the model's own may be given, for a clearing house's further sets.
    """
    model = market.model
    steps = spec.margin_period // model.step_s
    sampler = build_sampler(model, dependence or from_the_long_run(model.dependence), used)
    plan = Plan(
        (Stretch(0, steps, sampler, 1.0),), (), (), model.marginals.long_run_variance[used].copy(), KEY
    )
    parts = []
    for first in range(0, spec.scenarios, SET_BLOCK):
        space = workspace(plan, min(SET_BLOCK, spec.scenarios - first), tile_length(len(used), SET_BLOCK))
        live_block(plan, first, space)
        parts.append(space.marks)
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def exposures(book: Book) -> tuple[Int1D, Float1D]:
    """Places and USD exposures of a book's positions and coins."""
    wallet = book.wallet
    return np.concatenate([book.asset, wallet.asset]), np.concatenate([book.quantity, wallet.value])


def held(book: Book) -> list[int]:
    """Places of the assets that a book's positions and coins are in, in ascending order."""
    return sorted(set(exposures(book)[0].tolist()))


def net_exposure(quantities: list[tuple[Int1D, Float1D]], used: Int1D, assets: int) -> Float1D:
    """Net USD exposure (assets of the snapshot,) of all accounts together."""
    net = np.zeros(assets)
    for asset, quantity in quantities:
        np.add.at(net, used[asset], quantity)
    return net
