"""Care time moves, wall time does not, and the app's own clock reads the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.core import Sandbox


def test_the_offset_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = Clock(file)
    clock.forward(90.5)
    clock.forward(10)
    assert float(file.read_text()) == clock.offset == 100.5
    assert [one.name for one in tmp_path.iterdir()] == ["clock"]
    assert Clock(file).offset == 100.5
    assert timedelta(seconds=99) < clock.now() - datetime.now(UTC) < timedelta(seconds=102)


def test_next_working_morning_is_a_quarter_to_nine_and_never_a_weekend() -> None:
    clock = Clock()
    before, days = clock.now(), set()
    for _ in range(8):
        clock.to_next_morning()
        local = clock.now().astimezone(ZoneInfo("America/New_York"))
        assert (local.hour, local.minute) == (8, 45)
        assert clock.now() > before
        before = clock.now()
        days.add(local.isoweekday())
    assert days == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_never_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock().forward(seconds)


def test_messages_keep_wall_time_and_show_care_time(box: Sandbox) -> None:
    first = box.say("U0ANA", "C0MAPLE", "one")
    box.clock.forward(86_400)
    second = box.say("U0ANA", "C0MAPLE", "two")
    assert 0 < float(second["ts"]) - float(first["ts"]) < 60
    assert datetime.fromisoformat(second["care_at"]) - datetime.fromisoformat(first["care_at"]) >= timedelta(days=1)
    stamps = [one["ts"] for one in [box.say("U0ANA", "C0MAPLE", "x") for _ in range(50)]]
    assert stamps == sorted(set(stamps))


def test_the_same_workspace_can_be_served_again(box: Sandbox) -> None:
    box.say("U0ANA", "C0MAPLE", "one")
    port = box.port
    box.stop()
    box.start()
    assert (box.port, len(box.messages("C0MAPLE"))) == (port, 1)
    box.wait_for(lambda: box.say("U0ANA", "C0MAPLE", "two"))


def test_waiting(box: Sandbox) -> None:
    box.say("U0ANA", "C0MAPLE", "one")
    assert box.wait_for(lambda: box.messages("C0MAPLE"))[0]["text"] == "one"
    with pytest.raises(TimeoutError):
        box.wait_for(lambda: box.messages("C0OAK"), seconds=0.01)
