"""When something is due, as people write it: the whole phrase accounted for, five outcomes, and never a guess (SPEC 2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from handlers.language.clock import PARTS, Clock, read_clock
from handlers.language.dates import DAYS, MONTH, MONTHS, PAST, WEEKDAY, Day, read_day
from handlers.language.words import straight
from models.worktime import WorkingTime


class Outcome(StrEnum):
    DUE = "due"
    RECURRING = "recurring"
    ASK = "ask"
    REFUSED = "refused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """``due`` and ``first`` are aware; ``grain`` is minute, hour or day; ``task`` is what the sentence leaves."""

    outcome: Outcome
    task: str = ""
    phrase: str = ""
    due: datetime | None = None
    grain: str | None = None
    rrule: str | None = None
    first: datetime | None = None
    options: tuple[Option, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a phrase is read against: care time, the member's zone, the team's working time, the day-month order."""

    now: datetime
    zone: ZoneInfo
    work: WorkingTime
    dates: str = "mdy"

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


LEADING = re.compile(r"(?:due |not? later than |by |before |until |till |til |on |at |within |in )?")
_UNITS = {"minute": "minutes", "min": "minutes", "mins": "minutes", "minutes": "minutes", "hour": "hours", "hr": "hours",
          "hrs": "hours", "hours": "hours", "h": "hours", "day": "days", "days": "days", "d": "days", "week": "weeks",
          "weeks": "weeks", "wk": "weeks", "wks": "weeks", "month": "months", "months": "months"}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "couple": 2}
_STRETCH = re.compile(r"(in|within)? ?(?:the next )?(a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+) ?"
                      r"((?:working|business) )?([a-z]+?)(?: from now)?")
_EVERY = re.compile(r"every (other )?(?:(\d+) )?([a-z]+)(?: on the (\d{1,2})(?:st|nd|rd|th)?|( on the last (?:business|"
                    r"working) day))?")
FARTHEST_DAYS = 3660
# A task that ends in one of these was cut in the middle of a thought, so the rest was no due time.
_OPEN_ENDED = frozenset({"about", "for", "of", "to", "with", "from", "the", "a", "an", "and", "or", "than", "his", "their",
                         "our", "my", "your", "since", "after", "as", "if", "that", "called", "named", "re", "not"})
_TIMELY = frozenset({*WEEKDAY, *MONTHS, "today", "tonight", "tomorrow", "by", "before", "until", "till", "at", "on", "in",
                     "next", "this", "every", "within", "after", "or", *PARTS})
# Every word that a due phrase can begin with, besides a number: most words of a sentence are none, and cost nothing.
_BEGINS = frozenset({*_NUMBERS, *WEEKDAY, *MONTH, *PARTS, "due", "no", "not", "by", "before", "until", "till", "til", "on",
                     "at", "within", "in", "around", "every", "the", "this", "coming", "next", "first", "last", "end", "close",
                     "day", "today", "tonight", "tomorrow", "tomorow", "tmrw", "yesterday", "midnight", "eod", "cob", "eob",
                     "eow", "eom", "eoq", "eoy"})
_HALF = frozenset({"or", "and", "after", "since", "not"})
# "Check in" is whole: there its second word begins no time.
_PHRASAL = frozenset(["check", "drop", "stop", "sign", "log", "come", "stay", "turn", "hand", "fill", "go", "sit"])
_VAGUE = frozenset({"asap", "soon", "later", "sometime", "eventually", "shortly"})


def read_when(phrase: str, calendar: Calendar) -> Due:
    """``phrase`` must be a due time and nothing else; NONE when it is not one."""
    words = _words(phrase)
    if not words:
        return Due(Outcome.NONE)
    found = _whole(tuple(word for word, _ in words), calendar)
    return found or Due(Outcome.NONE, task=phrase)


