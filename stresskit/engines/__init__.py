"""Where the blocks of a simulation are computed: here, in threads, in processes, or on a cluster.

What is computed never depends on it: an engine is handed work and spans of paths, and gives the
answers back in the order of the spans.
"""

from stresskit.engines.choose import KINDS, engine
from stresskit.engines.engine import Engine, Span, Work, Workers, as_engine, workers_of
from stresskit.engines.local import Serial, Threads

__all__ = [
    "KINDS",
    "Engine",
    "Serial",
    "Span",
    "Threads",
    "Work",
    "Workers",
    "as_engine",
    "engine",
    "workers_of",
]
