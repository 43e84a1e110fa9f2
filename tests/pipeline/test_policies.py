"""The policy of a mode: the venue's own, or the config's."""

import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import ConfigError
from stresskit.liquidation import (
    DominantRisk,
    LargestContribution,
    LargestLoss,
    ProRata,
    Staged,
    TierLadder,
    build_policy,
)
from stresskit.liquidation.close_all import CloseAll
from stresskit.margin.rulebook import shipped_rulebooks
from tests.properties.configs import setting

VENUES = {
    "binance-usdm-2026-09": TierLadder(0.0, 0.0, 0.0, 1.0),
    "bybit-uta-2025-12": TierLadder(1.0, 1.0, 0.0, 1.0),
    "mexc-2025": TierLadder(1.0, 1.0, 1.0, 1.0),
    "weex-2026-03": TierLadder(2.0, 1.0, 0.0, 0.0),
    "deribit-2025": LargestContribution(),
    "hyperliquid-2025": Staged(100_000.0, 0.2, 2 / 3, 1.0),
}
VENUE = 'modes.cross.liquidation="venue"'


@pytest.mark.parametrize("name", shipped_rulebooks())
def test_every_rulebook_names_the_policy_of_each_mode_that_can_be_computed(name):
    tables = load_rulebook(name).tables
    named = tables.liquidation.policies
    assert {offer.rule for offer in tables.offers.values() if offer.rule != "isolated"} == set(named)
    assert all(found.source and found.confidence for found in named.values())


def policy(mode, *overrides, config="quickstart"):
    return setting(config, *overrides).accounts[0].modes[mode].contender.policy


@pytest.mark.parametrize("name", VENUES)
def test_the_venues_sequence(name):
    given = load_rulebook(name).tables.liquidation.policies["brackets"]
    assert build_policy(given.policy, given, None) == VENUES[name]


def test_the_rulebook_decides_unless_the_config_does():
    assert policy("cross", VENUE) == TierLadder(0.0, 0.0, 0.0, 1.0)
    assert policy("cross") == CloseAll()
    assert policy("cross", 'modes.cross.liquidation="staged"', "modes.cross.steps={size=5.0}") == Staged(5.0)
    assert policy("portfolio", 'modes.portfolio.liquidation="dominant_risk"') == DominantRisk()


def test_a_named_policy_has_the_venues_parameters_and_the_configs_before_them():
    ladder = 'modes.cross.liquidation="tier_ladder"'
    assert policy("cross", ladder) == TierLadder(0.0, 0.0, 0.0, 1.0)
    own = "modes.cross.steps={tiers=3, take_over=false}"
    assert policy("cross", ladder, own) == TierLadder(3.0, 0.0, 0.0, 0.0)


def test_the_largest_loss_counts_from_the_entry():
    long = (
        'account.positions=[{symbol="BTC/USDT:USDT", notional_usd=50_000, leverage=10, '
        "mark=100.0, entry=80.0}]"
    )
    found = policy("cross", 'modes.cross.liquidation="largest_loss"', long)
    assert isinstance(found, LargestLoss)
    assert found.entry == pytest.approx([0.8])


def test_an_auction_costs_what_its_price_leaves():
    steps = (
        'modes.portfolio.steps={slice="auction", '
        'auction={start=0.98, cutoff=0.8, fast="100s", slow="4h", bid_after="50s"}}'
    )
    found = policy("portfolio", 'modes.portfolio.liquidation="pro_rata"', steps)
    assert found == ProRata(0.0, 0.0, pytest.approx(0.11), 1.0)


@pytest.mark.parametrize(
    ("overrides", "place", "expected"),
    [
        (("modes.cross.steps={tiers=1}",), "modes.cross.steps.tiers", "it has none"),
        ((VENUE, "modes.cross.steps={tiers=1}"), "modes.cross.liquidation", "the name of a policy"),
        (('modes.portfolio.liquidation="tier_ladder"',), "modes.portfolio.liquidation", "close_all"),
        (('modes.portfolio.liquidation="venue"',), "modes.portfolio.liquidation", "no rulebook"),
        (
            ('modes.cross.liquidation="pro_rata"', 'modes.cross.steps={slice="auction"}'),
            "modes.cross.steps.auction",
            'this table with slice = "auction"',
        ),
    ],
)
def test_what_is_refused(overrides, place, expected):
    with pytest.raises(ConfigError) as caught:
        setting("quickstart", *overrides)
    problem = caught.value.problems[0]
    assert expected in problem.expected
    assert place.rpartition(".")[2] in str(problem)
