"""A run of the tests fails when the app sent what Slack has no type for, and says so when nobody could look."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.types.slack import NoCompiler, check_types

ROOT = Path(__file__).parents[2]
RUN = """
from tests.types.noted import note

def test_one():
    note("message", [{{"type": "section", "text": {{"type": "mrkdwn", "text": "x"}}}}])

def test_two():
    note("message", [{{"type": "divider", "colour": {colour}}}] if {colour} else [{{"type": "divider"}}])
"""


def run(folder: Path, colour: str, *args: str, **env: str) -> tuple[int, str]:
    (folder / "test_run.py").write_text(RUN.format(colour=repr(colour)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c",
               str(ROOT / "pyproject.toml"), *args, str(folder / "test_run.py")]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout


@pytest.mark.soak  # starts two runs of tests and the compiler
def test_what_does_not_fit_fails_the_run_and_names_its_test(tmp_path: Path) -> None:
    try:
        check_types([])
    except NoCompiler as missing:
        pytest.skip(str(missing))
    status, said = run(tmp_path, "red", "-n", "2")
    assert status == 1, said
    assert "2 passed" in said
    assert "first seen in ::test_two" in said
    assert "colour" in said
    status, said = run(tmp_path, "")
    assert status == 0, said
    assert "2 shapes of payload fit Slack's types." in said


def test_without_npm_it_says_that_nothing_was_held_against_the_types(tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    status, said = run(tmp_path, "red", PATH=str(empty))
    assert status == 0, said
    assert "2 shapes of payload were not held against Slack's types. npm is not installed" in said
