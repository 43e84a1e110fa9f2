"""What one config file may say about a run."""

from stresskit.config.account import Account, Collateral, NamedAccount, Position
from stresskit.config.checks import CHECKS
from stresskit.config.market import FileMarket, SnapshotMarket
from stresskit.config.model import Model
from stresskit.config.run import Comparison, Run, Simulation

__all__ = [
    "CHECKS",
    "Account",
    "Collateral",
    "Comparison",
    "FileMarket",
    "Model",
    "NamedAccount",
    "Position",
    "Run",
    "Simulation",
    "SnapshotMarket",
]
