"""Every block of commands and Python in the README and in docs is run, in order, page by page."""

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from stresskit.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELSEWHERE = ("make ", ". .venv/bin/activate")
FEW = "simulation.paths=200"


class Block(NamedTuple):
    """A fenced block: its language, what stands behind it, and its text."""

    language: str
    note: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8"))]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader has it: the shipped configs, and ``my.toml``; each config with few paths."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copy(ROOT / "configs/quickstart.toml", tmp_path / "my.toml")
    for file in tmp_path.rglob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"^paths = [\d_]+", "paths = 200", text, flags=re.MULTILINE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(block: Block) -> None:
    """Run the lines; those that set up the machine are what runs this test."""
    wanted = {2} if "exit=2" in block.note else {0, 1}
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True)
        if not words or line.startswith(ELSEWHERE):
            continue
        assert words[0] == "stresskit", line
        few = ["--set", FEW] if words[1] in ("run", "batch") and "simulation.paths" not in line else []
        done = CliRunner().invoke(main, [*words[1:], *few])
        assert done.exit_code in wanted, f"{line}\n{done.output}"


def page_runs(page: Path) -> None:
    names: dict[str, Any] = {"__name__": "__docs__"}
    for block in blocks(page):
        if block.language == "sh":
            shell(block)
        elif block.language == "python":
            exec(compile(block.text, str(page), "exec"), names)
        elif block.language == "toml":
            tomllib.loads(block.text)
        else:
            assert block.language in ("", "text"), f"a block that nobody runs: {block.language}"


@pytest.mark.long
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_runs(page: Path) -> None:
    page_runs(page)


def test_pages_are_found_and_their_links_lead_somewhere() -> None:
    assert sum(len(blocks(page)) for page in PAGES) > 15
    for page in PAGES:
        text = BLOCK.sub("", page.read_text(encoding="utf-8"))
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_commands_on_the_pages_exist() -> None:
    """The short proof: every option that a line uses is one of its command."""
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.splitlines() if block.language == "sh" else ():
                words = shlex.split(line, comments=True)
                if words[:1] == ["stresskit"]:
                    shown = CliRunner().invoke(main, [*words[1 : 3 if words[1] == "data" else 2], "--help"])
                    assert shown.exit_code == 0
                    for option in (word for word in words if word.startswith("--")):
                        assert option in shown.output, line


@pytest.mark.long
@pytest.mark.usefixtures("place")
def test_the_notebook_runs() -> None:
    names: dict[str, Any] = {"__name__": "__notebook__"}
    notebook = json.loads((ROOT / "docs/example.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], len(notebook["cells"])) >= (4, 5)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)


def test_the_reference_is_built_from_what_is_there() -> None:
    from docs.build import FILE, reference

    assert FILE.read_text(encoding="utf-8") == reference(), "run `python -m docs.build`"
