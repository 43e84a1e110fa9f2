"""``stresskit init``."""

from pathlib import Path

import click

from stresskit.cli import options
from stresskit.errors import ConfigError, Problem

TEMPLATES = {
    "directional": "one-way positions",
    "pairs": "one coin long, another short",
    "basis": "coin held, perpetual short",
    "inter-exchange": "long on one venue, short on another",
    "market-neutral": "many legs that sum to zero",
    "cohort": "thousands of accounts on the same paths",
    "sweep": "one config, many runs",
}
POSITIONS = """\
account,symbol,notional_usd,leverage,collateral
alpha,BTC/USDT:USDT,60000,20,8000
alpha,ETH/USDT:USDT,-40000,20,8000
beta,SOL/USDT:USDT,15000,10,3000
gamma,BTC/USDT:USDT,-20000,10,10000
gamma,XRP/USDT:USDT,10000,10,10000
"""
BESIDE = {"cohort": {"cohort-positions.csv": POSITIONS}}
BATCHES = ("cohort", "sweep")
EPILOG = """\b
stresskit init --template pairs

\b
""" + "\n".join(f"{name:<16}{text}" for name, text in TEMPLATES.items())


@click.command(epilog=EPILOG)
@click.option(
    "--template", type=click.Choice(list(TEMPLATES)), default="pairs", show_default=True, help="Strategy."
)
@options.out(".", "Folder to write to.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(template: str, out: Path, force: bool) -> None:
    """Write a commented config to start from, with the schema that lets an editor complete its keys."""
    import json

    from stresskit.config.schema import json_schema

    options.writable(out)
    home = Path(__file__).parent / "templates"
    config = f"{template}.toml"
    texts = {config: (home / config).read_text(encoding="utf-8"), **BESIDE.get(template, {})}
    taken = [out / name for name in texts if (out / name).exists() and not force]
    if taken:
        raise ConfigError([Problem(str(path), "", "no such file yet, or --force") for path in taken])
    texts["stresskit.schema.json"] = json.dumps(json_schema(), indent=1, sort_keys=True) + "\n"
    for name, text in texts.items():
        try:
            (out / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError([Problem(str(out / name), "", f"a file to write: {error.strerror}")]) from error
        click.echo(f"wrote  {out / name}")
    verb = "batch" if template in BATCHES else "run"
    click.echo(f"next   stresskit validate {out / config}\n       stresskit {verb} {out / config}")
