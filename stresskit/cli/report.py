"""``stresskit report``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit report runs/pairs-0f3a...
stresskit report runs/pairs-0f3a... --paper letter --out reports
"""


@click.command(epilog=EPILOG)
@options.run_folder
@click.option("--out", type=options.PATH, metavar="DIR", help="Folder to write to.  [default: FOLDER/report]")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option(
    "--with",
    "answers",
    type=options.PATH,
    multiple=True,
    metavar="ANSWER",
    help="A stored answer of dial, matrix, reverse, worst, sufficiency, events, backtest or advise --target: "
    "its JSON, or its folder; may be repeated.",
)
@click.option("--html", is_flag=True, help="Write the same content as one HTML file, too.")
@options.as_json
def command(
    folder: Path, out: Path | None, paper: str, answers: tuple[Path, ...], html: bool, as_json: bool
) -> None:
    """Make PDF and PNG files from the finished run (batch, cohort) in FOLDER; nothing is simulated.

    Sections on black swans and on trust take up what other commands stored: beside FOLDER, in
    FOLDER/report/studies, or given by --with.
    """
    from stresskit.cli.text import echo_json
    from stresskit.report import report
    from stresskit.report.batch import FILE, batch_report
    from stresskit.report.cohort import cohort_report
    from stresskit.report.cohort_read import is_cohort

    many = batch_report if (folder / FILE).is_file() else cohort_report if is_cohort(folder) else None
    if many is not None:
        if answers:
            raise click.UsageError("--with belongs to the report of a run, not of a batch or a cohort")
        files = many(folder, out, paper, html)
    else:
        files = report(folder, out, paper, answers, html)
    listed = {
        name: list(map(str, found)) if isinstance(found, list) else str(found)
        for name, found in files.items()
        if found is not None
    }
    if as_json:
        echo_json(listed)
        return
    click.echo(f"report   {listed['pdf']}")
    if html:
        click.echo(f"html     {listed['html']}")
    for name in ("pages", "figures"):
        for path in listed[name]:
            click.echo(f"{name:<7}  {path}")
