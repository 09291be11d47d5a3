"""Cards that are not about one item: errors, help, set-up, patients, members, status and the digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from handlers.cards import form_words, words
from handlers.cards.blocks import VALUE_LIMIT, Bold, Button, Card, Channel, Part, Person, cut, to_whom
from handlers.language.verbs import VERBS, Verb
from handlers.language.words import typed, unmarked

NAMED = 3  # that need a lead first, of all kinds
MOST_TEAMS = 20   # with a button each
ROWS = 5  # lines of each part of the digest
TOGETHER = 8   # verbs in one block of help


def sentence(text: str) -> Card:
    return Card("Kept answered").line(text)


def mistake(text: str, verb: str | None, example: str | None) -> Card:
    """What was wrong, the usage line, and one example."""
    card = Card("Kept needs a word").line(text)
    entry = VERBS.get(verb or "")
    if entry is not None:
        card.line("Type it like this: ", Bold(entry.usage)).line("For example: ", example or entry.example)
    return card


def unknown_patient(text: str, verb: str | None, word: str, near: Sequence[str], team: UUID | None,
                    line: str, can_add: bool) -> Card:
    """Near misses, and a button that adds the patient and then does what was typed."""
    card = mistake(text, None if near else verb, None)
    if near:
        card.line("Did you mean ", Bold(" or ".join(near)), "?")
    if line:
        card.line("What you typed, so that nothing is lost: ", unmarked(typed(line)))
    if can_add and team is not None:
        # A line too long for a button is not cut: it would be saved cut. Then the button only adds.
        value = f"t.{team}.{word} {line}"
        value = value if len(value) <= VALUE_LIMIT else f"t.{team}.{word} "
        card.actions(Button(f"Add {cut(word, 40)} as a new patient", "add_patient", value))
    return card


def which_team(text: str, teams: Sequence[tuple[UUID, str]], asked: tuple[str, str] | None) -> Card:
    """The teams to choose from; ``asked`` is the action that goes on in the one chosen, with what it carries.

    What is too long for a button is not cut: then the channel itself is the way.
    """
    card = sentence(text)
    if len(teams) > MOST_TEAMS:
        card.line(words.IN_THE_CHANNEL)
    for team, channel in teams[:MOST_TEAMS]:
        subject = f"t.{team}.{asked[1]}" if asked else ""
        card.line(Channel(channel))
        if asked and len(subject) <= VALUE_LIMIT:
            card.actions(Button("This one", asked[0], subject))
    return card if "actions" in {block["type"] for block in card.blocks} else card.line(words.IN_THE_CHANNEL)


def enter_buttons(team: UUID, patient: UUID | None = None) -> list[Button]:
    """Each opens the form of that name, with the patient chosen already."""
    subject = f"t.{team}" + (f".{patient}" if patient else "")
    return [Button("Concern", "new_concern", subject), Button("Barrier", "new_barrier", subject),
            Button("Promise", "new_promise", subject)]


def page_buttons(team: UUID, patient: UUID, *, mine: bool) -> list[Button]:
    """What else begins at a patient's page; ``mine`` is what the reader could hand over."""
    subject = f"t.{team}.{patient}"
    found = [Button("Contact", "new_contact", subject)]
    return [*found, Button("Hand over", "hand_over", subject)] if mine else found


def patient_added(alias: str, team: UUID, patient: UUID) -> Card:
    card = sentence(words.PATIENT_ADDED.format(alias=alias))
    parts = re.split("[-_]", alias)
    if len(parts) > 1 and all(part.isalpha() and len(part) > 2 for part in parts[:2]):
        card.line(words.FULL_NAME)
    card.line("Next, type what they said: ", Bold(f"/concern {alias} and their own words"), ", or use a form:")
    return card.actions(*enter_buttons(team, patient))


def help_card(verb: str | None, team: UUID) -> Card:
    """Eight verbs first, then the rest by task; or one verb with its example."""
    entry = VERBS.get(verb or "")
    if entry is not None:
        return verb_help(entry)
    card = Card("Kept: help").line(form_words.FORMS_TOO)
    card.actions(*enter_buttons(team), Button("Add a patient", "new_patient", f"t.{team}"), Button("Find", "find", f"t.{team}"))
    card.heading("What you will use every day")
    _help_rows(card, [v for v in VERBS.values() if v.first])
    groups: dict[str, list[Verb]] = {}
    for one in (v for v in VERBS.values() if not v.first):
        groups.setdefault(one.group, []).append(one)
    for group, verbs in groups.items():
        card.heading(group)
        _help_rows(card, verbs)
    return card


