"""A scope whose requirement follows from net and gross values, for a whole block of paths."""

from typing import Any

import numpy as np

from stresskit.margin.grid.slices import sliced
from stresskit.margin.grid.values import fill_leg
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import part

ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


@part
def add_leg(rule: Any, p: Any, value: Any, net: Any, delta: Any, least: Any, out: Any) -> None:
    """Add one leg to the sums of its scope; `least` is the raw minimum charge."""
    moved, charged = rule.moved[p], rule.charged[p]
    minimum, outside = charged * rule.minimum[p], charged * rule.outside[p]
    for b in range(net.size):
        size = abs(value[b])
        net[b] += value[b] * moved
        delta[b] += value[b] * charged
        least[b] += size * minimum
        out[b] += size * outside


@part
def add_basis(
    rule: Any, s: Any, book: Any, tile: Any, step: Any, block: Any, value: Any, delta: Any, inside: Any
) -> None:
    """Add the basis charge of every expiry of the scope to `inside`; `value` and `delta` are scratch."""
    for n in range(rule.first[s], rule.first[s + 1]):
        head = rule.member[n]
        rate = rule.basis[rule.group[head]]
        if rule.head[head] != head or rate == 0.0:
            continue
        delta[:] = 0.0
        for k in range(n, rule.first[s + 1]):
            p = rule.member[k]
            if rule.head[p] == head:
                fill_leg(rule, book, tile, step, block, p, value)
                charged = rule.charged[p]
                for b in range(delta.size):
                    delta[b] += value[b] * charged
        for b in range(delta.size):
            inside[b] += rate * abs(delta[b])


@part
def add_gross(
    rule: Any, s: Any, book: Any, tile: Any, step: Any, block: Any, value: Any, rate: Any, least: Any
) -> None:
    """Add a rate on the gross delta to `least`; `value` is scratch."""
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        fill_leg(rule, book, tile, step, block, p, value)
        for b in range(least.size):
            least[b] += rate * rule.charged[p] * abs(value[b])


@part
def scale_minimum(rate: Any, allowance: Any, raw: Any) -> None:
    """Apply the slices' multipliers to the raw minimum; most books stay in the first slice."""
    edge = allowance[1] / (rate[1] - rate[0]) if rate.size > 1 and allowance[1] < np.inf else np.inf
    above = 0
    for b in range(raw.size):
        above += raw[b] > edge
    if above == 0:
        for b in range(raw.size):
            raw[b] *= rate[0]
        return
    for b in range(raw.size):
        raw[b] = sliced(rate, allowance, raw[b])[0]


@part
def add_plain(rule: Any, s: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Add the requirement of scope `s` to the ceiling; the block's anchors serve as scratch."""
    inside, least, out = block.gross, block.scale, block.anchor_value
    net, delta, value = block.exposure[0], block.anchor_norm, block.anchor_exposure[0]
    for row in (inside, least, out, net, delta):
        row[:] = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        fill_leg(rule, book, tile, step, block, rule.member[k], value)
        add_leg(rule, rule.member[k], value, net, delta, least, out)
    u = rule.units[rule.unit_first[s]]
    net_rate, gross_rate = rule.net_rate[u], rule.gross_rate[u]
    for b in range(net.size):
        inside[b] = greater(net[b] * rule.falling[s], -net[b] * rule.rising[s])
    scale_minimum(rule.factor[u], rule.allowance[u], least)
    if net_rate > 0.0 or gross_rate > 0.0:
        for b in range(net.size):
            least[b] += net_rate * abs(delta[b])
        add_gross(rule, s, book, tile, step, block, value, gross_rate, least)
    add_basis(rule, s, book, tile, step, block, value, delta, inside)
    for b in range(net.size):
        own = rule.core * greater(inside[b], least[b]) + out[b]
        block.ceiling[b] += own * (1.0 + ROUNDING)
