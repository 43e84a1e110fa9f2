"""Closed forms against published and independent figures."""

from math import inf

import numpy as np
import pytest

from stresskit.measure.linear_book import linear_figures, standard_figures
from tests.golden_cases import golden

BOOK = golden("risk_figures.json", "linear_book")
EXPOSURE, SD = np.array(BOOK["inputs"]["exposure"]), np.array(BOOK["inputs"]["sd"])
SIGMA = np.outer(SD, SD) * np.array(BOOK["inputs"]["corr"])


@pytest.mark.parametrize(
    ("name", "nu", "scale"),
    [
        ("normal", inf, 1.0),
        ("t4", 4.0, 1.0),
        ("t4_unitvar", 4.0, 0.5**0.5),
        ("t3", 3.0, 1.0),
        ("t8", 8.0, 1.0),
    ],
)
def test_standard_laws(name, nu, scale):
    case = golden("risk_figures.json", "standard_laws")
    found = np.array([standard_figures(level, nu) for level in case["inputs"]["alpha"]]) * scale
    for column, kind in enumerate(("var", "es")):
        if (expected := case["expected"].get(f"{name}_{kind}")) is not None:
            assert found[:, column] == pytest.approx(expected, rel=case["tolerance"]["rel"])


@pytest.mark.parametrize(
    ("law", "nu", "scale"), [("normal", inf, 1.0), ("t4_scale", 4.0, 1.0), ("t4_cov", 4.0, 0.5)]
)
def test_the_linear_book(law, nu, scale):
    for name, expected in BOOK["expected"][law].items():
        kind, digits = (name[:3], name[3:]) if name.startswith("var") else (name[:2], name[2:])
        found = linear_figures(EXPOSURE, SIGMA * scale, float(f"0.{digits}"), nu)
        figure = found.value_at_risk if kind == "var" else found.expected_shortfall
        assert figure == pytest.approx(expected, rel=BOOK["tolerance"]["rel"])


def test_euler_components_of_the_book():
    case = golden("risk_figures.json", "linear_book_components")
    expected, rel = case["expected"], case["tolerance"]["rel"]
    found = linear_figures(EXPOSURE, SIGMA, 0.99)
    assert found.value_at_risk_components == pytest.approx(expected["components"], rel=rel)
    assert found.value_at_risk_components.sum() == pytest.approx(expected["sum"], rel=rel)
    assert found.value_at_risk_components / EXPOSURE == pytest.approx(expected["marginal"], rel=rel)
    rest = [linear_figures(np.where(np.arange(4) == i, 0.0, EXPOSURE), SIGMA, 0.99)[0] for i in range(4)]
    assert found.value_at_risk - np.array(rest) == pytest.approx(expected["incremental"], rel=rel)


def test_a_flat_book_and_what_makes_no_sense():
    assert linear_figures(np.zeros(4), SIGMA, 0.99)[:2] == (0.0, 0.0)
    with pytest.raises(ValueError, match="positive semidefinite"):
        linear_figures(np.ones(2), np.array([[1.0, -3.0], [-3.0, 1.0]]), 0.99)
    for level, nu in ((1.0, inf), (0.99, 1.0)):
        with pytest.raises(ValueError, match="degree of freedom"):
            standard_figures(level, nu)
