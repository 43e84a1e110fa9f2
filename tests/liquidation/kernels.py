"""Entry points into what is otherwise only called from the step loop."""

from stresskit.domain import convex, liquidate, requirement
from stresskit.liquidation.scanned_closing import scanned_closing
from stresskit.liquidation.smallest_closing import smallest_closing
from stresskit.numerics.jit import kernel


@kernel
def liquidated(policy, rule, book, view, equity, breakdown, ledger):
    """Equity left after one liquidation; the view and the ledger are changed."""
    maintenance = requirement(rule, book, view, breakdown)
    return liquidate(policy, rule, book, view, equity, maintenance, breakdown, ledger)


@kernel
def closing(rule, book, view, p, done, equity, breakdown):
    """The smallest amount of position `p` that restores the account, and whether it does."""
    maintenance = requirement(rule, book, view, breakdown)
    return smallest_closing(rule, book, view, p, done, equity, maintenance, breakdown)


@kernel
def scanned(rule, book, view, p, done, equity, breakdown):
    """The amount of position `p` that a scan finds, and whether it restores the account."""
    maintenance = requirement(rule, book, view, breakdown)
    return scanned_closing(rule, book, view, p, done, equity, maintenance, breakdown)


@kernel
def bends_up(rule):
    """Whether the requirement is convex along every leg."""
    return convex(rule)
