"""Entry points into what is otherwise only called from the step loop."""

from stresskit.domain import liquidate, requirement
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
