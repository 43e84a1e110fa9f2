"""The nouns that flow between the stages. No behaviour, no numerics.

Units: prices are relative to the mark at the start of the run (1.0 there), so the quantity of a
linear position is its signed USD notional at the start; variances are of simple returns over one
step; money is USD.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from stresskit.arrays import Float1D as Float1D
from stresskit.arrays import Float2D as Float2D
from stresskit.arrays import Float3D as Float3D
from stresskit.arrays import Int1D as Int1D
from stresskit.numerics.blend import Blend as Blend


@dataclass(frozen=True, slots=True)
class StudentT:
    """Student-t innovations of unit variance with `nu` degrees of freedom, normal where infinite."""

    nu: float


@dataclass(frozen=True, slots=True)
class SkewT:
    """Hansen's skewed Student-t of mean zero and unit variance: tails `eta`, skewness `lam` in (-1, 1)."""

    eta: float
    lam: float


@dataclass(frozen=True, slots=True, eq=False)
class SemiParametric:
    """Innovations of mean zero and unit variance: an empirical body between two generalized Pareto tails.

    `tail` is the probability in each tail; `quantiles` (knots,) lie at normal scores that are equally
    spaced between the thresholds, which are its ends; `shape` and `scale` (2,) are xi and beta of
    the excesses beyond the lower and the upper threshold.
    """

    tail: float
    quantiles: Float1D
    shape: Float1D
    scale: Float1D


Innovation = StudentT | SkewT | SemiParametric


@dataclass(frozen=True, slots=True, eq=False)
class Marginals:
    """Conditional variance h of simple returns, ``r = mean + sqrt(h) z``, one entry an asset.

    ``kind = "gjr_garch"``: ``h' = omega + (alpha + gamma 1(e < 0)) e^2 + beta h`` of the surprise
    ``e = sqrt(h) z``; constant volatility, EWMA and GARCH are its special cases. ``"egarch"``:
    ``ln h' = omega + alpha (|z| - E|z|) + gamma z + beta ln h``. z follows `innovations`.
    """

    mean: Float1D
    omega: Float1D
    alpha: Float1D
    gamma: Float1D
    beta: Float1D
    innovations: tuple[Innovation, ...]
    long_run_variance: Float1D
    current_variance: Float1D
    kind: Literal["gjr_garch", "egarch"] = "gjr_garch"


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Elliptical copula: correlation matrix and degrees of freedom (infinite: Gaussian)."""

    correlation: Float2D
    nu: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupedT:
    """Student-t copula whose groups of assets have degrees of freedom of their own.

    `group` (assets,): each asset's place in `nu` (groups,).
    """

    correlation: Float2D
    group: Int1D
    nu: Float1D


Family = Literal["clayton", "survival_clayton", "gumbel", "survival_gumbel"]


@dataclass(frozen=True, slots=True, eq=False)
class Archimedean:
    """Exchangeable copula of one parameter; a survival family is that of the negated returns."""

    family: Family
    theta: float
    assets: int


@dataclass(frozen=True, slots=True, eq=False)
class Vine:
    """Regular vine of pair copulas: `text` is pyvinecopulib's own JSON."""

    text: str
    assets: int


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Two copulas, of which each step of each path takes `first` with probability `weight`."""

    first: "Dependence | GroupedT | Archimedean"
    second: "Dependence | GroupedT | Archimedean"
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class JointModel:
    """Marginals and dependence of all assets of a snapshot at one step length."""

    assets: tuple[str, ...]
    step_s: int
    marginals: Marginals
    dependence: "AnyDependence"


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A fitted joint model and what a reader must know to trust it.

    `diagnostics` is the free part of the snapshot file (log-likelihoods, bound hits, repairs).
    """

    model: JointModel
    first: str
    last: str
    observations: int
    diagnostics: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Parameters and statistics of a market at one date; no prices.

    `calibrations` is keyed ``step/marginal/innovations/dependence``, for example
    ``"1h/gjr_garch/student_t/student_t"``; `sha256` is the hash of the snapshot file itself.
    `ranking` is the free part of the file that compares the fitted models, by step; `factors` holds
    what was calibrated of each asset's funding rate and basis, as in the file.
    """

    name: str
    assets: tuple[str, ...]
    as_of: str
    source: str
    data_sha256: str
    daily_volume_usd: Float1D
    calibrations: dict[str, Calibration]
    sha256: str
    ranking: dict[str, Any] = field(default_factory=dict)
    factors: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of steps ``[first, last)`` that is drawn from one stressed model.

    `volatility_multiplier` scales the returns but not the variance recursion.
    """

    first: int
    last: int
    dependence: "AnyDependence"
    volatility_multiplier: float


