"""So long from now: hours are elapsed time, days keep the wall clock, working days and hours are the team's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

from handlers.language.when.names import UNIT, number
from handlers.language.when.rules import FARTHEST_DAYS, PAST, TOO_FAR, Calendar, rule

_DECIMAL = re.compile(r"(\d{1,4})\.(\d{1,2})")
_COMPACT = re.compile(r"(\d{1,3}) ?(h|hrs?|hours?|mins?|minutes?)")
_GLUED = re.compile(r"(\d{1,4}(?:\.\d)?)(h|hrs?|m|mins?|d|days?|w|wks?|weeks?)")
_BOTH = re.compile(r"(\d{1,2}) ?(?:h|hrs?) ?(\d{1,2}) ?(?:m|mins?)?")
_DAYS = {"days": 1, "weeks": 7, "fortnights": 14, "months": 31, "years": 366, "hours": 1 / 24, "minutes": 1 / 1440}
_TAILS = (("from", "now"), ("time",), ("from", "this", "moment"), ("later",))
_MORE_OR_LESS = frozenset({("exactly",), ("about",), ("around",), ("roughly",), ("approximately",), ("maybe",)})
_FEW = frozenset({"few", "several", "some", "more", "many"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """``at`` is aware; ``grain`` as a due time's. ``ask`` and ``wrong`` are reasons, one of which then is all there is."""

    at: datetime | None = None
    grain: str = "day"
    ask: str = ""
    wrong: str = ""


@rule("From now", "minutes and hours are elapsed time", "in 30 minutes", "in an hour and a half", "within 48h", "in half an hour",
      "2 hours from now", "in 1.5 hours", "in 1 hour 30 minutes")
@rule("From now", "days, weeks and months keep the time of day", "in 2 days", "in a couple of days", "in two weeks' time",
      "within 3 weeks", "in a month")
@rule("From now", "working days and hours are counted in the team's", "in 2 working days", "in 4 business hours")
@rule("From now", "a few of them asks", "in a few days", "in 2 or 3 days")
def read_stretch(words: tuple[str, ...], led: str, calendar: Calendar) -> Stretch | None:
    """``words`` without their preposition ``led``; without "in" or "within" they must say "from now", or be "48h"."""
    tail = next((one for one in _TAILS if words[-len(one):] == one and len(words) > len(one)), ())
    body = words[: len(words) - len(tail)]
    if words[-1] == "ago" and not led and len(words) > 2:
        return Stretch(wrong=PAST) if _counted(words[:-1], calendar) else None
    if led not in {"in", "within"} and not tail:
        compact = _COMPACT.fullmatch(" ".join(body))
        if compact is None or led == "at":
            return None
        if compact[2] == "h" and len(body) == 1 and 12 < int(compact[1]) < 24:
            return Stretch(ask="so many hours from now, or that hour of the day?")
        if len(body) > 1 or compact[2][0] != "h" or int(compact[1]) < 24:
            found = _counted(body, calendar)  # "walk with her 30 minutes"
            return found and (found if found.wrong else replace(found, ask="so long from now, or for so long?"))
    if tail == ("later",) and led:
        return None
    if body == ("a", "minute"):
        return Stretch(ask="how soon exactly?")  # it is said of any short while
    if body == ("the", "hour") and led == "within":
        return _ahead(1, "hours", False, calendar)
    if led == "within" and body[:1] in {("the",), ("this",)} and body[1:] in {("day",), ("week",), ("month",), ("year",)}:
        return Stretch(ask=f"the {body[1]} that is running, or a whole one from now?")
    if body[:1] == ("the",):
        body = body[2:] if body[1:2] in {("next",), ("coming",)} else ()
        body = ("few" if UNIT.get(body[0]) == body[0] else "one", *body) if len(body) == 1 else body
    if body[:1] in _MORE_OR_LESS and len(body) > 1:
        found = _counted(body[1:], calendar)
        return found if found is None or found.wrong or body[0] == "exactly" else Stretch(ask="how many exactly?")
    return _counted(body, calendar) if body else None


def counts(words: tuple[str, ...]) -> bool:
    """Whether a unit of days is among ``words``: without one they are no stretch that a clock time could stand beside."""
    return any(UNIT.get(word.rstrip("'"), "hours") not in {"hours", "minutes"} for word in words)


