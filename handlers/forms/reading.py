"""What stands in a form's fields, read into the same ``Said`` that a typed line gives; a mistake names its field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from handlers.cards import form_words, words
from handlers.cards.view import Reply
from handlers.case import Case
from handlers.commitment import must_be_ahead
from handlers.language.command import Said, read_minutes
from handlers.language.due import Due, Outcome, read_due, read_when
from handlers.language.words import clean
from handlers.look import seen_here
from handlers.patient import add, exactly, patient_by_id
from handlers.table import COMMANDS
from models.errors import CareError, NotFound, Unclear
from models.item import Item

ADD = "add."   # a menu's value for an alias that is to be added; every other value is an id
MESSAGE = re.compile(r"https://[a-z0-9][a-z0-9.-]*\.slack\.com/archives/[A-Z0-9]+/p\d+")
MOST = 3000    # characters of one entry, as of a typed line


def one(case: Case, field: str) -> str:
    """What a field holds, or nothing."""
    found = case.inbound.fields.get(field)
    return found if isinstance(found, str) else ""


def many(case: Case, field: str) -> tuple[str, ...]:
    found = case.inbound.fields.get(field)
    return found if isinstance(found, tuple) else ()


def typed(case: Case, field: str = "words") -> str:
    """Words as typed, cleaned. A form's words come without Slack's escapes."""
    found = clean(one(case, field)).strip()
    if len(found) > MOST:
        raise Unclear(words.TOO_LONG.format(limit=MOST)).at(field)
    return found


def choice(case: Case, field: str, offered: Sequence[str]) -> str:
    found = one(case, field)
    if found not in offered:
        raise Unclear(form_words.CHOOSE).at(field)
    return found


def patient(case: Case) -> str:
    """The alias of the patient chosen; a new one is added first, and stays only if the rest is taken too."""
    value = one(case, "patient")
    if value.startswith(ADD):
        return _added(case, clean(value.removeprefix(ADD)))
    if not value:
        raise Unclear(form_words.WHICH_PATIENT).at("patient")
    try:
        return patient_by_id(case, value).called
    except CareError as error:
        raise error.at("patient") from None


def _added(case: Case, alias: str) -> str:
    if exactly(case, alias) is not None:
        # Whoever added it meanwhile may have meant someone else.
        raise Unclear(form_words.THERE_NOW).at("patient")
    try:
        return add(case, alias).called
    except CareError as error:
        raise error.at("patient") from None


def item(case: Case, field: str = "item") -> Item:
    """The item chosen from a menu, through its door."""
    try:
        return case.item_by_id(UUID(one(case, field)))
    except ValueError:
        raise Unclear(words.WHICH_ITEM).at(field) from None
    except CareError as error:
        raise error.at(field) from None


def numbers(case: Case, field: str) -> tuple[int, ...]:
    """Of the items chosen from a menu of several. Each still goes through its door, in the order they are locked in."""
    try:
        keys = {UUID(one) for one in many(case, field)}
    except ValueError:
        raise Unclear(form_words.CHOOSE).at(field) from None
    found = case.session.scalars(select(Item.number).where(*seen_here(case), Item.id.in_(keys)).order_by(Item.number)).all()
    if len(found) < len(keys):
        raise NotFound(words.GONE).at(field)
    return tuple(found)


def minutes(case: Case) -> int | None:
    text = typed(case, "minutes")
    found = read_minutes(text)
    if text and found is None:
        raise Unclear(form_words.NOT_MINUTES).at("minutes")
    return found


def due(case: Case, *, repeating: bool = False) -> Due:
    """The time that the words or the picker say. Raises at the field when it is not one time still ahead.

    With ``repeating`` the words may also say what comes again.
    """
    phrase, picked = typed(case, "when"), _picked(case)
    if not phrase:
        return Due(Outcome.NONE) if picked is None else Due(Outcome.DUE, due=picked, grain="minute")
    said = read_when(phrase, case.calendar)
    if repeating and repeats(said):
        if picked is not None:
            raise Unclear(form_words.REPEATS_AND_PICKED.format(picker=_full(case, picked))).at("when")
        return said
    if picked is None:
        return clear(case, said)
    if said.outcome is Outcome.DUE and said.due != picked:
        raise Unclear(form_words.TWO_TIMES.format(words=_full(case, said.due), picker=_full(case, picked))).at("when")
    return Due(Outcome.DUE, due=picked, grain="minute")


def repeats(found: Due) -> bool:
    """Whether it comes again, or could in ways to choose from, which a card has buttons for."""
    return found.outcome is Outcome.RECURRING or any(option.repeats for option in found.options)


def due_in(case: Case, text: str) -> tuple[str, Due]:
    """(the promise, its time): from the fields for it, else as in a typed line from the end of the promise itself."""
    found = due(case, repeating=True)
    if found.outcome is not Outcome.NONE:
        return text, found
    found = read_due(text, case.calendar)
    return found.task, found


def clear(case: Case, found: Due) -> Due:
    """Raises Unclear with the readings in full: a form's field can still be put right, so nothing is saved to ask later."""
    if found.outcome is Outcome.DUE:
        return found
    if found.outcome is Outcome.REFUSED:
        raise Unclear(words.REFUSED_TIME.format(reason=found.reason)).at("when")
    if found.outcome is Outcome.RECURRING:
        raise Unclear(form_words.REPEATS.format(first=_full(case, found.first))).at("when")
    if found.options:
        readings = form_words.either([_full(case, option.due) for option in found.options])
        raise Unclear(form_words.READINGS.format(readings=readings)).at("when")
    raise Unclear(form_words.NOT_EXACT.format(reason=found.reason) if found.reason else form_words.NOT_WHOLE).at("when")


def _full(case: Case, at: datetime | None) -> str:
    return words.said_when(at, case.zone) if at else ""


def _picked(case: Case) -> datetime | None:
    found = moment(case, "picker")
    try:
        return must_be_ahead(case, found) if found else None
    except CareError as error:
        raise error.at("picker") from None


def moment(case: Case, field: str) -> datetime | None:
    """The moment that a picker says, behind or ahead."""
    value = one(case, field)
    try:
        return datetime.fromtimestamp(int(value), case.zone) if value else None
    except (ValueError, OverflowError, OSError):
        raise Unclear(form_words.CHOOSE).at(field) from None


def link(case: Case) -> str | None:
    """Where the words come from, as the form was opened with; only ever a message of Slack's own."""
    return case.argument if MESSAGE.fullmatch(case.argument) else None


def owner(case: Case) -> str | None:
    return one(case, "owner") or None


def say(case: Case, said: Said, item: Item | None = None) -> Reply:
    """What the typed line would have done, by the same rules; ``item`` is the one it would have named by its number."""
    if item is not None:
        said = replace(said, numbers=(item.number,))
    return COMMANDS[said.verb or ""](case, said)
