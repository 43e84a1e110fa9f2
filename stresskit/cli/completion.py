"""``stresskit completion``."""

import click

EPILOG = """\b
eval "$(stresskit completion bash)"          in ~/.bashrc
eval "$(stresskit completion zsh)"           in ~/.zshrc
stresskit completion fish > ~/.config/fish/completions/stresskit.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that lets a shell complete commands, options and files."""
    from click.shell_completion import get_completion_class

    from stresskit.cli import main

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(main, {}, "stresskit", "_STRESSKIT_COMPLETE").source())
