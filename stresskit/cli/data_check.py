"""``stresskit data check``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit data check prices.csv
stresskit data check prices.parquet --gaps ffill:3 --json
"""


@click.command("check", epilog=EPILOG)
@options.config_file
@click.option(
    "--gaps", default="fail", show_default=True, help='"fail", "drop" or "ffill:N", as in a config.'
)
@options.as_json
def command(file: Path, gaps: str, as_json: bool) -> None:
    """List gaps, stale stretches and outliers of the prices in FILE; refuse what `calibrate` refuses.

    Exit code 3 if `calibrate` would refuse the file under this policy of gaps.
    """
    from stresskit.cli.text import echo_json
    from stresskit.market.price_gaps import longest_fill
    from stresskit.market.prices import load_prices

    longest_fill(gaps)
    prices = load_prices(file, gaps="drop")
    found = {
        "file": str(file),
        "sha256": prices.sha256,
        "assets": list(prices.assets),
        "first": str(prices.times[0]),
        "last": str(prices.times[-1]),
        "stamps": len(prices.times),
        "step_s": prices.step_s,
        "volume": prices.volume is not None,
        **{key: value for key, value in prices.report.items() if key != "policy"},
    }
    if as_json:
        echo_json(found)
    else:
        click.echo("\n\n".join(_text(found)))
    load_prices(file, gaps=gaps)


def _text(found: Mapping[str, Any]) -> Iterator[str]:
    from stresskit.cli.text import table
    from stresskit.spec import duration_text

    step = duration_text(found["step_s"])
    yield (
        f"PRICES  {found['file']}\n"
        f"  {len(found['assets'])} assets, {found['stamps']:,} stamps every {step}, "
        f"{found['first']} to {found['last']} UTC, {'with' if found['volume'] else 'without'} volume"
    )
    rows = []
    for asset in found["assets"]:
        gap, stuck = (found[key].get(asset, {"count": 0, "stamps": 0}) for key in ("gaps", "constant"))
        cells = [f"{x['count']} ({x['stamps']} stamps)" if x["count"] else "-" for x in (gap, stuck)]
        outliers = found["outliers"].get(asset, {}).get("count", 0)
        rows.append((asset, found["listed_from"].get(asset, "-"), *cells, str(outliers or "-")))
    yield table(("asset", "listed from", "gaps", "stale stretches", "outliers"), rows)
    yield from _longest("GAPS", found["gaps"])
    yield from _longest("STALE  (equal closes in a row)", found["constant"])
    if found["outliers"]:
        lines = [
            f"  {asset}  {one['time']}  {one['return']:+.2%}"
            for asset, entry in found["outliers"].items()
            for one in entry["largest"]
        ]
        yield "\n".join(["OUTLIERS  (beyond 20 robust standard deviations, largest first)", *lines])


def _longest(title: str, found: Mapping[str, Any]) -> Iterator[str]:
    if found:
        lines = [
            f"  {asset}  {one['first']} to {one['last']}  {one['stamps']} stamps"
            for asset, entry in found.items()
            for one in entry["longest"]
        ]
        yield "\n".join([title, *lines])
