"""Processes that are asked to end, killed, or told another time; machine code that was damaged."""

import contextlib
import gc
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from unittest import mock

from stresskit import pipeline
from stresskit.cli.exits import terminable
from stresskit.engines import engine
from stresskit.pipeline import rulebooks, run
from stresskit.pipeline.manifest import manifest
from stresskit.results import folder as run_folder
from stresskit.results.claim import clear_leftovers
from tests.engines.works import SPANS, Deadly, lives
from tests.faults.bench import OWN_TIME, Bench
from tests.numerics.test_kernel_cache import call, damage, files

STAGES: tuple[tuple[Any, str], ...] = (
    (pipeline, "prepare"),
    (run_folder, "Claim"),
    (pipeline, "stream"),
    (pipeline, "sample_paths"),
    (pipeline, "schema"),
    (pipeline, "assemble"),
    (pipeline, "manifest"),
    (pipeline, "calibration"),
    (run_folder, "write_checksums"),
    (run_folder, "_to_disk"),
    (pipeline, "load"),
)


def signals_at_each_stage(bench: Bench, times: int) -> int:
    """SIGTERM or SIGINT before and after every stage: nothing half-written, and the run is possible."""
    for n in range(times):
        module, name = STAGES[n % len(STAGES)]
        asked = (signal.SIGTERM, signal.SIGINT)[n % 2]
        early = n // (2 * len(STAGES)) % 2 == 0
        hit = mock.patch.object(module, name, struck(getattr(module, name), asked, early))
        with terminable(), hit, unwatched():
            try:
                bench.run()
            except KeyboardInterrupt:
                pass
            else:
                raise AssertionError(f"{asked} at {name} was not heard")
        bench.check()
    return times


@contextmanager
def unwatched() -> Iterator[None]:
    """No callbacks of the garbage collector (hypothesis has one): an interrupt within such a call is lost."""
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    try:
        yield
    finally:
        gc.callbacks.extend(callbacks)


def struck(real: Callable[..., Any], asked: int, early: bool) -> Callable[..., Any]:
    def stage(*given: Any, **named: Any) -> Any:
        if early:
            signal.raise_signal(asked)
        found = real(*given, **named)
        signal.raise_signal(asked)
        return found

    return stage


def signals_at_any_moment(bench: Bench, times: int) -> int:
    """A timer asks the run to end after a random time."""
    for _ in range(times):
        with terminable():
            before = signal.signal(signal.SIGALRM, signal.default_int_handler)
            try:
                signal.setitimer(signal.ITIMER_REAL, bench.chance.uniform(0.001, 0.25))
                with contextlib.suppress(KeyboardInterrupt):
                    try:
                        bench.run()
                    finally:
                        signal.setitimer(signal.ITIMER_REAL, 0)
            finally:
                signal.signal(signal.SIGALRM, before)
        clear_leftovers(bench.out, {"tiny"})  # as the next batch does; none of them looks finished
        bench.check()
    return times


def clock_jumps(bench: Bench, times: int) -> int:
    """The clock jumps by up to a century at every look: all but the times of day are the same."""
    from stresskit.results.checksums import sealed_hashes

    for n in range(times):
        out = bench.folder / f"clock-{n}"
        with jumping(bench.chance):
            found = sealed_hashes(run(bench.loaded(), out, 1).folder)
        same = {name: one for name, one in found.items() if name not in OWN_TIME}
        bench.lost += same != bench.expected
        assert not bench.lost
    return times


@contextmanager
def jumping(chance: random.Random) -> Iterator[None]:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz or UTC) + timedelta(days=chance.uniform(-36_500, 36_500))

    with contextlib.ExitStack() as stack:
        for module in (pipeline, sys.modules[manifest.__module__], rulebooks):
            stack.enter_context(mock.patch.object(module, "datetime", Clock))
        yield


def workers_killed(bench: Bench, times: int) -> int:
    """A process of the engine dies, `times` times in all: every answer comes, once and in order."""
    with engine("processes", 2) as found:
        for n in range(times):
            left = lives(bench.folder / f"lives-{n}", 1)
            at = bench.chance.choice(SPANS).first
            answers = list(found.each(Deadly(at, left), SPANS))
            bench.lost += answers != [span.first for span in SPANS]
            assert not bench.lost
            assert not list(left.iterdir())
    return times


def batches_killed(bench: Bench, times: int) -> int:
    """kill -9 of a batch at a random moment, then --resume: the same metrics.json, to the byte."""
    from tests.study.batches import finished_runs, sweep_file
    from tests.study.test_batch_killed import killed_and_resumed, start, uninterrupted

    folder = bench.folder / "batch"
    folder.mkdir()
    file = sweep_file(folder, "[sweep.grid]\nsimulation.seed = [1, 2]\n")
    expected = uninterrupted(folder, file)
    for n in range(times):
        one = folder / str(n)
        one.mkdir()
        killed_and_resumed(one, file, bench.chance, 1)
        assert start(file, one / "killed").wait() == 0
        bench.lost += finished_runs(one / "killed") != expected
        assert not bench.lost
        assert not list((one / "killed").glob(".*"))
    return times


def kernel_cache_damaged(bench: Bench, times: int) -> int:
    """A file of the kernel cache is cut, flipped or emptied: compiled again, never run, never a crash."""
    folder = bench.folder / "kernels"
    folder.mkdir()
    call(folder, folder / "cache")
    for n in range(times):
        file = bench.chance.choice([*files(folder / "cache", ".nbi"), *files(folder / "cache", ".nbc")])
        file.write_bytes(damage(file.read_bytes(), ("flipped", "cut", "empty")[n % 3]))
        assert call(folder, folder / "cache") == (45.0, 0)
    return times
