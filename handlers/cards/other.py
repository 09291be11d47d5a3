"""Cards that are not about one item: errors, help, set-up, patients, members, status and the digest."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from handlers.cards import words
from handlers.cards.blocks import VALUE_LIMIT, Bold, Button, Card, Part, Person, cut
from handlers.language.verbs import VERBS, Verb


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
        card.line("What you typed, so that nothing is lost: ", line)
    if can_add and team is not None:
        # A line too long for a button is not cut: it would be saved cut. Then the button only adds.
        value = f"t.{team}.{word} {line}"
        value = value if len(value) <= VALUE_LIMIT else f"t.{team}.{word} "
        card.actions(Button(f"Add {cut(word, 40)} as a new patient", "add_patient", value))
    return card


def patient_added(alias: str) -> Card:
    card = sentence(words.PATIENT_ADDED.format(alias=alias))
    parts = alias.split("-")
    if len(parts) > 1 and all(part.isalpha() and len(part) > 2 for part in parts[:2]):
        card.line(words.FULL_NAME)
    return card.line("Next, type what they said: ", Bold(f"/concern {alias} and their own words"))


def help_card(verb: str | None) -> Card:
    """Eight verbs first, then the rest by task; or one verb with its example."""
    entry = VERBS.get(verb or "")
    if entry is not None:
        return Card("Kept: help").heading(entry.usage).line(entry.summary).line("For example: ", entry.example)
    card = Card("Kept: help").heading("What you will use every day")
    for one in (v for v in VERBS.values() if v.first):
        card.line(*_help_row(one))
    groups: dict[str, list[Verb]] = {}
    for one in (v for v in VERBS.values() if not v.first):
        groups.setdefault(one.group, []).append(one)
    for group, verbs in groups.items():
        card.heading(group)
        for one in verbs:
            card.line(*_help_row(one))
    return card


def _help_row(verb: Verb) -> tuple[Part, ...]:
    return Bold(verb.usage), f": {verb.summary}"


def set_up(team: UUID, zone: str, hours: str, digest: str, leads: Sequence[str], members: int, new: bool) -> Card:
    card = Card("Kept: set-up")
    card.heading("This channel is a care team now." if new else "The care team's settings are changed.")
    card.line(f"Zone {zone} · hours {hours}, working days only · digest at {digest} · {members} people here.")
    parts: list[Part] = ["Leads: "]
    for one in leads:
        parts += [Person(one), " "]
    card.line(*parts)
    return card.line("Next: /kept patient add rosa-m, then /concern rosa and what she said. "
                     "Use aliases, not names. Kept is not the medical record and not an emergency service.")


def newcomer(team: UUID, slack_id: str) -> Card:
    """Asks a lead to confirm someone new to the channel."""
    card = Card("Kept: someone new in your care team")
    card.line(Person(slack_id), " is new in the care team's channel. Until a lead confirms them, they see nothing.")
    return card.actions(Button("Confirm", "confirm", f"t.{team}.{slack_id}", "primary"))


def digest(title: str, needs: Sequence[tuple[tuple[Part, ...], list[Button | None]]], counts: Sequence[str],
           wins: Sequence[tuple[Part, ...]]) -> Card:
    """The lead's morning: three that need them, the counts, yesterday's wins."""
    card = Card("Kept: the morning digest").heading(title)
    if not needs and not counts and not wins:
        return card.line("Nothing waits for you this morning.")
    if needs:
        card.line(Bold("These need you first" if len(needs) > 1 else "This needs you first"))
    for parts, buttons in needs:
        card.line(*parts).actions(*buttons)
    if counts:
        card.line(Bold("Today: "), " · ".join(counts))
    if wins:
        card.line(Bold("Yesterday's wins"))
        for parts in wins:
            card.line(*parts)
    return card


def broke(error_id: str) -> Card:
    return sentence(words.BROKE.format(error_id=error_id))
