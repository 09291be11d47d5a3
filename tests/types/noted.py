"""What the app sent in this run of the tests, one of each shape, whichever process saw it; held against Slack's types at its end.

Every test that has a payload in its hands, or a sandbox that took some, notes them here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.sandbox.payloads import shape
from tests.types.slack import NoCompiler, check_types

_SEEN: set[str] = set()
_FOLDER: list[Path] = []


def note_into(folder: Path) -> None:
    """Where this process writes from now on; the run's processes share it."""
    folder.mkdir(exist_ok=True)
    _FOLDER[:] = [folder]
    _SEEN.clear()


def note(kind: str, payload: Any) -> None:
    """``kind`` is message (its blocks), modal, home or options."""
    if not _FOLDER:
        return
    name = hashlib.sha256(f"{kind} {shape(payload)}".encode()).hexdigest()[:24]
    if name in _SEEN:
        return
    _SEEN.add(name)
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    # By its own name first: two processes may write the same shape at once.
    fresh = _FOLDER[0] / f"{name}.{os.getpid()}"
    fresh.write_text(json.dumps([kind, payload, test]), encoding="utf-8")
    fresh.replace(_FOLDER[0] / f"{name}.json")


def note_all(payloads: Iterable[tuple[str, Any]]) -> None:
    for kind, payload in payloads:
        note(kind, payload)


def verdict(folder: Path) -> tuple[bool, list[str]]:
    """(whether the run may pass, what to say). Nothing is said of a run in which nothing was noted."""
    noted = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    if not noted:
        return True, []
    shapes = f"{len(noted)} shapes of payload"
    try:
        wrong = check_types([(kind, payload) for kind, payload, _ in noted])
    except NoCompiler as missing:
        return True, [f"{shapes} were not held against Slack's types. {missing}"]
    found = []
    for line in wrong:
        number = int(line.partition(",")[0])
        found += [f"{line}", f"    first seen in {noted[number][2]}", f"    {json.dumps(noted[number][1])[:2000]}"]
    return not wrong, found or [f"{shapes} fit Slack's types."]
