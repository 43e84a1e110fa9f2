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
        "own = notional * rule.rate[p, tier] - rule.deduction[p, tier]",
        "own = notional * rule.rate[p, tier]",
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
        "bridge_without_its_factor_two",
        "stresskit/simulate/bridge.py",
        "return -0.5 * LN2 * log2(",
        "return -1.0 * LN2 * log2(",
        ("tests/worlds/test_between_steps.py",),
    ),
    Fault(
        "bridge_blind_to_the_slope_of_the_requirement",
        "stresskit/simulate/bridge.py",
        "* (1.0 - breakdown.slope[p])",
        "* (1.0 - 0.0 * breakdown.slope[p])",
        ("tests/simulate/test_bridge.py",),
    ),
    Fault(
        "every_life_has_its_own_bridge",
        "stresskit/simulate/blocks.py",
        "space.records[i], bridge,",
        "space.records[i], bridge and bridge._replace(key=plan.seed + i),",
        ("tests/worlds/test_between_steps.py",),
    ),
    Fault(
        "crossing_taken_for_the_step_end",
        "stresskit/simulate/bridge.py",
        "time = start * mills_ratio(start + end)",
        "time = 1.0",
        ("tests/simulate/test_bridge.py",),
    ),
    Fault(
        "bridge_certificate_too_bold",
        "stresskit/simulate/bridge.py",
        "return deviation * deviation",
        "return 0.2 * deviation * deviation",
        ("tests/simulate/test_bridge.py",),
    ),
    Fault(
        "importance_weights_ignored",
        "stresskit/metrics.py",
        "        if run.weighted\n        else PLAIN",
        "        if run.weighted and run.listed\n        else PLAIN",
        ("tests/pipeline/test_importance.py",),
    ),
    Fault(
        "likelihood_ratio_upside_down",
        "stresskit/model/tilt.py",
        "ratio[b] += score * (row[b] - 0.5 * shift)",
        "ratio[b] -= score * (row[b] - 0.5 * shift)",
        ("tests/simulate/test_importance.py",),
    ),
    Fault(
        "effective_paths_taken_for_paths",
        "stresskit/measure/weighted.py",
        "return plain / variance if plain > NOTHING and variance > 0 else effective_paths(weight)",
        "return float(weight.size)",
        ("tests/measure/test_weighted.py",),
    ),
)
