"""What one config file may say about a run."""

from stresskit.config.account import Account, Collateral, NamedAccount
from stresskit.config.checks import CHECKS
from stresskit.config.market import FileMarket, SnapshotMarket
from stresskit.config.model import Model
from stresskit.config.position import Position
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
