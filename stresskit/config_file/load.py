"""Config file and overrides -> a valid Spec, or every problem in one pass."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from stresskit.config.checks import CHECKS, Check
from stresskit.config.fault import Fault
from stresskit.config.run import Run
from stresskit.config_file.overrides import Override, apply, parse_override
from stresskit.config_file.places import KeyPath, Place, toml_places
from stresskit.config_file.source import Source
from stresskit.config_file.text import is_json, parse, read_text
from stresskit.config_file.wording import problem
from stresskit.errors import ConfigError, Problem
from stresskit.spec import Spec

AnySpec = TypeVar("AnySpec", bound=Spec)
Overrides = Sequence[str | Override]
PlacesByPath = dict[KeyPath, Place]
Placed = tuple[KeyPath, Problem]
BATCHES = ("sweep", "cohort")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid run, the places of its keys, and all of its values with defaults (JSON-able)."""

    run: Run
    source: Source
    effective: dict[str, Any]


def load_run(path: Path | str, overrides: Overrides = ()) -> Loaded:
    """Read the config file of one run.

    Parameters
    ----------
    path : a TOML file, or JSON with the same keys.
    overrides : ``key.path=value``, applied in this order before anything is checked.

    Raises
    ------
    ConfigError
        With every problem of the file and of the overrides, each at its place.
    """
    source = read_source(path, overrides)
    for table in BATCHES:
        if table in source.document:
            expected = "nothing here: this table makes the file a batch, which `stresskit batch` runs"
            raise ConfigError([source.problem((table,), expected, at_key=True)])
    run = validated(source, Run, CHECKS)
    return Loaded(run, source, run.effective())


def from_run(run: Run, overrides: Overrides = ()) -> Loaded:
    """Check a run that was built in Python.

    Raises
    ------
    ConfigError
        If its tables do not fit together, or an override is not valid.
    """
    source = _overridden(None, run.effective(), {}, overrides)
    checked = validated(source, Run, CHECKS)
    return Loaded(checked, source, checked.effective())


def altered(loaded: Loaded, overrides: Overrides) -> Loaded:
    """Check a run again after some of its values were changed.

    Raises
    ------
    ConfigError
        With every problem, those of changed values at the change's label.
    """
    return load_source(loaded.source, overrides)


def load_source(before: Source, overrides: Overrides = ()) -> Loaded:
    """Check a document as a run, after some of its values were changed.

    Raises
    ------
    ConfigError
        With every problem, those of changed values at the change's label.
    """
    source = _overridden(before.path, deepcopy(dict(before.document)), dict(before.places), overrides)
    source = replace(source, labels={**before.labels, **source.labels})
    run = validated(source, Run, CHECKS)
    return Loaded(run, source, run.effective())


def read_source(path: Path | str, overrides: Overrides = ()) -> Source:
    """Read a config file and apply overrides, unchecked.

    Raises
    ------
    ConfigError
        If it is neither TOML nor JSON, or an override does not fit.
    """
    path = Path(path)
    text = read_text(path)
    return _overridden(path, parse(path, text), {} if is_json(path) else toml_places(text), overrides)


def load_spec(
    path: Path | str,
    spec: type[AnySpec],
    overrides: Overrides = (),
    checks: Sequence[Check] = (),
) -> tuple[AnySpec, Source]:
    """Read a config file whose top level is `spec`.

    Parameters
    ----------
    path : a TOML file, or JSON with the same keys.
    spec : the Spec of the whole file.
    overrides : ``key.path=value``, applied in this order before anything is checked.
    checks : what must hold between tables; see `stresskit.config.checks`.

    Raises
    ------
    ConfigError
        With every problem of the file and of the overrides, each at its place.
    """
    source = read_source(path, overrides)
    return validated(source, spec, checks), source


def has_table(path: Path | str, name: str) -> bool:
    """Whether a readable config file has this key at its top level."""
    try:
        return name in parse(Path(path), read_text(Path(path)))
    except ConfigError:
        return False


def validated(source: Source, spec: type[AnySpec], checks: Sequence[Check] = ()) -> AnySpec:
    """Check a document as a `spec`.

    Raises
    ------
    ConfigError
        With every problem, each at its place.
    """
    try:
        value = spec.model_validate(source.document)
    except ValidationError as error:
        found = [problem(each, spec, source) for each in error.errors(include_url=False) if not _echo(each)]
        tables = _valid_tables(spec, source.document, {str(path[0]) for path, _ in found if path})
    else:
        found, tables = [], {name: getattr(value, name) for name in spec.model_fields}
    found += [(fault.path, source.problem(*fault)) for fault in _faults(checks, tables)]
    _refuse(found, source)
    return value


def _overridden(
    path: Path | None, document: dict[str, Any], places: PlacesByPath, overrides: Overrides
) -> Source:
    labels: dict[KeyPath, str] = {}
    problems: list[Problem] = []
    for override in overrides:
        try:
            _override(override, document, places, labels)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Source(path, document, places, labels)


def _override(
    override: str | Override,
    document: dict[str, Any],
    places: PlacesByPath,
    labels: dict[KeyPath, str],
) -> None:
    parsed = parse_override(override) if isinstance(override, str) else override
    path = apply(document, parsed)
    for known in (places, labels):
        for inner in [inner for inner in known if inner[: len(path)] == path]:
            del known[inner]
    labels[path] = parsed.label


def _valid_tables(spec: type[Spec], document: Mapping[str, Any], faulty: set[str]) -> dict[str, Any]:
    """Top-level values that are valid by themselves, defaults included."""
    valid: dict[str, Any] = {}
    for name, field in spec.model_fields.items():
        if name in faulty:
            continue
        if name in document:
            annotation: Any = Annotated[field.annotation, field]
            valid[name] = TypeAdapter(annotation).validate_python(document[name])
        elif not field.is_required():
            valid[name] = field.get_default(call_default_factory=True)
    return valid


def _faults(checks: Sequence[Check], tables: Mapping[str, Any]) -> Iterator[Fault]:
    for check in checks:
        needed = inspect.signature(check).parameters
        if all(name in tables for name in needed):
            yield from check(**{name: tables[name] for name in needed})


def _echo(error: ErrorDetails) -> bool:
    """A list is also called too short when its entries are faulty."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _refuse(found: Sequence[Placed], source: Source) -> None:
    if found:
        ordered = sorted(found, key=lambda placed: source.order(placed[0]))
        raise ConfigError(list(dict.fromkeys(problem for _, problem in ordered)))
