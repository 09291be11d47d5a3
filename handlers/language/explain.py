"""How a command line is understood, without a database: the first word is taken as the patient (SPEC 7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.language.command import Said, read_command
from handlers.language.due import Calendar, Due, Outcome
from handlers.language.setup import read_setup
from models.errors import Unclear
from models.worktime import OFFICE, WorkingTime

KEYS = ("verb", "patient", "text", "owner", "category", "outcome", "due", "grain", "rrule", "first", "options", "reason")


def calendar_of(now: str | None, zone: str, line: str, dates: str, wall: datetime) -> Calendar:
    """The calendar that the command line's options describe; ``line`` is that of a set-up, with hours, days, holidays and
    perhaps parts of the day.

    Raises Unclear naming the option that does not fit.
    """
    try:
        tz = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unclear("--tz is not a time zone. Zones look like America/New_York.") from None
    try:
        at = datetime.fromisoformat(now) if now else wall
    except ValueError:
        raise Unclear("--now must be an ISO 8601 date and time, such as 2026-11-23T10:00.") from None
    wanted = read_setup(line)
    work = WorkingTime(tz, wanted.week(OFFICE), wanted.changes["holidays"])
    return Calendar(at if at.tzinfo else at.replace(tzinfo=tz), tz, work, dates, wanted.parts)


def explain(line: str, calendar: Calendar) -> dict[str, Any]:
    """The keys of SPEC 7, every one present, null when it has no value; instants are ISO 8601 with offset."""
    command, _, text = line.strip().partition(" ")
    if not command.startswith("/"):
        command, text = "/kept", line.strip()
    said = read_command(command, text, calendar)
    due = said.due or Due(Outcome.NONE)
    values = (
        said.verb, said.patient, said.text, said.owner.removeprefix("@") if said.owner else None, _category(said),
        due.outcome.value, due.due.isoformat() if due.due else None, due.grain, due.rrule,
        due.first.isoformat() if due.first else None,
        [{"label": o.label, "due": o.due.isoformat()} for o in due.options] or None,
        due.reason or (f"no verb {said.unknown!r}" if said.verb is None else None),
    )
    return dict(zip(KEYS, values, strict=True))


def _category(said: Said) -> str | None:
    return said.category if said.verb == "barrier" else None


def as_text(found: dict[str, Any]) -> str:
    """One line a key, for people; keys without a value are left out."""
    lines = []
    for key, value in found.items():
        if value is None:
            continue
        shown = "; ".join(option["label"] for option in value) if key == "options" else value
        lines.append(f"{key:9} {shown}")
    return "\n".join(lines)
