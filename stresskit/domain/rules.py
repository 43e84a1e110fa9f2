"""What every margin rule and liquidation policy answers to: stubs, overloaded by its type."""

from typing import Any


def requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Maintenance requirement in USD of one account; overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """Prepare for `requirement_of_leg` from the evaluation in `breakdown`; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def requirement_of_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """Maintenance requirement when nothing but position `p` has changed since `focus`.

    Of the breakdown only ``slope[p]`` is written. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def convex(rule: Any) -> Any:
    """Whether the requirement is convex in the value of every position; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def step_down(rule: Any, book: Any, view: Any, p: Any, tiers: Any) -> Any:
    """Quantity of position `p` whose closing brings it down by `tiers` tiers of its table.

    At most down to the lowest tier, and 0 in it. Overloaded by the type of `rule`, for rules with tables.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> Any:
    """Fill ``block.ceiling`` (paths,) with an upper bound of the requirement; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def weigh(rule: Any, book: Any, tile: Any, step: Any, block: Any, steep: Any) -> Any:
    """Mark the block to market, ``block.equity`` (paths,), and fill its `ceiling`.

    Returns whether it has filled ``block.ahead`` too, by the slopes `steep` of the bridge, which is None
    without one; only a rule does whose slopes do not depend on the multiplier. Overloaded by the type of
    `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """At least the requirement, cheaper than it and closer than the ceiling; infinite if the rule has none.

    Leaves in `breakdown` what `remember` needs. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """Base and rise of an upper bound ``base + rise * h`` of what a position adds to the slope, both >= 0.

    That is to ``breakdown.drift`` of its asset, per USD of its notional or of its face, whichever is more.
    h, the variance of the position's asset, and `multiplier` are what the rule is shown; the marks may be
    anything. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def gentle(rule: Any, book: Any, p: Any) -> Any:
    """A notional in USD, and a bound of what a position adds to the slope while its notional is not above it.

    What `steepest` bounds whatever the marks are; a notional below 0 where nothing closer is known. For
    linear positions alone. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def deviation_bound(
    rule: Any, net: Any, variance: Any, multiplier: Any, correlation: Any, whole: Any, scratch: Any
) -> Any:
    """Upper bound in USD of the requirement's standard deviation over a step, to first order.

    `net` (assets,): net exposures in USD; `variance` (assets,) and `multiplier`: what the rule is shown;
    `correlation` (assets, assets): that of the step's returns, whose variances are `variance`; `whole`: sum
    of the positions' own deviations; `scratch` (assets,). Infinite if the rule has no such bound. Overloaded
    by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def loan_factor(rule: Any) -> Any:
    """How often the rule asks the maintenance of a loan, at most; overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def charted(rule: Any, book: Any) -> Any:
    """Whether `chart` knows what the rule asks of the book over a tile; overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def chart(
    rule: Any, book: Any, tile: Any, block: Any, first: Any, width: Any, course: Any, steep: Any
) -> Any:
    """What `weigh` finds of `width` paths from `first` on after every step of a tile that closes nothing.

    Fills of `course`, each (steps, strip), `equity` and `asked`, USD, and with `steep` also `reach`, the
    bound of the excess's deviation over the step to come; there stand `cash` (strip,) and `quantity`
    (positions, strip). The width is a multiple of eight. Overloaded by the type of `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def remember(rule: Any, block: Any, path: Any, breakdown: Any) -> Any:
    """Keep a full evaluation, or a roof, so that `ceiling` can bound what is near it; overloaded by `rule`.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("margin rules are called from kernels")


def liquidate(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Close what the policy closes after a breach, return the equity left; overloaded by `policy`.

    `maintenance` and `breakdown` are the evaluation that showed the breach.

    Raises
    ------
    TypeError
        Always: only its overloads are ever compiled.
    """
    raise TypeError("liquidation policies are called from kernels")
