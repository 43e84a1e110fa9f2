"""Every model of the shipped snapshot, against the plain Student-t kernel on the same ten assets."""

from dataclasses import replace

import numpy as np

from benchmarks.engines import bare_plan, draw_plan
from benchmarks.measure import Timed, rounds_of, summary
from stresskit.domain import Bootstrap, JointModel
from stresskit.market.snapshot import load_snapshot

SNAPSHOT, PLAIN = "majors-2026-03", "gjr_garch/student_t/student_t"
SINGLE = f"{PLAIN}, float32"
STEPS = 48


def models() -> dict[str, JointModel]:
    """The plain model, one of every marginal, one of every dependence, and the bootstrap, at 1h."""
    found = {}
    for name, calibration in load_snapshot(SNAPSHOT).calibrations.items():
        step, label = name.split("/", 1)
        if step == "1h" and (label.endswith("/student_t") or label.startswith("gjr_garch/student_t/")):
            found[label] = calibration.model
    plain = found.pop(PLAIN)
    rows = np.random.default_rng(3).standard_t(6, (5000, len(plain.assets))) * np.sqrt(4 / 6)
    bootstrap = replace(plain, dependence=Bootstrap(rows, 120.0))
    return {PLAIN: plain, SINGLE: plain, "gjr_garch/bootstrap": bootstrap, **found}


def compare_models(paths: int, rounds: int, most: int | None = None) -> dict[str, dict[str, float]]:
    """Rate of each model in CPU time, and its ratio to the plain one; a vine gets a fiftieth of the paths."""
    timed = {}
    for label, model in list(models().items())[:most]:
        count = max(64, paths // 50) if "vine" in label else paths
        plan = bare_plan(model, STEPS, single=label == SINGLE)
        draw = draw_plan(plan, np.ones(len(model.assets)), count)
        timed[label] = Timed(draw, float(len(model.assets) * STEPS * count))
    return summary(rounds_of(timed, rounds), PLAIN)
