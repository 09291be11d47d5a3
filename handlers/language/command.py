"""A typed line as Kept understands it: verb, patient, words, owner, items, category, due time, last clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.language import category
from handlers.language.due import Calendar, Due, Outcome, read_due, read_when
from handlers.language.verbs import NAMES, VERBS, Shape
from handlers.language.words import OPEN, SHUT, straight, typed, unmarked

_OWNER = re.compile(rf"{OPEN}([A-Z0-9]+)\|[^{SHUT}]*{SHUT}|(?<!\S)@(?!\d)([\w.-]+)")
_OWNER_LAST = re.compile(rf"(?:{_OWNER.pattern})\s*$")
_OWNER_FIRST = re.compile(rf"(?:{_OWNER.pattern})[,:]?\s+(?:to\s+)?(?=\S)")
_OWNER_LEAD = re.compile(r"\bowner$")
_BY_LEAD = re.compile(r"\b(?:owner|by)$")
_FOR_LAST = re.compile(r"\bfor\s+(#\d+(?:\s*(?:,|and|&)\s*#\d+)*)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,9})(?=$|[\s,;:])")
_CLAUSE = re.compile(r"(?:^|[,;\s])\s*(told|confirmed|assumed)\s*[.!]?\s*$", re.IGNORECASE)
_URGENCY = re.compile(r"^\s*(?:(!+)|(urgent|low|normal)\s*:)\s*", re.IGNORECASE)
_CATEGORY = re.compile(r"^\s*([^\W\d_][\w &/-]{1,40}?)\s*:\s+")
URGENCIES = {"urgent": "urgent", "low": "low", "normal": "normal"}
_MINUTES = re.compile(r"(?:(\d{1,3})\s*(?:h|hrs?|hours?)\s*)?(?:(\d{1,4})\s*(?:m|mins?|minutes?))?(?=$|[\s,;:.])", re.IGNORECASE)
_ABOUT = re.compile(r"(?:about\s+)?#?(\d{1,9})(?=$|[\s,;:])", re.IGNORECASE)
_AND = re.compile(r"(?:\s|,|(?:and|&)\s+(?=#?\d))+", re.IGNORECASE)
_HOW = re.compile(r"(?:^|[,;])\s*(unprompted|someone else)\s*[.!]?\s*$", re.IGNORECASE)
# What may stand between a verb's number and its due phrase: "late 42 until Monday", "snooze 42 to Tuesday".
_LEAD = re.compile(r"^\s*(?:,\s*)?(?:to\s+)?", re.IGNORECASE)
_COVER = re.compile(rf"(?:^|[,;\s])\s*cover(?:ed)?(?:\s+(?:by|is))?\s*:?\s+(?:{_OWNER.pattern})", re.IGNORECASE)
_FROM = re.compile(r"^from\s+(.+?)\s+(?=(?:until|till|til)\s)", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """``patient`` and ``owner`` are as typed: owner is a Slack id, or ``@name``. ``text`` is kept verbatim.

    ``categories`` are the suggestions, several when they tie; ``chosen`` says the category was typed. ``minutes`` is how
    long a contact took; ``cover`` stands in for who is out, and ``starts`` is from when they are. What only a form can say:
    when a contact ``happened_at``, ``why`` a time is new, and the ``link`` to the message the words come from.
    """

    verb: str | None
    rest: str
    unknown: str | None = None
    patient: str | None = None
    text: str | None = None
    owner: str | None = None
    numbers: tuple[int, ...] = ()
    last: bool = False
    about: tuple[int, ...] = ()
    category: str | None = None
    categories: tuple[str, ...] = ()
    chosen: bool = False
    urgency: str = "normal"
    clauses: frozenset[str] = field(default_factory=frozenset)
    due: Due | None = None
    minutes: int | None = None
    cover: str | None = None
    starts: Due | None = None
    happened_at: datetime | None = None
    why: str | None = None
    link: str | None = None


def read_command(command: str, text: str, calendar: Calendar) -> Said:
    """``command`` is ``/commit`` or ``/kept``; with ``/kept`` the first word is the verb, else it is ``unknown``."""
    rest = typed(text)
    name = straight(command).lstrip("/").casefold()
    if name == "kept":
        word, _, after = rest.partition(" ")
        name = word.strip(":,").casefold()
        if name not in NAMES:
            return Said(verb=None, unknown=unmarked(word), rest=unmarked(rest)) if word else Said(verb="help", rest="")
        rest = after.strip()
    verb = VERBS[NAMES[name]] if name in NAMES else None
    if verb is None:
        return Said(verb=None, unknown=name, rest=unmarked(rest))
    said = Said(verb=verb.name, rest=rest)
    return _READERS[verb.shape](said, calendar)


def _patient(said: Said) -> tuple[str | None, str]:
    word, _, text = said.rest.partition(" ")
    return (unmarked(word.rstrip(":,")) or None), text.strip()


def _patient_text(said: Said, calendar: Calendar) -> Said:
    patient, text = _patient(said)
    return replace(said, patient=patient, text=unmarked(text) or None, rest=unmarked(said.rest),
                   categories=category.suggest(text))


def _barrier(said: Said, calendar: Calendar) -> Said:
    patient, text = _patient(said)
    urgency = "normal"
    if found := _URGENCY.match(text):
        urgency = "urgent" if found[1] else URGENCIES[found[2].lower()]
        text = text[found.end():]
    owner, text = _take_owner(text)
    chosen = None
    if (found := _CATEGORY.match(text)) and (chosen := category.named(found[1])):
        text = text[found.end():]
    text = unmarked(text)
    suggested = (chosen,) if chosen else category.suggest(text)
    return replace(said, patient=patient, text=text or None, owner=owner, urgency=urgency, chosen=chosen is not None,
                   category=suggested[0] if len(suggested) == 1 else None, categories=suggested,
                   rest=unmarked(said.rest))


def _commit(said: Said, calendar: Calendar) -> Said:
    """Owner, ``for #41`` and the due time stand at the end, in any order."""
    return _promised(said, *_patient(said), calendar)


