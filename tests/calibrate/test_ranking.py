"""Criteria by their formulas, and who wins."""

import math
from typing import Any

import pytest

from stresskit.calibrate.criteria import criteria
from stresskit.calibrate.ranking import rank_dependences, rank_marginals


def fit(loglik: float, parameters: int, n: int = 1000) -> dict[str, Any]:
    return {"loglik": loglik, **criteria(loglik, parameters, n)}


def test_the_criteria() -> None:
    found = criteria(-123.5, 4, 1000)
    assert found == {"parameters": 4, "aic": 255.0, "bic": pytest.approx(247 + 4 * math.log(1000))}


def test_the_best_model_by_asset_and_in_all() -> None:
    fits = {
        "plain": {"A": fit(-100, 2), "B": fit(-200, 2)},
        "rich": {"A": fit(-96, 5), "B": fit(-190, 5)},
        "free": {"A": {"loglik": None, "aic": None, "reason": "no density"}, "B": fit(0, 1)},
    }
    found = rank_marginals(fits)
    assert [row["model"] for row in found["total"]] == ["rich", "plain"]
    assert [row["best_for"] for row in found["total"]] == [2, 0]
    assert found["total"][0]["loglik"] == -286
    assert found["by_asset"] == {"A": {"aic": "rich", "bic": "plain"}, "B": {"aic": "rich", "bic": "plain"}}
    assert found["not_ranked"] == {"free": "no density"}


def test_dependences_stand_by_their_aic_and_one_asset_has_none() -> None:
    found = rank_dependences({"gaussian": fit(10, 1), "student_t": fit(30, 2)})
    assert [row["model"] for row in found["total"]] == ["student_t", "gaussian"]
    alone = rank_dependences({"gaussian": {"note": "one asset: nothing depends"}})
    assert alone == {"total": [], "not_ranked": {"gaussian": "one asset: nothing depends"}}
