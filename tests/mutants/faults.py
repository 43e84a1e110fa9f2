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
        "stresskit/numerics/blend.py",
        "return embed_correlation(matrix, self.members, self.among(matrix)[0])",
        """whole = matrix.copy()
        whole[np.ix_(self.members, self.members)] = self.among(matrix)[0]
        return nearest_correlation(whole)[0]""",
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
        "e = sqrt(h[b]) * x[b]",
        "e = multiplier * sqrt(h[b]) * x[b]",
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
        "dcc_learns_from_the_broken_variates",
        "stresskit/model/dcc.py",
        "learn(copula, q, kept)",
        "learn(copula, q, x)",
        ("tests/model/test_memory.py",),
    ),
    Fault(
        "regime_not_normalised",
        "stresskit/model/regime.py",
        "size = 1.0 / np.sqrt(1.0 - share + share * dependence.multiplier**2)",
        "size = 1.0",
        ("tests/model/test_memory_laws.py",),
    ),
    Fault(
        "venue_blind_to_the_regime",
        "stresskit/model/regime.py",
        "seen[b] *= size * size",
        "seen[b] *= 1.0",
        ("tests/model/test_memory_laws.py",),
    ),
    Fault(
        "bootstrap_does_not_wrap_around",
        "stresskit/model/bootstrap.py",
        "after = after if after < rows else 0.0",
        "after = after if after < rows else uniform",
        ("tests/model/test_memory_laws.py",),
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
        "egarch_news_without_limit",
        "stresskit/model/egarch.py",
        "z = greater(smaller(x[b], CAP), -CAP)",
        "z = x[b]",
        ("tests/model/test_kinds.py",),
    ),
    Fault(
        "egarch_centred_by_the_normal",
        "stresskit/model/egarch.py",
        "mean_size(marginals.innovations[i])",
        "0.7978845608028654 + 0.0 * i",
        ("tests/model/test_kinds.py",),
    ),
    Fault(
        "leverage_counted_by_half",
        "stresskit/model/forecast.py",
        "marginals.gamma * down",
        "marginals.gamma * 0.5",
        ("tests/model/test_excess_weight.py",),
    ),
    Fault(
        "tails_of_an_innovation_exchanged",
        "stresskit/numerics/quantile_table.py",
        "np.stack([upper(tail), lower(tail)])",
        "np.stack([-lower(tail), -upper(tail)])",
        ("tests/model/test_innovation_map.py",),
    ),
    Fault(
        "grouped_scale_of_the_first_group",
        "stresskit/model/grouped_t.py",
        "c = sixteen(copula.scale[g])",
        "c = sixteen(copula.scale[0])",
        ("tests/model/test_grouped_t.py",),
    ),
    Fault(
        "frailty_without_its_wait",
        "stresskit/numerics/stable.py",
        "fma(beta, least - log2(wait), -whole)",
        "fma(beta, least, -whole)",
        ("tests/numerics/test_levels.py",),
    ),
    Fault(
        "upper_tail_cancels",
        "stresskit/numerics/levels.py",
        "return fma(log2(u), LN2, (x - (u - 1.0)) / u)",
        "return log2(u) * LN2",
        ("tests/numerics/test_levels.py",),
    ),
    Fault(
        "conditional_scale_not_inflated",
        "stresskit/model/conditional.py",
        "inflation * (rest + rest.T) / 2",
        "(rest + rest.T) / 2",
        ("tests/model/test_conditional.py",),
    ),
    Fault(
        "ranks_taken_for_known_margins",
        "stresskit/model/copula_errors.py",
        "        influence += _above((up - down) / (2 * nudge[:, j]), rows[:, j])\n",
        "",
        ("tests/model/test_dependence_fits.py",),
    ),
    Fault(
        "ljung_box_without_its_correction",
        "stresskit/calibrate/residual_tests.py",
        "n * (n + 2) * np.cumsum",
        "n * n * np.cumsum",
        ("tests/calibrate/test_residual_tests.py",),
    ),
    Fault(
        "funding_meets_the_returns_after_it",
        "stresskit/calibrate/factors.py",
        '(series.step_s if kind == "funding" else 0)',
        "0",
        ("tests/calibrate/test_factors.py",),
    ),
    Fault(
        "half_the_price_of_a_parameter",
        "stresskit/calibrate/criteria.py",
        '"aic": cost + 2.0 * parameters',
        '"aic": cost + 1.0 * parameters',
        ("tests/calibrate/test_ranking.py",),
    ),
)