def _counted(body: tuple[str, ...], calendar: Calendar) -> Stretch | None:
    if len(body) == 1 and (found := _GLUED.fullmatch(body[0])):
        if found[2] == "m":
            many = float(found[1])
            return _ahead(many, "minutes", False, calendar) if many > 12 else Stretch(ask="minutes, or months?")
        body = (found[1], found[2])
    if (parts := _hours_and_minutes(body)) is not None:
        return _ahead(parts, "minutes", False, calendar)
    if len(body) == 4 and body[2] == "or" and body[1] in UNIT and (number(body[3]) or body[3] in {"so", "more"}):
        return Stretch(ask="how many exactly?")
    if body[-4:-1] == ("and", "a", "half"):
        return _and_a_half((*body[:-4], body[-1]), calendar)
    unit = UNIT.get(body[-1].rstrip("'").removesuffix("'s").rstrip("'"), "")
    if body[-3:] == ("and", "a", "half"):
        return _and_a_half(body[:-3], calendar)
    if not unit or len(body) > 5:
        return None
    amount, working = body[:-1], False
    if amount[-1:] in {("working",), ("business",), ("work",)}:
        amount, working = amount[:-1], True
    if set(amount) & {"or", "to", "-"} or any(re.fullmatch(r"\d+-\d+", word) for word in amount) or set(amount) & _FEW:
        known = all(number(word) is not None or word in _FEW | {"or", "to", "-", "a"} or re.fullmatch(r"\d+-\d+", word)
                    for word in amount)
        return Stretch(ask="how many exactly?") if known else None
    count = _amount(amount)
    return None if count is None else _ahead(count, unit, working, calendar)


def _hours_and_minutes(body: tuple[str, ...]) -> int | None:
    """"1 hour 30 minutes", "an hour and 15 minutes", "1h30": all of it in minutes."""
    if found := _BOTH.fullmatch(" ".join(body)):
        return 60 * int(found[1]) + int(found[2])
    body = tuple(word for word in body if word != "and")
    if len(body) != 4 or UNIT.get(body[1]) != "hours" or UNIT.get(body[3]) != "minutes":
        return None
    hours, minutes = number(body[0]), number(body[2])
    return None if hours is None or minutes is None else 60 * hours + minutes


def _amount(words: tuple[str, ...]) -> float | None:
    text = " ".join(words)
    if text in {"half an", "half a", "a half"}:
        return 0.5
    if text in {"a couple of", "a couple", "couple of", "couple"}:
        return 2
    if text in {"a quarter of an", "quarter of an"}:
        return 0.25
    if text in {"three quarters of an"}:
        return 0.75
    if text.endswith((" and a half", " 1/2")) and len(words) in (2, 4):
        whole = number(words[0])
        return None if whole is None else whole + 0.5
    if len(words) == 1:
        if _DECIMAL.fullmatch(text):
            return float(text)
        return number(text)
    return None


def _and_a_half(body: tuple[str, ...], calendar: Calendar) -> Stretch | None:
    """"An hour and a half", "two and a half hours"; half a day is no time of day, and asks."""
    if len(body) != 2 or body[1] not in UNIT:
        return None
    count = number(body[0])
    return None if count is None else _ahead(count + 0.5, UNIT[body[1]], False, calendar)


def _ahead(count: float, unit: str, working: bool, calendar: Calendar) -> Stretch:
    if count == 0:
        return Stretch(wrong="zero is not ahead")
    if count * _DAYS[unit] > FARTHEST_DAYS:
        return Stretch(wrong=TOO_FAR)
    if working:
        return _working(count, unit, calendar)
    if unit in {"minutes", "hours"}:
        at = (calendar.now.astimezone(UTC) + timedelta(**{unit: count})).astimezone(calendar.zone)
        return Stretch(at, unit.removesuffix("s") if count == int(count) else "minute")
    if count != int(count):
        return Stretch(ask="how many whole days?")
    local = calendar.now.astimezone(calendar.zone)
    n = int(count)
    step = {"days": relativedelta(days=n), "weeks": relativedelta(weeks=n), "fortnights": relativedelta(weeks=2 * n),
            "months": relativedelta(months=n), "years": relativedelta(years=n)}[unit]
    at = (local.replace(tzinfo=None) + step).replace(tzinfo=calendar.zone)
    # A wall time that the clocks skip becomes the instant its offset means, as it will then be shown.
    return Stretch(at.astimezone(UTC).astimezone(calendar.zone), "day")


def _working(count: float, unit: str, calendar: Calendar) -> Stretch:
    if unit == "hours":
        return Stretch(calendar.work.add_hours(calendar.now, count).astimezone(calendar.zone), "minute")
    if unit == "days" and count == int(count):
        return Stretch(calendar.work.add_days(calendar.now, int(count)).astimezone(calendar.zone), "day")
    return Stretch(ask="working time is counted in working days or hours")
