"""Every test of one book's forecasts, as JSON."""

from typing import Any

import numpy as np

from stresskit.measure.backtest.acerbi_szekely import (
    judged,
    z1,
    z1_under_right_forecasts,
    z2,
    z2_under_right_forecasts,
)
from stresskit.measure.backtest.check import check_json, failures
from stresskit.measure.backtest.christoffersen import conditional_coverage, independence, transitions
from stresskit.measure.backtest.conditional_calibration import conditional_calibration
from stresskit.measure.backtest.duration import weibull_duration
from stresskit.measure.backtest.dynamic_quantile import dynamic_quantile
from stresskit.measure.backtest.first_failure import mixed, time_until_first_failure
from stresskit.measure.backtest.kupiec import proportion_of_failures
from stresskit.measure.backtest.pit import berkowitz, kolmogorov_smirnov
from stresskit.measure.backtest.scores import fissler_ziegel_loss, quantile_loss
from stresskit.measure.backtest.traffic_light import traffic_light
from stresskit.study.backtest.walk import Forecasts

NU = 5.0  # of the law under which Z1 and Z2 are simulated


def judge(found: Forecasts, levels: tuple[float, ...]) -> dict[str, Any]:
    """Tests by level, and of the whole law where there is one."""
    told: dict[str, Any] = {f"{level:g}": _level(found, i, level) for i, level in enumerate(levels)}
    if found.transform is not None:
        law = {"kolmogorov_smirnov": kolmogorov_smirnov, "berkowitz": berkowitz}
        told["law"] = {name: check_json(test(found.transform)) for name, test in law.items()}
    return told


def _level(found: Forecasts, row: int, level: float) -> dict[str, Any]:
    pnl, var, es, p = found.pnl, found.var[row], found.es[row], 1 - level
    hits = failures(pnl, var)
    days, count = len(pnl), int(np.count_nonzero(hits))
    first = int(np.argmax(hits)) + 1 if count else None
    tests = {
        "kupiec": proportion_of_failures(count, days, p),
        "first_failure": time_until_first_failure(first, p),
        "waits_and_number": mixed(hits, p),
        "independence": independence(transitions(hits)),
        "conditional_coverage": conditional_coverage(hits, p),
        "weibull": weibull_duration(hits)[0],
        "dynamic_quantile_hits_and_var": dynamic_quantile(pnl, var, p, "hits_and_var"),
        "dynamic_quantile_hits_var_and_squared_pnl": dynamic_quantile(
            pnl, var, p, "hits_var_and_squared_pnl"
        ),
        "calibration_simple": conditional_calibration(pnl, var, es, p).two_sided,
    }
    if found.deviation is not None:
        general = conditional_calibration(pnl, var, es, p, found.deviation)
        tests["calibration_general"] = general.two_sided
    if es.min() > 0:
        if count:
            tests["acerbi_szekely_z1"] = judged(z1(pnl, var, es), z1_under_right_forecasts(count, p, NU))
        tests["acerbi_szekely_z2"] = judged(z2(pnl, var, es, p), z2_under_right_forecasts(days, p, NU))
    light = traffic_light(count, days, p)
    return {
        "days": days,
        "failures": count,
        "expected": days * p,
        "zone": light.zone,
        "quantile_loss": float(quantile_loss(pnl, var, p).mean()),
        "fissler_ziegel_loss": float(fissler_ziegel_loss(pnl, var, es, p).mean()) if es.min() > 0 else None,
        **({} if es.min() > 0 else {"reason": "an expected shortfall is not above 0"}),
        "tests": {name: check_json(test) for name, test in tests.items()},
        "exceptions": [
            {"time": str(found.times[i]), "loss": float(-pnl[i]), "var": float(var[i]), "es": float(es[i])}
            for i in np.flatnonzero(hits)
        ],
    }
