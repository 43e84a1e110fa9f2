"""The shape of the package, as far as it can be tested."""

import ast
import importlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Literal, get_args

import pytest

from stresskit.liquidation import POLICIES
from stresskit.margin import RuleSpec
from stresskit.numerics.jit import KERNEL_SOURCES, PACKAGE
from stresskit.scenario import ScenarioSpec
from stresskit.spec import Spec

SOURCES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def specs(folder: str, key: str) -> set[type[Spec]]:
    """The Specs of a folder that a config chooses by `key`."""
    found = set()
    for path in (PACKAGE / folder).glob("*.py"):
        module = importlib.import_module(name_of(path))
        for member in vars(module).values():
            own = (
                isinstance(member, type) and issubclass(member, Spec) and member.__module__ == module.__name__
            )
            if own and key in member.model_fields and len(get_args(member.model_fields[key].annotation)) == 1:
                found.add(member)
    return found


def test_every_scenario_stands_in_the_union() -> None:
    assert specs("scenario", "kind") == set(get_args(get_args(ScenarioSpec)[0]))


def test_every_margin_rule_stands_in_the_union() -> None:
    assert specs("margin", "rule") == set(get_args(RuleSpec))


def test_every_policy_is_registered_and_offered_to_every_rule() -> None:
    holders = {
        p.stem for p in (PACKAGE / "liquidation").glob("*.py") if "@implements(liquidate" in p.read_text()
    }
    assert holders == {policy.__module__.rpartition(".")[2] for policy in POLICIES.values()}
    offered = {
        rule.model_fields["rule"].annotation: set(get_args(rule.model_fields["liquidation"].annotation))
        for rule in get_args(RuleSpec)
    }
    tables = {Literal["brackets"], Literal["isolated"], Literal["unified"]}
    for rule, names in offered.items():
        ladder = set() if rule in tables else {"tier_ladder"}  # it goes down a table
        assert names - {"venue"} == set(POLICIES) - ladder


def compiles(path: Path) -> bool:
    """Whether a source asks numba for anything."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "stresskit.numerics.jit"
        and {alias.name for alias in node.names}
        & {"kernel", "part", "inline", "overload", "implements", "allocating"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_kernels_live_only_where_the_cache_stamp_looks() -> None:
    places = {path.relative_to(PACKAGE).parts[0] for path in SOURCES if compiles(path)}
    assert places
    assert places <= set(KERNEL_SOURCES)


# Messages between our own processes; nothing that a file or a stranger may have written.
MESSAGES = {"engines/remote.py": {"pickle"}, "numerics/kernel_cache.py": {"pickle"}}


def platform_name(path: Path) -> str:
    """The manifest names the machine's system with `platform.system`."""
    return "system" if path.name == "manifest.py" else ""


def test_numba_is_spelled_in_one_place() -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if {"numba", "numba.extending"} & imports(path)
    }
    assert users <= {"numerics/jit.py", "numerics/by_reference.py", "numerics/held.py", "cli/doctor.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_source_reads_code_from_data(path: Path) -> None:
    found = imports(path) & {"pickle", "marshal", "shelve", "yaml", "dill", "joblib", "cloudpickle"}
    assert found == MESSAGES.get(path.relative_to(PACKAGE).as_posix(), set())
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"eval", "exec", "compile", "__import__"}
    asked = {k.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords}
    assert not asked & {"shell", "allow_pickle"}
    methods = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    assert not methods & {"system", "popen", "execv", "read_pickle", "to_pickle"} - {platform_name(path)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_asks_for_fastmath(path: Path) -> None:
    keywords = {
        k.arg for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call) for k in n.keywords
    }
    assert not keywords & {"fastmath", "parallel"}


def test_heavy_imports_stay_where_they_belong() -> None:
    for path in SOURCES:
        stage = path.relative_to(PACKAGE).parts[0]
        top = {name.partition(".")[0] for name in module_level_imports(path)}
        if stage == "cli":
            assert top <= {
                "click",
                "collections",
                "contextlib",
                "pathlib",
                "typing",
                "stresskit",
                "os",
                "sys",
            } | (set(sys.stdlib_module_names)), path
        if stage != "report":
            assert not top & {"matplotlib", "typst"}, path
        assert not top & {"arch", "pyvinecopulib"}, path


def module_level_imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_the_wheel_carries_its_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PACKAGE.parent, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    data = [p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}]
    assert {p.relative_to(PACKAGE.parent).as_posix() for p in data} <= set(names)
    assert not [name for name in names if name.endswith((".parquet", ".csv"))]
