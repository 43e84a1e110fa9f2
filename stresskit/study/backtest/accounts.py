"""The account of a config in the market of another day."""

from stresskit.config_file import Loaded, altered, direct
from stresskit.errors import ConfigError
from stresskit.spec import duration_text


def daily(loaded: Loaded, step_s: int, steps: int, paths: int) -> Loaded:
    """The config at the step of the prices, in the calm model alone, looked at only where there is a price.

    Raises
    ------
    ConfigError
        If it has several accounts, or a margin period is no whole number of the prices' steps.
    """
    if loaded.run.account is None:
        expected = "one [account]: a backtest of liquidations follows a single one"
        raise ConfigError([loaded.source.problem(("accounts",), expected)])
    model = loaded.effective["model"]
    simulation = {
        "step": duration_text(step_s),
        "horizon": duration_text(step_s * steps),
        "paths": paths,
        "seed": loaded.run.simulation.seed,
        "between_steps": "none",
    }
    changes = {
        "simulation": simulation,
        "model": {"marginal": model["marginal"], "dependence": model["dependence"]},
        "scenarios": {"baseline": {"kind": "baseline"}},
        "comparison.equal_efficiency": False,
        "limits": {},
    }
    return altered(loaded, [direct(key, value) for key, value in changes.items()])
