"""What a batch and a comparison found, by rule."""

from collections.abc import Sequence

from stresskit.report.format import percent


def ranking(found: Sequence[tuple[str, str]]) -> str:
    """How many accounts break a limit, and which is worst off: (name, status), worst first."""
    broken = sum(status == "broken" for _, status in found)
    count = f"{len(found)} account{'s' if len(found) != 1 else ''}"
    if broken:
        verb = "breaks" if broken == 1 else "break"
        return f"{broken} of {count} {verb} a limit; worst off is {found[0][0]}"
    undecided = sum(status == "undecided" for _, status in found)
    if undecided:
        return f"No limit is broken, {undecided} of {count} undecided; worst off is {found[0][0]}"
    if all(status == "no limit" for _, status in found):
        return f"No limit is set; of {count} worst off is {found[0][0]}"
    return f"Every limit is met; of {count} worst off is {found[0][0]}"


def survival(found: Sequence[tuple[str, float]]) -> str:
    """Who survives least often in its worst scenario: (name, share)."""
    name, least = min(found, key=lambda one: one[1])
    if least >= 1.0:
        return "No account is liquidated on any path of any scenario drawn"
    return (
        f"Fewest paths survive for {name.partition('. ')[2] or name}: {percent(least)} in its worst scenario"
    )


def comparison(identical: bool, changes: Sequence[str | None], paired: bool) -> str:
    """How many figures changed beyond their noise."""
    if identical:
        return "The two runs have the same figures"
    up, down = (sum(change == way for change in changes) for way in ("up", "down"))
    how = "path by path" if paired else "as if independent"
    if not up + down:
        return f"No figure differs beyond its noise, compared {how}"
    return f"Of {len(changes)} figures {up} are higher and {down} lower beyond their noise, compared {how}"
