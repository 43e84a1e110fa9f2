"""The nearest known word to a misspelt one."""

import difflib
from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """``"; did you mean BTC?"``, or nothing where no known word is near."""
    by_case = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_case, 1)
    return f"; did you mean {by_case[near[0]]}?" if near else ""
