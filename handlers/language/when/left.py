"""What a due phrase leaves of its sentence: whether that is a whole task, and the time all of its own."""

from __future__ import annotations

import re

from handlers.language.when import around
from handlers.language.when.names import NUMBER, PLURAL, UNIT, WEEKDAY, number
from handlers.language.when.outcomes import Outcome
from handlers.language.when.phrase import read_phrase
from handlers.language.when.rules import PAST, Calendar
from handlers.language.words import straight

PART = "more than one time, or half of one, stands at the end"
WHOSE = "is that when it will be done, or what it is about?"
NEGATED = "is that when it will be done, or when it is not?"
NAMED = "is that the day of that name, or the coming weekday?"
LONGEST_PART = 7   # "the first business day of next month"
Words = tuple[str, ...]


def doubt(left: Words, phrase: Words, task: str, raw: str, calendar: Calendar) -> str:
    """Why the time could be other than ``phrase`` says, or the task's own ("set up 3pm PT"); empty when there is no doubt."""
    timed = phrase[0] in around.DEADLINE
    if cut_short(left, phrase, calendar) or _in_pieces(left, phrase):
        return PART
    if straight(task).count('"') % 2 or straight(raw)[0] == '"' or left[-1] in around.CLAUSE_VERBS:
        return WHOSE
    if _negated(left):
        return NEGATED
    if left[-1] in around.SCALES and around.FRACTION.fullmatch(phrase[0]):
        return WHOSE
    if (phrase[0] == "due" and left[-1] in around.DUE_THEN) or (phrase[0][:1].isdigit() and phrase[-1] in {"pt", "ct"}):
        return WHOSE
    if _condition(left):
        return "is that when it will be done, or what it hangs on?"
    if _named_day(left, phrase, task):
        return NAMED
    if len(phrase) == 1 and phrase[0] in around.WEAK and (not raw[:1].isupper() or raw[:3].isupper()):
        return "is that a day, or a word?"
    if not timed and ((phrase[0] not in {"on", "at"} and _moved(left, phrase)) or _told(left)
                      or (left[-1] in around.EVENTS and not _sure_event(left, calendar))):
        return WHOSE
    first = _opening(task)
    if first in around.STATES or (phrase[0] not in around.LAST and first in around.SAID_OF):
        return WHOSE
    if not timed and _feast(left):
        return NAMED
    if phrase[0] in {"until", "till", "til"} and not (around.CLAUSE | around.LASTING).isdisjoint(left):
        return "is that when it will be done, or how long it lasts?"
    if phrase[0] in around.NAMES and left[-1] in around.OF_PEOPLE and len(phrase) == 2 and phrase[1].isdigit():
        return "is that a date, or a person and an hour?"
    return ""


def no_time(left: Words, phrase: Words, outcome: Outcome, reason: str | None) -> bool:
    """Whether what looks like a time is a word of the task: "one by one", "the second", the fall last week, she sat."""
    if phrase == ("by", left[-1]) and left[-1] in NUMBER:
        return True
    if len(phrase) == 2 and phrase[0] == "the" and phrase[1] in around.WEAK | around.FEW_NTH:
        return True
    if phrase in around.VERBS and left[-1] in around.SUBJECTS | around.SATURATED:
        return True
    if len(phrase) == 1 and (phrase[0] in around.ALWAYS or (around.FRACTION.fullmatch(phrase[0]) and (
            left[-1] in around.SCALES or int(phrase[0].partition("/")[2]) > 31))):
        return True
    return outcome is Outcome.REFUSED and reason == PAST and (left[0] in around.STATES or not around.TOLD.isdisjoint(left))


def cut_short(left: Words, phrase: Words, calendar: Calendar) -> bool:
    """Whether the task still ends in part of a time, so that the phrase found is not the whole of it."""
    whole = left[-2:-1] and left[-2] in around.PHRASAL
    if left[-1] in around.PARTICLES and (phrase[0] in around.LEADING or (
            phrase[0] in around.ONE_DAY if left[-1] == "over" else whole)):
        return False  # "check in Friday", "fill the form in on Friday", "bring food over tomorrow"
    if (left[-1] in around.HALF and not by_verb(left, len(left) - 1)) or left[-2:] in around.HALVES:
        return True
    if any(left[place] in around.UNTIL and not by_verb(left, place) and left[place + 1] not in around.MEANS
           for place in range(max(0, len(left) - 3), len(left) - 1)):
        return True
    if any(left[place] in {"from", "starting", "between"} and read_phrase(left[place + 1:], calendar) is not None
           for place in range(max(0, len(left) - 5), len(left) - 1)) and phrase[0] in {"until", "till", "til"}:
        return True
    if any(left[place] in around.JOINS and cut_short(left[:place], phrase, calendar)
           for place in range(max(1, len(left) - 4), len(left) - 1)):
        return True  # "take 2 at 8 and 2 at noon"
    for place in range(max(0, len(left) - LONGEST_PART), len(left)):
        word = left[place]
        if word not in around.BEGINS and not word[:1].isdigit():
            continue
        if left[-1] in UNIT and place == len(left) - 2 and number(word) and phrase[0] not in {"before", "after"}:
            return False  # "walk with her 30 minutes"
        inner = read_phrase(left[place:], calendar)
        if inner is not None:
            # "the 3pm", "about Monday": part of the task. "May", "April": a name. What has been is told of.
            told = inner.outcome is Outcome.REFUSED and phrase[0] in around.DEADLINE
            return not told and not (place and left[place - 1] in around.OPEN_ENDED)
    return False


