"""Whether the numbers of a snapshot file can be a model; every fault with its JSON pointer."""

from collections.abc import Iterator

from pydantic import ValidationError

from stresskit.errors import Problem
from stresskit.market.snapshot_dependence import dependence_faults, kind_of
from stresskit.market.snapshot_factors import factor_faults
from stresskit.market.snapshot_file import FORMAT, DependenceEntry, MarginalsEntry, SnapshotFile
from stresskit.market.snapshot_marginals import is_model, row_faults
from stresskit.spec import duration_text

Fault = tuple[str, str]


def pointer(*parts: object) -> str:
    """JSON pointer (RFC 6901) to the place that `parts` lead to."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def format_problem(where: str, document: object) -> Problem | None:
    """Say what to do with a file of another format."""
    found = document.get("format") if isinstance(document, dict) else None
    if found in (None, FORMAT):
        return None
    again = "; make it again with `stresskit calibrate`" if found == 1 else ""
    return Problem(where, "/format", f"a snapshot of format {FORMAT} (found {found!r}){again}")


def shape_problems(where: str, error: ValidationError) -> list[Problem]:
    """Report what pydantic found: missing and unknown keys, wrong types, NaN."""
    return [Problem(where, pointer(*fault["loc"]), fault["msg"]) for fault in error.errors()]


def sense_problems(where: str, file: SnapshotFile) -> list[Problem]:
    """Check what types cannot say."""
    return [Problem(where, key, expected) for key, expected in _faults(file)]


def _faults(file: SnapshotFile) -> Iterator[Fault]:
    if not file.assets or len(set(file.assets)) < len(file.assets):
        yield "/assets", "one or more different assets"
    if set(file.daily_volume_usd) != set(file.assets):
        yield "/daily_volume_usd", "one entry for each asset"
    for step, at in file.steps.items():
        if step != duration_text(at.step_s):
            yield pointer("steps", step, "step_s"), f"the seconds of {step}"
    for part in ("marginals", "dependence"):
        known = {key.partition("/")[0] for key in getattr(file, part)}
        if not known or known - set(file.steps) or set(file.steps) - known:
            yield f"/{part}", "one or more entries for each step of /steps, and for no other"
    for key, marginals in file.marginals.items():
        for place, expected in _marginals_faults(file, key, marginals):
            yield pointer("marginals", key) + place, expected
    for parts, expected in factor_faults(file.factors, file.assets):
        yield pointer("factors", *parts), expected
    for key, dependence in file.dependence.items():
        for place, expected in _dependence_faults(file, key, dependence):
            yield pointer("dependence", key) + place, expected


def _marginals_faults(file: SnapshotFile, key: str, entry: MarginalsEntry) -> Iterator[Fault]:
    if not is_model(key):
        yield "", "a key step/marginal/innovations of a known model"
        return
    if set(entry.assets) != set(file.assets):
        yield "/assets", "one entry for each asset"
    for asset, row in entry.assets.items():
        for parts, expected in row_faults(row, key):
            yield pointer("assets", asset, *parts), expected


def _dependence_faults(file: SnapshotFile, key: str, entry: DependenceEntry) -> Iterator[Fault]:
    if kind_of(key) != entry.parameters.kind:
        yield "/parameters/kind", f"the kind of its key (found {entry.parameters.kind})"
        return
    for place, expected in dependence_faults(entry.parameters, tuple(file.assets)):
        yield pointer("parameters", *place), expected
