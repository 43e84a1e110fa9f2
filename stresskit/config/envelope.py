"""The models of an envelope: what the same account looks like if another model is right.

Each is a marginal and a dependence that stand in a shipped snapshot, except ``historical``, which draws
from the price history and so needs ``[market] source = "files"``.
"""

from typing import Any, Literal, get_args

EnvelopeModel = Literal[
    "normal",
    "student_t",
    "student_t_linear",
    "skew_t",
    "semi_parametric",
    "egarch",
    "dcc",
    "regime",
    "historical",
]
FROM_SNAPSHOT: tuple[EnvelopeModel, ...] = (
    "normal",
    "student_t",
    "skew_t",
    "semi_parametric",
    "dcc",
    "regime",
)
FROM_FILES: tuple[EnvelopeModel, ...] = ("normal", "student_t", "skew_t", "historical", "dcc", "regime")

_GJR = {"kind": "gjr_garch", "innovations": "student_t"}
_T = {"kind": "student_t"}
_PARTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "normal": ({"kind": "gjr_garch", "innovations": "normal"}, {"kind": "gaussian"}),
    "student_t": (_GJR, _T),
    "student_t_linear": (_GJR, {"kind": "student_t", "correlation": "linear"}),
    "skew_t": ({"kind": "gjr_garch", "innovations": "skew_t"}, _T),
    "semi_parametric": ({"kind": "gjr_garch", "innovations": "semi_parametric"}, _T),
    "egarch": ({"kind": "egarch", "innovations": "student_t"}, _T),
    "dcc": (_GJR, {"kind": "dcc", "copula": "student_t"}),
    "regime": (_GJR, {"kind": "regime"}),
    "historical": (_GJR, {"kind": "bootstrap"}),
}
assert _PARTS.keys() == set(get_args(EnvelopeModel))


def parts(name: EnvelopeModel) -> tuple[dict[str, Any], dict[str, Any]]:
    """``[model] marginal`` and ``dependence`` of a model of the envelope."""
    marginal, dependence = _PARTS[name]
    return dict(marginal), dict(dependence)
