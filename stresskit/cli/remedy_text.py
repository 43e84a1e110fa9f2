"""The text of ``stresskit advise --target``."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars, estimate, hundredths

Found = Mapping[str, Any]


def remedy_text(found: Found) -> str:
    """What brings each mode under the target, the smallest change of a leg first."""
    scenarios, target = ", ".join(found["scenarios"]), hundredths(found["target"])
    lines = [
        f"REMEDY  P(liquidation) of at most {target} % by the upper end of its interval, "
        f"in {scenarios}; {found['paths']:,} paths"
    ]
    for name, modes in found["accounts"].items():
        lines += [f"  account {name}"] if len(found["accounts"]) > 1 else []
        for mode, answer in modes.items():
            lines += _mode(mode + ("*" if answer["hypothetical"] else ""), answer)
    if any(answer["hypothetical"] for modes in found["accounts"].values() for answer in modes.values()):
        lines.append("  * hypothetical: the venue does not offer this mode")
    return "\n".join(lines)


def _mode(mode: str, answer: Found) -> Iterator[str]:
    yield f"  {mode}: now {_chances(answer['now'])}{': nothing is needed' if answer['met'] else ''}"
    if answer["met"]:
        return
    top_up = answer["top_up"]
    if top_up["usd"] is None:
        yield f"    top up: none ({top_up['reason']})"
    else:
        yield f"    top up {dollars(top_up['usd'])} USD: {_chances(top_up['p_liquidation'])}"
    met = [leg for leg in answer["legs"] if leg["usd"] is not None]
    for leg in sorted(met, key=lambda leg: float(leg["usd"])):
        what = f"{leg['kind']} {dollars(leg['usd'])} USD of {leg['symbol']} ({100 * leg['share']:g} %)"
        cost = f"after {dollars(leg['order_cost'])} USD that the order costs"
        yield f"    {what}: {_chances(leg['p_liquidation'])}, {cost}"
    yield from _without([leg for leg in answer["legs"] if leg["usd"] is None])


def _without(missed: list[Found]) -> Iterator[str]:
    """Legs whose change alone does not reach the target."""
    for kind, most in (("cut", "closed"), ("add", "doubled")):
        symbols = [leg["symbol"] for leg in missed if leg["kind"] == kind]
        if symbols:
            yield f"    not by the {kind} of one leg alone, even if {most}: {', '.join(symbols)}"


def _chances(told: Found) -> str:
    """``0.60 [0.42, 0.86] %``, with the scenario where there are several."""
    parts = [
        f"{estimate(one, hundredths)} %{f' in {name}' if len(told) > 1 else ''}" for name, one in told.items()
    ]
    return ", ".join(parts)
