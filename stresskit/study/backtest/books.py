"""The books of config files, as far as a price history can hold them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import numpy as np
from pydantic import TypeAdapter, ValidationError

from stresskit.config.envelope import EnvelopeModel, parts
from stresskit.config.market import FileMarket
from stresskit.config.model import AnyDependence, Elliptical
from stresskit.config_file import Loaded
from stresskit.errors import ConfigError, Problem
from stresskit.study.backtest.plan import BookOf

GUARD_S = 60 * 86400
WALKED: tuple[EnvelopeModel, ...] = tuple(m for m in get_args(EnvelopeModel) if m != "semi_parametric")
UNFIT = "grouped_t"  # its groups are those of a whole market
EXPECTED = (
    "gaussian, student_t, student_t:linear, dcc, dcc:gaussian, mixture:ONE+OTHER, regime, bootstrap, vine, "
    "gumbel or survival_clayton"
)


def books_of(
    loaded: Sequence[Loaded], dependences: Sequence[str] = (), models: Sequence[str] = ()
) -> list[BookOf]:
    """One book an account: exposures netted by asset; coins among the collateral are not held.

    With `dependences` (``student_t``, ``dcc:gaussian``, ``mixture:gaussian+student_t``) each book of two
    or more assets is forecast once with each of them in place of the config's own. With `models`, those of
    an envelope by name, every book is forecast once with each.

    Raises
    ------
    ConfigError
        If a model cannot be fitted along a moving window, or a dependence is not known.
    """
    if models:
        return [book for one in loaded for own in _books(one, True) for book in _with_models(own, models)]
    specs = [_named(text) for text in dependences]
    return [book for one in loaded for own in _books(one, bool(specs)) for book in _with_each(own, specs)]


def _with_each(book: BookOf, specs: Sequence[AnyDependence]) -> list[BookOf]:
    if not specs or len(book.assets) == 1:
        return [book]
    return [replace(book, dependence=spec, with_history=i == 0) for i, spec in enumerate(specs)]


def _with_models(book: BookOf, models: Sequence[str]) -> list[BookOf]:
    return [_under(book, name, i == 0) for i, name in enumerate(models)]


def _under(book: BookOf, name: str, first: bool) -> BookOf:
    if name not in WALKED:
        raise ConfigError([Problem("--model", name, f"one of {', '.join(WALKED)}")])
    marginal, dependence = parts(WALKED[WALKED.index(name)])
    spec: AnyDependence = TypeAdapter[AnyDependence](AnyDependence).validate_python(dependence)
    kind, law = str(marginal["kind"]), str(marginal["innovations"])
    return replace(book, kind=kind, innovations=law, dependence=spec, model=name, with_history=first)


def _named(text: str) -> AnyDependence:
    kind, _, rest = text.partition(":")
    further: dict[str, Any] = {"of": rest.split("+")} if kind == "mixture" else {}
    named = {"dcc": "copula", "gaussian": "correlation", "student_t": "correlation"}
    further |= {named[kind]: rest} if kind in named and rest else {}
    try:
        spec = TypeAdapter[AnyDependence](AnyDependence).validate_python({"kind": kind, **further})
    except ValidationError:
        spec = None
    if spec is None or spec.kind == UNFIT or (rest and not further):
        raise ConfigError([Problem("--dependence", text, EXPECTED)])
    return spec


def single(asset: str, kind: str = "garch", innovations: str = "student_t") -> BookOf:
    """One dollar of one asset."""
    return BookOf(asset, (asset,), np.ones(1), kind, innovations, Elliptical(kind="student_t"), GUARD_S)


def _books(loaded: Loaded, replaced: bool) -> list[BookOf]:
    run, model = loaded.run, loaded.run.model
    problems = []
    if model.marginal.innovations == "semi_parametric" or model.marginal.mean != "zero":
        expected = "normal, student_t or skew_t innovations of mean zero for a backtest"
        problems.append(loaded.source.problem(("model", "marginal"), expected))
    if model.dependence.kind == UNFIT and not replaced:
        expected = "a dependence other than grouped_t for a backtest: its groups are those of a whole market"
        problems.append(loaded.source.problem(("model", "dependence"), expected))
    if problems:
        raise ConfigError(problems)
    guard = run.market.max_half_life if isinstance(run.market, FileMarket) else GUARD_S
    found = []
    for account in run.books():
        exposure: dict[str, float] = {}
        for position in account.positions:
            exposure[position.asset] = exposure.get(position.asset, 0.0) + position.delta
        name = run.name if run.account is not None else f"{run.name}/{account.name}"
        amounts = np.array(list(exposure.values()))
        kinds = model.marginal.kind, model.marginal.innovations, model.dependence
        found.append(BookOf(name, tuple(exposure), amounts, *kinds, guard))
    return found
