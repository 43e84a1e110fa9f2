"""The nouns that flow between the stages. No behaviour, no numerics.

Units: prices are relative to the mark at the start of the run (1.0 there), so the quantity of a
linear position is its signed USD notional at the start; variances are of simple returns over one
step; money is USD.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stresskit.arrays import Float1D as Float1D
from stresskit.arrays import Float2D as Float2D
from stresskit.arrays import Float3D as Float3D
from stresskit.arrays import Int1D as Int1D


@dataclass(frozen=True, slots=True, eq=False)
class Marginals:
    """GJR-GARCH(1,1) of simple returns, one entry an asset.

    ``r = mean + sqrt(h) z``, ``h' = omega + (alpha + gamma 1(r < mean)) h z^2 + beta h``; z has
    unit variance and is Student-t with `nu` degrees of freedom, normal where `nu` is infinite.
    """

    mean: Float1D
    omega: Float1D
    alpha: Float1D
    gamma: Float1D
    beta: Float1D
    nu: Float1D
    long_run_variance: Float1D
    current_variance: Float1D


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Elliptical copula: correlation matrix and degrees of freedom (infinite: Gaussian)."""

    correlation: Float2D
    nu: float


@dataclass(frozen=True, slots=True, eq=False)
class JointModel:
    """Marginals and dependence of all assets of a snapshot at one step length."""

    assets: tuple[str, ...]
    step_s: int
    marginals: Marginals
    dependence: Dependence


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
    """

    name: str
    assets: tuple[str, ...]
    as_of: str
    source: str
    data_sha256: str
    daily_volume_usd: Float1D
    calibrations: dict[str, Calibration]
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of steps ``[first, last)`` that is drawn from one stressed model.

    `volatility_multiplier` scales the returns but not the variance recursion.
    """

    first: int
    last: int
    dependence: Dependence
    volatility_multiplier: float


@dataclass(frozen=True, slots=True, eq=False)
class StressedModel:
    """What a scenario makes of a calm model: consecutive segments and an account of the change."""

    segments: tuple[Segment, ...]
    notes: dict[str, Any]


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
    volatility multiplier in force over the tile.
    """

    marks: Float3D
    variance: Float3D
    multiplier: float


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
    paths), `gross` and `scale` (paths,) are scratch.
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


class Ledger(NamedTuple):
    """What one liquidation, or all of a path's, cost: each (1,), in USD, and the number of closings."""

    fee: Float1D
    fee_waived: Float1D
    slippage: Float1D
    closed_notional: Float1D
    closings: Int1D


class Record(NamedTuple):
    """The outcome of one account's life on each path of a block, each (paths,).

    Money in USD; `shortfall_price` is the part of the shortfall that is not slippage of the closing
    that ended the account. Steps count from 1, 0 is a breach at the start, -1 means never; `trigger`
    is the position with the largest contribution at the first breach.
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


def ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> Any:
    """Fill ``block.ceiling`` (paths,) with an upper bound of the requirement; overloaded by `rule`.

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