def _promised(said: Said, patient: str | None, text: str, calendar: Calendar) -> Said:
    owner: str | None = None
    about: tuple[int, ...] = ()
    due: Due | None = None
    while True:
        before = text
        if owner is None:
            owner, text = _take_owner(text)
            if text == before and (first := _OWNER_FIRST.match(text)):
                owner, text = first[1] or f"@{first[2]}", text[first.end():]
        if not about and (found := _FOR_LAST.search(text)):
            about = tuple(int(n) for n in re.findall(r"\d+", found[1]))
            text = text[: found.start()].rstrip(" ,")
        if text != before:
            continue  # all that stands behind the due time goes first: "3pm @alex for #41"
        if due is None or due.outcome is Outcome.NONE:
            due = read_due(text, calendar)
            text = due.task
        if text == before:
            break
    return replace(said, patient=patient, text=unmarked(text) or None, owner=owner, about=about,
                   due=replace(due, task=unmarked(due.task)), rest=unmarked(said.rest))


def _take_owner(text: str) -> tuple[str | None, str]:
    found = _OWNER_LAST.search(text)
    if found is None:
        return None, text
    before = text[: found.start()].rstrip(" ,")
    before = (_BY_LEAD if found[1] else _OWNER_LEAD).sub("", before).rstrip(" ,")
    return found[1] or f"@{found[2]}", before


def _numbers(said: Said, *, words: bool = True) -> tuple[Said, str]:
    """The items named first, and the words after them. With ``words``, these may begin with a number of their own."""
    text, numbers, after = said.rest, [], []
    while found := _NUMBER.match(text):
        numbers.append(int(found[1]))
        text = text[found.end():].lstrip(" ,")
        after.append(text)
    if words and len(numbers) > 1 and text:
        numbers, text = numbers[:1], after[0]
    last = not numbers and re.match(r"last\b", text, re.IGNORECASE) is not None
    if last:
        text = text[4:].lstrip(" ,")
    return replace(said, numbers=tuple(numbers), last=last, rest=unmarked(said.rest)), text


def _clauses(text: str) -> tuple[frozenset[str], str]:
    """The exact last clauses: each a word of its own after a comma, or all there is; prose never counts."""
    clauses: set[str] = set()
    while found := _CLAUSE.search(text):
        alone = not text[: found.start()].strip() or text[found.start()] in ",;"
        if not alone:
            break
        clauses.add(found[1].lower())
        text = text[: found.start()].rstrip(" ,;")
    return frozenset(clauses), text


def _contact(said: Said, calendar: Calendar) -> Said:
    """How long it took and which items it was about stand first, in any order; then the note, as it is."""
    patient, text = _patient(said)
    minutes, numbers, text = _measured(text)
    clauses: set[str] = set()
    while found := _HOW.search(text):
        clauses.add(found[1].lower())
        text = text[: found.start()].rstrip(" ,;")
    return replace(said, patient=patient, minutes=minutes, numbers=numbers, clauses=frozenset(clauses),
                   text=unmarked(text) or None, rest=unmarked(said.rest), categories=category.suggest(text))


def _measured(text: str) -> tuple[int | None, tuple[int, ...], str]:
    minutes: int | None = None
    numbers: list[int] = []
    while True:
        if minutes is None and (found := _MINUTES.match(text)) and (found[1] or found[2]):
            minutes = 60 * int(found[1] or 0) + int(found[2] or 0)
        elif found := _ABOUT.match(text):
            numbers.append(int(found[1]))
        else:
            return minutes, tuple(dict.fromkeys(numbers)), text
        text = text[found.end():]
        text = text[between.end():] if (between := _AND.match(text)) else text.lstrip(" ;:.")


