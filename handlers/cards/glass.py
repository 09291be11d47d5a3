"""Break-glass: what is opened in an emergency, marked as that; and what the patient's own leads hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from handlers.cards import contact as contacts
from handlers.cards import item as items
from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Person, Quote, When
from models.contact import Contact
from models.glass import Glass
from models.item import Item
from models.sealing import readable
from models.unsorted import Unsorted

LONGEST = 1000
ONLY_LEADS = ("Only a lead whom another lead has named can open a patient of another care team in an emergency, from the channel "
              "of the team they lead. Another lead of yours names you with /kept setup lead and your name.")
TOO_MANY = ("That was the alias of nobody several times now, so nothing more is looked up for an hour. Call their care team. If "
            "someone is in danger, call first.")
NO_SUCH = "There is no patient of exactly that alias in a care team that you are not in."
WHY = "Say why, in a few words, after the alias. The leads of the patient's care team read it."
LONG = f"Say why in at most {LONGEST:,} characters."
NO_WORDS = "There is nothing of that patient in Kept but the alias."
OPENED, OVER = "opened in an emergency", "what was open is closed"   # what a repeated delivery is told of
MARK = ("Opened in an emergency by someone who is not in this patient's care team. Its leads have been told; each look is on "
        "record, and nothing can be changed from here. This ends by itself.")
TOLD = ("They are not in your care team. Which patient, and why, is behind the button. It ends by itself after an hour; you can "
        "end it now.")
OWN = (", who leads your care team with you, has opened a patient of another care team in an emergency. That team's leads know "
       "which patient, and why.")
GUESSED = (", who leads your care team with you, has tried to open a patient of another care team in an emergency, by several "
           "aliases that nobody has. Nothing was shown, and nothing more is looked up for them for an hour. Please ask what they "
           "need.")
ENDED = "Ended. Nobody sees anything of the patient through it any more."
NOT_OTHERS = "Only a lead of the patient's care team can see that."
SEVERAL = "More than one care team has a patient of that alias. Kept never guesses: which one is it?"
ALIAS = ("The patient's alias", "All of it, exactly as their care team has it, such as rosa-m.")
REASON = ("Why", "In a few words. The leads of their care team read it at once.")
TITLE, SUBMIT = "In an emergency", "Open for an hour"
FIRST = ("For when a patient of another care team is in trouble and nobody of that team can be reached. You see them for an "
         "hour; the leads of their team are told at once, and each look is on record. Kept is not an emergency service: if "
         "someone is in danger, call first.")


def page(glass: Glass, own_team: str, found: Sequence[Item], waiting: Sequence[Unsorted], made: Sequence[Contact], more: int,
         zone: ZoneInfo, now: datetime) -> Card:
    """What a lead of the patient's team would read of it, without a button that changes anything."""
    card = Card("Kept: opened in an emergency").heading(f"In an emergency: {glass.patient.called}").small(MARK)
    card.line("Until ", When(glass.ends_at, words.said_when(glass.ends_at, zone)), ".")
    for item in found:
        card.line(*items.row(item, glass.patient.called, now, zone), *((Bold(" · about danger"),) if item.private else ()))
        card.line(Quote(readable(partial(getattr, item, "text"))))
    for entry in waiting:
        card.line("Not sorted yet:").line(Quote(readable(partial(getattr, entry, "text"))))
    contacts.latest(card, made, [True] * len(made), zone)
    if more:
        card.small(f"And {more} more, which only the care team sees.")
    if not found and not waiting and not made:
        card.line(NO_WORDS)
    return card.actions(Button("Look again", "glass", f"t.{own_team}.{glass.id}"))


def which(choices: Sequence[tuple[str, str]]) -> Card:
    """``choices`` are (the Slack id of who leads the team, or nothing; what the button carries)."""
    card = Card("Kept needs a word").line(SEVERAL)
    for lead, subject in choices:
        card.line("The care team that ", *((Person(lead), " leads") if lead else ("nobody leads now",)))
        card.actions(Button("This one", "glass_open", subject))
    return card


def alert(glass: Glass) -> Card:
    """For the leads of the patient's team, at once: nothing of the patient, not even the alias, and nothing that was typed."""
    card = Card("Kept: a patient was opened in an emergency")
    card.line(Person(glass.member.slack_id), " has opened a patient of your care team in an emergency. ", TOLD)
    return card.actions(Button("Which patient, and why", "glass_reason", f"g.{glass.id}"),
                        Button("End it now", "glass_end", f"g.{glass.id}", "danger"))


def own_alert(glass: Glass) -> Card:
    """For who leads with the one who opened it: that they did, and nothing of the patient."""
    card = Card("Kept: a patient was opened in an emergency")
    return card.line(Person(glass.member.slack_id), OWN)


def guessed(slack_id: str) -> Card:
    return Card("Kept: several aliases that are nobody's").line(Person(slack_id), GUESSED)


def reason(glass: Glass, zone: ZoneInfo, wall: datetime) -> Card:
    """For a lead of the patient's team."""
    card = Card("Kept: opened in an emergency").heading(f"{glass.patient.called} was opened in an emergency")
    card.line(Person(glass.member.slack_id), " said why:").line(Quote(readable(lambda: glass.why)))
    card.line("Open until " if glass.is_open(wall) else "Ended ", When(glass.ends_at, words.said_when(glass.ends_at, zone)),
              f". What they looked at: /kept audit {glass.patient.called}")
    return card.actions(Button("End it now", "glass_end", f"g.{glass.id}", "danger")) if glass.is_open(wall) else card


def ended() -> Card:
    return Card("Kept answered").line(ENDED)
