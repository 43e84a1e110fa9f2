"""What of an account's collateral brought it to a breach, in plain Python."""

from collections.abc import Sequence

Position = tuple[int, float]  # asset, USD at the start
Coin = tuple[int, float, float]  # asset, USD counted at the start, what would count of it now at that price


def cause(positions: Sequence[Position], coins: Sequence[Coin], marks: Sequence[float], peg: float) -> int:
    """-1 or the index of the cause: the dearest of every price, every haircut and the peg."""
    bills: list[tuple[float, int]] = [(peg, 2 * len(coins))]
    for k, (asset, then, now) in enumerate(coins):
        bills.append(((then - now) * marks[asset], 2 * k + 1))
    for asset, mark in enumerate(marks):
        own = sum(usd * (1 - mark) for place, usd in positions if place == asset)
        lost = {k: then * (1 - mark) for k, (place, then, _) in enumerate(coins) if place == asset}
        worst = max(lost, key=lambda k: lost[k]) if lost else 0
        bills.append((own + sum(lost.values()), 2 * worst if sum(lost.values()) > own else -1))
    bill, found = max(bills)
    return found if bill > 0 else -1
