"""The box in which the variance-targeted likelihood of a (GJR-)GARCH(1,1) is searched.

omega follows from the long-run variance v, and the other parameters from coordinates that are
free between their bounds, so that no constraint needs a penalty::

    half_life   log of the half-life of the variance in steps: p = 2^(-1 / half-life)
    news        log of (alpha + gamma/2) / p, the share of the news in the persistence p
    tilt        gamma / (2 (alpha + gamma/2)): 1 only falls move the variance, -1 only rises
    nu          log of the degrees of freedom of the innovations
"""

from typing import NamedTuple

import numpy as np

from stresskit.domain import Float1D

SHORTEST = 0.1
NEWS = (1e-5, 0.999)
NU = (2.1, 200.0)
NEAR = 1e-4

BOUND_TEXT = {
    ("half_life", 0): f"persistence at its minimum: a half-life of {SHORTEST:g} steps",
    ("half_life", 1): "persistence at its guard: the half-life is the allowed maximum",
    ("news", 0): "alpha + gamma/2 at its minimum: the variance hardly moves",
    ("news", 1): "beta at its minimum: the variance has no memory beyond one step",
    ("tilt", 0): "alpha + gamma at 0: only rises move the variance",
    ("tilt", 1): "alpha at 0: only falls move the variance",
    ("nu", 0): f"nu at its lower bound {NU[0]:g}",
    ("nu", 1): f"nu at its upper bound {NU[1]:g}: as good as normal",
}


class Parameters(NamedTuple):
    """The recursion's numbers in the units of its returns; nu is infinite for the normal."""

    omega: float
    alpha: float
    gamma: float
    beta: float
    nu: float

    @property
    def persistence(self) -> float:
        """Share of a deviation of the variance that one step leaves (symmetric innovations)."""
        return self.alpha + self.gamma / 2 + self.beta


class Box(NamedTuple):
    """Names and bounds of the coordinates, and the long-run variance."""

    names: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...]
    variance: float

    def parameters(self, x: Float1D) -> Parameters:
        """Parameters of the recursion at the point `x` (coordinates,)."""
        at = dict(zip(self.names, x.tolist(), strict=True))
        p = float(0.5 ** np.exp(-at["half_life"]))
        share, tilt = float(np.exp(at["news"])), at.get("tilt", 0.0)
        nu = float(np.exp(at["nu"])) if "nu" in at else np.inf
        alpha, gamma = p * share * (1 - tilt), 2 * p * share * tilt
        return Parameters(self.variance * (1 - p), alpha, gamma, p * (1 - share), nu)

    def point(self, start: Parameters) -> Float1D:
        """Return the point of the box that is nearest to `start`."""
        p = min(max(start.persistence, 1e-3), 1 - 1e-12)
        share = max(start.alpha + start.gamma / 2, 1e-12) / p
        half_life, tilt = np.log(np.log(0.5) / np.log(p)), start.gamma / (2 * p * share)
        at = {"half_life": half_life, "news": np.log(share), "tilt": tilt, "nu": np.log(start.nu)}
        low, high = np.array(self.bounds).T
        return np.asarray(np.clip([at[name] for name in self.names], low, high), dtype=np.float64)

    def hits(self, x: Float1D) -> dict[str, str]:
        """Name each coordinate that lies on a bound, and say what that means."""
        rows = zip(self.names, self.bounds, x, strict=True)
        return {n: BOUND_TEXT[n, i] for n, ends, at in rows for i in (0, 1) if abs(at - ends[i]) < NEAR}


def build_box(kind: str, innovations: str, longest: float, variance: float) -> Box:
    """Box of the model `kind` whose half-life is at most `longest` steps."""
    ends = {"half_life": (SHORTEST, longest), "news": NEWS, "nu": NU}
    bounds = {name: (float(np.log(low)), float(np.log(high))) for name, (low, high) in ends.items()}
    if kind == "gjr_garch":
        bounds["tilt"] = (-1.0, 1.0)
    if innovations == "normal":
        del bounds["nu"]
    return Box(tuple(bounds), tuple(bounds.values()), variance)
