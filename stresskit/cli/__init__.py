"""The command line. Commands are imported when they are called: ``--help`` needs click alone."""

from importlib import import_module
from typing import Any

import click

from stresskit.cli.exits import exit_code_of, pipe_closed

COMMANDS = {
    "init": "Write a commented config to start from.",
    "run": "Simulate one config: survival, cost and verdict by margin mode.",
    "batch": "Run many configs, a sweep or a cohort of accounts; end with a ranking.",
    "venues": "List, show and compare the dated rulebooks of the venues.",
    "margin": "Show what each margin mode demands now, without simulating.",
    "advise": "Say which margin mode of the venue fits, and whether the switch is allowed.",
    "dial": "Break correlations step by step: where does each margin mode fail?",
    "events": "Put accounts through past crashes under the margin rules of every venue.",
    "frontier": "Show what more or less own capital does to liquidation, by margin mode.",
    "envelope": "Run one account under several models: how far the figures depend on the choice.",
    "reverse": "Find the most plausible move that liquidates the account.",
    "worst": "Find the plausible correlation matrix at which each margin mode does worst.",
    "matrix": "Show what is left of the account on grids of price, volatility and two assets.",
    "sufficiency": "Say how often the requirement would not have covered the loss of a margin period.",
    "backtest": "Compare what is forecast of a book with a price history: VaR, ES, margin, liquidation.",
    "calibrate": "Fit the model to price files and write a snapshot.",
    "validate": "Check config files and list every problem.",
    "replay": "Rebuild one path of a finished run and show what happened on it.",
    "compare": "Show what two finished runs differ in, with intervals.",
    "reproduce": "Run a finished run again and compare every byte.",
    "report": "Make PDF and PNG files from a finished run.",
    "data": "Fetch market data; check price files: gaps, stale stretches, outliers.",
    "schema": "Print the JSON Schema of a config, for editors.",
    "completion": "Print the completion script of a shell.",
    "doctor": "Check the installation, with a test against a closed form.",
}


class Commands(click.Group):
    """Group whose commands live one in a file and load when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of a first session."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"stresskit.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from stresskit.cli.text import did_you_mean

            ctx.fail(f"no such command '{name}'{did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has left (``| head``) is no failure of ours."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return pipe_closed()

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command; standalone, exit with its code."""
        inner: Any = super().main
        if not standalone_mode:
            return inner(*args, standalone_mode=False, **extra)
        raise SystemExit(exit_code_of(lambda: inner(*args, standalone_mode=False, **extra)))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"stresskit {version('stresskit')}")
        ctx.exit()


HELP = """Will this crypto-futures account survive, under cross margin and under portfolio margin?

\b
stresskit init --template pairs
stresskit margin pairs.toml
stresskit run pairs.toml --set simulation.paths=50_000
stresskit batch configs --resume
"""
EXIT_CODES = (
    "Exit codes: 0 ok; 1 ran and a limit is broken; 2 usage or invalid config; 3 data problem; "
    "4 some runs of a batch failed; 5 internal error; 130 interrupted."
)


@click.group(
    cls=Commands,
    help=HELP,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show it."
)
def main() -> None:
    """Entry point of the command line."""
