"""The correlations that the shipped configs are drawn with, as the kernels receive them."""

import numpy as np
import pytest

from tests.properties.configs import setting


def drawn_correlation(found, scenario):
    """Of the simulated assets, from the factor that the sampler holds."""
    (stretch,) = found.plan(scenario).stretches
    rows = stretch.sampler.copula.factor[: len(found.assets)]
    return rows @ rows.T


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("pair", [("BTC", "ETH"), ("ETH", "DOGE"), ("LINK", "SOL")])
def test_a_pair_gets_the_correlation_that_its_strength_asks_for(pair, strength):
    found = setting(
        "quickstart",
        f'account.positions.0.symbol="{pair[0]}/USDT:USDT"',
        f'account.positions.1.symbol="{pair[1]}/USDT:USDT"',
        f"scenarios.hedge_breaks.strength={strength}",
    )
    calm = drawn_correlation(found, "baseline")[0, 1]
    assert 0.6 < calm < 0.9
    expected = (1 - strength) * calm - strength
    assert drawn_correlation(found, "hedge_breaks")[0, 1] == pytest.approx(expected, abs=1e-9)


def test_the_demo_is_broken_to_minus_63_percent():
    assert drawn_correlation(setting("quickstart"), "hedge_breaks")[0, 1] == pytest.approx(-0.63, abs=5e-3)


def test_a_basket_that_holds_every_asset():
    found = setting("basket-market-neutral")
    calm, broken = drawn_correlation(found, "baseline"), drawn_correlation(found, "every_leg_loses")
    s = np.array([found.stressed["every_leg_loses"].notes["signs"][asset] for asset in found.assets])
    assert broken == pytest.approx(0.2 * calm + 0.8 * np.outer(s, s), abs=1e-9)
