"""Synthetic runs that the report tests share, each made once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from stresskit.report.document import build, take_figures
from stresskit.report.style import as_svg
from stresskit.results import Results
from tests import synthetic
from tests.report import variants

SCENARIOS = ("baseline", "hedge_breaks")
STANDARD_ERROR = 120.0
MARK = 100.0  # the synthetic liquidation prices are quoted against this mark


def completed(metrics: dict[str, Any], manifest: dict[str, Any]) -> None:
    """Quote the synthetic liquidation prices against a mark; give the var rule its standard error."""
    for position in manifest["config"]["account"]["positions"]:
        position["mark"] = MARK
    metrics["margin"]["portfolio"]["standard_error"] = STANDARD_ERROR


Maker = Callable[..., Results]


@dataclass(frozen=True)
class Sheets:
    """A report before it is composed."""

    document: dict[str, Any]
    figures: dict[str, Figure]

    @cached_property
    def svg(self) -> dict[str, str]:
        return {name: as_svg(figure) for name, figure in self.figures.items()}


Builder = Callable[[Results], Sheets]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Make a run by its synthetic parameters; `scale` multiplies the profit and loss of each scenario."""
    made: dict[Any, Results] = {}

    def run(scale: tuple[float, float] = (1.0, 1.5), **parameters: Any) -> Results:
        key = (scale, *sorted(parameters.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("run")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("tests.synthetic.SCENARIOS", dict(zip(SCENARIOS, scale, strict=True)))
                path = synthetic.make_run_folder(folder, **{"paths": 1000, "steps": 120, **parameters})
            made[key] = variants.edited(path, folder / "completed", completed)
        return made[key]

    return run


@pytest.fixture(scope="session")
def sheets() -> Builder:
    """Build the document and the figures of a run, once for each run folder."""
    built: dict[Path, Sheets] = {}

    def build_once(results: Results) -> Sheets:
        if results.folder not in built:
            document = build(results)
            built[results.folder] = Sheets(document, take_figures(document))
        return built[results.folder]

    return build_once


@pytest.fixture(scope="session")
def results(make: Maker) -> Results:
    """Two positions, two modes, two scenarios, the baseline's limit broken."""
    return make()


@pytest.fixture(scope="session")
def wide(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Four modes and four scenarios with long names."""
    return variants.widened(
        results.folder,
        Path(tmp_path_factory.mktemp("wide")) / "run",
        {"venue_portfolio_margin": "portfolio", "isolated": "cross"},
        {"no_correlation": "hedge_breaks", "the_longest_name_" + "x" * 46: "hedge_breaks"},
    )
