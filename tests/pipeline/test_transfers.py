"""Money sent between two accounts of a run: figures, refusals and the story of a path."""

from pathlib import Path

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, run
from stresskit.pipeline.replay import replay
from tests.lawful import assert_lawful

CONFIG = Path(__file__).parents[2] / "configs/two-venues.toml"
FEW = ("simulation.paths=600", "simulation.horizon=5d", "comparison.equal_efficiency=false")
FEW += ("accounts.0.collateral.0.amount=4_000", "simulation.between_steps=none")
FEW += (  # so that a kernel serves which other tests have, too
    "execution.participation=1000",
    'scenarios.taking={ kind = "adl", move = 0.99 }',
    'scenarios.asking={ kind = "tightening", factor = 1.000001, onset = "4d" }',
)
LATE = ("accounts.0.actions.transfer.at_ratio=1e-6", "accounts.1.actions.transfer.at_ratio=1e-6")
GIVER = "accounts.0.actions.transfer.giver"


def test_money_in_time_saves_accounts_and_is_no_gain(tmp_path: Path) -> None:
    sent, none = (run(load_run(CONFIG, [*FEW, *more]), tmp_path) for more in ((), LATE))
    assert_lawful(sent.metrics)
    one, other = (
        found.metrics["accounts"]["long"]["scenarios"]["baseline"]["modes"]["binance"]
        for found in (sent, none)
    )
    assert one["p_liquidation"]["value"] < other["p_liquidation"]["value"]
    got, gone = (sent.column("baseline", "long.binance", name) for name in ("received", "sent"))
    assert one["p_transfer"]["value"] == pytest.approx(np.mean(got + gone > 0))
    assert one["expected_received"]["value"] == pytest.approx(got.mean())
    assert one["expected_sent"]["value"] == pytest.approx(gone.mean())
    assert (other["p_transfer"]["value"], other["expected_sent"]["value"]) == (0, 0)
    still = got + gone == 0
    for name, venue in LIVES:
        ends = [found.column("baseline", f"{name}.{venue}", "terminal_equity") for found in (sent, none)]
        assert np.array_equal(ends[0][still], ends[1][still])
    apart = [found.metrics["stranded"]["baseline"]["any"]["value"] for found in (sent, none)]
    assert apart[0] < apart[1]
    path = int(np.flatnonzero(got > 0)[0])
    events = [step["event"] for step in replay(sent.folder, path)["lives"]["long.binance"]["steps"]]
    assert any(event and "USD received from another account" in event for event in events)


LIVES = (("long", "binance"), ("short", "bybit"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((f"{GIVER}=nobody",), r'giver: .*"short"'),
        ((f"{GIVER}=long",), r"giver: "),
        (('accounts.0.modes=["binance","bybit"]',), "an account under the same modes, or one mode each"),
        (("modes.binance.rule=isolated",), "none is under isolated margin"),
        (("accounts.0.actions.transfer.delay=90m",), "a whole number of steps of 1h"),
    ],
)
def test_what_cannot_be_sent_is_refused(changes: tuple[str, ...], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        check(load_run(CONFIG, changes))


def test_one_account_has_no_other() -> None:
    call = "account.actions.transfer={ giver = 'b', amount = 1, at_ratio = 2 }"
    with pytest.raises(ConfigError, match=r"account\.actions\.transfer: \[\[accounts\]\]"):
        load_run(CONFIG.parent / "quickstart.toml", [call])
