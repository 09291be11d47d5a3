"""The five outcomes of reading a due time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.recurrence import Recurrence


class Outcome(StrEnum):
    DUE = "due"
    RECURRING = "recurring"
    ASK = "ask"
    REFUSED = "refused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Option:
    """``repeats`` is what comes again from ``due`` on, if this reading does, and ``grain`` its own."""

    label: str
    due: datetime
    repeats: Recurrence | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """``due`` and ``first`` are aware; ``grain`` is minute, hour or day; ``task`` is what the sentence leaves.

    ``dates`` are the next three instants of a recurrence, the first among them; ``repeats`` is all of it.
    """

    outcome: Outcome
    task: str = ""
    phrase: str = ""
    due: datetime | None = None
    grain: str | None = None
    rrule: str | None = None
    first: datetime | None = None
    options: tuple[Option, ...] = ()
    reason: str | None = None
    dates: tuple[datetime, ...] = ()
    repeats: Recurrence | None = None


def ask(phrase: str, reason: str, options: Iterable[datetime] = ()) -> Due:
    return Due(Outcome.ASK, phrase=phrase, reason=reason, options=tuple(Option(label_of(at), at) for at in options))


def refused(phrase: str, reason: str) -> Due:
    return Due(Outcome.REFUSED, phrase=phrase, reason=reason)


def label_of(at: datetime) -> str:
    """The full date in words; read again it is the same instant."""
    clock = at.strftime("%I:%M %p").lstrip("0")
    return f"{at:%A}, {at:%B} {at.day}, {at.year}, {clock}"
