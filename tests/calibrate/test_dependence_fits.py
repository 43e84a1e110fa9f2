"""Every dependence that a config can ask for is fitted, reported alike and ranked where it can be."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from stresskit.calibrate.dependence_fits import FITS, FittedDependence, fit_dependences
from stresskit.calibrate.describe import _numbers
from stresskit.calibrate.progress import Meter
from stresskit.calibrate.ranking import rank_dependences
from stresskit.config.model import AnyDependence as Spec
from stresskit.domain import Archimedean, Bootstrap, Dcc, Dependence, GroupedT, Mixture, Regime
from stresskit.errors import ConfigError, DataError
from stresskit.market.prices import Prices
from stresskit.market.snapshot_dependence import entry_of

HOUR = 3600
ROWS = 700
KINDS: dict[str, tuple[dict[str, Any], type]] = {
    "gaussian": ({"kind": "gaussian"}, Dependence),
    "student_t": ({"kind": "student_t"}, Dependence),
    "grouped_t": ({"kind": "grouped_t", "groups": [["C", "A"], ["B"]]}, GroupedT),
    "survival_clayton": ({"kind": "survival_clayton"}, Archimedean),
    "gumbel": ({"kind": "gumbel"}, Archimedean),
    "mixture:gaussian+gumbel": ({"kind": "mixture", "of": ["gaussian", "gumbel"]}, Mixture),
    "dcc:gaussian": ({"kind": "dcc", "copula": "gaussian"}, Dcc),
    "regime": ({"kind": "regime"}, Regime),
    "bootstrap": ({"kind": "bootstrap", "mean_block": "12h"}, Bootstrap),
}


def spec(keys: dict[str, Any]) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(Spec)
    return adapter.validate_python(keys)


def prices() -> Prices:
    times = np.datetime64("2024-01-01T00:00:00") + HOUR * np.arange(ROWS + 1).astype("timedelta64[s]")
    return Prices("p.csv", "", ("A", "B", "C"), times, np.ones((ROWS + 1, 3)), None, None, HOUR, {})


@cache
def residuals() -> Any:
    """A calm and a stormy stretch in turns, with a return missing."""
    random = np.random.default_rng(11)
    factor = np.linalg.cholesky(0.4 * np.eye(3) + 0.6)
    storm = np.repeat(np.tile([False, True], ROWS // 140), 70)
    z = random.normal(size=(ROWS, 3)) @ factor.T * np.where(storm, 2.0, 0.8)[:, None]
    z[5, 1] = np.nan
    return z


@cache
def fitted() -> dict[str, FittedDependence]:
    return fit_dependences(prices(), residuals(), [spec(keys) for keys, _ in KINDS.values()], Meter(0, None))


def test_every_kind_of_a_config_has_a_fit() -> None:
    kinds = TypeAdapter(Spec).json_schema()["discriminator"]["mapping"]
    assert set(kinds) == set(FITS)


@pytest.mark.parametrize("label", KINDS)
def test_a_fit_is_a_dependence_with_its_report(label: str) -> None:
    found = fitted()[label]
    assert type(found.dependence) is KINDS[label][1]
    assert found.observations == ROWS - 1
    said = found.diagnostics
    assert said.get("aic") is not None or said["reason"]
    if said.get("aic") is not None:
        assert said["aic"] == pytest.approx(2 * said["parameters"] - 2 * said["loglik"])
        assert "standard_errors" in said


def test_groups_are_those_of_the_config() -> None:
    found = fitted()["grouped_t"].dependence
    assert isinstance(found, GroupedT)
    assert found.group.tolist() == [0, 1, 0]


def test_dependences_with_a_memory_begin_where_the_data_end() -> None:
    moving, states = fitted()["dcc:gaussian"].dependence, fitted()["regime"].dependence
    assert isinstance(moving, Dcc)
    assert isinstance(states, Regime)
    assert moving.start is not None
    assert states.start_crisis is not None
    assert states.start_crisis > 0.5  # the sample ends in a storm
    history = fitted()["bootstrap"].dependence
    assert isinstance(history, Bootstrap)
    assert history.mean_block == 12
    assert len(history.residuals) == ROWS - 1


def test_errors_have_the_names_of_their_numbers() -> None:
    for label, fit in fitted().items():
        numbers = set(dict(_numbers(entry_of(fit.dependence, ("A", "B", "C")))))
        told = fit.diagnostics.get("standard_errors", {})
        assert {name for name, error in told.items() if error is not None} - {"correlation"} <= numbers, label


def test_what_has_no_likelihood_of_ranks_is_not_ranked() -> None:
    ranking = rank_dependences({label: fit.diagnostics for label, fit in fitted().items()})
    assert set(ranking["not_ranked"]) == {"regime", "bootstrap"}
    assert len(ranking["total"]) == len(KINDS) - 2


def test_groups_that_leave_an_asset_out_and_too_few_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="each asset of the prices in one group: A, B, C"):
        fit_dependences(
            prices(), residuals(), [spec({"kind": "grouped_t", "groups": [["A"]]})], Meter(0, None)
        )
    with pytest.raises(DataError, match=r"p\.csv: .*100"):
        fit_dependences(prices(), residuals()[:80], [spec({"kind": "gaussian"})], Meter(0, None))
