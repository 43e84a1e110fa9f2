"""An account's life over a block of paths: tiles of prices, its state, costs and outcome."""

from typing import NamedTuple

import numpy as np

from stresskit.arrays import Float1D, Float2D, Float3D, Int1D


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


class Block(NamedTuple):
    """The state of one account's life over a block of paths.

    `quantity` (positions, paths) and `cash` (paths,) change when something is closed; `held` (paths,)
    is 1 while the wallet's coins are held and 0 once everything was closed out; `equity` and
    `ceiling` (paths,) are of the current step. The anchors remember each path's last full evaluation or roof:
    `anchor_exposure` (assets, paths), `anchor_value`, `anchor_norm` (paths,); `exposure` (assets,
    paths), `gross` and `scale` (paths,) are scratch. For the bridge between two steps (paths,): `slack`,
    a lower bound of the excess at the step before, `reach`, an upper bound of its standard deviation over
    the step, and `ahead`, the same of the step to come where a rule knows it already. `rough` (paths,): 1
    where a step asks for a closer look, 0 where not, 2 where all is closed; `picked` (paths,): the numbers
    of those where it does, in order.
    `premium` (positions, paths): USD that the basis has added to one unit of quantity since the start; it
    is settled in `cash`. `shift` (assets, paths): what the account's own closings have made of the marks
    for good, 1 where nothing. `trace` (steps, paths): the equity after every step of a tile is added to
    it; of no steps where nobody asks.
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
    ahead: Float1D
    rough: Float1D
    picked: Int1D
    premium: Float2D
    shift: Float2D
    trace: Float2D


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
    received, and `basis_gain` what the basis gained. `adl_step`: the first at which a winning leg was
    deleveraged, -1 never; `adl_notional` of it at the mark, `adl_loss` against the mark. `top_up`: what
    its owner added; `cut_notional`, `cut_cost`: what its owner closed of it, and the slippage.
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
    adl_step: Int1D
    adl_notional: Float1D
    adl_loss: Float1D
    top_up: Float1D
    cut_notional: Float1D
    cut_cost: Float1D
