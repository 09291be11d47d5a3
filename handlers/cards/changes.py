"""What happened to an item while a form about it stood open: who changed what, when, and from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.cards import form_words, words
from handlers.cards.blocks import Block, Bold, Card, Part, Person, Quote
from models.item import History, Item
from models.sealing import readable

SHOWN = 5      # changes
QUOTED = 400   # characters of a wording


def changed_meanwhile(item: Item, rows: Sequence[History], names: Mapping[UUID, str], now: datetime,
                      zone: ZoneInfo) -> list[Block]:
    """``rows`` are new since the form was opened, oldest first; ``names`` the Slack ids of members by their ids."""
    card = Card("").line(Bold(form_words.CHANGED.format(number=item.number)))
    for row in rows[-SHOWN:]:
        ago = words.ago(row.happened_at, now)
        card.line(Person(names[row.actor_id]), f" {form_words.ACTS.get(row.verb, row.verb)}",
                  *_from_to(item, row, names, now, zone), f" · {ago if ago == 'just now' else f'{ago} ago'}")
        if row.verb == "edited":
            card.line("It said: ", _quoted(readable(partial(getattr, row, "note"))))
            card.line("Then: ", _quoted(_wording(item, row)))
    ended = form_words.ENDED.format(state=words.state(item, now), number=item.number)
    return card.line(form_words.SAVES_ANYWAY if item.living else Bold(ended)).blocks


def _quoted(text: str) -> Quote:
    return Quote(text if len(text) <= QUOTED else text[:QUOTED] + words.SHORTENED)


def _wording(item: Item, row: History) -> str:
    """What an edit brought: what the next one found, or what stands now."""
    later = [one for one in item.history if one.verb == "edited" and one.id > row.id]
    return readable(lambda: later[0].note if later else item.text)


def _owner_after(item: Item, row: History) -> UUID:
    later = [one.owner_before for one in item.history if one.owner_before is not None and one.id > row.id]
    return later[0] if later else item.owner_id


def _from_to(item: Item, row: History, names: Mapping[UUID, str], now: datetime, zone: ZoneInfo) -> tuple[Part, ...]:
    if row.verb in {"delayed", "timed"} and row.due_after:
        zoned = words.apart(row.due_after, zone, item.team.tz)
        before = words.short_when(row.due_before, zone, now, zoned=zoned) if row.due_before else "no time"
        return (f": {before} → {words.short_when(row.due_after, zone, now, zoned=zoned)}",)
    if row.owner_before is not None:
        return ": ", Person(names[row.owner_before]), " → ", Person(names[_owner_after(item, row)])
    if row.before is not None and row.before is not row.after:
        return (f": {row.before.value} → {row.after.value}",)
    return ()
