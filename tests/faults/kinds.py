"""The list: what is injected, what comes of it, and how often in a short and in a long run."""

from collections.abc import Callable
from typing import NamedTuple

from tests.faults import disk, inputs, process
from tests.faults.bench import Bench


class Kind(NamedTuple):
    """One kind of fault; `inject` does it so many times, checks the outcome, and says how often it did."""

    name: str
    inject: Callable[[Bench, int], int]
    few: int
    many: int
    outcome: str


KINDS = (
    Kind("no space in a file", disk.no_space_in_a_file, 6, 100, "exit 3, no folder; then the same run"),
    Kind("no space on the disk", disk.no_space_on_the_disk, 3, 20, "exit 3, no file left on it"),
    Kind("read-only folder", disk.read_only_folder, 6, 60, "exit 3, no folder; then the same run"),
    Kind("finished run damaged", disk.finished_run_damaged, 6, 200, "exit 3 when read; computed again"),
    Kind("input cut or damaged", inputs.inputs_damaged, 60, 2_000, "an answer, or exit 2 or 3 with a place"),
    Kind("text mutated", inputs.texts_mutated, 100, 10_000, "an answer, or exit 2 or 3 with a place"),
    Kind("name leads out of --out", inputs.names_that_lead_out, 60, 1_000, "exit 2; nothing written outside"),
    Kind("kernel cache damaged", process.kernel_cache_damaged, 2, 30, "compiled again; the same figures"),
    Kind("worker killed", process.workers_killed, 4, 40, "replaced; every answer once, in order"),
    Kind("batch killed (kill -9)", process.batches_killed, 1, 20, "--resume: the same bytes"),
    Kind("clock jumps", process.clock_jumps, 3, 50, "the same bytes but for the times of day"),
    Kind("signal at each stage", process.signals_at_each_stage, 11, 44, "exit 130, no folder or a whole one"),
    Kind("signal at any moment", process.signals_at_any_moment, 6, 200, "exit 130, no folder or a whole one"),
)