@dataclass(frozen=True, slots=True, eq=False)
class StressedModel:
    """What a scenario makes of a calm model: consecutive segments and an account of the change."""

    segments: tuple[Segment, ...]
    notes: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Dcc:
    """Dynamic conditional correlation: an elliptical copula whose matrix follows its own variates.

    ``Q' = (1 - a - b) C + a e e' + b Q``, R = Q scaled to a unit diagonal; C is `correlation`, e the
    variates at unit variance, `nu` infinite: Gaussian. `start`: Q of the first step, None: C. A
    scenario's `blend` acts on R at every step, and the recursion follows the unstressed variates.
    """

    correlation: Float2D
    a: float
    b: float
    nu: float
    start: Float2D | None = None
    blend: Blend | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """Two states that alternate as a Markov chain; innovations in crisis are `multiplier` times as large.

    `stay_calm`, `stay_crisis`: probabilities to stay for another step. Both states are scaled so that
    the long-run variance is that of the marginals. `start_crisis`: probability of the crisis at the
    first step, None: its long-run share.
    """

    calm: Dependence
    crisis: Dependence
    multiplier: float
    stay_calm: float
    stay_crisis: float
    start_crisis: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """Filtered historical simulation: cross-sections of `residuals` (rows, assets), drawn in blocks.

    Rows are in time order; blocks are of geometric length, `mean_block` rows in the mean.
    """

    residuals: Float2D
    mean_block: float


AnyDependence: TypeAlias = Dependence | GroupedT | Archimedean | Vine | Mixture | Dcc | Regime | Bootstrap


def _elliptical(dependence: Dependence, change: Blend, nu: float | None) -> Dependence:
    return Dependence(change(dependence.correlation), dependence.nu if nu is None else nu)


def _part(
    part: Dependence | GroupedT | Archimedean, change: Blend, nu: float | None
) -> Dependence | GroupedT:
    found = reshaped(part, change, nu)
    assert isinstance(found, Dependence | GroupedT)  # what else there is has no matrix
    return found


def reshaped(dependence: AnyDependence, change: Blend, nu: float | None = None) -> AnyDependence:
    """`dependence` with every correlation matrix changed, and `nu` degrees of freedom unless None.

    Raises
    ------
    ValueError
        If it has no correlation matrix.
    """
    if isinstance(dependence, Dependence):
        return _elliptical(dependence, change, nu)
    if isinstance(dependence, GroupedT):
        own = dependence.nu if nu is None else np.full_like(dependence.nu, nu)
        return replace(dependence, correlation=change(dependence.correlation), nu=own)
    if isinstance(dependence, Mixture):
        first, second = (_part(part, change, nu) for part in (dependence.first, dependence.second))
        return replace(dependence, first=first, second=second)
    if isinstance(dependence, Dcc):
        blend = dependence.blend if change.idle else change
        return replace(dependence, blend=blend, nu=dependence.nu if nu is None else nu)
    if isinstance(dependence, Regime):
        calm, crisis = (_elliptical(state, change, nu) for state in (dependence.calm, dependence.crisis))
        return replace(dependence, calm=calm, crisis=crisis)
    raise ValueError(
        f"a model whose dependence has a correlation matrix; {type(dependence).__name__} has none"
    )


def from_the_long_run(dependence: AnyDependence) -> AnyDependence:
    """`dependence` begun in its long-run state, whatever state it was calibrated to start in."""
    if isinstance(dependence, Dcc):
        return replace(dependence, start=None)
    if isinstance(dependence, Regime):
        return replace(dependence, start_crisis=None)
    return dependence