def verb_help(verb: Verb) -> Card:
    return Card("Kept: help").heading(verb.usage).line(verb.summary).line("For example: ", verb.example)


def _help_rows(card: Card, verbs: Sequence[Verb]) -> None:
    """Several to a block: a message has fifty, and there are nearly as many verbs."""
    for first in range(0, len(verbs), TOGETHER):
        parts: list[Part] = []
        for verb in verbs[first:first + TOGETHER]:
            parts += ["\n" if parts else "", Bold(verb.usage), f": {verb.summary}"]
        card.line(*parts)


def missed(number: int | None, recipient: str, code: str) -> tuple[Part, ...]:
    """One message that did not arrive: whom it was for, and why."""
    return Bold(f"#{number} " if number else "A message "), *_unreached(recipient, code)


def _unreached(recipient: str, code: str) -> tuple[Part, ...]:
    return words.NOT_ARRIVED, to_whom(recipient), f": {words.NOT_ARRIVED_WHY.get(code, words.NOT_ARRIVED_ELSE)}."


def not_arrived(what: str, recipient: str, code: str) -> Card:
    """For a lead: a message that is about no item could not reach someone else."""
    return Card("Kept: a message did not arrive").line(f"A {what} ", *_unreached(recipient, code))


def unseen(channel: str, code: str) -> Card:
    """For a lead: Kept cannot know who is in the channel, so it says nothing of patients until it can."""
    card = Card("Kept: it cannot see your care team's channel")
    card.line("Slack does not show Kept who is in ", Channel(channel),
              f": {words.NOT_ARRIVED_WHY.get(code, words.NOT_ARRIVED_ELSE)}.")
    return card.line(words.UNSEEN)


def newcomer(team: UUID, slack_id: str) -> Card:
    """Asks a lead to confirm someone new to the channel."""
    card = Card("Kept: someone new in your care team")
    card.line(Person(slack_id), " is new in the care team's channel. Until a lead confirms them, they see nothing.")
    return card.actions(Button("Confirm", "confirm", f"t.{team}.{slack_id}", "primary"))


def digest(title: str, needs: Sequence[tuple[tuple[Part, ...], list[Button | None]]], counts: Sequence[str],
           undecided: Sequence[tuple[Part, ...]], held: Sequence[tuple[Part, ...]], undelivered: Sequence[tuple[Part, ...]],
           wins: Sequence[tuple[Part, ...]]) -> Card:
    """The lead's morning: three that need them, the counts, what else waits for a decision, what did not arrive, the wins."""
    card = Card("Kept: the morning digest").heading(title)
    if not any((needs, counts, undecided, held, undelivered, wins)):
        return card.line("Nothing waits for you this morning.")
    if needs:
        card.line(Bold("These need you first" if len(needs) > 1 else "This needs you first"))
    for parts, buttons in needs:
        card.line(*parts).actions(*buttons)
    if counts:
        card.line(Bold("Today: "), " · ".join(counts))
    if counts and len(needs) >= NAMED:
        card.small(words.OTHERS)
    for heading, rows, more in ((words.UNDECIDED, undecided, words.MORE_UNDECIDED),
                                (words.HELD_BACK, held, words.MORE_MISSED),
                                ("Not delivered", undelivered, words.MORE_MISSED),
                                ("Wins since the last digest", wins, words.MORE_WINS)):
        if rows:
            card.line(Bold(heading))
        for parts in rows[:ROWS]:
            card.line(*parts)
        if len(rows) > ROWS:
            card.small(more.format(count=len(rows) - ROWS))
    return card



def barred(channel: str, why: str) -> Card:
    """For a lead: Kept is silent in the care team's channel now."""
    return Card("Kept: silent in your channel").line("Your care team's channel ", Channel(channel), f" {words.ROOM_TOLD[why]}")
