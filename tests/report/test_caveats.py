"""What the report says about the time between steps follows the run's config."""

import pytest

from stresskit.report.caveats import _hedged, assumptions, between_steps, gathered


def manifest(**simulation):
    return {"config": {"simulation": simulation}}


@pytest.mark.parametrize(
    ("chosen", "word"), [("bridge", "Brownian bridge"), ("none", "at the observed steps only")]
)
def test_assumptions_name_what_was_done(chosen, word):
    other = {"bridge": "none", "none": "bridge"}[chosen]
    assert sum(word in line for line in assumptions(manifest(between_steps=chosen))) == 1
    assert not any(word in line for line in assumptions(manifest(between_steps=other)))


def test_a_run_from_before_the_choice_looked_at_the_steps_only():
    assert between_steps(manifest()) == "none"


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"BTC/USDT:USDT": 5e4, "ETH/USDT:USDT": -5e4}, True),
        ({"BTC/USDT:USDT": 5e4, "ETH/USDT:USDT": 5e4}, False),
        ({"BTC/USDT:USDT": 5e4, "BTC/USD:BTC": -5e4}, False),
    ],
)
def test_a_book_of_coins_against_each_other_is_told_of_its_model(sizes, told):
    by_notional = [{"symbol": symbol, "notional_usd": size} for symbol, size in sizes.items()]
    by_quantity = [{"symbol": symbol, "quantity": size, "mark": 1.0} for symbol, size in sizes.items()]
    assert bool(list(_hedged(by_notional, {}))) == bool(list(_hedged(by_quantity, {}))) == told
    assert not list(_hedged(by_notional, {"dependence": {"kind": "bootstrap"}}))


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"account": {"venue": "binance"}}, "does nothing"),
        ({"account": {"actions": {"top_up": {"amount": 5}}}}, "actions say"),
        ({"accounts": [{"name": "a"}, {"name": "b", "actions": {"top_up": {"amount": 5}}}]}, "actions say"),
    ],
)
def test_the_owner_is_said_to_do_what_the_config_lets_him(config, word):
    assert sum(word in line for line in assumptions({"config": config})) == 1


def test_what_is_not_known_of_one_set_of_parameters_stands_in_one_line():
    told = {"warnings": ["grid: a", "book: confidence is low", "grid, BTC: b", "grid: c: d", "plain"]}
    assert gathered(told) == told["warnings"]
    assert gathered({**told, "parameters": [{"name": "grid"}]}) == [
        "grid, unknown or left out: a; c: d",
        "book: confidence is low",
        "grid, BTC, unknown or left out: b",
        "plain",
    ]
