"""What the README says is so: its tables are those of the code, its files are there, its commands exist."""

import ast
import json
import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import TABLE as SETTINGS
from handlers.language.verbs import NAMES, TABLE
from tests.docs import DUE_TIMES, README, due_times, written

ROOT = Path(__file__).parents[1]
TEXT = README.read_text(encoding="utf-8")


def test_tables_are_those_of_the_code() -> None:
    assert written(TEXT) == TEXT, "run `make docs`"


def test_the_page_about_due_times_is_made_from_the_rules() -> None:
    assert DUE_TIMES.read_text(encoding="utf-8") == due_times(), "run `make docs`"


def test_every_file_and_folder_named_is_there() -> None:
    named = re.findall(r"`((?:bot|handlers|models|tests|\.ci)/[\w./-]*)`", TEXT) + re.findall(r"\]\(([\w./-]+)\)", TEXT)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md"])
def test_every_make_target_and_command_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    made = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|    )make (\w+)", text)) <= made
    assert set(re.findall(r"(?:`|^    )kept (\w+)", text, re.MULTILINE)) <= set(main.commands)


def test_every_promise_of_security_names_tests_that_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = [part for part in text.split("\n\n") if part.startswith("**")]
    assert len(promises) > 8
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", promise)
        assert named or "What stays visible" in promise, promise[:60]
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"
    # Each setting, command and file it speaks of is one there is.
    assert set(re.findall(r"KEPT_[A-Z_]+", text)) <= {one.name for one in SETTINGS}


FAULT = re.compile(r"\b([A-F][1-9]\d?)\b")


def faults_of(path: Path) -> dict[str, set[str]]:
    """The numbers that each test of a file names: in its own name, in what it says of itself, or in what its file does."""
    file = ast.parse(path.read_text(encoding="utf-8"))
    return {test.name: {one.upper() for one in re.findall(r"(?<=_)[a-f][1-9]\d?(?=_)", test.name)} | set(
        FAULT.findall(f"{ast.get_docstring(test)} {ast.get_docstring(file)}"))
        for test in ast.walk(file) if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")}


def test_every_fault_is_shown_by_tests_that_name_it_and_no_test_names_another() -> None:
    rows = re.findall(r"^\| ([A-F]\d+) \|.*\| (.*) \|$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE)
    numbers = [number for number, _ in rows]
    assert numbers == sorted(set(numbers), key=lambda one: (one[0], int(one[1:])))
    assert len(numbers) > 40
    named = {str(path.relative_to(ROOT)): faults_of(path) for path in (ROOT / "tests").rglob("test_*.py")}
    for number, shown in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
        assert tests, number
        assert [f"{file}::{test}" for file, test in tests if number not in named[file].get(test, set())] == [], number
    assert {one for tests in named.values() for found in tests.values() for one in found} <= set(numbers)


def test_the_sandboxs_hints_are_verbs_that_exist() -> None:
    hints = json.loads((ROOT / "bot/sandbox/page/hints.json").read_text(encoding="utf-8"))
    typed = [line["command"] for line in hints["hints"]] + [" ".join(line["type"].split()[:2]) for line in hints["start"]]
    verbs = [line.removeprefix("/kept").split() or ["help"] for line in typed]
    assert [verb for verb in verbs if verb[0].lstrip("/") not in NAMES] == []
    assert {f"/{verb.name}" for verb in TABLE if verb.top} <= set(typed)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_with_an_example(name: str) -> None:
    one = main.commands[name]
    assert one.help
    assert f"kept {name}" in (one.epilog or "")
