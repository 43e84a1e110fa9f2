"""Margin rules: book and marks in, requirement and its terms out. One file per rule."""

from stresskit.domain import Float1D
from stresskit.margin import (  # noqa: F401  some only register kernels
    bracket_ceiling,
    bracket_chart,
    brackets,
    clearing,
    clearing_bounds,
    clearing_legs,
    marked_first,
    tier_steps,
    unified,
    var,
    var_bounds,
    var_chart,
    without_bounds,
)
from stresskit.margin.brackets import Brackets, BracketTable
from stresskit.margin.clearing import ClearingRule
from stresskit.margin.grid.parameters import Grid
from stresskit.margin.grid.table import SLOTS, GridTable
from stresskit.margin.isolated import Isolated
from stresskit.margin.scenario_grid import ScenarioGrid
from stresskit.margin.unified import Unified, UnifiedTable
from stresskit.margin.unified_parameters import UnifiedAccount
from stresskit.margin.var import Var, VarRule

RuleSpec = Brackets | Isolated | ScenarioGrid | Unified | Var
Rule = BracketTable | ClearingRule | GridTable | UnifiedTable | VarRule
ParameterFile = Grid | UnifiedAccount


def terms_of(rule: Rule, grid: ParameterFile | None = None) -> dict[int, str]:
    """Names of the rule's terms by their place in ``Breakdown.terms``; a grid's are its venue's own."""
    if isinstance(rule, GridTable):
        assert isinstance(grid, Grid)
        named = {slot: getattr(grid.parameters.terms, slot) for slot in SLOTS}
        return {k: named[slot] for k, slot in enumerate(SLOTS) if named[slot] is not None}
    if isinstance(rule, BracketTable):
        return dict(enumerate(brackets.TERMS))
    if isinstance(rule, UnifiedTable):
        return unified.TERMS
    if isinstance(rule, ClearingRule):
        return clearing.TERMS
    return var.QUANTILE_TERMS if rule.quantile > 0.0 else var.TERMS


def distribution(rule: Rule) -> VarRule | None:
    """The scenario set that a rule stands on, with its factors; None for tables and grids."""
    if isinstance(rule, ClearingRule):
        return rule.base
    return rule if isinstance(rule, VarRule) else None


def initial_by_position(
    rule: BracketTable | VarRule, notional: Float1D, contribution: Float1D, marks: Float1D | None = None
) -> Float1D:
    """Initial margin (positions,) in USD, at the start or at relative `marks` (positions,).

    Brackets ask notional over leverage, or the venue's rate where it rises with the size; ``var``
    asks its factor times the maintenance share `contribution`.
    """
    if isinstance(rule, BracketTable):
        value: Float1D = abs(notional)
        size = value if marks is None else value / marks
        return value * (rule.initial_rate + rule.size_rate * size)
    return rule.initial_factor * contribution


def scratch_size(rule: Rule) -> int:
    """How long the scratch of a breakdown must be: the scenario set, or twice the legs of a grid."""
    if isinstance(rule, GridTable):
        return 2 * int(rule.unit.size)
    found = distribution(rule)
    return int(found.scenarios.losses.shape[1]) if found else 0
