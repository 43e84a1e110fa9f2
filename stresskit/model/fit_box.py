"""The box in which the variance-targeted likelihood of a marginal is searched.

omega follows from the long-run variance v, and the other parameters from coordinates that are
free between their bounds, so that no constraint needs a penalty. With k = E[z^2 1(z<0)] of the
innovations' law, 1/2 where it is symmetric::

    half_life   log of the half-life in steps of the variance: p = 2^(-1 / half-life); for an EWMA
                of its weights, for an EGARCH of the log variance
    news        log of (alpha + gamma k) / p, the share of the news in the persistence p
    tilt        of that news, what falls bring less what rises bring: 1 only falls, -1 only rises
    size, sign  alpha and gamma of an EGARCH
    nu          log of the degrees of freedom of the innovations
    skew        lambda of Hansen's skewed t
"""

from typing import NamedTuple

import numpy as np

from stresskit.domain import Float1D, Innovation, SkewT, StudentT
from stresskit.model.egarch_moments import LogVariance
from stresskit.model.innovations import down_share

SHORTEST = 0.1
NEAR = 1e-4

COORDINATES = {
    "constant": (),
    "ewma": ("half_life",),
    "garch": ("half_life", "news"),
    "gjr_garch": ("half_life", "news", "tilt"),
    "egarch": ("half_life", "size", "sign"),
}
SHAPES = {"normal": (), "student_t": ("nu",), "skew_t": ("nu", "skew")}
BOUNDS = {
    "news": (float(np.log(1e-5)), float(np.log(0.999))),
    "tilt": (-1.0, 1.0),
    "size": (0.0, 1.5),
    "sign": (-1.0, 1.0),
    "nu": (float(np.log(2.1)), float(np.log(200.0))),
    "skew": (-0.9, 0.9),
}
BOUND_TEXT = {
    ("half_life", 0): f"persistence at its minimum: a half-life of {SHORTEST:g} steps",
    ("half_life", 1): "persistence at its guard: the half-life is the allowed maximum",
    ("news", 0): "alpha + gamma/2 at its minimum: the variance hardly moves",
    ("news", 1): "beta at its minimum: the variance has no memory beyond one step",
    ("tilt", 0): "alpha + gamma at 0: only rises move the variance",
    ("tilt", 1): "alpha at 0: only falls move the variance",
    ("size", 0): "alpha at 0: the size of a move does not stir the variance",
    ("size", 1): "alpha at its upper bound 1.5",
    ("sign", 0): "gamma at its lower bound -1",
    ("sign", 1): "gamma at its upper bound 1",
    ("nu", 0): "nu at its lower bound 2.1",
    ("nu", 1): "nu at its upper bound 200: as good as normal",
    ("skew", 0): "skewness at its lower bound -0.9",
    ("skew", 1): "skewness at its upper bound 0.9",
}


class Parameters(NamedTuple):
    """The recursion's numbers in the units of its returns, and the shape of its innovations.

    `nu` is infinite for the normal, `skew` 0 for symmetric laws.
    """

    omega: float
    alpha: float
    gamma: float
    beta: float
    nu: float
    skew: float = 0.0

    @property
    def law(self) -> Innovation:
        """Law of the innovations."""
        return SkewT(self.nu, self.skew) if self.skew else StudentT(self.nu)

    @property
    def persistence(self) -> float:
        """Share of a deviation of a GJR-GARCH's variance that one step leaves."""
        return self.alpha + self.gamma * down_share(self.law) + self.beta


class Box(NamedTuple):
    """Kind of the recursion, names and bounds of the coordinates, and the long-run variance."""

    kind: str
    names: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...]
    variance: float

    def parameters(self, x: Float1D) -> Parameters:
        """Parameters of the recursion at the point `x` (coordinates,)."""
        at = dict(zip(self.names, x.tolist(), strict=True))
        shape = Parameters(0.0, 0.0, 0.0, 0.0, float(np.exp(at.get("nu", np.inf))), at.get("skew", 0.0))
        left = float(0.5 ** np.exp(-at["half_life"])) if "half_life" in at else 0.0
        if self.kind == "constant":
            return shape._replace(omega=self.variance)
        if self.kind == "ewma":
            return shape._replace(alpha=1 - left, beta=left)
        if self.kind == "egarch":
            moving = LogVariance(at["size"], at["sign"], left, shape.law)
            omega = moving.omega(self.variance)
            return shape._replace(omega=omega, alpha=at["size"], gamma=at["sign"], beta=left)
        share, down = float(np.exp(at["news"])), down_share(shape.law) if "tilt" in at else 0.5
        tilt, news = at.get("tilt", 0.0), left * share / 2
        alpha = news * (1 - tilt) / (1 - down)
        gamma = news * (1 + tilt) / down - alpha if "tilt" in at else 0.0
        omega = self.variance * (1 - left)
        return shape._replace(omega=omega, alpha=alpha, gamma=gamma, beta=left * (1 - share))

    def point(self, start: Parameters) -> Float1D:
        """Return the point of the box that is nearest to `start`."""
        left = start.beta if self.kind in ("ewma", "egarch") else start.persistence
        left = min(max(left, 1e-3), 1 - 1e-12)
        news = max(start.persistence - start.beta, 1e-12)
        rises = start.alpha * (1 - down_share(start.law))
        at = {
            "half_life": np.log(np.log(0.5) / np.log(left)),
            "news": np.log(news / left),
            "tilt": 1 - 2 * rises / news,
            "size": start.alpha,
            "sign": start.gamma,
            "nu": np.log(start.nu),
            "skew": start.skew,
        }
        if not self.bounds:
            return np.empty(0)
        low, high = np.array(self.bounds).T
        return np.asarray(np.clip([at[name] for name in self.names], low, high), dtype=np.float64)

    def hits(self, x: Float1D) -> dict[str, str]:
        """Name each coordinate that lies on a bound, and say what that means."""
        rows = zip(self.names, self.bounds, x, strict=True)
        return {n: BOUND_TEXT[n, i] for n, ends, at in rows for i in (0, 1) if abs(at - ends[i]) < NEAR}


def build_box(kind: str, innovations: str, longest: float, variance: float) -> Box:
    """Box of the model `kind` whose half-life is at most `longest` steps.

    Raises
    ------
    ValueError
        If the kind or the innovations are not known.
    """
    if kind not in COORDINATES:
        raise ValueError(f"a kind of volatility among {', '.join(COORDINATES)} (found {kind})")
    if innovations not in SHAPES:
        raise ValueError(f"innovations among {', '.join(SHAPES)} (found {innovations})")
    names = (*COORDINATES[kind], *SHAPES[innovations])
    ends = BOUNDS | {"half_life": (float(np.log(SHORTEST)), float(np.log(longest)))}
    return Box(kind, names, tuple(ends[name] for name in names), variance)
