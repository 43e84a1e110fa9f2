"""A number that knows its slope: what a function is made of by arithmetic, its derivative is too."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Dual:
    """`value` and `slope` by the variable; numbers, or arrays of one shape."""

    value: Any
    slope: Any
    __array_ufunc__ = None  # let a numpy number or array on the left step aside

    def __add__(self, other: Any) -> "Dual":
        return Dual(self.value + value_of(other), self.slope + slope_of(other))

    def __mul__(self, other: Any) -> "Dual":
        slope = self.slope * value_of(other) + self.value * slope_of(other)
        return Dual(self.value * value_of(other), slope)

    def __truediv__(self, other: float) -> "Dual":
        return Dual(self.value / other, self.slope / other)

    def __pow__(self, power: float) -> "Dual":
        slope = power * self.value ** (power - 1) * self.slope if self.value else 0.0 * self.slope
        return Dual(self.value**power, slope)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Any) -> "Dual":
        return self + -other

    def __rsub__(self, other: Any) -> "Dual":
        return -self + other

    def __abs__(self) -> "Dual":
        return -self if self.value < 0 else self

    def sum(self) -> "Dual":
        return Dual(self.value.sum(), self.slope.sum())

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < value_of(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= value_of(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > value_of(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= value_of(other))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == value_of(other))

    def __hash__(self) -> int:
        return hash((self.value, self.slope))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value)


def value_of(x: Any) -> Any:
    return x.value if isinstance(x, Dual) else x


def slope_of(x: Any) -> Any:
    return x.slope if isinstance(x, Dual) else np.float64(0.0)
