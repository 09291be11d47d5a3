"""Cards of hand-offs: what is offered, what became of it, and what the channel hears."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Person
from models.handoff import Answer, HandOff, HandOffPart

OFFERED = "Offered as #{number}. Each stays yours until it is accepted; Kept tells you what they answer."
NEED_RECEIVER = "Say who takes it, with @ and their name. Nothing was offered."
NEED_WORDS = "Say what was tried, so that they need not begin anew. Nothing was offered."
TO_ONESELF = "It is with you already. Name someone else. Nothing was offered."
NOTHING = ("You have nothing of {alias} to hand over that is not offered already. /kept list {alias} shows what is open and "
           "who has it.")
NOT_YOURS = "#{number} is not yours to hand over. Its owner can, or /kept assign gives it to someone."
ENDED = "#{number} has ended and the patient knows, so there is nothing to hand over."
NOT_AN_ITEM = "#{number} is a hand-off itself. To pass on what you accepted, name the items or the patient."
TWICE = "#{number} is offered already, in #{offer}. Nothing was offered twice."
ACCEPTED = "#{number}: with you now. Please tell the patient who has them, then press “Patient has been told”."
ACCEPTED_PART = "#{number}: that is with you now. The rest still waits for your answer."
DECLINED = "#{number} is declined; it stays with who offered it, and they are told."
DECLINED_PART = "#{number}: that is declined and stays with who offered it. The rest still waits for your answer."
NO_OFFER = "#{number} is neither a hand-off offered to you nor part of one."
NO_OFFERS = "No hand-off waits for your answer."
WHICH = "Say which hand-off, by its number, or all."
TAKEN = " has accepted "
REFUSED = " has declined "
FROM_CHANNEL = " now has "


def _named(parts: Sequence[HandOffPart], alias: str) -> str:
    """Numbers and alias only; what is private is counted, never named."""
    numbers = sorted(part.item.number for part in parts if part.item is not None and not part.item.private)
    private = sum(1 for part in parts if part.item is not None and part.item.private)
    said = [alias] if any(part.item is None for part in parts) else []
    said += [", ".join(f"#{number}" for number in numbers)] if numbers else []
    said += [f"{private} more that {'is' if private == 1 else 'are'} private"] if private else []
    return " · ".join(said) or "nothing"


def lines(card: Card, handoff: HandOff, alias: str) -> Card:
    """From whom, and each answer so far."""
    card.line("From ", Person(handoff.giver.slack_id))
    for answer, label in ((Answer.WAITING, "Offered"), (Answer.ACCEPTED, "Accepted"), (Answer.DECLINED, "Declined"),
                          (Answer.LAPSED, "Lapsed")):
        parts = [part for part in handoff.parts if part.answer is answer]
        if parts:
            card.line(f"{label}: {_named(parts, alias)}")
    return card


def answer(handoff: HandOff, alias: str, parts: Sequence[HandOffPart], receiver: str, *, accepted: bool) -> Card:
    """The giver hears what was answered; a word with it stands in the history."""
    card = Card(f"Kept: #{handoff.number} was answered")
    card.line(Person(receiver), TAKEN if accepted else REFUSED, f"{_named(parts, alias)} of {alias}, offered in ",
              Bold(f"#{handoff.number}"), ".")
    if handoff.untold:
        card.line(f"#{handoff.number} closes when the patient was told who has them now.")
    return card.actions(Button("Show", "show", f"i.{handoff.id}"))


def posted(handoff: HandOff, alias: str, parts: Sequence[HandOffPart], giver: str, receiver: str) -> Card:
    """What the channel hears of an accepted one: numbers and alias."""
    return Card(f"Kept: #{handoff.number} was accepted").line(
        Bold(f"#{handoff.number} · {words.name(handoff).capitalize()} · {alias}"), ": ", Person(receiver),
        f"{FROM_CHANNEL}{_named(parts, alias)}, from ", Person(giver), ".")

