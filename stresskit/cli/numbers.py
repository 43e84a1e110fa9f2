"""Options that are lists of numbers."""


def read_numbers(option: str, text: str | None) -> tuple[float, ...]:
    """Read ``2,5,10``; nothing of None.

    Raises
    ------
    ConfigError
        If a part is no number above 0 and at most 1000.
    """
    from stresskit.errors import ConfigError, Problem

    try:
        found = tuple(float(part) for part in text.split(",")) if text is not None else ()
    except ValueError:
        found = (0.0,)
    if not all(0.0 < number <= 1000.0 for number in found):
        raise ConfigError(
            [Problem(f"{option} {text}", "", "numbers above 0 and at most 1000, such as 2,5,10")]
        )
    return found
