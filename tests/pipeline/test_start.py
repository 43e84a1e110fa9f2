"""An account that is in breach when the run begins, and what several accounts may not ask for."""

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, run
from tests.lawful import assert_lawful
from tests.pipeline.conftest import CONFIGS

FEW = ("simulation.paths=200", "simulation.horizon=1d")
PAIR = (CONFIGS / "quickstart.toml").read_text()


def test_a_breach_at_the_start_is_liquidated_there(tmp_path):
    loaded = load_run(CONFIGS / "quickstart.toml", [*FEW, "account.collateral.0.amount=3000"])
    results = run(loaded, tmp_path)
    assert_lawful(results.metrics)
    assert (results.column("baseline", "cross", "first_step") != 0).all()  # above 400
    assert (results.column("baseline", "portfolio", "first_step") == 0).all()  # below 4,042
    figures = results.metrics["scenarios"]["baseline"]["modes"]["portfolio"]
    assert figures["p_liquidation"]["value"] == 1
    assert figures["time_to_liquidation_h"] == {"median": 0.0, "p10": 0.0}
    assert any("it is in liquidation" in warning for warning in results.manifest["warnings"])


def test_of_the_shortfall_only_the_last_closings_slippage_is_left_out(small_run):
    """What earlier closings cost was paid from equity, so it is no part of the shortfall."""
    ruined = 0
    for scenario in small_run.scenarios:
        for life in ("cross", "portfolio", "portfolio@efficiency", "cross_max_leverage@efficiency"):
            names = ("shortfall", "shortfall_price", "slippage", "first_step", "closed_step")
            total, rest, slippage, first, last = (small_run.column(scenario, life, name) for name in names)
            assert (rest >= np.maximum(total - slippage, 0)).all()
            assert (rest <= total).all()
            inside = small_run.column(scenario, life, "inside")
            once = (first == last) & (inside == 0)
            assert rest[once] == pytest.approx(np.maximum(total - slippage, 0)[once])
            ruined += (total > 0).sum()
    assert ruined > 0


def accounts(second: str) -> str:
    """The quickstart pair as one of two accounts."""
    head, rest = PAIR.split("[account]\n")
    body, tail = rest.split("[modes.cross]")
    other = f'[[accounts]]\nname = "other"\n{body.replace("-50_000", second)}'
    return f'{head}[[accounts]]\nname = "pair"\n{body}{other}[modes.cross]{tail}'


def test_accounts_whose_legs_differ_in_sign_cannot_break_together(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text(accounts("150_000"))
    with pytest.raises(ConfigError, match="accounts whose legs have the same signs"):
        check(load_run(path))
    path.write_text(accounts("-20_000"))
    check(load_run(path))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"ETH/USDT:USDT", notional_usd = -50_000',
            '"BTC/USDT:USDT", notional_usd = 50_000',
            "one long and one short",
        ),
        ("amount = 20_000", "amount = 0", "equity above zero"),
    ],
)
def test_a_book_that_no_venue_holds_is_refused(tmp_path, old, new, expected):
    path = tmp_path / "odd.toml"
    assert old in PAIR
    path.write_text(PAIR.replace(old, new))
    with pytest.raises(ConfigError, match=expected):
        load_run(path)
