"""``stresskit calibrate``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options
from stresskit.cli.text import echo_json, number, percent, table


@click.command()
@options.config_file
@options.overrides
@options.out("snapshots", "Folder that the snapshot is written to.")
@options.as_json
def command(file: Path, overrides: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Fit the model to the price files that the table [calibrate] of FILE names; write a snapshot."""
    from stresskit.calibrate import CalibrateFile, describe, run_calibration
    from stresskit.config_file import load_spec

    config, source = load_spec(file, CalibrateFile, overrides)
    options.writable(out)
    snapshot, path = run_calibration(config.calibrate, source.base, out)
    found = describe(snapshot)
    if as_json:
        echo_json({**found, "path": str(path)})
    else:
        click.echo("\n\n".join([*_text(found), f"snapshot  {path}"]))


def _text(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['name']}, as of {found['as_of']}: {', '.join(found['assets'])}\n{found['source']}"
    yield "\n".join(
        f"{sample['step']}: {sample['observations']:,} observations, {sample['first']} to {sample['last']}"
        for sample in found["samples"]
    )
    yield _marginals(found["marginals"])
    yield _dependences(found["dependences"])


def _model(row: dict[str, Any]) -> str:
    return f"{row['step']} {row['marginal']} {row['innovations']}"


def _marginals(rows: list[dict[str, Any]]) -> str:
    header = (
        "marginal",
        "asset",
        "alpha",
        "gamma",
        "beta",
        "nu",
        "half-life, d",
        "long run",
        "current",
        "at bounds",
    )
    return table(header, [_marginal(row) for row in rows])


def _marginal(row: dict[str, Any]) -> tuple[str, ...]:
    parameters = (f"{row[name]:.4f}" for name in ("alpha", "gamma", "beta"))
    volatilities = (percent(row[f"{name}_volatility"]) for name in ("long_run", "current"))
    bounds = ", ".join(str(bound).partition(" ")[0] for bound in row["bounds"] or ()) or "-"
    return (
        _model(row),
        row["asset"],
        *parameters,
        number(row["nu"]),
        number(row["half_life_days"]),
        *volatilities,
        bounds,
    )


def _dependences(rows: list[dict[str, Any]]) -> str:
    header = ("copula with", "nu", "mean correlation")
    return table(header, [(_model(row), number(row["nu"]), number(row["mean_correlation"])) for row in rows])
