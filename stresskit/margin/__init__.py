"""Margin rules: book and marks in, requirement and its terms out. One file per rule."""

from stresskit.domain import Float1D
from stresskit.margin import brackets, var
from stresskit.margin.brackets import Brackets, BracketTable
from stresskit.margin.isolated import Isolated
from stresskit.margin.var import Var, VarRule

RuleSpec = Brackets | Isolated | Var
Rule = BracketTable | VarRule


def terms_of(rule: Rule) -> tuple[str, ...]:
    """Names of the rule's terms, in the order of ``Breakdown.terms``; brackets add theirs up."""
    return brackets.TERMS if isinstance(rule, BracketTable) else var.TERMS


def initial_by_position(
    rule: Rule, notional: Float1D, contribution: Float1D, marks: Float1D | None = None
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
