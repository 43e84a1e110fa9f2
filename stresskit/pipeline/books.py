"""From an account of the config to the arrays of its book: positions, coins and what closing costs."""

from collections.abc import Mapping

import numpy as np

from stresskit.config.account import NamedAccount
from stresskit.config_file import Loaded
from stresskit.domain import Book, Float1D, Int1D
from stresskit.errors import ConfigError
from stresskit.liquidation.execution import impact_coefficients
from stresskit.pipeline.market import MarketState
from stresskit.pipeline.wallets import Balance, wallet_of
from stresskit.simulate.blocks import Friction


def build_book(
    loaded: Loaded,
    market: MarketState,
    used: Int1D,
    account: NamedAccount,
    fee: Float1D,
    balances: Mapping[str, Balance],
) -> Book:
    """The account's book; `fee` (positions,) is the liquidation fee, `balances` what its assets count for.

    Spot positions have quantity 0 here: they are among the balances.
    """
    execution, positions = loaded.run.execution, account.positions
    whole = np.array([market.model.assets.index(p.asset) for p in positions])
    quantity = np.array([0.0 if p.contract.kind == "spot" else p.delta for p in positions])
    inverse = [p.contract.kind == "inverse" for p in positions]
    wallet, usd = wallet_of(balances, market, used)
    return Book(
        asset=np.searchsorted(used, whole),
        quantity=quantity,
        cash=usd + account.unrealized - float(quantity.sum()),
        half_spread=np.full(whole.size, execution.half_spread),
        impact=_impact(loaded, market, whole),
        fee=fee,
        buffer=0.0,
        face=np.array([p.notional / p.delta if i else 0.0 for p, i in zip(positions, inverse, strict=True)]),
        wallet=wallet,
    )


def _impact(loaded: Loaded, market: MarketState, whole: Int1D) -> Float1D:
    """Coefficients of the price impact, by position; refuses an impact on an asset without a volume."""
    execution, model = loaded.run.execution, market.model
    if execution.impact == 0.0:
        return np.zeros(whole.size)
    volume = market.snapshot.daily_volume_usd[whole]
    missing = dict.fromkeys(model.assets[i] for i in whole[~np.isfinite(volume)])
    if missing:
        expected = f"0, or a volume for {', '.join(missing)}: the price impact needs one"
        raise ConfigError([loaded.source.problem(("execution", "impact"), expected)])
    daily = np.sqrt(model.marginals.long_run_variance[whole] * (86400 / model.step_s))
    return impact_coefficients(execution, daily, volume)


def friction_of(loaded: Loaded, market: MarketState, used: Int1D) -> Friction | None:
    """What forced closings do to the market beyond their cost; None: nothing.

    Raises
    ------
    ConfigError
        If orders are to be a share of a volume that is not known.
    """
    execution = loaded.run.execution
    if execution.permanent_share == 0.0 and execution.participation is None:
        return None
    volume = market.snapshot.daily_volume_usd[used]
    missing = [market.model.assets[i] for i in used[~np.isfinite(volume)]]
    if missing and execution.participation is not None:
        expected = f"no such limit, or a volume for {', '.join(missing)}"
        raise ConfigError([loaded.source.problem(("execution", "participation"), expected)])
    part = np.inf if execution.participation is None else execution.participation
    cap = part * np.where(np.isfinite(volume), volume, 1.0) * (market.model.step_s / 86400)
    return Friction(execution.permanent_share, cap)
