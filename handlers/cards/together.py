"""One message about several items: what is due at once for one reader, and a member's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import reasons, words
from handlers.cards.blocks import Bold, Button, Card, Person, Quote, cut
from handlers.cards.blocks import Part as Words
from handlers.cards.item import answers, detail_of, kept_button, subject, title, what
from models.handoff import HandOff
from models.item import Barrier, Commitment, Concern, Item, State
from models.nudge import LISTED
from models.rungs import AHEAD
from models.sealing import readable

MOST = 16    # items of one message: a line and a row of buttons each, of Slack's fifty blocks
QUOTED = 200  # characters of an item's words, in full detail


@dataclass(frozen=True)
class Part:
    """An item as one reader is told of it. ``rule`` is why; ``moved`` that it has gone on since, so that it is not why any
    more. ``owner`` and ``reader`` are Slack ids; ``out`` says that the owner is, and ``covers`` that the reader stands in."""

    item: Item
    alias: str
    owner: str
    reader: str
    rule: str
    full_detail: bool
    buttons: bool
    moved: bool
    gone: bool
    withheld: bool
    out: Sequence[Words] = ()
    covers: bool = False


def several(parts: Sequence[Part], now: datetime, zone: ZoneInfo) -> Card:
    card = Card(f"Kept: {len(parts)} things need a person").heading(words.SEVERAL.format(count=reasons.few(len(parts))))
    for part in parts:
        _line(card, part, now, zone)
    return card


def day(parts: Sequence[Part], sent_at: datetime, now: datetime, zone: ZoneInfo) -> Card:
    """A member's morning: what is late, what is due today, what comes up, and what waits for them."""
    local = sent_at.astimezone(zone)
    card = Card("Kept: your day").heading(words.YOUR_DAY.format(day=f"{local:%A}, {local:%B} {local.day}"))
    tomorrow = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
    for name in words.DAY_PARTS:
        rows = [part for part in parts if _part_of_day(part, sent_at, tomorrow) == name]
        if rows:
            card.line(Bold(words.DAY_PARTS[name]))
        for part in rows:
            _line(card, part, now, zone)
    return card.small(words.MORE_DAY) if len(parts) >= MOST else card


def _part_of_day(part: Part, sent_at: datetime, tomorrow: datetime) -> str:
    """As it was in the morning, so that nothing moves about under a reader's finger."""
    due = part.item.due_at
    if part.owner != part.reader and part.rule != LISTED and not part.covers:
        return "team"
    if due is None or (not part.item.living and part.item.untold):
        return "waiting"
    return "late" if due < sent_at else "today" if due < tomorrow else "ahead"


def _why(part: Part, now: datetime, zone: ZoneInfo) -> str:
    """What the line says of an item: by the rule that brought it, or for a day's row by how it stands."""
    item, rule = part.item, part.rule
    if not item.living and not item.untold:
        return f": {words.state(item, now)}. Thank you."
    if part.moved:
        due = f", due {words.short_when(item.due_at, zone, now)}" if item.due_at and item.living else ""
        return f": {words.state(item, now)}{due}. It has moved on since."
    if rule == LISTED:
        rule = standing(item, now)
    if rule in AHEAD and item.overdue(now):
        rule = "overdue-owner"
    return " " + what(item, rule, now, zone)


def standing(item: Item, now: datetime) -> str:
    """The rule whose words say how an item stands now."""
    if item.untold:
        return "late-untold" if item.living else "untold-owner"
    if isinstance(item, HandOff):
        return "handoff-receiver"
    if isinstance(item, Commitment):
        return "no-time" if item.due_at is None else "overdue-owner" if item.overdue(now) else "ahead-day"
    if isinstance(item, Concern):
        return "concern-owner" if item.state is State.RAISED else "answered-owner"
    return "barrier-owner"


def _line(card: Card, part: Part, now: datetime, zone: ZoneInfo) -> None:
    if part.withheld:
        card.line(words.WITHHELD.format(number=part.item.number))
        return
    facts: list[Words] = [title(part.item, part.alias), _why(part, now, zone)]
    detail = detail_of(part.item)
    if detail:
        facts.append(f" {detail.capitalize()}.")
    if part.owner != part.reader and not part.out:  # which names them
        facts += [" With ", Person(part.owner), "."]
    if part.gone:
        facts.append(f" {words.OWNER_GONE}")
    if part.out:
        facts += [" ", *part.out]
    if part.full_detail:
        card.line(*facts, Quote(cut(readable(lambda: part.item.text), QUOTED)))
    else:
        card.line(*facts)
    if part.buttons:
        card.actions(*_buttons(part.item, now))


def _buttons(item: Item, now: datetime) -> list[Button | None]:
    """The one or two things to do next, and the way to all the others."""
    s = subject(item)
    show = Button("Show", "show", s)
    if item.untold:
        return [Button("Patient has been told", "told", s), show]
    if isinstance(item, HandOff):
        return [*answers(item), show]
    if isinstance(item, Commitment):
        return [kept_button(item, now), Button("Tell them it'll be late", "late", s), show]
    if isinstance(item, Barrier):
        return [Button("Working on it", "progress", s), show]
    return [Button("Answered", "answer", s) if item.state is State.RAISED else Button("Settled", "settle", s), show]
