"""What is said about a due time that clashes with something, and the buttons that put it right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import words
from handlers.cards.blocks import Button, Part, Person
from handlers.cards.item import Note, subject
from models.item import Item
from models.team import CareTeam
from models.worklist import Count
from models.worktime import Hours

OUTSIDE = "That is outside the team's working hours ({opens} to {closes}): Kept reminds in working time before it."
TWO_ZONES = "Read in your own zone, {zone}. For the team in {team} it is {when}."
CLOSED = "{day} is outside your team's working days: Kept reminds in working time before it."
HOLIDAY = "{day} is {why}, when your team does not work: Kept reminds in working time before it."
AWAY = "{are} out until {day}, so this falls while {they} are away."
FULL_DAY = "already {have} {count} promises due that day."
SOONER = "#{number} is due sooner now: that is within what was promised."


def closed(day: str, holiday: str | None) -> str:
    return HOLIDAY.format(day=day, why=holiday) if holiday else CLOSED.format(day=day)


def outside(hours: Hours) -> str:
    opens, closes = hours
    return OUTSIDE.format(opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")


def instead(item: Item, at: datetime, label: str) -> Button:
    return Button(f"{label} instead", "sooner", subject(item, at.isoformat()))


def two_zones(zone: ZoneInfo, team: CareTeam, due: datetime) -> Note:
    return Note((TWO_ZONES.format(zone=zone.key, team=team.zone, when=words.said_when(due, team.tz)),))


def away(owner: str, day: str, *, own: bool) -> tuple[Part, ...]:
    if own:
        return (AWAY.format(are="You are", day=day, they="you"),)
    return Person(owner), " " + AWAY.format(are="is", day=day, they="they")


def give_to(item: Item, cover: tuple[str, str]) -> Button:
    key, name = cover
    return Button(f"Assign to {name.split(' ')[0]}, who covers", "give_to", subject(item, key))


def give(item: Item) -> Button:
    return Button("Give it to someone", "assign", subject(item))


def full_day(owner: str, many: Count, *, own: bool) -> tuple[Part, ...]:
    count = f"{many.number:,}{'+' if many.more else ''}"
    said = FULL_DAY.format(have="have" if own else "has", count=count)
    return (f"You {said}",) if own else (Person(owner), f" {said}")