class Estimate(NamedTuple):
    """A figure with its 95 % Monte Carlo interval; all None with a `reason` where undefined."""

    value: float | None
    low: float | None
    high: float | None
    reason: str | None = None


class Tile(NamedTuple):
    """A few steps of a block of paths, resident in the cache.

    `marks` (steps, assets, paths): prices relative to the start, after each step. `variance`
    (steps, assets, paths): unscaled variance of the coming step. `multiplier`: the scenario's
    volatility multiplier in force over the tile. `funding`: rate an interval of its calibration, and
    `basis`: of perpetuals over the index, as fractions (steps, assets, paths); of no steps where the
    run does not use them.
    """

    marks: Float3D
    variance: Float3D
    multiplier: float
    funding: Float3D = np.zeros((0, 0, 0))
    basis: Float3D = np.zeros((0, 0, 0))


class Wallet(NamedTuple):
    """Coins that an account holds or owes; its USD are in ``Book.cash``.

    Amounts do not change while the account lives, so that tiers by quantity are settled once.
    `asset` (coins,): place among the simulated assets. `value` (coins,): what the venue counts of the
    balance, in USD at the start; it moves with the mark; negative for a loan. `spot` (coins,): the
    signed part that was declared as spot positions, at full value, for rules that net it against
    contracts. `loan` (coins,): maintenance of borrowed coins in USD at the start, `loan_usd` of
    borrowed USD.
    """

    asset: Int1D
    value: Float1D
    spot: Float1D
    loan: Float1D
    loan_usd: float


class Book(NamedTuple):
    """Positions, each pointing to a simulated asset; two may share one.

    `asset` (positions,): place among the simulated assets; `quantity` (positions,): signed USD slope of
    the position's value in the relative mark, + long; `face` (positions,): USD notional of one unit of
    quantity where the mark does not move it (inverse contracts), 0 where the notional is
    quantity * mark (linear contracts). A spot position has quantity 0: it lives in the `wallet`. `cash`:
    equity net of what moves, so that equity = cash + sum(quantity * mark) + sum(wallet.value * mark).
    Costs of closing a notional v: v * `half_spread` + `impact` * v**1.5, and the liquidation fee
    v * `fee`; each (positions,). `buffer`: a liquidation stops at equity >= (1 + buffer) * maintenance.
    """

    asset: Int1D
    quantity: Float1D
    cash: float
    half_spread: Float1D
    impact: Float1D
    fee: Float1D
    buffer: float
    face: Float1D
    wallet: Wallet


class View(NamedTuple):
    """One account at one moment: what a margin rule looks at.

    `quantity` (positions,), `marks` (assets,), `variance` (assets,) of the coming step,
    `multiplier` (1,): the volatility multiplier the venue observes; `cash` (1,): as in `Book`, for rules
    that charge what is owed.
    """

    quantity: Float1D
    marks: Float1D
    variance: Float1D
    multiplier: Float1D
    cash: Float1D = np.zeros(1)


TERMS = 8  # the most terms that a rule has


class Breakdown(NamedTuple):
    """Where a rule writes what its requirement is made of.

    `contribution` (positions,): share of each position in the maintenance requirement (its own
    term where the rule is additive, its Euler share of the binding term otherwise); `slope`
    (positions,): change of the requirement per USD of the position's signed notional; `drift` (assets,):
    its change in USD per unit of relative change of a mark, with nothing closed; `terms`
    (TERMS,): the rule's terms in USD; `binding` (1,): index of the binding term. `exposure`
    (assets,): scaled net exposure in USD. The rest is scratch: `scale`, `gradient` (assets,),
    `loss`, `base`, `tail` (scenarios,), `scratch` (2 * scenarios,), `aside` (1,).
    """

    contribution: Float1D
    slope: Float1D
    drift: Float1D
    terms: Float1D
    binding: Int1D
    exposure: Float1D
    scale: Float1D
    gradient: Float1D
    loss: Float1D
    base: Float1D
    tail: Int1D
    scratch: Float1D
    aside: Float1D


