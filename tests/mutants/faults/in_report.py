"""Faults in the report."""

from tests.mutants.faults.fault import Fault

FAULTS = (
    Fault(
        "correlation_within_its_noise_called_worse",
        "stresskit/report/further_findings.py",
        "if gap is None or gap <= 0.0:",
        "if gap is None:",
        ("tests/report/test_further_findings.py",),
    ),
    Fault(
        "modal_path_drawn_beyond_its_closing",
        "stresskit/report/figures/modal_path.py",
        "alive = x <= shown.end + 1e-9",
        "alive = x <= x[-1]",
        ("tests/report/test_baselines.py",),
    ),
    Fault(
        "hypothetical_mode_of_a_batch_shown_as_offered",
        "stresskit/report/batch.py",
        'cell(mode, "hypothetical") if mode in',
        'cell(mode, "") if mode in',
        ("tests/report/test_batch_report.py",),
    ),
    Fault(
        "share_of_accounts_from_the_wrong_end",
        "stresskit/report/figures/cohort_law.py",
        "share = np.arange(at.size, 0, -1)",
        "share = np.arange(1, at.size + 1)",
        ("tests/report/test_baselines.py",),
    ),
    Fault(
        "closed_accounts_kept_their_ratio",
        "stresskit/report/ratios.py",
        "return np.where(shut, 0.0, np.minimum(found, MOST))",
        "return np.minimum(found, MOST)",
        ("tests/report/test_ratios.py",),
    ),
    Fault(
        "cell_at_one_called_alive",
        "stresskit/report/swan_findings.py",
        "if value is not None and value <= 1.0",
        "if value is not None and value < 1.0",
        ("tests/report/test_swan_findings.py",),
    ),
    Fault(
        "estimate_settled_whatever_it_did",
        "stresskit/report/trust_findings.py",
        'if not final["low"] <= share <= final["high"]]',
        "if share > 1.0]",
        ("tests/report/test_trust_findings.py",),
    ),
    Fault(
        "answer_of_another_config_taken_up",
        "stresskit/report/studies.py",
        "    if name not in about:",
        "    if not about:",
        ("tests/report/test_studies.py",),
    ),
    Fault(
        "bars_of_the_tornado_from_zero",
        "stresskit/report/figures/tornado.py",
        "ax.barh(row, best - worst, 0.62, worst,",
        "ax.barh(row, best, 0.62, 0.0,",
        ("tests/report/test_baselines.py",),
    ),
    Fault(
        "words_of_a_run_as_html",
        "stresskit/report/web.py",
        "yield f\"<p>{escape(block['text'])}</p>\"",
        "yield f\"<p>{block['text']}</p>\"",
        ("tests/report/test_web.py",),
    ),
    Fault(
        "running_share_forgets_the_weights",
        "stresskit/report/forecast_points.py",
        "np.cumsum(weight * hit)[at - 1] / total",
        "np.cumsum(1.0 * hit)[at - 1] / total",
        ("tests/report/test_trust_findings.py",),
    ),
    Fault(
        "envelope_of_the_worst_score_first",
        "stresskit/report/model_envelope.py",
        "key=lambda name: losses.get(name, math.inf)",
        "key=lambda name: -losses.get(name, -math.inf)",
        ("tests/report/test_model_envelope.py",),
    ),
)
