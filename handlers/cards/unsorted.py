"""Words kept before anyone said what they are: the question, and the lines where they wait."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Quote, cut
from handlers.language.words import typed, unmarked
from models.sealing import readable
from models.unsorted import Unsorted

NOT_YOURS = "Only who kept these words, or a lead, can discard them. Anyone can sort them."
SAVED = "Kept unsorted, word for word. What is it?"
ASKED = "What is it?"
RECORDED = "the words"   # what a repeated delivery is told of
PRIVATE = "Until it is sorted, only its author and the leads see this."
DISCARDED = "Discarded."
BACK = "It waits for you again."
WAITING = "Waiting to be sorted"
MORE = "And {count} more that wait to be sorted, after these."
TIME_PAST = ("The time in these words was meant from when they were typed, and it has passed. They are still kept unsorted; "
             "to promise it anew, type /commit with a new time, then discard this.")
STAYS = "{sentence} The words are still kept unsorted."
CHOICES = (("Concern", "sort_concern"), ("Barrier", "sort_barrier"), ("Promise", "sort_promise"), ("Call", "sort_call"))
SHOWN = 160   # characters of one entry in a list


def subject(entry: Unsorted) -> str:
    return f"u.{entry.id}"


def said(entry: Unsorted) -> str:
    return unmarked(typed(readable(lambda: entry.text)))


def question(entry: Unsorted, alias: str, lead: str) -> Card:
    card = Card("Kept: what is it?").line(lead).line(Bold(alias)).line(Quote(said(entry)))
    if entry.private:
        card.line(words.EMERGENCY).line(PRIVATE)
    s = subject(entry)
    return card.actions(*[Button(label, action, s) for label, action in CHOICES], Button("Discard", "discard", s))


def discarded(entry: Unsorted, alias: str) -> Card:
    return (Card("Kept: discarded").line(DISCARDED).line(Bold(alias)).line(Quote(said(entry)))
            .actions(Button("Bring it back", "bring_back", subject(entry))))


def waiting(card: Card, entries: Sequence[Unsorted], more: int = 0) -> Card:
    """A line and a button for each."""
    if not entries:
        return card
    card.line(Bold(WAITING))
    for entry in entries:
        text = cut(" ".join(said(entry).split()), SHOWN)
        card.line(Bold(f"{entry.patient.called} · "), text).actions(Button("Sort it", "sort", subject(entry)))
    if more > 0:
        card.small(MORE.format(count=more))
    return card