class Block(NamedTuple):
    """The state of one account's life over a block of paths.

    `quantity` (positions, paths) and `cash` (paths,) change when something is closed; `held` (paths,)
    is 1 while the wallet's coins are held and 0 once everything was closed out; `equity` and
    `ceiling` (paths,) are of the current step. The anchors remember each path's last full evaluation:
    `anchor_exposure` (assets, paths), `anchor_value`, `anchor_norm` (paths,); `exposure` (assets,
    paths), `gross` and `scale` (paths,) are scratch. For the bridge between two steps (paths,): `slack`,
    a lower bound of the excess at the step before, and upper bounds of the variance over the step:
    `reach` of the excess, `bend` of the requirement alone. `premium` (positions, paths): USD that the
    basis has added to one unit of quantity since the start; it is settled in `cash`.
    """

    quantity: Float2D
    cash: Float1D
    held: Float1D
    equity: Float1D
    ceiling: Float1D
    anchor_exposure: Float2D
    anchor_value: Float1D
    anchor_norm: Float1D
    exposure: Float2D
    gross: Float1D
    scale: Float1D
    slack: Float1D
    reach: Float1D
    bend: Float1D
    premium: Float2D


class Ledger(NamedTuple):
    """What one liquidation cost: each (1,), in USD, and the number of closings.

    `fund`: what takeovers at the bankruptcy price left the insurance fund, negative where it paid;
    `taken_notional`: what was taken over of `closed_notional`; `useless`: how often a partial closing was
    passed over because it would not have helped.
    """

    fee: Float1D
    fee_waived: Float1D
    slippage: Float1D
    closed_notional: Float1D
    closings: Int1D
    fund: Float1D
    taken_notional: Float1D
    useless: Int1D


class Record(NamedTuple):
    """The outcome of one account's life on each path of a block, each (paths,).

    Money in USD; `shortfall_price` is the part of the shortfall that is not slippage of the closing
    that ended the account. Steps count from 1, 0 is a breach at the start, -1 means never; `trigger`
    is the position with the largest contribution at the first breach, `binding` the index of the rule's
    binding term there; `inside` counts the breaches that came between two steps; `fund`,
    `taken_notional` and `useless` as in the ledger. `funding` is what was paid, negative where more was
    received, and `basis_gain` what the basis gained.
    """

    terminal_equity: Float1D
    lowest_equity: Float1D
    lowest_ratio: Float1D
    fee: Float1D
    fee_waived: Float1D
    slippage: Float1D
    shortfall: Float1D
    shortfall_price: Float1D
    closed_notional: Float1D
    first_step: Int1D
    closed_step: Int1D
    closings: Int1D
    trigger: Int1D
    inside: Int1D
    funding: Float1D
    basis_gain: Float1D
    fund: Float1D
    taken_notional: Float1D
    useless: Int1D
    binding: Int1D


def requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Maintenance requirement in USD of one account; overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """Prepare for `requirement_of_leg` from the evaluation in `breakdown`; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def requirement_of_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """Maintenance requirement when nothing but position `p` has changed since `focus`.

    Of the breakdown only ``slope[p]`` is written. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def convex(rule: Any) -> Any:
    """Whether the requirement is convex in the value of every position; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def step_down(rule: Any, book: Any, view: Any, p: Any, tiers: Any) -> Any:
    """Quantity of position `p` whose closing brings it down by `tiers` tiers of its table.

    At most down to the lowest tier, and 0 in it. Overloaded by the type of `rule`, for rules with tables.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> Any:
    """Fill ``block.ceiling`` (paths,) with an upper bound of the requirement; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def steepest(rule: Any, book: Any, p: Any, variance: Any, multiplier: Any, bound: Any) -> Any:
    """Fill `bound` (paths,) with an upper bound of ``abs(breakdown.slope[p])``; overloaded by `rule`.

    `variance` (assets, paths) and `multiplier` are what the rule is shown; the marks may be anything.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def remember(rule: Any, block: Any, path: Any, breakdown: Any) -> Any:
    """Keep a full evaluation so that `ceiling` can bound what is near it; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def liquidate(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Close what the policy closes after a breach, return the equity left; overloaded by `policy`.

    `maintenance` and `breakdown` are the evaluation that showed the breach.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("liquidation policies are called from kernels")
