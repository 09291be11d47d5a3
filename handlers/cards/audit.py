"""The cards that say who looked at a patient, and what a member looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.cards import words
from handlers.cards.blocks import Bold, Card, Part, Person
from models.trail import Look

NONE = "Nobody has looked at {alias} or done anything with them yet."
NOTHING = "Nothing of this care team is in the newest of what is on record of them."
WHOSE = "Whose? A patient's alias, or @someone of this care team."
MORE = "There is more, further back: kept audit report shows all of it."
WIDE = "What shows the team's patients all at once, and so may have shown them too:"
REFUSED = {"refused": ", and was refused", "not done": ", which was not done"}


def trail(alias: str, looks: Sequence[Look], more: bool, wide: Sequence[tuple[str, str, int]], zone: ZoneInfo,
          now: datetime) -> Card:
    """The newest first; ``wide`` are (who, what, how often)."""
    card = Card("Kept: who looked").heading(f"Who looked at {alias}, and who did what")
    if not looks:
        card.line(NONE.format(alias=alias))
    for look in looks:
        card.line(_when(look, zone, now), *_who(look.actor), _did(look))
    if more:
        card.line(MORE)
    if wide:
        card.line(Bold(WIDE))
        for actor, action, times in wide:
            card.line(*_who(actor), f" · {action} · {times} times" if times != 1 else f" · {action} · once")
    return card


def member_trail(slack_id: str, looks: Sequence[Look], called: Mapping[UUID, str], more: bool, zone: ZoneInfo,
                 now: datetime) -> Card:
    """The newest first; ``called`` are the aliases of the patients it is about."""
    card = Card("Kept: who looked").heading("What one member looked at and did in this care team").line(Person(slack_id))
    if not looks:
        card.line(NOTHING)
    for look in looks:
        whose = f" · {called[look.patient]}" if look.patient is not None and look.patient in called else ""
        card.line(_when(look, zone, now), "they" if look.actor == slack_id else "shown by Kept", whose, _did(look))
    return card.line(MORE) if more else card


def _when(look: Look, zone: ZoneInfo, now: datetime) -> str:
    return f"{words.short_when(look.at, zone, now)} · "


def _did(look: Look) -> str:
    about = f" #{look.number}" if look.number is not None else ""
    return f" · {look.action}{about} · {look.surface}{REFUSED.get(look.outcome, '')}"


def _who(actor: str) -> tuple[Part, ...]:
    """A member, or Kept itself, which may show it to somebody, or whoever runs it."""
    kept, _, reader = actor.rpartition(" for ")
    if reader[:1] in {"U", "W"}:
        return ("Kept, for ", Person(reader)) if kept else (Person(reader),)
    return ("Kept, for the channel",) if kept else (actor,)
