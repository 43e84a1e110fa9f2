"""What the accounts' owner does on the paths, and what becomes of the accounts beside each other."""

from collections.abc import Iterator
from typing import Any

from stresskit.report.blocks import Block, text
from stresskit.report.format import chance, number, percent, usd
from stresskit.report.view import Account, Json


def owner(account: Account) -> Iterator[Block]:
    """Two lines for the first page; nothing where nobody acts and no other account shares the paths."""
    actions = account.config.get("actions")
    if actions:
        acts = "; ".join(_act(kind, spec) for kind, spec in actions.items() if spec)
        yield text(f"The owner acts: {acts}. {' '.join(_happened(account))}".rstrip())
    stranded = account.results.metrics.get("stranded", {}).get(account.calm)
    if stranded:
        each = ", ".join(f"{name} on {percent(f['value'])}" for name, f in stranded["closed_out"].items())
        yield text(
            f"Over the accounts, in {account.calm}: on {chance(stranded['any'])} of paths one is closed out "
            f"while another lives on: {each}."
        )


def _act(kind: str, spec: Json) -> str:
    """One action of the config in words."""
    what = {
        "top_up": lambda: f"adds {usd(spec['amount'])}",
        "deleverage": lambda: f"closes {percent(spec['share'])} of every position",
        "transfer": lambda: f"sends up to {usd(spec['amount'])} from account {spec['giver']}",
    }[kind]()
    times = int(spec.get("times", 1))
    often = "once a path" if times == 1 else f"at most {times} times a path"
    delay = str(spec.get("delay", "0h"))
    late = "" if delay.startswith("0") else f", {delay} later"
    return f"{what} when equity / maintenance is seen at {number(spec['at_ratio'])} or below{late}, {often}"


def _happened(account: Account) -> Iterator[str]:
    """How often that happens under the present mode in the calm scenario, and what it moves."""
    found: Any = account.mode(account.calm, account.base)
    where = f"Under {account.base} in {account.calm}"
    if "p_top_up" in found:
        added = usd(found["expected_top_up"]["value"])
        yield f"{where} money is added on {chance(found['p_top_up'])} of paths, {added} a path on average."
    if "p_transfer" in found:
        got, gone = (usd(found[f"expected_{way}"]["value"]) for way in ("received", "sent"))
        yield (
            f"{where} money moves on {chance(found['p_transfer'])} of paths: on average {got} received "
            f"and {gone} sent a path."
        )
