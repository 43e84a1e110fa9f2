"""dask on loopback: a real scheduler, two real workers, the bytes of the serial run."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stresskit.config_file import direct, load_run
from stresskit.engines import Serial, cluster, engine
from stresskit.errors import ConfigError
from stresskit.pipeline import Progress, run
from stresskit.results.checksums import sealed_hashes
from stresskit.study.batch import collect, run_batch
from stresskit.study.batch.run import Way
from tests.engines.cluster import Running, scheduler
from tests.engines.works import SPANS, SQUARES, Faulty, Squares
from tests.study.batches import CONFIG, finished_runs, sweep_file

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with scheduler(tmp_path_factory.mktemp("dask"), 2) as found:
        yield found


def outcomes(config: Path, out: Path, where: Any, paths: int = 300, progress: Any = None) -> dict[str, str]:
    """Hashes of all that a run leaves, but for the times of day in it."""
    loaded = load_run(config, [direct("simulation.paths", paths), direct("simulation.block", 64)])
    folder = run(loaded, out, where, True, progress).folder
    hashes = sealed_hashes(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["engine"] == where.kind
    return {name: one for name, one in hashes.items() if name not in ("manifest.json", "log.jsonl")}


def test_the_same_bytes_as_serial_and_runs_side_by_side(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "tiny.toml"
    file.write_text(CONFIG, encoding="utf-8")
    expected = outcomes(file, tmp_path / "serial", Serial())
    with engine("threads", 1, running.address) as found:
        assert found.workers >= 1
        assert list(found.each(Squares(), SPANS)) == SQUARES
        with pytest.raises(ArithmeticError, match="beyond all numbers"):
            list(found.each(Faulty(30), SPANS))
        assert outcomes(file, tmp_path / "cluster", found) == expected
        jobs = collect([sweep_file(tmp_path)])
        run_batch(jobs, tmp_path / "a.batch", Way(tmp_path / "apart"))
        batch = run_batch(jobs, tmp_path / "b.batch", Way(tmp_path / "together", found, together=3))
    assert [outcome.job for outcome in batch.outcomes] == jobs
    assert finished_runs(tmp_path / "together") == finished_runs(tmp_path / "apart")


def test_work_on_paths_that_nobody_survives_ends(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """dask gives up a task whose workers die; so do we, with its reason."""
    distributed: Any = pytest.importorskip("distributed")

    class Killed:
        def result(self) -> None:
            raise distributed.KilledWorker("task", None, 0)

    with pytest.raises(ConfigError, match="workers that stay alive"):
        cluster._Chunk(Killed()).result()
    monkeypatch.setattr(cluster, "facts", lambda: {"stresskit": str(os.getpid())})
    with pytest.raises(ConfigError, match="the same stresskit as here"):
        cluster.Cluster(running.address)


def test_a_worker_killed_midway_changes_nothing(running: Running, tmp_path: Path) -> None:
    file, paths = tmp_path / "tiny.toml", 20_000
    file.write_text(CONFIG, encoding="utf-8")
    expected = outcomes(file, tmp_path / "serial", Serial(), paths)
    killed: list[int] = []
    with engine("threads", 1, running.address) as found:

        def kill(state: Progress) -> None:
            if state.done >= paths // 10 and not killed:
                killed.append(state.done)
                running.workers[0].kill()

        assert outcomes(file, tmp_path / "cluster", found, paths, kill) == expected
        assert running.workers[0].wait() < 0
        assert running.workers[1].poll() is None
    assert killed[0] < paths // 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("tcp://10.0.0.7:8786", "tls:// for 10.0.0.7"),
        ("tcp://example.org:8786", "tls:// for example.org"),
        ("tcp://0.0.0.0:8786", "tls:// for 0.0.0.0"),
        ("udp://127.0.0.1:8786", "an address such as"),
        ("127.0.0.1:8786", "an address such as"),
        ("tcp://127.0.0.1", "an address such as"),
        ("tcp://127.0.0.1:port", "an address such as"),
        ("", "an address such as"),
    ],
)
def test_an_open_wire_is_refused(address: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        engine("threads", 1, address)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "TIMEOUT_S", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConfigError, match="a scheduler that answers"):
        cluster.Cluster(f"tcp://127.0.0.1:{port}")
    with scheduler(tmp_path, 0) as empty, pytest.raises(ConfigError, match="none within 1 s"):
        cluster.Cluster(empty.address)


def test_tls_without_certificates_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"certificates|a scheduler that answers"):
        cluster.Cluster("tls://127.0.0.1:1")


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install 'stresskit\[cluster\]'"):
        cluster.Cluster("tcp://127.0.0.1:8786")


@pytest.mark.long
def test_under_tls(tmp_path: Path) -> None:
    """A scheduler and a worker that show certificates, and a client that shows its own."""
    tls = certificates(tmp_path)
    for name in ("ca-file", "scheduler.cert", "scheduler.key"):
        assert Path(tls[name]).is_file()
    options = [
        "--tls-ca-file", tls["ca-file"], "--tls-cert", tls["client.cert"], "--tls-key", tls["client.key"]
    ]  # fmt: skip
    import dask

    known = {f"distributed.comm.tls.{key}": value for key, value in tls.items()}
    with scheduler(tmp_path, 1, "tls", options) as running, dask.config.set(known):
        assert running.address.startswith("tls://")
        with engine("threads", 1, running.address) as found:
            assert list(found.each(Squares(), SPANS)) == SQUARES


def certificates(folder: Path) -> dict[str, str]:
    """A certificate that signs itself, for all three parties, by the keys of dask's configuration."""
    import subprocess

    key, cert = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    try:
        subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    parties = {f"{who}.{what}": str(file) for who in ("client", "scheduler", "worker")
               for what, file in (("cert", cert), ("key", key))}  # fmt: skip
    return {"ca-file": str(cert), **parties}
