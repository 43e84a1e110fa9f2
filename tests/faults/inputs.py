"""Inputs that are cut, or of which bytes are not what they were."""

import json
from collections.abc import Callable
from pathlib import Path

from stresskit.cli.init import POSITIONS
from stresskit.errors import StresskitError
from stresskit.market.snapshot import SHIPPED as SNAPSHOTS
from tests.faults.bench import Bench
from tests.study.batches import CONFIG
from tests.test_no_traceback import KINDS, LONG, problems_of, run_config, try_many, wide

Loader = Callable[[Path, str], None]


def damaged(bench: Bench, raw: bytes) -> bytes:
    """Cut short, or with one to four other bytes."""
    if bench.chance.random() < 0.4:
        return raw[: bench.chance.randrange(len(raw))]
    found = bytearray(raw)
    for _ in range(bench.chance.randint(1, 4)):
        found[bench.chance.randrange(len(found))] = bench.chance.randrange(256)
    return bytes(found)


def inputs_damaged(bench: Bench, times: int) -> int:
    """Config, snapshot, rulebook, prices (CSV, Parquet), positions: an answer, or problems with a place."""
    folder = bench.folder / "inputs"
    folder.mkdir(exist_ok=True)
    sources = _sources(folder)
    for n in range(times):
        use, file, raw = sources[n % len(sources)]
        file.write_bytes(damaged(bench, raw))
        try:
            use(folder)
        except StresskitError as error:
            assert all(problem.expected for problem in error.problems)  # noqa: PT017
        file.write_bytes(raw)
    return times


def _sources(folder: Path) -> list[tuple[Callable[[Path], object], Path, bytes]]:
    import pandas as pd

    from stresskit.config_file import load_run
    from stresskit.config_file.rulebook import load_rulebook
    from stresskit.margin.rulebook import SHIPPED
    from stresskit.market.prices import load_prices
    from stresskit.market.snapshot import load_snapshot
    from stresskit.study.cohort import check_cohort, load_cohort

    rulebook = SHIPPED / "weex-2026-03.toml"

    def put(name: str, raw: bytes) -> tuple[Path, bytes]:
        (folder / name).write_bytes(raw)
        return folder / name, raw

    table = pd.DataFrame(
        {"time": pd.date_range("2024-01-01", periods=40), "BTC": [1.0 + i for i in range(40)]}
    )
    table.to_parquet(folder / "prices.parquet", index=False)
    cohort = Path("stresskit/cli/templates/cohort.toml")
    put("cohort.toml", (Path(__file__).parents[2] / cohort).read_bytes())
    return [
        (lambda f: load_run(f / "run.toml"), *put("run.toml", CONFIG.encode())),
        (lambda f: load_snapshot(f / "snapshot.json"),
         *put("snapshot.json", (SNAPSHOTS / "majors-2026-03.json").read_bytes())),
        (lambda f: load_rulebook("book.toml", f), *put("book.toml", rulebook.read_bytes())),
        (lambda f: load_prices(f / "prices.csv"), *put("prices.csv", wide().encode())),
        (lambda f: load_prices(f / "prices.parquet"),
         *put("prices.parquet", (folder / "prices.parquet").read_bytes())),
        (lambda f: check_cohort(load_cohort(f / "cohort.toml")),
         *put("cohort-positions.csv", POSITIONS.encode())),
    ]  # fmt: skip


def texts_mutated(bench: Bench, times: int) -> int:  # noqa: ARG001
    """Random accidents to valid configs, sweeps, cohorts, tables, rulebooks and prices."""
    total = sum(LONG.values())
    for kind in KINDS:
        try_many(kind, max(1, LONG[kind] * times // total))
    return sum(max(1, LONG[kind] * times // total) for kind in KINDS)


def names_that_lead_out(bench: Bench, times: int) -> int:
    """Names in a config with parts of a path: refused, so that nothing is written outside of `out`."""
    parts, before = ("..", "/", "\\", ".", "a", "\0", "~", "$HOME", "%2e%2e"), sorted(bench.folder.iterdir())
    for n in range(times):
        name = "".join(bench.chance.choices(parts, k=bench.chance.randint(1, 5)))
        old, new = [('name = "tiny"', "name = {}"), ("[modes.cross]", "[modes.{}]"),
                    ("[comparison]", '[scenarios.{}]\nkind = "baseline"\n[comparison]')][n % 3]  # fmt: skip
        plain = name.replace("a", "").replace("$HOME", "!") == ""
        found = problems_of(run_config, bench.folder, CONFIG.replace(old, new.format(json.dumps(name))))
        assert found or plain, name
    (bench.folder / "run.toml").unlink()
    assert sorted(bench.folder.iterdir()) == before
    return times
