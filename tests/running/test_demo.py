"""``kept demo --once`` tells its story and says so by its status; a story that does not happen is never told as if it did."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import stand_in
from bot.manifest import manifest
from bot.naming import Names
from bot.sandbox.core import Sandbox
from bot.story import DidNotHappen, tell
from tests.running.processes import ROOT


def test_the_story_happens() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "demo", "--once"], cwd=ROOT, capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    for seen in ("worried she'll lose her job", "is due now", "changed in place", "Good morning", "still needs someone"):
        assert seen in done.stdout
    assert not done.stderr


def test_without_kept_there_is_no_story() -> None:
    box = Sandbox("made-up", "xoxb-made-up", app_url="http://127.0.0.1:9/slack/events")
    box.start()
    told: list[str] = []
    with pytest.raises(DidNotHappen, match="/kept was answered with 0 dispatch_failed"):
        tell(box, told.append)
    box.stop()
    assert not any("care team now" in line for line in told)


def test_what_the_manifest_declares_can_be_tried(tmp_path: Path) -> None:
    declared = {(one["callback_id"], one["name"], one["type"]) for one in manifest(Names(), "")["features"]["shortcuts"]}
    shown = stand_in("made-up", "xoxb-made-up", 0, tmp_path).shortcuts
    assert {(one.callback_id, one.name, one.type) for one in shown} == declared
    assert declared
