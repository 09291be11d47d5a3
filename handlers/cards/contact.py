"""Cards of contacts: what was understood, what it changed, and the lines of a patient's page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from handlers.cards import item as item_cards
from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Part, Person, Quote, When
from models.contact import Contact, Direction, Outcome, Way
from models.item import Danger, Item, State
from models.ladder import Saying
from models.sealing import readable

DONE = {Way.CALL: "you called", Way.VISIT: "you visited", Way.TEXT: "you wrote", Way.VIDEO: "you spoke by video",
        Way.IN_PERSON: "you met in person"}
SAVED = "Kept: {what}."
RECORDED = "the contact"    # what a repeated delivery is told of
NOT_REACHED = "The patient was not reached, so reminders about {numbers} go on as before."
ANSWERED = "{numbers} had the first contact."
PROGRESS = "Reminders about {numbers} start afresh."
UNCHANGED = "Nothing else about {numbers} changes."
CALLED = "Kept: they called. Calling back is promised as #{number}."
CALL_BACK = "Call back"
UNDONE = "Undone: that contact is taken back. What was recorded stays in the record, marked as taken back."
UNDO_CALL = "Undo both"
UNDONE_NEW = "{numbers} came of it and is taken back too; the number stays taken."
UNDONE_ITEMS = "{numbers} {are} as before it."
WENT_ON = "{numbers} went on since, so nothing more is taken back there."
OTHER_PATIENT = "#{number} is about another patient. Nothing was saved."
NO_SUCH = ("There is no #{number} here that you may see, so nothing was saved. Numbers right after the patient name items; "
           "begin a note with a word.")
MINUTES = "A contact takes from 1 minute to 24 hours. Nothing was saved."
DANGER_YES = ("Thank you for answering. The note stays private to its author and the leads. "
              "Please follow your team's emergency steps now.")
DANGER_NO = "Thank you for answering. The team can see the note now."
DANGER_ASK = "Is anyone in danger? Until someone answers, only you and the leads see this note."
HIDDEN = "A note that only its author and the leads see."
LAST = "Latest contacts"


def subject(contact: Contact) -> str:
    return f"c.{contact.id}"


def numbered(items: Sequence[Item]) -> str:
    return ", ".join(f"#{item.number}" for item in items)


def _took(contact: Contact) -> str:
    if contact.minutes is None:
        return ""
    return f" · {contact.minutes} minute{'s' if contact.minutes != 1 else ''}"


def facts(contact: Contact) -> str:
    way = contact.way.value.capitalize()
    by = " from them" if contact.direction is Direction.INBOUND else ""
    kind = " · unprompted" if contact.unprompted else ""
    return f"{way}{by} · {contact.outcome.value}{_took(contact)}{kind}"


def line(contact: Contact, zone: ZoneInfo) -> tuple[Part, ...]:
    at = contact.happened_at
    return (f"{facts(contact)} · ", When(at, words.said_when(at, zone)), " · ", Person(contact.member.slack_id))


def full(contact: Contact, alias: str, zone: ZoneInfo, lead: str = "") -> Card:
    """For whoever may see its note."""
    card = Card("Kept: a contact")
    if lead:
        card.line(lead)
    card.line(Bold(f"{alias} · "), *line(contact, zone))
    note = readable(lambda: contact.note)
    if note:
        card.line(Quote(note))
    items = [link.item for link in contact.about]
    if items:
        card.line(f"About {numbered(items)}")
    if contact.danger is Danger.ASKED:
        card.line(words.EMERGENCY).line(Bold(DANGER_ASK))
        card.actions(Button("Yes, someone is", "contact_danger", subject(contact), "danger"),
                     Button("No, nobody is", "contact_safe", subject(contact)))
    return card


def undo(card: Card, contact: Contact, label: str = "Undo") -> Card:
    shows = [Button(f"Show #{link.item.number}", "show", item_cards.subject(link.item)) for link in contact.about[:3]]
    return card.actions(*shows, Button(label, "undo_contact", subject(contact)))


def effects(card: Card, contact: Contact, planned: Sequence[tuple[Item, Saying | None]], zone: ZoneInfo) -> Card:
    """What it changed, and when Kept speaks up next about what is still open."""
    items = [link.item for link in contact.about]
    if items and contact.outcome is not Outcome.REACHED:
        card.line(NOT_REACHED.format(numbers=numbered(items)))
    elif items:
        verbs = {link.item_id: link.caused.verb if link.caused else "" for link in contact.about}
        for sentence, verb in ((ANSWERED, {"answered"}), (PROGRESS, {"contacted"}), (UNCHANGED, {"", "spoken of"})):
            of = [item for item in items if verbs[item.id] in verb]
            if of:
                card.line(sentence.format(numbers=numbered(of)))
    for item, one in planned:
        if one is not None:
            card.line(f"Kept speaks up about #{item.number} next ", *item_cards.said_next(one, zone))
    return card


def lead(contact: Contact) -> str:
    what = DONE[contact.way]
    if contact.outcome is Outcome.REACHED:
        return SAVED.format(what=what)
    return SAVED.format(what=f"{what}; {contact.outcome.value}")


def undone(card: Card, back: Sequence[Item], on: Sequence[Item]) -> Card:
    new = [item for item in back if item.state is State.IN_ERROR]
    back = [item for item in back if item not in new]
    if new:
        card.line(UNDONE_NEW.format(numbers=numbered(new)))
    if back:
        card.line(UNDONE_ITEMS.format(numbers=numbered(back), are="is" if len(back) == 1 else "are"))
    if on:
        card.line(WENT_ON.format(numbers=numbered(on)))
    return card


def latest(card: Card, contacts: Sequence[Contact], seen: Sequence[bool], zone: ZoneInfo) -> Card:
    """The newest contacts on a patient's page; ``seen`` says whose note the reader may see."""
    if not contacts:
        return card
    card.line(Bold(LAST))
    for one, may in zip(contacts, seen, strict=True):
        card.line(*line(one, zone))
        note = readable(partial(getattr, one, "note"))
        if note:
            card.line(Quote(note)) if may else card.small(HIDDEN)
    return card
