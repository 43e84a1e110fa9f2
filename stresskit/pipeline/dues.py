"""When and within which bounds every position of an account pays: see `stresskit.simulate.carry`."""

from collections.abc import Mapping

import numpy as np

from stresskit.config.account import NamedAccount, Position
from stresskit.config_file import Loaded
from stresskit.errors import ConfigError
from stresskit.margin.bracket_table import table_symbol
from stresskit.margin.funding import Payment
from stresskit.margin.rulebook import Rulebook
from stresskit.pipeline.carry import Courses, is_perpetual
from stresskit.pipeline.rulebooks import newest_rulebooks
from stresskit.simulate.carry import Dues


def dues_of(
    loaded: Loaded, courses: Courses, account: NamedAccount, rulebooks: Mapping[str, Rulebook]
) -> Dues | None:
    """Terms of every position of an account; None in a run that carries nothing.

    Raises
    ------
    ConfigError
        If neither the config nor a rulebook of the venue says when funding is paid.
    """
    if not courses.kinds:
        return None
    rows = [_terms(loaded, courses, account, position, rulebooks) for position in account.positions]
    columns = dict(zip(Dues._fields, np.array(rows, dtype=np.float64).T.copy(), strict=False))
    return Dues(**columns, step_s=float(loaded.run.simulation.step))


def _terms(
    loaded: Loaded,
    courses: Courses,
    account: NamedAccount,
    position: Position,
    rulebooks: Mapping[str, Rulebook],
) -> tuple[float, ...]:
    """One position's row of `Dues`, in its order."""
    perpetual = is_perpetual(position)
    course = courses.basis[position.asset] if courses.basis is not None and perpetual else None
    based = (1.0, course.start) if course else (0.0, 0.0)
    if courses.funding is None or not perpetual:
        return 0.0, 0.0, 0.0, np.inf, -np.inf, 0.0, *based
    paid = payment_of(loaded, account, position, rulebooks)
    said = loaded.run.model.pays
    first = paid.interval_s if said is None or said.first_payment is None else float(said.first_payment)
    share = paid.interval_s / courses.funding[position.asset].recursion.interval_s
    return paid.interval_s, float(paid.continuous), first, paid.cap, paid.floor, share, *based


def payment_of(
    loaded: Loaded, account: NamedAccount, position: Position, rulebooks: Mapping[str, Rulebook]
) -> Payment:
    """When and within which bounds a perpetual pays: what the config says, else its venue's rulebook.

    Raises
    ------
    ConfigError
        If neither says when.
    """
    said = loaded.run.model.pays
    assert said is not None
    interval, continuous, cap = _listed(account, position, rulebooks)
    if said.interval is not None:
        interval, continuous = said.interval, False
    if interval is None:
        expected = f"the time between payments: no rulebook of {account.venue} knows it for {position.symbol}"
        raise ConfigError([loaded.source.problem(("model", "funding", "interval"), expected)])
    cap = cap if said.cap is None else said.cap
    highest = np.inf if cap is None else cap
    return Payment(float(interval), continuous, highest, -highest if said.floor is None else said.floor)


def _listed(
    account: NamedAccount, position: Position, rulebooks: Mapping[str, Rulebook]
) -> tuple[int | None, bool, float | None]:
    """Interval, whether continuous, and cap by the rulebooks of the account, those that list it first."""
    own = [book for book in rulebooks.values() if book.tables.venue == account.venue]
    books = own or newest_rulebooks(account.venue)
    books = sorted(books, key=lambda book: table_symbol(book.tables, position.symbol) is None)
    for book in books:
        terms = book.tables.funding
        if terms is not None and terms.interval is not None:
            listed = book.tables.symbols.get(table_symbol(book.tables, position.symbol) or "")
            return terms.interval, terms.continuous, terms.cap_for(position.asset, listed)
    return None, False, None
