"""What repeats, in words: the rule, its next dates, its end, and what can become of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import words
from handlers.cards.blocks import Button, Card, Person, Picker
from models.item import Item
from models.recurrence import Recurrence
from models.series import Series

DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday"}
NTH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
OFFICE_DAYS = "MO,TU,WE,TH,FR"
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}

BEGINS = "It repeats {rule}."
NEXT_THREE = "The next dates: {dates}."
ONLY_DATES = "Its dates: {dates}."
LAST = "The last is on {at}."
OFF_DAYS = "Some of its dates are days when the team does not work: Kept then reminds in working time before them."
HOW_TO_STOP = "To stop it: /kept stop {number}."
AFTER = "It repeats {rule}. After this one: {dates}."
AFTER_NONE = "This is the last one."
OVER = "It does not repeat any more."
MISSED = {1: "One date after it passed while Kept was not running, and is not made up for."}
MISSED_MORE = "{count} dates after it passed while Kept was not running, and are not made up for."
FOLLOWS = "The next one is #{number}, on {at}."
FOLLOWS_NONE = "That was the last one."
STOPPED = "#{number} does not come round again."
STILL = "It is still promised itself."
STOPPED_ALL = "#{number} does not come round again, and is withdrawn, with the patient's agreement."
WITHDRAWN_TOO = "So is #{number}."
NOT_REPEATING = "#{number} does not repeat."
REST_WITH = "The ones after it stay with "
REST_MOVED = "#{number} and the ones after it are with their new owner."
REST_ALREADY = "The ones after #{number} are with them already."
ASK = "Kept as #{number}, without a time yet. How does it repeat? Kept never guesses: {reason}"
READING = "{says}: {dates}"
CLOSE_FIRST = " #{number} repeats, so it will not end by itself: /kept stop {number}."
EACH_ITS_OWN = "Each one has its own reminders; a new time for one moves that one alone."


def rule(known: Recurrence, zone: ZoneInfo) -> str:
    """``zone`` is the reader's: the rule's own is said when it is another."""
    clock = f"{known.start:%I:%M %p}".lstrip("0")
    elsewhere = "" if zone.key == known.zone.key else f" in {known.zone.key}"
    return f"{_every(known)} at {clock}{elsewhere}"


def _every(known: Recurrence) -> str:
    parts = known.parts
    many = int(parts.get("INTERVAL", "1"))
    unit = UNITS[parts["FREQ"]]
    every = {1: "every", 2: "every other"}.get(many, f"every {many}")
    plain = f"{every} {unit}" + ("s" if many > 2 else "")
    if unit == "week":
        days = parts.get("BYDAY", list(DAYS)[known.start.weekday()])
        named = "weekday" if days == OFFICE_DAYS else _listed([DAYS[day] for day in days.split(",")])
        return f"{plain} on {named}" if many > 2 else f"{every} {named}"
    if unit == "month":
        return f"{plain} on {_in_month(known)}"
    if unit == "year":
        leap = ", or the 28th in other years" if "BYSETPOS" in parts else ", in leap years" if "BYMONTH" in parts else ""
        return f"{plain} on {known.start:%B} {29 if 'BYMONTH' in parts else known.start.day}{leap}"
    return plain


def _in_month(known: Recurrence) -> str:
    parts = known.parts
    days, place = parts.get("BYDAY", ""), parts.get("BYSETPOS", "")
    if days == OFFICE_DAYS and place:
        return f"the {NTH[place]} day from Monday to Friday"
    if days:
        return f"the {NTH[days[:-2]]} {DAYS[days[-2:]]}"
    day = parts.get("BYMONTHDAY", str(known.start.day)).rpartition(",")[2]
    if day == "-1":
        return "the last day"
    if place:
        return f"the {nth(int(day))}, or the last day of a shorter month"
    return f"the {nth(int(day))}" + (", in months that have one" if int(day) > 28 else "")


def nth(day: int) -> str:
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def said(item: Item, zone: ZoneInfo) -> str:
    """For a line about it: "repeats every Monday at 9:00 AM", or nothing."""
    return f"repeats {rule(item.series.recurrence, zone)}" if item.series is not None and item.series.going_on else ""


def begins(number: int, known: Recurrence, now: datetime, zone: ZoneInfo) -> list[str]:
    """For the reply to entering it: the rule, the next three dates in full, the last one, and how to stop it."""
    dates, last = known.some(now, 3), known.last()
    found = [BEGINS.format(rule=rule(known, zone)),
             (ONLY_DATES if last == dates[-1] else NEXT_THREE).format(dates=_dates(dates, zone))]
    if last is not None and last not in dates:
        found.append(LAST.format(at=words.said_when(last, zone)))
    return [*found, HOW_TO_STOP.format(number=number)]


def stands(item: Item, series: Series, missed: int, zone: ZoneInfo) -> list[str]:
    """For the card of an occurrence; of one that has ended only what was missed after it."""
    found = [MISSED.get(missed, MISSED_MORE).format(count=missed)] if missed else []
    if not item.living or item.occurs_at is None:
        return found
    if not series.going_on:
        return [*found, OVER]
    after = series.recurrence.some(item.occurs_at, 3)
    if not after:
        return [*found, AFTER_NONE]
    return [*found, AFTER.format(rule=rule(series.recurrence, zone), dates=_dates(after, zone))]


def _dates(found: Sequence[datetime], zone: ZoneInfo) -> str:
    return "; ".join(words.said_when(at, zone) for at in found)


def readings(card: Card, subject: str, options: Sequence[tuple[str, str, Recurrence]], now: datetime,
             zone: ZoneInfo) -> Card:
    """A button for each way it could repeat, and its next dates in words; or one time alone.

    ``options`` are (words, what it carries, itself).
    """
    for says, _, known in options:
        card.line(READING.format(says=_begun(says), dates=_dates(known.some(now, 3), zone)))
    first = options[0][2]
    return card.actions(*[Button(_begun(says), "repeat", f"{subject}.{carries}") for says, carries, _ in options],
                        Picker("Pick one time alone", "at", subject, first.at(first.start)))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def rest(card: Card, subject: str, owner: str) -> Card:
    """The occurrence is with someone else than those after it."""
    return card.line(REST_WITH, Person(owner), ".").actions(Button("And the ones after it", "take_rest", subject))


def steps(subject: str) -> list[Button]:
    return [Button("Stop repeating, keep this one", "stop", subject),
            Button("Stop, and not this one either", "stop_all", subject)]
