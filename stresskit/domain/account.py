"""An account at one moment, as margin rules see it: book, wallet, view, and what a requirement is made of."""

from typing import NamedTuple

import numpy as np

from stresskit.arrays import Float1D, Int1D, Single1D, Word2D


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


class Beside(NamedTuple):
    """What the positions beside the one that is being closed cost, coarsely: see `margin/far_scenarios.py`.

    `rough` (sets, scenarios), in units of `unit` (sets,) USD; `known` (sets,): of how many scenarios, 0 where
    a closing begins.
    """

    rough: Word2D
    unit: Float1D
    known: Int1D


class Breakdown(NamedTuple):
    """Where a rule writes what its requirement is made of.

    `contribution` (positions,): share of each position in the maintenance requirement (its own
    term where the rule is additive, its Euler share of the binding term otherwise); `slope`
    (positions,): change of the requirement per USD of the position's signed notional; `drift` (assets,):
    its change in USD per unit of relative change of a mark, with nothing closed; `terms`
    (TERMS,): the rule's terms in USD; `binding` (1,): index of the binding term. `exposure`
    (assets,): scaled net exposure in USD. The rest is scratch: `scale`, `gradient` (assets,),
    `loss`, `base`, `tail` (scenarios,), `rough` (2, scenarios), `pairs` (pairs of assets,), `scratch`
    (2 * scenarios,), `aside` (3,), `last` (1,), `lanes` (lanes,) and `beside`.
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
    rough: Word2D
    pairs: Int1D
    scratch: Float1D
    aside: Float1D
    last: Float1D
    lanes: Single1D
    beside: Beside
