"""What closing costs: half-spread, square-root impact and the liquidation fee.

Closing the notional v (USD at mark) of one position in one event costs
``S(v) = v * half_spread + impact * v**1.5``, with ``impact = Y sigma_d / sqrt(ADV * depth)``. Two
closings of one position in one event cost what a single one of their sum costs. The liquidation
fee is taken only from the equity left after execution, never below zero; the rest is waived. Over
the legs of one event it ranks behind all of their slippage, so that a shortfall holds no fee.

Source: Donier, Bonart, "A million metaorder analysis of market impact on the Bitcoin" (2015),
arXiv 1412.4503, for the square-root law.
"""

from typing import Annotated, Any

import numpy as np
from pydantic import Field

from stresskit.domain import Float1D
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import inline
from stresskit.numerics.notional import unit_notional
from stresskit.spec import Fraction, Spec


class Execution(Spec):
    """``[execution]``: half-spread (fraction), Y of the square-root law, depth multiplier, fee.

    `permanent_share`: share of the impact of forced closings that moves the mark for the rest of the path;
    `participation`: most that is closed of an asset in a step, as a share of a step's volume (default: all).
    """

    half_spread: Fraction = 0.0001
    impact: Annotated[float, Field(ge=0, le=100)] = 0.6
    depth: Annotated[float, Field(ge=1e-6, le=1e6)] = 1.0
    liquidation_fee: Fraction | None = None
    permanent_share: Fraction = 0.0
    participation: Annotated[float, Field(gt=0, le=1000)] | None = None


def impact_coefficients(spec: Execution, daily_volatility: Float1D, daily_volume_usd: Float1D) -> Float1D:
    """``Y sigma_d / sqrt(ADV * depth)`` per position, in USD**-0.5."""
    return np.asarray(spec.impact * daily_volatility / np.sqrt(daily_volume_usd * spec.depth), dtype=float)


@inline
def slippage(book: Any, p: Any, value: Any) -> Any:
    """Half-spread and impact of closing `value` USD of position `p` at once."""
    return value * (book.half_spread[p] + book.impact[p] * sqrt(value))


@inline
def marginal_slippage(book: Any, p: Any, value: Any) -> Any:
    """Slope of `slippage` in the value."""
    return book.half_spread[p] + 1.5 * book.impact[p] * sqrt(value)


@inline
def costs(book: Any, p: Any, done: Any, value: Any, equity: Any) -> Any:
    """Slippage, fee charged and fee waived of closing `value` after `done` in the same event."""
    slip = slippage(book, p, done + value) - slippage(book, p, done)
    fee = book.fee[p] * value
    charged = min(fee, max(equity - slip, 0.0))
    return slip, charged, fee - charged


@inline
def close(book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, ledger: Any) -> Any:
    """Close `amount` (of the position's quantity) at mark; return the equity left."""
    value = amount * unit_notional(book.face[p], view.marks[book.asset[p]])
    slip, charged, waived = costs(book, p, done[p], value, equity)
    held = abs(view.quantity[p])
    left = held - amount
    moved = amount * view.marks[book.asset[p]]
    view.cash[0] += (moved if view.quantity[p] > 0.0 else -moved) - slip - charged
    view.quantity[p] = 0.0 if amount >= held else left if view.quantity[p] > 0.0 else -left
    done[p] += value
    ledger.slippage[0] += slip
    ledger.fee[0] += charged
    ledger.fee_waived[0] += waived
    ledger.closed_notional[0] += value
    ledger.closings[0] += 1
    return equity - slip - charged


@inline
def give_back_fee(equity: Any, ledger: Any) -> Any:
    """Waive what was charged on earlier legs of the event and is now missing; return the equity left."""
    back = min(ledger.fee[0], max(-equity, 0.0))
    ledger.fee[0] -= back
    ledger.fee_waived[0] += back
    return equity + back
