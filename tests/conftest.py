"""Figures that tests want a reader to see, printed after the run; interrupts heard, calls looked at."""

import signal
from typing import Any

import pytest
from hypothesis import settings

from stresskit.numerics.ready import Ready

Ready.looks = True  # a call of other types than it was compiled for is refused
settings.register_profile("steady", deadline=None, derandomize=True)  # of every property that says no other
settings.load_profile("steady")

_FIGURES: list[str] = []


def pytest_configure() -> None:
    """Hear SIGINT where the shell that started the tests in the background ignores it, children included."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def figures() -> list[str]:
    """Lines for the terminal summary."""
    return _FIGURES


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where tests run in several processes, hand the lines to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = _FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the lines of a process that has ended; one that died has none."""
    _FIGURES.extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured."""
    if _FIGURES:
        terminalreporter.section("figures")
        for line in sorted(_FIGURES):
            terminalreporter.write_line(line)