def read_due(text: str, calendar: Calendar) -> Due:
    """The longest suffix that is a complete due phrase and leaves a task. See the module's outcomes."""
    words = _words(text)
    for start in range(max(0, len(words) - 12), len(words)):
        if words[start][0] not in _BEGINS and not words[start][0][:1].isdigit():
            continue
        found = _whole(tuple(word for word, _ in words[start:]), calendar)
        if found is None:
            continue
        task = text[: words[start][1]].rstrip(" ,;-")
        left = tuple(word for word, _ in _words(task))
        if not left:
            return _with(found, Outcome.REFUSED, "", reason="there is no task before the time")
        if left[-1] in _OPEN_ENDED - _HALF:
            return Due(Outcome.NONE, task=text)
        if _cut_short(left, calendar):
            return _with(found, Outcome.ASK, task, reason="more than one time, or half of one, stands at the end")
        return _with(found, found.outcome, task, reason=found.reason)
    return _leftover(text, words)


def _cut_short(left: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether the task still ends in part of a time, so that the phrase found is not the whole of it."""
    if left[-1] in {"in", "on", "by"} and left[-2:-1] and left[-2] in _PHRASAL:
        return False
    if left[-1] in _TIMELY | _HALF or any(word in {"by", "until", "till"} for word in left[-3:]):
        return True
    return _whole(left[-1:], calendar) is not None


def _with(found: Due, outcome: Outcome, task: str, *, reason: str | None) -> Due:
    options = found.options
    if outcome is Outcome.ASK and not options and found.due is not None:
        options = (Option(label_of(found.due), found.due),)
    exact = outcome in (Outcome.DUE, Outcome.RECURRING)
    return Due(outcome, task, found.phrase, found.due if exact else None, found.grain if exact else None,
               found.rrule if exact else None, found.first if exact else None, options, reason)


def _leftover(text: str, words: list[tuple[str, int]]) -> Due:
    """No due phrase: was there half of one at the end?"""
    tail = [word for word, _ in words[-5:]]
    if tail and (tail[-1] in _VAGUE or tail[-1] in {"by", "before", "until", "till", "next", "this", "every"}):
        return Due(Outcome.ASK, task=text, reason="the time is not exact")
    for place, word in enumerate(tail):
        rest = tail[place + 1:]
        timely = any(w in WEEKDAY or w in MONTH or w in PARTS or w[:1].isdigit() or w in _UNITS or w in
                     {"today", "tomorrow", "tonight", "next", "end"} for w in rest)
        if word in {"by", "before", "until", "till", "after", "every"} and timely:
            return Due(Outcome.ASK, task=text, reason="the time could not be read as a whole")
    if len(words) > 1 and re.fullmatch(r"\d{1,2}", tail[-1]):
        return Due(Outcome.ASK, task=text, reason="a bare number could be an hour or a day")
    return Due(Outcome.NONE, task=text)


def _words(text: str) -> list[tuple[str, int]]:
    """Lower-case words with where they start; commas and closing marks do not count."""
    found = ((m[0].lower().strip(",;!?()\"").rstrip("."), m.start()) for m in re.finditer(r"\S+", straight(text)))
    return [(word if word not in {"a.m", "p.m"} else word[0] + "m", at) for word, at in found if word and word != "-"]


def _whole(words: tuple[str, ...], calendar: Calendar) -> Due | None:
    """Every reader gets the phrase with its leading preposition, and without it."""
    phrase = " ".join(words)
    for reader in (_every, _stretch):
        found = reader(phrase, calendar)
        if found is not None:
            return found
    bare = LEADING.match(phrase)
    core = tuple(phrase[bare.end() if bare else 0:].split())
    led = phrase[: bare.end() if bare else 0].strip()
    if not core or led in {"within"}:
        return None
    if led in {"in", "on", "by", "before", "until", "till", "til"} and len(core) == 1 and core[0] in MONTH:
        return Due(Outcome.ASK, phrase=phrase, reason="a month alone could be its first day or its last")
    if core[0] == "tonight":
        core = ("today", "night") if len(core) == 1 else ("today", *core[1:], "at", "night")
    return _day_and_clock(core, phrase, calendar, led)


def _day_and_clock(core: tuple[str, ...], phrase: str, calendar: Calendar, led: str) -> Due | None:
    day_of: Callable[[tuple[str, ...]], Day | None] = partial(
        read_day, today=calendar.today, work=calendar.work, dates=calendar.dates)
    hour_led = led in {"at", "by", "before", "until", "till", "til"} or led.endswith("than")
    clock = read_clock(core, calendar.work, bare=hour_led) if led not in {"on", "in"} or core[0] == "the" else None
    if clock is not None:
        return _resolve(None, clock, phrase, calendar)
    if led != "in" and (day := day_of(core)) is not None and led != "at":
        return _resolve(day, Clock(grain="day", end=True), phrase, calendar)
    for split in range(1, len(core)):
        first, second = core[:split], core[split:]
        day, clock = day_of(first), read_clock(second, calendar.work, bare=False)
        if day is not None and clock is not None and led != "at":
            return _resolve(day, clock, phrase, calendar)
        clock, day = read_clock(first, calendar.work, bare=led in {"at", "by", "before"}), day_of(second)
        if day is not None and clock is not None:
            return _resolve(day, clock, phrase, calendar)
    return None


def _resolve(day: Day | None, clock: Clock, phrase: str, calendar: Calendar) -> Due:
    """Days and times together: one instant ahead is due, several ask, none refuses."""
    wrong = (day.wrong if day else "") or clock.wrong
    if wrong:
        return Due(Outcome.REFUSED, phrase=phrase, reason=wrong)
    ask = day.ask if day else ""
    days = day.days if day else (calendar.today,)
    if not days:
        return Due(Outcome.ASK, phrase=phrase, reason=ask)
    found = [at for one in days for at in _instants(one, clock, calendar)]
    ahead = sorted({at for at in found if at > calendar.now})
    if len(ahead) < len(found) or len(found) > len(days):
        ask = ask or ("that time has passed today" if len(ahead) < len(found) else "two times fit")
    if not ahead:
        if day is not None and day.days != (calendar.today,):
            return Due(Outcome.REFUSED, phrase=phrase, reason=PAST)
        ask = "that time has passed today"
        ahead = [at for at in _instants(calendar.today + timedelta(days=1), clock, calendar) if at > calendar.now]
    elif len(ahead) == 1 and clock.bare and day is not None and day.days == (calendar.today,) and len(found) == 2:
        ask = ask or "that hour could be this morning's or this evening's"
    if len(ahead) == 1 and not ask and _settled(days, clock, calendar):
        return Due(Outcome.DUE, phrase=phrase, due=ahead[0], grain=clock.grain)
    if not ask:
        ask = "the clocks change then, so that time happens twice or not at all"
    return Due(Outcome.ASK, phrase=phrase, reason=ask, options=tuple(Option(label_of(at), at) for at in ahead[:4]))


def _instants(day: date, clock: Clock, calendar: Calendar) -> list[datetime]:
    """Every instant this day and time can mean: two when the clocks go back, the two neighbours when they go forward."""
    if clock.end:
        return [calendar.work.end_of_day(day)]
    found = []
    for at in clock.times:
        both = [datetime.combine(day, at.replace(fold=fold), calendar.zone) for fold in (0, 1)]
        same = both[0].utcoffset() == both[1].utcoffset()
        found += [_settle(at) for at in (both[:1] if same else both)]
    return found


def _settle(at: datetime) -> datetime:
    """A wall time that does not exist becomes the instant its offset means, as it will then be shown."""
    return at.astimezone(UTC).astimezone(at.tzinfo)


def _settled(days: tuple[date, ...], clock: Clock, calendar: Calendar) -> bool:
    return all(len(_instants(day, clock, calendar)) == 1 for day in days)


def _stretch(phrase: str, calendar: Calendar) -> Due | None:
    """``in 2 hours`` is elapsed time; ``in 2 days`` keeps the wall clock; working days count in the team's."""
    found = _STRETCH.fullmatch(phrase)
    if found is None or found[4] not in _UNITS:
        return None
    compact = re.fullmatch(r"\d+ ?h(ours?|rs?)?", phrase) is not None
    if found[1] is None and not compact and not phrase.endswith("from now"):
        return None
    number = _NUMBERS.get(found[2].removeprefix("a ").removesuffix(" of")) or (int(found[2]) if found[2].isdigit() else 0)
    unit = _UNITS[found[4]]
    if number == 0:
        return Due(Outcome.REFUSED, phrase=phrase, reason="zero is not ahead")
    if number * {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1, "weeks": 7, "months": 30}[unit] > FARTHEST_DAYS:
        return Due(Outcome.REFUSED, phrase=phrase, reason="that is more than ten years ahead")
    if found[3]:
        if unit != "days":
            return Due(Outcome.ASK, phrase=phrase, reason="working time is counted in working days")
        at = calendar.work.add_days(calendar.now, number).astimezone(calendar.zone)
        return Due(Outcome.DUE, phrase=phrase, due=at, grain="day")
    if unit in {"minutes", "hours"}:
        at = (calendar.now.astimezone(UTC) + timedelta(**{unit: number})).astimezone(calendar.zone)
        return Due(Outcome.DUE, phrase=phrase, due=at, grain=unit.rstrip("s"))
    local = calendar.now.astimezone(calendar.zone)
    steps = {"days": relativedelta(days=number), "weeks": relativedelta(weeks=number), "months": relativedelta(months=number)}
    day = local.date() + steps[unit]
    clock = Clock((local.time().replace(tzinfo=None),), "day")
    return _resolve(Day((day,)), clock, phrase, calendar)


def _every(phrase: str, calendar: Calendar) -> Due | None:
    """A recurrence with a time, as an RRULE and its first instant."""
    if not phrase.startswith("every"):
        return None
    found = re.match(_EVERY, phrase)
    rest = tuple(phrase[found.end():].split()) if found else ()
    clock = read_clock(rest, calendar.work, bare=False) if rest else Clock(grain="day", end=True)
    rule = _rule(found) if found else None
    if rule is None or clock is None or found is None:
        return None
    if clock.wrong:
        return Due(Outcome.REFUSED, phrase=phrase, reason=clock.wrong)
    if len(clock.times) > 1:
        return Due(Outcome.ASK, phrase=phrase, reason="two times fit")
    for ahead in range(800):
        day = calendar.today + timedelta(days=ahead)
        if _fits(day, found, calendar.work):
            at = _instants(day, clock, calendar)[0]
            if at > calendar.now:
                return Due(Outcome.RECURRING, phrase=phrase, grain=clock.grain, rrule=rule, first=at)
    return None


def _rule(found: re.Match[str]) -> str | None:
    unit = found[3].rstrip("s") if found[3] not in WEEKDAY else found[3]
    interval = 2 if found[1] else int(found[2] or 1)
    tail = f";INTERVAL={interval}" if interval > 1 else ""
    if unit in WEEKDAY and not found[2]:
        return f"FREQ=WEEKLY{tail};BYDAY={DAYS[WEEKDAY[unit]][:2].upper()}"
    if unit == "weekday" and not tail:
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if unit == "month" and found[5]:
        return f"FREQ=MONTHLY{tail};BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    if unit == "month" and found[4] and 1 <= int(found[4]) <= 28:
        return f"FREQ=MONTHLY{tail};BYMONTHDAY={int(found[4])}"
    return {"day": f"FREQ=DAILY{tail}", "week": f"FREQ=WEEKLY{tail}"}.get(unit)


def _fits(day: date, found: re.Match[str], work: WorkingTime) -> bool:
    unit = found[3]
    if unit in WEEKDAY:
        return day.weekday() == WEEKDAY[unit]
    if unit == "weekday":
        return day.weekday() < 5
    if found[4]:
        return day.day == int(found[4])
    if found[5]:
        end = day.replace(day=1) + relativedelta(months=1, days=-1)
        while end.weekday() > 4:
            end -= timedelta(days=1)
        return day == end
    return True


def label_of(at: datetime) -> str:
    clock = at.strftime("%I:%M %p").lstrip("0")
    return f"{at:%A}, {at:%B} {at.day}, {at.year}, {clock}"


