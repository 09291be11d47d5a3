"""What every new item has in common: its number, its audit row, its place in the plan, its reply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.cards import item as cards
from handlers.cards import series as series_cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.due_notes import notes_on
from handlers.foretold import next_said
from handlers.language import danger
from handlers.occurrence import about, begins, follow
from models.handoff import HandOff
from models.item import PRIVATE_CATEGORIES, Danger, Item, Urgency
from models.ladder import Mover, upcoming
from models.patient import Patient
from models.rungs import Plan, plan_of


def danger_of(text: str, categories: tuple[str, ...] = (), about: Iterable[Item] = ()) -> Danger:
    """Asked when the words or their category suggest harm; a person answers (SPEC 2)."""
    # What is about something private is as private as that, whatever its own words say.
    risky = any(item.private for item in about) or danger.suggests(text) or not PRIVATE_CATEGORIES.isdisjoint(categories)
    return Danger.ASKED if risky else Danger.NONE


def plain(sentences: Iterable[str]) -> list[cards.Note]:
    return [cards.Note((one,)) for one in sentences]


def enter(case: Case, item: Item, patient: Patient, lead: str = "") -> Card:
    """Keep a new item. The reply says when Kept speaks up next, and hands the words back."""
    case.session.add(item)
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit(f"{item.kind.value} create", item.id)
    owner, plan = case.person(item.owner_id), plan_of(case.team)
    return cards.entered(item, patient.called, owner.slack_id, case.now, case.zone, next_said(case, item), lead,
                         [*notes_on(case, item, timed=True), *plain(_who_holds(case, item, plan)), *plain(begins(case, item))],
                         mine=owner.id == case.me.id)


def _who_holds(case: Case, item: Item, plan: Plan) -> list[str]:
    """An urgent item whose next rung lies beyond closed days: someone has to hold it till then (SPEC 4)."""
    if item.urgency is not Urgency.URGENT:
        return []
    after = next((one for one in upcoming(item, plan) if {Mover.WEEKEND, Mover.HOLIDAY} & set(one.moved)), None)
    return [words.WHO_HOLDS.format(when=case.when(after.at), number=item.number)] if after else []


def changed(case: Case, item: Item, verb: str, lead: str, *, timed: bool = False, given: bool = False) -> Card:
    """The reply to an act on an item: what was done, its card as it stands, the next steps and Undo. ``timed`` and ``given``
    say that it has a new time or a new owner."""
    heed(case, item)
    case.answer = f"#{item.number}"
    case.audit(f"item {verb}", item.id)
    notes = [*notes_on(case, item, timed=timed, given=given), *plain(about(case, item))]
    return shown(case, item, f"{lead} {follow(case, item)}".strip(), undo=True, notes=notes)


def heed(case: Case, item: Item) -> None:
    """What was said along with an act ("done 42 she wants to die") is typed text as much as the item's own words are."""
    case.touch(item)
    if any(danger.suggests(words) for words in item.last_said()):
        item.ask_danger()


def shown(case: Case, item: Item, lead: str = "", *, undo: bool = False, notes: Sequence[cards.Note] | None = None) -> Card:
    card = cards.full(item, case.patient(item).called, case.person(item.owner_id).slack_id, case.now, case.zone, lead=lead,
                      planned=next_said(case, item),
                      notes=[*notes_on(case, item), *plain(about(case, item))] if notes is None else notes)
    if item.repeats and item.series and item.series.owner_id != item.owner_id and not item.untold:
        series_cards.rest(card, cards.subject(item), case.person(item.series.owner_id).slack_id)
    if isinstance(item, HandOff) and item.living and item.owner_id == case.me.id:
        card.actions(*cards.answers(item))
    return card.actions(*cards.next_steps(item, undo=undo, mine=item.owner_id == case.me.id))

