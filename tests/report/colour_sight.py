"""How colours look to eyes without one kind of cone, and how far apart they then are.

Protanopia and deuteranopia as in Viénot, Brettel, Mollon (1999), Color Research and Application 24,
243-252: linear RGB to cone responses, the missing one replaced by what the other two imply, and back.
Distances are those of CIE 1976 L*a*b* under D65.
"""

import numpy as np
from matplotlib.colors import to_rgb

from stresskit.domain import Float1D, Float2D

TO_CONES = np.array(
    [[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]]
)
MISSING = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.0, 2.02344, -2.52581], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    "deuteranopia": np.array([[1.0, 0.0, 0.0], [0.494207, 0.0, 1.24827], [0.0, 0.0, 1.0]]),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def seen(colour: str, sight: str) -> Float1D:
    """A colour as linear RGB (3,), as an eye of that `sight` takes it."""
    linear = _linear(np.array(to_rgb(colour)))
    matrix: Float2D = np.linalg.inv(TO_CONES) @ MISSING[sight] @ TO_CONES
    return np.clip(matrix @ linear, 0.0, 1.0)


def distance(one: str, other: str, sight: str) -> float:
    """How far two colours lie apart for an eye of that sight; 2.3 is just noticeable."""
    return float(np.linalg.norm(_lab(seen(one, sight)) - _lab(seen(other, sight))))


def lightness(colour: str, sight: str) -> float:
    """From 0, black, to 100, white."""
    return float(_lab(seen(colour, sight))[0])


def _linear(rgb: Float1D) -> Float1D:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab(linear: Float1D) -> Float1D:
    t = TO_XYZ @ linear / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])
