"""The small table of what a care team would be sent: a line for each day, and on it how many messages each reader gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.cards.blocks import Bold, Card, Channel, Part, to_whom

MOST_READERS = 12   # on one day's line
TITLE = "The next two weeks, if nobody did anything"
ABOUT = "What Kept would send in "
SAMPLE = "Nothing is open there, so five made-up items of its first lead stand in."
NOTHING = "It would send nothing."
TOTALS = "In all: "
WHY = "Nothing of this was sent. /kept why with an item's number says when and why Kept speaks up about it."
FOLLOWS = "What the team would be sent in the next two weeks, if nobody did anything, follows in a message from Kept."
NOTHING_OPEN = "Nothing is open here yet, so for now only the leads' digest at {digest} would be sent."
TOO_MANY = ("More than {most} items are open, which is too many to rehearse from here. Whoever runs Kept can: kept simulate "
            "shows what the next two weeks would bring.")
FAILED = ("What the team would be sent could not be worked out. Nothing else is the matter: reminders go on. Please tell whoever "
          "runs Kept, who finds more in its log.")
LEADS_SEE = "Only a lead of this care team can have it rehearsed."


@dataclass(frozen=True)
class Said:
    """A message that would be sent: ``at`` by the team's clock, ``to`` a Slack user or channel id."""

    at: datetime
    to: str
    kind: str


def rehearsed(said: Sequence[Said], channel: str, *, sample: bool) -> Card:
    card = Card("Kept: two weeks, rehearsed").heading(TITLE).line(ABOUT, Channel(channel), ".")
    if sample:
        card.line(SAMPLE)
    for day in dict.fromkeys(one.at.date() for one in said):
        card.line(*_day(day, Counter(one.to for one in said if one.at.date() == day)))
    if not said:
        return card.line(NOTHING)
    kinds = Counter(one.kind for one in said)
    card.line(Bold(TOTALS), " · ".join(f"{kind} {number}" for kind, number in kinds.most_common()))
    return card.small(WHY)


def _day(day: date, to: Counter[str]) -> list[Part]:
    parts: list[Part] = [Bold(f"{day:%a}, {day:%b} {day.day}: ")]
    for n, (one, number) in enumerate(to.most_common(MOST_READERS)):
        parts += [" · " if n else "", to_whom(one), f" {number}"]
    left = len(to) - MOST_READERS
    return [*parts, f" · {left} more people"] if left > 0 else parts
