"""The model envelope of a run: its own model comes back, every model is simulated, faults are placed."""

import pytest

from stresskit.cli.envelope_text import envelope_text
from stresskit.config.envelope import FROM_SNAPSHOT, parts
from stresskit.errors import ConfigError
from stresskit.pipeline import check, run
from stresskit.report.document import build
from tests.lawful import assert_lawful
from tests.pipeline.conftest import quickstart

FEW = ("simulation.paths=1000", "simulation.horizon=1d")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    loaded = quickstart(*FEW, 'model.envelope=["normal", "student_t", "dcc"]')
    return run(loaded, tmp_path_factory.mktemp("envelope"), workers=2)


def test_the_same_model_gives_the_same_figures(results):
    """The quickstart's model is `student_t`: its figures are the run's own, to the last bit."""
    assert_lawful(results.metrics)
    found = results.metrics["envelope"]["models"]
    assert list(found) == ["dcc", "normal", "student_t"]
    assert (found["dcc"]["marginal"], found["dcc"]["dependence"]) == ("gjr_garch/student_t", "dcc:student_t")
    for scenario, own in results.metrics["scenarios"].items():
        told = found["student_t"]["scenarios"][scenario]
        assert told["market"] == own["market"]
        for mode, figures in told["modes"].items():
            assert figures == {key: own["modes"][mode][key] for key in figures}
        assert found["normal"]["scenarios"][scenario]["market"] != own["market"]


def test_the_answer_says_how_far_models_differ(results):
    (calm, broken) = envelope_text(results.metrics)
    assert calm.startswith("MODELS in baseline")
    assert "hedge_breaks" in broken
    assert all(name in calm for name in ("run (this config)", "normal", "dcc", "over the models"))
    pages = build(results)["pages"]
    tile = next(b for b in pages[0]["blocks"] if b["kind"] == "tiles")["items"][0]
    assert any(line.startswith("4 models: ") for line in tile["details"])
    assert any(b.get("about") == "Model envelope" for page in pages for b in page["blocks"])


def test_a_run_without_an_envelope_has_none(small_run):
    assert "envelope" not in small_run.metrics
    assert list(envelope_text(small_run.metrics)) == []


@pytest.mark.parametrize("name", FROM_SNAPSHOT)
def test_every_default_model_stands_in_the_snapshot(name):
    check(quickstart(f'model.envelope=["{name}"]'))
    assert all("kind" in part for part in parts(name))


@pytest.mark.parametrize(
    ("override", "text"),
    [
        ('model.envelope=["historical"]', "draws from the price history"),
        ('model.envelope=["dcc", "dcc"]', "each model once"),
        ('model.envelope=["garch"]', "student_t_linear"),
        ("model.envelope=3", "envelope"),
    ],
)
def test_what_cannot_be_is_refused(override, text):
    with pytest.raises(ConfigError, match=text):
        quickstart(override)


def test_a_scenario_that_a_model_does_not_know_is_refused_at_the_model():
    """Importance sampling needs one fixed correlation, which a dynamic one is not."""
    loaded = quickstart(*FEW, 'simulation.importance="auto"', 'model.envelope=["student_t", "dcc"]')
    with pytest.raises(ConfigError, match=r'another model than "dcc".*one fixed correlation'):
        check(loaded)
