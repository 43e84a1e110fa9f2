"""A fitted model in words: the kind of the marginals, the law of the innovations, the dependence."""

from typing import Any

from stresskit.report.format import multiple, number, percent, stated
from stresskit.report.view import Json

VOLATILITY = {
    "constant": "constant volatility",
    "ewma": "exponentially weighted volatility",
    "garch": "GARCH(1,1) volatility",
    "gjr_garch": "GJR-GARCH(1,1) volatility",
    "egarch": "EGARCH(1,1) volatility",
}


def volatility_text(chosen: Json) -> str:
    """The kind of the marginals, from the table ``model.marginal`` of the effective config."""
    mean = "" if chosen.get("mean", "zero") == "zero" else " around a constant mean"
    return VOLATILITY[chosen["kind"]] + mean


def law_text(law: Json) -> str:
    """The law of one asset's innovations."""
    if law["law"] == "skew_t":
        return f"skewed t, η {number(law['eta'])}, λ {number(law['lambda'])}"
    if law["law"] == "semi_parametric":
        low, high = law["shape"]
        return f"empirical, Pareto tails ξ {number(low)} and {number(high)}"
    return "normal" if law["nu"] is None else f"t, ν {number(law['nu'])}"


def dependence_text(found: Json) -> str:
    """The dependence with its parameters, correlations aside."""
    kind: Any = found.get("kind") or ("gaussian" if found["nu"] is None else "student_t")
    return WORDS[kind](found)


def _student_t(found: Json) -> str:
    return f"t copula with {number(found['nu'])} degrees of freedom"


def _grouped(found: Json) -> str:
    groups = zip(found["groups"], found["nu"], strict=True)
    return "grouped t copula, degrees of freedom " + "; ".join(
        f"{number(nu)} for {', '.join(assets)}" for assets, nu in groups
    )


def _mixture(found: Json) -> str:
    first, second = dependence_text(found["first"]), dependence_text(found["second"])
    weight = found["weight"]
    return f"mixture of two copulas: {percent(weight)} {first}, {percent(1 - weight)} {second}"


def _dcc(found: Json) -> str:
    around = "Gaussian copula" if found["nu"] is None else _student_t(found)
    return f"dynamic conditional correlation, a {number(found['a'])}, b {number(found['b'])}, {around}"


def _regime(found: Json) -> str:
    calm, crisis = dependence_text(found["calm"]), dependence_text(found["crisis"])
    stay = percent(found["stay_calm"]), percent(found["stay_crisis"])
    size = f"two regimes, innovations {multiple(found['multiplier'])} as large in crisis"
    return f"{size}; calm: {calm}, kept with {stay[0]} a step; crisis: {crisis}, kept with {stay[1]}"


def _bootstrap(found: Json) -> str:
    rows, length = stated(found["rows"]), number(found["mean_block"])
    return f"filtered historical simulation from {rows} rows, blocks of {length} steps in the mean"


WORDS = {
    "gaussian": lambda _: "Gaussian copula",
    "student_t": _student_t,
    "grouped_t": _grouped,
    "survival_clayton": lambda found: f"survival Clayton copula, θ {number(found['theta'])}",
    "gumbel": lambda found: f"Gumbel copula, θ {number(found['theta'])}",
    "mixture": _mixture,
    "vine": lambda _: "regular vine copula",
    "dcc": _dcc,
    "regime": _regime,
    "bootstrap": _bootstrap,
}
