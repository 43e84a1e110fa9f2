"""The text of ``stresskit worst``."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars, estimate, hundredths, table

Found = Mapping[str, Any]
NAMES = {"p_liquidation": "P(liquidation), %", "requirement_shortfall": "loss beyond the requirement, USD"}
MOST_PAIRS = 12  # that a terminal has room for; --json has all


def worst_text(found: Found) -> str:
    """The ball, and of every mode the worst matrix in it and what it does."""
    parts = [
        f"WORST PLAUSIBLE CORRELATION  {found['name']}: {found['ball']['definition']}\n"
        f"  history: {found['ball']['history']}; {found['paths']:,} paths; judged on another seed"
    ]
    for name, told in found["accounts"].items():
        parts += [f"ACCOUNT  {name}"] if len(found["accounts"]) > 1 else []
        if told["modes"] is None:
            parts.append(f"  none: {told['reason']}")
            continue
        for mode, figures in told["modes"].items():
            label = mode + ("*" if mode in told["hypothetical"] else "")
            parts += ["\n".join(_figure(label, what, one)) for what, one in figures.items()]
        parts += list(_notes(told))
    return "\n\n".join(parts)


def _figure(mode: str, what: str, one: Found) -> Iterator[str]:
    show = hundredths if what == "p_liquidation" else dollars
    judged, searched = one["verified"], one["searched"]
    yield f"{mode}  {NAMES[what]}"
    yield (
        f"  calm {estimate(judged['calm'], show)}, worst {estimate(judged['worst'], show)}, "
        f"difference {estimate(judged['difference'], show)}"
    )
    own = estimate(searched["worst"], show)
    yield f"  on the paths of the search: worst {own}; {one['evaluations']} matrices tried"
    moved = sorted(one["pairs"].items(), key=lambda pair: -abs(pair[1]["worst"] - pair[1]["calm"]))
    rows = [
        [name, f"{p['calm']:.3f}", f"{p['worst']:.3f}", f"{p['low']:.3f} to {p['high']:.3f}", _place(p)]
        for name, p in moved[:MOST_PAIRS]
    ]
    yield table(["pair", "calm", "worst", "ball", "percentile"], rows)
    if len(moved) > MOST_PAIRS:
        yield f"  and {len(moved) - MOST_PAIRS} pairs that move less"


def _place(pair: Found) -> str:
    return f"{pair['percentile']:.1%}" if "percentile" in pair else "no history"


def _notes(told: Found) -> Iterator[str]:
    if told["hypothetical"]:
        yield "* hypothetical: the venue does not offer this mode"
    if told["without_history"]:
        yield f"without a history, kept as they are: {', '.join(told['without_history'])}"
