"""An engine of dask.distributed workers, for what outgrows one machine (extra ``cluster``).

dask sends pickles: whoever reaches the scheduler runs code on its workers, and on us. So a scheduler
off this machine is only spoken to under TLS, with the certificates of dask's own configuration
(``distributed.comm.tls``), and workers must run this very package.
"""

import ipaddress
import sys
import uuid
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from stresskit.engines.engine import Span, Work
from stresskit.engines.remote import Answer, do_chunk, in_order, pack
from stresskit.errors import ConfigError, Problem

T = TypeVar("T")
TIMEOUT_S = 30
WHERE = "--scheduler"


def hold(content: bytes) -> bytes:
    """The task whose answer is the parcel: a worker that dies with it loses nothing."""
    return content


def facts() -> dict[str, str]:
    """What a worker must have in common with us, bit for bit."""
    from stresskit.numerics.jit import package_sha256

    python = ".".join(map(str, sys.version_info[:2]))
    return {
        "python": python,
        **{name: version(name) for name in ("numpy", "numba", "llvmlite")},
        "stresskit": package_sha256(),
    }


def refuse_open_wire(address: str) -> None:
    """Refuse an address that is none, or that leaves this machine without TLS.

    Raises
    ------
    ConfigError
        If so.
    """
    parts = urlsplit(address)
    try:
        complete = parts.hostname and parts.port
    except ValueError:
        complete = None
    if parts.scheme not in ("tcp", "tls") or not complete:
        raise _refused(f'an address such as "tls://host:8786", not "{address}"')
    if parts.scheme == "tcp" and not _loopback(parts.hostname or ""):
        raise _refused(f"tls:// for {parts.hostname}: tcp:// is unencrypted and stays on this machine")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(expected: str) -> ConfigError:
    return ConfigError([Problem(WHERE, "", expected)])


class Cluster:
    """The workers of a scheduler at ``tcp://host:port`` (loopback only) or ``tls://host:port``.

    Raises
    ------
    ConfigError
        If the extra is missing, the address is not allowed, nobody answers, there are no workers, or
        they do not run this package.
    """

    kind = "cluster"

    def __init__(self, address: str) -> None:
        refuse_open_wire(address)
        self._client = _connect(address)
        try:
            self.workers = _trusted_workers(self._client, address)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def each(self, work: Work[T], spans: Sequence[Span]) -> Iterator[T]:
        """See `Engine`.

        Raises
        ------
        ConfigError
            If the scheduler is lost, or workers die again and again on the same chunk.
        """
        parcel = pack(work)
        name = f"stresskit-{uuid.uuid4().hex}"
        content = self._client.submit(hold, parcel.content, key=f"{name}-work")

        def send(some: Sequence[Span]) -> "_Chunk":
            key = f"{name}-{some[0].first}"
            future = self._client.submit(do_chunk, content, parcel.digest, some, key=key, retries=0)
            return _Chunk(future)

        return in_order(spans, 2 * self.workers + 2, send, lambda chunk: chunk.cancel())


class _Chunk:
    """A chunk under way; dask itself sends it again when its worker dies."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> Answer:
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            answer: Answer = self._future.result()
        except KilledWorker:
            raise _refused("workers that stay alive; several died on the same paths") from None
        except (CancelledError, TimeoutError, OSError) as error:
            raise _refused(f"a scheduler that stays ({type(error).__name__} on the way)") from None
        self._future.release()
        return answer

    def cancel(self) -> None:
        self._future.cancel()


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise _refused("dask.distributed: pip install 'stresskit[cluster]'") from None
    client: Any = distributed.Client
    try:
        return client(address, timeout=TIMEOUT_S, set_as_default=False)
    except (
        OSError,
        TimeoutError,
        AssertionError,
    ) as error:  # the last: dask's own loop did not start in time
        raise _refused(f"a scheduler that answers at {address} ({_first_line(error)})") from None
    except (TypeError, RuntimeError, ValueError) as error:  # dask's own words for missing certificates
        raise _refused(f"certificates in dask's configuration ({_first_line(error)})") from None


def _trusted_workers(client: Any, address: str) -> int:
    """How many threads the workers have, all of them found to be what they must be."""
    try:
        client.wait_for_workers(1, timeout=TIMEOUT_S)
    except TimeoutError:
        raise _refused(f"workers at {address} (none within {TIMEOUT_S} s)") from None
    threads: dict[str, int] = client.nthreads()
    for worker in threads:
        if worker.startswith("tcp:") and not _loopback(urlsplit(worker).hostname or ""):
            raise _refused(f"workers under tls:// (one is at {worker})")
    ours = facts()
    try:
        found = client.run(facts)
    except Exception as error:  # whatever a foreign machine may raise
        raise _refused(f"workers that have this package ({_first_line(error)})") from None
    for worker, theirs in found.items():
        other = [name for name, value in ours.items() if theirs.get(name) != value]
        if other:
            raise _refused(f"workers with the same {', '.join(other)} as here (not so at {worker})")
    return sum(threads.values())


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
