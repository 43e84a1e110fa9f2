"""Margin rules: book and marks in, requirement and its terms out. One file per rule."""

from stresskit.domain import Float1D
from stresskit.margin import brackets, var
from stresskit.margin.brackets import Brackets, BracketTable
from stresskit.margin.var import Var, VarRule

RuleSpec = Brackets | Var
Rule = BracketTable | VarRule


def terms_of(rule: Rule) -> tuple[str, ...]:
    """Names of the rule's terms, in the order of ``Breakdown.terms``."""
    return brackets.TERMS if isinstance(rule, BracketTable) else var.TERMS


def initial_by_position(rule: Rule, notional: Float1D, contribution: Float1D) -> Float1D:
    """Initial margin (positions,) in USD.

    Brackets ask notional over leverage; ``var`` asks its factor times the maintenance share
    `contribution`.
    """
    if isinstance(rule, BracketTable):
        result: Float1D = abs(notional) * rule.initial_rate
        return result
    return rule.initial_factor * contribution
