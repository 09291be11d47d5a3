"""What the README says is so: its tables are those of the code, its files are there, its commands exist."""

import json
import re
from pathlib import Path

import pytest

from bot.__main__ import main
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


def test_every_make_target_and_command_named_exists() -> None:
    made = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|    )make (\w+)", TEXT)) <= made
    assert set(re.findall(r"`kept (\w+)", TEXT)) <= set(main.commands)


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
