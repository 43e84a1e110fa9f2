"""``stresskit schema``."""

import click

EPILOG = """\b
stresskit schema > stresskit.schema.json
Then, as the first line of a config:  #:schema ./stresskit.schema.json
"""


@click.command(epilog=EPILOG)
def command() -> None:
    """Print the JSON Schema of a config file, with which editors complete and check its keys."""
    from stresskit.cli.text import echo_json
    from stresskit.config.schema import json_schema

    echo_json(json_schema())
