"""The card that says who looked at a patient, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import words
from handlers.cards.blocks import Bold, Card, Part, Person
from models.trail import Look

NONE = "Nobody has looked at {alias} or done anything with them yet."
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
        about = f" #{look.number}" if look.number is not None else ""
        card.line(f"{words.short_when(look.at, zone, now)} · ", *_who(look.actor),
                  f" · {look.action}{about} · {look.surface}{REFUSED.get(look.outcome, '')}")
    if more:
        card.line(MORE)
    if wide:
        card.line(Bold(WIDE))
        for actor, action, times in wide:
            card.line(*_who(actor), f" · {action} · {times} times" if times != 1 else f" · {action} · once")
    return card


def _who(actor: str) -> tuple[Part, ...]:
    """A member, or Kept itself, or whoever runs it."""
    return (Person(actor),) if actor[:1] in {"U", "W"} else (actor,)