def read_minutes(text: str) -> int | None:
    """How long something took, alone: "12", "12m" or "1h 20m"; None when it says no such thing."""
    if text.isdecimal():
        return int(text)
    found = _MINUTES.fullmatch(text)
    return 60 * int(found[1] or 0) + int(found[2] or 0) if found and (found[1] or found[2]) else None


def _called(said: Said, calendar: Calendar) -> Said:
    """As a promise; how long the call took may stand first."""
    patient, text = _patient(said)
    minutes = None
    if (found := _MINUTES.match(text)) and (found[1] or found[2]):
        minutes, text = 60 * int(found[1] or 0) + int(found[2] or 0), text[found.end():].lstrip(" ,;:.")
    return replace(_promised(said, patient, text, calendar), minutes=minutes)


def _item(said: Said, calendar: Calendar) -> Said:
    said, text = _numbers(said, words=VERBS[said.verb or ""].shape is not Shape.ITEM)
    clauses, text = _clauses(text)
    return replace(said, clauses=clauses, text=unmarked(text) or None)


def _item_words(said: Said, calendar: Calendar) -> Said:
    """All that follows the number is the new wording, a last "told" too."""
    said, text = _numbers(said)
    return replace(said, text=unmarked(text) or None)


def _item_due(said: Said, calendar: Calendar) -> Said:
    said, text = _numbers(said)
    clauses, text = _clauses(text)
    text = _LEAD.sub("", text, count=1)
    return replace(said, clauses=clauses, text=unmarked(text) or None, due=read_when(text, calendar))


def _item_owner(said: Said, calendar: Calendar) -> Said:
    said, text = _numbers(said)
    found = _OWNER.search(text)
    if found is None:
        return replace(said, text=unmarked(text) or None)
    rest = f"{text[: found.start()].rstrip().removesuffix('to').rstrip()} {text[found.end():].lstrip(' ,:')}".strip()
    return replace(said, owner=found[1] or f"@{found[2]}", text=unmarked(rest) or None)


def _handoff(said: Said, calendar: Calendar) -> Said:
    """Items by number, or else a patient; then to whom, and what was tried."""
    named, text = _numbers(said, words=False)
    if not named.numbers and not named.last:
        patient, text = _patient(said)
        named = replace(named, patient=patient)
    found = _OWNER.search(text)
    if found is None:
        return replace(named, text=unmarked(text) or None)
    before = text[: found.start()].rstrip(" ,").removesuffix("to").rstrip(" ,")
    rest = f"{before} {text[found.end():].lstrip(' ,:')}".strip()
    return replace(named, owner=found[1] or f"@{found[2]}", text=unmarked(rest) or None)


def _out(said: Said, calendar: Calendar) -> Said:
    """Who is out, when it is someone else; from when, when that is not now; until when; and who covers."""
    text, cover, owner, starts = said.rest, None, None, None
    if found := _COVER.search(text):
        cover = found[1] or f"@{found[2]}"
        text = f"{text[: found.start()].rstrip(' ,;')} {text[found.end():].lstrip(' ,;')}".strip()
    if found := _OWNER.match(text):
        owner, text = found[1] or f"@{found[2]}", text[found.end():].lstrip(" ,:")
    if found := _FROM.match(text):
        starts, text = read_when(found[1], calendar), text[found.end():]
    return replace(said, owner=owner, cover=cover, starts=starts, due=read_when(text, calendar), text=unmarked(text) or None,
                   rest=unmarked(said.rest))


def _person(said: Said, calendar: Calendar) -> Said:
    """Someone, and what is said after them."""
    owner, text = None, said.rest
    if found := _OWNER.match(text):
        owner, text = found[1] or f"@{found[2]}", text[found.end():].lstrip(" ,:")
    return replace(said, owner=owner, text=unmarked(text) or None, rest=unmarked(said.rest))


def _free(said: Said, calendar: Calendar) -> Said:
    found = _OWNER.fullmatch(said.rest)
    return replace(said, text=said.rest or None, owner=(found[1] or f"@{found[2]}") if found else None)


_READERS = {
    Shape.PATIENT_TEXT: _patient_text, Shape.BARRIER: _barrier, Shape.COMMIT: _commit, Shape.ITEM: _item,
    Shape.ITEM_TEXT: _item, Shape.ITEM_WORDS: _item_words,
    Shape.ITEM_DUE: _item_due, Shape.ITEM_OWNER: _item_owner, Shape.FREE: _free,
    Shape.CONTACT: _contact, Shape.CALLED: _called,
    Shape.HANDOFF: _handoff, Shape.OUT: _out, Shape.PERSON: _person,
}
