"""The faults, one line of the package each, and the tests that must notice."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Replace `old` by `new`, once, in `file`; `tests` must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS = (
    Fault(
        "short_sign_in_closing",
        "stresskit/liquidation/execution.py",
        "else -left",
        "else left",
        ("tests/liquidation/test_largest_contribution.py", "tests/simulate/test_loop.py"),
    ),
    Fault(
        "break_undone_by_assets_not_held",
        "stresskit/scenario/correlation_breakdown.py",
        "return embed_correlation(calm, who, part), distance",
        """whole = calm.copy()
    whole[np.ix_(who, who)] = part
    return nearest_correlation(whole)""",
        ("tests/scenario",),
    ),
    Fault(
        "embedding_drops_what_is_missing",
        "stresskit/numerics/embedding.py",
        "result[block] = part",
        "pass",
        ("tests/numerics/test_embedding.py",),
    ),
    Fault(
        "deduction_dropped",
        "stresskit/margin/brackets.py",
        "return size * (rate + rising) - rule.deduction[p, tier]",
        "return size * (rate + rising)",
        ("tests/margin/test_requirement.py", "tests/margin/test_golden.py"),
    ),
    Fault(
        "rule_blind_to_stressed_volatility",
        "stresskit/margin/var.py",
        "greater(multiplier * sqrt(",
        "greater(sqrt(",
        ("tests/margin/test_requirement.py",),
    ),
    Fault(
        "volatility_floor_dropped",
        "stresskit/margin/var.py",
        "(variance / long_run - 1.0)), 1.0)",
        "(variance / long_run - 1.0)), 0.0)",
        ("tests/margin/test_requirement.py",),
    ),
    Fault(
        "certificate_forgets_a_side",
        "stresskit/margin/var.py",
        "greater(rest * long, -rest * short)",
        "rest * long",
        ("tests/properties/test_ceiling.py",),
    ),
    Fault(
        "tail_one_scenario_short",
        "stresskit/margin/tail.py",
        "edge = select(scratch, found, needed - 1)",
        "edge = select(scratch, found, needed - 2)",
        ("tests/margin/test_tail.py",),
    ),
    Fault(
        "breach_off_by_one_step",
        "stresskit/simulate/loop.py",
        "first_step + s + 1",
        "first_step + s",
        ("tests/simulate/test_loop.py",),
    ),
    Fault(
        "dies_only_below_maintenance",
        "stresskit/simulate/loop.py",
        "if equity > maintenance:",
        "if equity > 0.9 * maintenance:",
        ("tests/simulate/test_loop.py",),
    ),
    Fault(
        "fee_omitted",
        "stresskit/liquidation/execution.py",
        "fee = book.fee[p] * value",
        "fee = 0.0 * value",
        ("tests/liquidation/test_execution.py",),
    ),
    Fault(
        "buffer_ignored",
        "stresskit/liquidation/smallest_closing.py",
        "return equity - slip - charged - (1.0 + book.buffer) * maintenance",
        "return equity - slip - charged - maintenance",
        ("tests/liquidation/test_smallest_closing.py",),
    ),
    Fault(
        "smallest_contribution_first",
        "stresskit/liquidation/largest_contribution.py",
        "contribution[p] > contribution[found]",
        "contribution[p] < contribution[found]",
        ("tests/liquidation/test_largest_contribution.py",),
    ),
    Fault(
        "stressed_dependence_lowers_risk",
        "stresskit/scenario/correlation_breakdown.py",
        "return np.outer(s, s)",
        "return np.outer(s, s) ** 2",
        ("tests/scenario/test_correlation_breakdown.py",),
    ),
    Fault(
        "break_from_the_start",
        "stresskit/scenario/correlation_breakdown.py",
        "first = min(-(-spec.onset // model.step_s), steps)",
        "first = 0",
        ("tests/scenario/test_correlation_breakdown.py",),
    ),
    Fault(
        "philox_round_missing",
        "stresskit/numerics/philox.py",
        "range(10)",
        "range(9)",
        ("tests/numerics/test_philox.py",),
    ),
    Fault(
        "leverage_effect_reversed",
        "stresskit/model/gjr.py",
        "a = down if e < 0.0 else up",
        "a = down if e > 0.0 else up",
        ("tests/model/test_gjr.py",),
    ),
    Fault(
        "recursion_scaled_by_the_stress",
        "stresskit/model/gjr.py",
        "e = sqrt(h[b]) * (y[b] * exp2(x[b]))",
        "e = multiplier * sqrt(h[b]) * (y[b] * exp2(x[b]))",
        ("tests/model/test_gjr.py",),
    ),
    Fault(
        "returns_added_not_compounded",
        "stresskit/model/joint.py",
        "m[b] * (1.0 + r[b])",
        "m[b] + r[b]",
        ("tests/model/test_joint.py",),
    ),
    Fault(
        "interval_halved",
        "stresskit/measure/probability.py",
        "half = Z95 * sqrt(",
        "half = 0.5 * Z95 * sqrt(",
        ("tests/measure/test_probability.py",),
    ),
    Fault(
        "hypothetical_recommended",
        "stresskit/measure/verdict.py",
        'if not evidence.margin[mode]["hypothetical"]]',
        "if mode]",
        ("tests/measure/test_verdict.py",),
    ),
    Fault(
        "broken_seal_trusted",
        "stresskit/results/folder.py",
        "and not broken_seal(folder) else None",
        "else None",
        ("tests/results/test_stored.py",),
    ),
    Fault(
        "each_leg_only_once",
        "stresskit/liquidation/largest_contribution.py",
        "            tried[:] = False\n",
        "",
        ("tests/liquidation/test_largest_contribution.py",),
    ),
    Fault(
        "rulebook_break_accepted",
        "stresskit/margin/rulebook.py",
        "if abs(right - deduction) > 1e-6 * max(floor, 1.0):",
        "if abs(right - deduction) > 1e6 * max(floor, 1.0):",
        ("tests/config_file/test_rulebook.py",),
    ),
    Fault(
        "unknown_table_used",
        "stresskit/pipeline/rulebooks.py",
        'elif symbol.confidence == "unknown":',
        'elif symbol.note == "unknown":',
        ("tests/pipeline/test_rulebooks.py",),
    ),
    Fault(
        "old_rulebook_accepted",
        "stresskit/pipeline/rulebooks.py",
        "age * DAY_S > max_age",
        "age > max_age",
        ("tests/pipeline/test_rulebooks.py",),
    ),
    Fault(
        "minimum_equity_ignored",
        "stresskit/pipeline/switching.py",
        '"met" if equity >= least else "not met"',
        '"met"',
        ("tests/pipeline/test_advise.py",),
    ),
    Fault(
        "order_forgets_what_it_realized",
        "stresskit/pipeline/changes.py",
        "return old.unrealized * min(1.0, abs(delta / old.notional))",
        "return 0.0",
        ("tests/pipeline/test_calculator.py",),
    ),
    Fault(
        "inverse_profit_of_a_linear_contract",
        "stresskit/config/position.py",
        "return self.notional * (self.mark / self.entry - 1.0)",
        "return self.notional * (1.0 - self.entry / self.mark)",
        ("tests/config/test_run.py",),
    ),
    Fault(
        "first_ratio_for_every_slice",
        "stresskit/margin/collateral.py",
        "- floor, 0.0) * ratio for",
        "- floor, 0.0) * ratios[0][1] for",
        ("tests/margin/test_golden_venues.py",),
    ),
    Fault(
        "closing_fee_outside_the_trigger",
        "stresskit/margin/brackets.py",
        "own, fee = own * unit, size * rule.closing_fee[p] * unit",
        "own, fee = own * unit, 0.0 * size",
        ("tests/margin/test_golden_venues.py",),
    ),
    Fault(
        "coins_kept_after_closing_out",
        "stresskit/simulate/loop.py",
        "        block.held[b] = 0.0\n",
        "",
        ("tests/simulate/test_contracts.py",),
    ),
    Fault(
        "certificate_stays_in_the_lowest_tier",
        "stresskit/margin/brackets.py",
        "own[b] = line if size[b] > floor else own[b]",
        "own[b] = own[b] if size[b] > floor else own[b]",
        ("tests/properties/test_contracts.py",),
    ),
    Fault(
        "grid_takes_mark_for_index",
        "stresskit/margin/grid/leg_columns.py",
        'return leg.index_ratio if chosen == "index" else 1.0',
        "return 1.0",
        ("tests/margin/test_golden_portfolio.py",),
    ),
    Fault(
        "grid_drops_the_basis_charge_from_the_sum",
        "stresskit/margin/grid/scope.py",
        "        inside += charge",
        "        pass",
        ("tests/margin/test_scenario_grid.py",),
    ),
    Fault(
        "grid_nets_between_underlyings",
        "stresskit/margin/grid/build.py",
        'return leg.settle if parameters.netting.scope == "settlement" else unit',
        "return leg.settle",
        ("tests/margin/test_scenario_grid.py",),
    ),
    Fault(
        "value_at_risk_bounded_by_itself",
        "stresskit/margin/var.py",
        "block.anchor_value[path] = breakdown.terms[2]",
        "block.anchor_value[path] = breakdown.terms[0]",
        ("tests/margin/test_clearing.py",),
    ),
    Fault(
        "unified_account_dies_at_one",
        "stresskit/margin/unified.py",
        "weight=1.0 if by_value else level",
        "weight=1.0",
        ("tests/margin/test_unified.py",),
    ),
)
