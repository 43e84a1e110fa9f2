"""A calibration on the screen: every fit with its diagnostics, then what the data prefer."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import NONE, number, percent, table

Row = Mapping[str, Any]
PARAMETERS = ("alpha", "gamma", "beta", "nu", "eta", "lam")


def lines(found: Row) -> Iterator[str]:
    """Paragraphs of what `describe` returned."""
    yield f"{found['name']}, as of {found['as_of']}: {', '.join(found['assets'])}\n{found['source']}"
    yield "\n".join(f"{s['step']}: returns from {s['first']} to {s['last']}" for s in found["samples"])
    yield "fitted parameters (standard errors in brackets; volatilities a year)\n" + _fits(found["marginals"])
    yield (
        "do the standardized returns look like independent draws of their law? autocorrelation at lag 1, "
        "Ljung-Box p of 20 lags, Kolmogorov-Smirnov p\n" + _tests(found["marginals"])
    )
    yield "dependences\n" + _dependences(found["dependences"])
    if found["factors"]:
        yield "funding and basis, in basis points\n" + _factors(found["factors"])
    for step, ranking in found["ranking"].items():
        yield from _ranking(step, ranking)


def _model(row: Row) -> str:
    return f"{row['step']} {row['marginal']} {row['innovations']}"


def _fits(rows: list[Row]) -> str:
    names = [name for name in PARAMETERS if any(name in row for row in rows)]
    header = ("marginal", "asset", *names, "half-life, d", "long run", "current", "at bounds")
    return table(header, [_fit(row, names) for row in rows])


def _fit(row: Row, names: list[str]) -> tuple[str, ...]:
    errors = row["standard_errors"] or {}
    parameters = (_with_error(row.get(name), errors.get(name)) for name in names)
    volatilities = (percent(row[f"{name}_volatility"]) for name in ("long_run", "current"))
    bounds = ", ".join(str(bound).partition(" ")[0] for bound in row["bounds"] or ()) or NONE
    return (_model(row), row["asset"], *parameters, number(row["half_life_days"]), *volatilities, bounds)


def _with_error(value: float | None, error: float | None) -> str:
    if value is None:
        return NONE
    return f"{value:.4f}" if error is None else f"{value:.4f} ({error:.4f})"


def _tests(rows: list[Row]) -> str:
    header = (
        "marginal",
        "asset",
        "log-likelihood",
        "AIC",
        "BIC",
        "acf z",
        "p",
        "acf z^2",
        "p",
        "KS p",
        "converged",
    )
    return table(header, [_test(row) for row in rows])


def _test(row: Row) -> tuple[str, ...]:
    criteria = (_large(row[name]) for name in ("loglik", "aic", "bic"))
    series = [row["acf"] or {}, row["acf_squares"] or {}]
    acf = (text for at in series for text in (_fine(at, "1", "rho"), _fine(at, "20", "p")))
    pit = (row["pit"] or {}).get("p")
    converged = NONE if row["converged"] is None else "yes" if row["converged"] else "NO"
    return (_model(row), row["asset"], *criteria, *acf, _probability(pit), converged)


def _fine(found: Row, lag: str, key: str) -> str:
    value = found.get(lag, {}).get(key)
    return _probability(value) if key == "p" else NONE if value is None else f"{value:.3f}"


def _probability(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}" if value >= 0.001 else "<0.001"


def _large(value: float | None) -> str:
    return NONE if value is None else f"{value:,.1f}"


def _dependences(rows: list[Row]) -> str:
    header = ("dependence", "rows", "parameters", "mean correlation", "log-likelihood", "AIC", "BIC")
    return table(header, [_dependence(row) for row in rows])


def _dependence(row: Row) -> tuple[str, ...]:
    errors = row.get("standard_errors") or {}
    numbers = row["numbers"].items()
    own = ", ".join(f"{name} {_with_error(value, errors.get(name))}" for name, value in numbers) or NONE
    criteria = (_large(row.get(name)) for name in ("loglik", "aic", "bic"))
    return (
        f"{row['step']} {row['dependence']}",
        f"{row['observations']:,}",
        own,
        number(row["mean_correlation"]),
        *criteria,
    )


def _factors(found: Row) -> str:
    header = (
        "factor",
        "every",
        "from",
        "mean",
        "persistence",
        "loading",
        "noise",
        "nu",
        "long-run sd",
        "R^2",
    )
    rows = [(f"{asset} {kind}", at) for asset, by_kind in found.items() for kind, at in by_kind.items()]
    return table(header, [(name, *_factor(at)) for name, at in rows])


def _factor(at: Row) -> tuple[str, ...]:
    errors, bp = at["diagnostics"]["standard_errors"], 1e4
    return (
        f"{at['interval_s'] / 3600:g} h",
        at["first"][:10],
        f"{bp * at['mean']:.3f}",
        _with_error(at["persistence"], errors["persistence"]),
        _with_error(bp * at["loading"], bp * errors["loading"]),
        f"{bp * at['noise_scale']:.3f}",
        number(at["nu"]),
        f"{bp * at['long_run_sd']:.3f}",
        f"{at['diagnostics']['r_squared']:.2f}",
    )


def _ranking(step: str, found: Row) -> Iterator[str]:
    """Best first; the sums run over the assets."""
    marginals, dependences = found["marginals"], found["dependences"]
    rows = [(*_ranked(step, row), str(row["best_for"])) for row in marginals["total"]]
    header = ("marginals by AIC, all assets", "log-likelihood", "parameters", "AIC", "BIC", "best for")
    yield table(header, rows)
    best = [(f"{step} {asset}", at["aic"], at["bic"]) for asset, at in marginals["by_asset"].items()]
    yield table(("best marginal of", "by AIC", "by BIC"), best)
    yield table(
        ("dependences by AIC", "log-likelihood", "parameters", "AIC", "BIC"),
        [_ranked(step, row) for row in dependences["total"]],
    )
    left = {**marginals["not_ranked"], **dependences["not_ranked"]}
    if left:
        yield "\n".join(f"{step} {model} is not ranked: {reason}" for model, reason in left.items())


def _ranked(step: str, row: Row) -> tuple[str, ...]:
    return (
        f"{step} {row['model']}",
        _large(row["loglik"]),
        str(row["parameters"]),
        _large(row["aic"]),
        _large(row["bic"]),
    )
