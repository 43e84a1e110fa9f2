"""``stresskit compare``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit compare runs/btc-eth-0f.. runs/btc-eth-3b..
stresskit compare A B --fail-on worse                    exit 1 if any figure is up beyond its noise
stresskit compare A B --fail-on p_liquidation=0.01       exit 1 if it is up by more than 0.01
"""


@click.command(epilog=EPILOG)
@click.argument("a", type=options.PATH)
@click.argument("b", type=options.PATH)
@click.option(
    "--fail-on",
    "rules",
    multiple=True,
    metavar="RULE",
    help="changed, worse, or FIGURE=AMOUNT; exit 1 if it holds. May be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Show figures that did not change, too.")
@click.option("--report", "out", type=options.PATH, metavar="DIR", help="Write it as PDF and PNG, too.")
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    a: Path,
    b: Path,
    rules: tuple[str, ...],
    everything: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what the finished run in folder B differs in from that in A: config, figures with intervals."""
    from stresskit.cli.compare_text import compare_text
    from stresskit.cli.text import echo_json
    from stresskit.results import load
    from stresskit.study.compare import broken, compare

    found = compare(load(a), load(b))
    try:
        failures = {rule: broken(found, rule) for rule in rules}
    except ValueError as error:
        raise click.UsageError(f"--fail-on: {error}") from None
    if out is not None:
        from stresskit.report.comparison import comparison_report

        options.writable(out)
        files = comparison_report(found, out)
    if as_json:
        echo_json({**found, "fail_on": {rule: len(entries) for rule, entries in failures.items()}})
    else:
        click.echo(compare_text(found, failures, everything))
        if out is not None:
            click.echo(f"report   {files['pdf']}")
    ctx.exit(int(any(failures.values())))