def _in_pieces(left: Words, phrase: Words) -> bool:
    """"Early Friday", "a week Friday", "her 8 tomorrow", "2 hours before noon", "tues/thurs at 3", "cut it by 5"."""
    last = left[-1]
    if phrase[0] in around.DAYS_ALONE and (last in around.WEEKS or _bare_hour(left) or _part_of(left)):
        return True
    if phrase[0] in {"before", "after"} and (last in UNIT or last in around.DAY_PARTS):
        return True
    if phrase[0] in PLURAL and number(last):
        return True  # "in two Fridays"
    if "/" in last and all(part in WEEKDAY for part in last.split("/")):
        return True
    less = around.CHANGES.isdisjoint(left) and left[0] != "up"
    return phrase[0] == "by" and len(phrase) == 2 and phrase[1].isdigit() and not less


def _opening(task: str) -> str:
    """The first word of the last clause: "wants to quit, call Friday" is about the call."""
    return re.split(r"[,;.!?] ", task)[-1].partition(" ")[0].lower()


def _negated(left: Words) -> bool:
    """"Don't call Friday", "she can't come until 3"; but "don't forget" is a promise."""
    return left[0] == "no" or ("forget" not in left and any(
        (word in around.NEGATIONS or word.endswith("n't")) and left[place - 1:place] != ("or",)
        for place, word in enumerate(left)))


def _condition(left: Words) -> bool:
    """"If no answer", "unless she calls"; but "ask if she has it" is a question."""
    return "unless" in left or ("if" in left and around.ASKING.isdisjoint(left[:left.index("if")])) or any(
        left[place:place + 3] in around.PROVIDED for place in range(len(left) - 2))


def _told(left: Words) -> bool:
    """"Ask if she can come Friday", "she was seen Friday", "before it runs out Friday": the time may be the clause's."""
    if not around.CLAUSE.isdisjoint(left[1:]):
        return True
    if left[0] in around.TELLING and any(
            word.partition("'")[0] in around.SPEAKERS or (word == "to" and left[place + 1] in around.ATTENDING)
            for place, word in enumerate(left[:-1])):
        return True
    return any(left[place] in around.WHILE and left[place + 1] in around.SUBJECTS for place in range(len(left) - 1))


def _feast(left: Words) -> bool:
    """"Christmas at 3", "New Year's Eve at noon", "her birthday at 4": the hour of another day than today."""
    named = left[-2] if len(left) > 1 and left[-1] in {"day", "eve"} else left[-1]
    return named in around.FEASTS or (named is not left[-1] and (named.endswith("s") or named in around.FESTIVE))


def _named_day(left: Words, phrase: Words, task: str) -> bool:
    """"Good Friday" and its kin are days of their own; "on Wacky Wednesday" and "join Zany Wednesday" too, whatever it is."""
    if phrase[0] not in WEEKDAY:
        return False
    if left[-1] in around.FESTIVE:
        return True
    if task.split()[-1].istitle() and ((left[-2:-1] and left[-2] in around.JOINING) or (
            left[-2:-1] and left[-2] in around.AMONG and left[-1][0] == phrase[0][0])):
        return True
    for place in range(max(1, len(left) - 4), len(left) - 1):
        if left[place] == "on" and left[place - 1] not in around.WORKS_ON:
            between = left[place + 1:]
            return around.DETERMINERS.isdisjoint(between) and between[0] not in around.MEDIA
    return False


def _bare_hour(left: Words) -> bool:
    """"Call her 8 tomorrow", "9 or 10 tomorrow", "0900 tomorrow": an hour left behind, unless it counts something."""
    if len(left) > 3 and left[-2] in {"or", "to", "and"} and left[-3].isdigit() and left[-1].isdigit():
        return left[-4] not in around.COUNTED
    if len(left) > 1 and re.match(r"\d{1,2}:\d\d", left[-1]) and left[-2] not in around.DETERMINERS:
        return True
    return len(left) > 1 and left[-2] not in around.COUNTED and re.fullmatch(
        r"[1-9]|1[0-2]|([01]\d|2[0-3])[0-5]\d", left[-1]) is not None


def _part_of(left: Words) -> bool:
    """"Early Friday", "starting Monday", "every third Thursday", "one day next week": the day is only part of what is said."""
    return left[-1] in around.MODIFIES or re.fullmatch(r"\d+(?:st|nd|rd|th)", left[-1]) is not None or (
        left[-1] in {"day", "time"} and left[-2:-1] != () and left[-2] in {
            "one", "some", "any", "all", "each", "other", "a", "this", "same", "that", "half"})


def _sure_event(left: Words, calendar: Calendar) -> bool:
    """Whether a time after an event is when the promise is due: who goes along is there then, or the event has its own."""
    if left[0] in around.GOING and "to" in left:
        return True
    return any(left[place] in around.BEGINS or left[place][:1].isdigit()
               for place in range(max(1, len(left) - 4), len(left) - 1)
               if read_phrase(left[place:-1], calendar) is not None)


def _moved(left: Words, phrase: Words) -> bool:
    """"Cancel Friday", "move her 3pm", "about her 2pm", "a ride for her 2:30": the time may be an appointment's."""
    if left[-1] in around.ON_EVENTS:
        return True
    if len(left) < 2 or left[-1] not in around.POSSESSIVE:
        return False
    return left[-2] in around.ON_EVENTS or left[-2] in around.TOPIC or left[-2] == "after" or (
        left[-2] == "for" and phrase[0][:1].isdigit())


def by_verb(words: Words, place: int) -> bool:
    """"Stop by", "drop by": there by begins no time."""
    return words[place] == "by" and place > 0 and words[place - 1] in around.BY_VERBS
