"""Page of further stress tests from stored answers: worst correlation, liquidated paths, sufficiency."""

from collections.abc import Iterator

from stresskit.report.blocks import Block, Page, section, text
from stresskit.report.liquidated import liquidated
from stresskit.report.studies import absent
from stresskit.report.sufficiency import sufficiency
from stresskit.report.view import Account
from stresskit.report.worst_correlation import worst_correlation

COMMANDS = {
    "worst": "worst CONFIG",
    "liquidated": "reverse CONFIG --simulate",
    "sufficiency": "sufficiency CONFIG",
}
MISSING = {
    "worst": ("Worst correlation", "What correlation alone can do within its own history is not known yet"),
    "liquidated": ("Liquidated paths", "What liquidated paths have in common is not known yet"),
    "sufficiency": (
        "Sufficiency",
        "How often what is asked covers the loss of a margin period: not known yet",
    ),
}


def further_pages(account: Account) -> list[Page]:
    """Build the page; none where no answer is stored: `missing` says then how to get them."""
    found = _found(account)
    if not any(found.values()):
        return []
    blocks = [block for kind, told in found.items() for block in told or _absent(kind)]
    return [{"title": "Further stress tests", "subtitle": account.name, "blocks": blocks}]


def missing(account: Account) -> Iterator[Block]:
    """What would stand on the page, where nothing is stored for it: one line."""
    if not any(_found(account).values()):
        commands = "; ".join(f"stresskit {command}" for command in COMMANDS.values())
        yield text(f"A page of further stress tests is filled by: {commands}.")


def _found(account: Account) -> dict[str, list[Block]]:
    """The sections by kind; those without an answer are empty."""
    kinds = {"worst": worst_correlation, "liquidated": liquidated, "sufficiency": sufficiency}
    return {kind: list(build(account)) for kind, build in kinds.items()}


def _absent(kind: str) -> list[Block]:
    return [section(*MISSING[kind]), text(absent(COMMANDS[kind]))]
