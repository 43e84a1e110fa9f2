"""What stands above tables and figures of margin and model: sentences by rule, from the numbers."""

from collections.abc import Mapping, Sequence

from stresskit.report.format import THIN, multiple, percent, usd

SAME = 0.005  # two figures closer than half a percent are called equal


def requirement(found: Sequence[tuple[str, float]]) -> str:
    """How the maintenance requirements of the modes compare with that of the first."""
    (base, own), *others = found
    if not others:
        return f"{base} asks {usd(own)} of maintenance margin"
    return f"{base} asks {usd(own)} of maintenance margin; " + "; ".join(
        _compared(mode, value, own) for mode, value in others
    )


def _compared(mode: str, value: float, own: float) -> str:
    if own <= 0.0:
        return f"{mode} {usd(value)}"
    factor = value / own
    if abs(factor - 1.0) < SAME:
        return f"{mode} the same"
    return f"{mode} {multiple(factor)} as much" if factor > 1.0 else f"{mode} {percent(factor)} of it"


def utilisation(found: Mapping[str, float], label: str) -> str:
    """The asset that uses most of the equity."""
    if not found:
        return f"No risk factor uses equity under {label}"
    top = _top(list(found.items()))
    share = percent(max(found.values()))
    if len(found) > 1 and len(top) == len(found):
        return f"Every asset uses the same part of the equity under {label}: {share}"
    verb = "uses" if len(top) == 1 else "use"
    return f"{_joined(top)} {verb} most of the equity under {label}: {_each(share, top)}"


def nearest(moves: Mapping[str, float], label: str) -> str:
    """The position whose mark has the shortest way to go, others frozen; doubling is the farthest told."""
    near = {symbol: change for symbol, change in moves.items() if abs(change) <= 1.0}
    if not near:
        return f"Under {label}, no mark that moves alone by up to 100{THIN}% brings liquidation"
    symbol = min(near, key=lambda s: abs(near[s]))
    direction = "fall" if near[symbol] < 0.0 else "rise"
    return f"Under {label}, a {direction} of {symbol} by {percent(abs(near[symbol]))} alone is liquidation"


def largest_part(found: Sequence[tuple[str, float]], label: str) -> str:
    """The position that adds most to a requirement."""
    total = sum(value for _, value in found)
    if total <= 0.0:
        return f"{label} asks no maintenance margin"
    if len(found) == 1:
        return f"{found[0][0]} is the only position of the account"
    top = _top(found)
    share = f"{percent(max(value for _, value in found) / total)} of the maintenance"
    if len(top) == len(found):
        return f"All positions add the same under {label}: {share} each"
    verb = "adds" if len(top) == 1 else "add"
    return f"{_joined(top)} {verb} most under {label}: {_each(share, top)}"


def _top(found: Sequence[tuple[str, float]]) -> list[str]:
    """Names whose figure is as good as the largest."""
    most = max(value for _, value in found)
    return [name for name, value in found if most - value <= SAME * abs(most)]


def _joined(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _each(share: str, names: Sequence[str]) -> str:
    return f"{share} each" if len(names) > 1 else share


def bounds_hit(hits: Mapping[str, Sequence[str] | None]) -> str:
    """Which assets' parameters stopped at a bound of the fit."""
    if not hits or any(found is None for found in hits.values()):
        return "Whether parameters stopped at a bound is not recorded"
    at_bound = [asset for asset, found in hits.items() if found]
    if not at_bound:
        return "No parameter of the volatility models stopped at a bound"
    return f"Parameters stopped at a bound for {', '.join(at_bound)}"


def concentration(sizes: Mapping[str, float]) -> str:
    """How much of the gross exposure stands in the largest position."""
    gross = sum(abs(size) for size in sizes.values())
    if gross <= 0.0:
        return "No exposure"
    if len(sizes) == 1:
        return f"One position holds all of the exposure: {next(iter(sizes))}"
    largest = {symbol: abs(size) for symbol, size in sizes.items()}
    top = _top(list(largest.items()))
    share = percent(max(largest.values()) / gross)
    if len(top) == len(sizes):
        return f"{len(sizes)} positions of the same size, {share} of the exposure each"
    return (
        f"{_joined(top[:3])} {'holds' if len(top) == 1 else 'hold'} most of the exposure: {_each(share, top)}"
    )
