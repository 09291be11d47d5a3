"""When something is due, as people write it: the whole phrase accounted for, five outcomes, and never a guess (SPEC 2).

The grammar of a phrase is in ``when/``; this file finds where in a sentence the phrase begins, and what it leaves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from handlers.language.when import around
from handlers.language.when.names import CERTAIN, DAYS, MISSPELT, MONTH, MONTHS, NTH, UNIT
from handlers.language.when.outcomes import Due, Option, Outcome, ask, label_of, refused
from handlers.language.when.phrase import read_phrase
from handlers.language.when.rules import FARTHEST_DAYS as FARTHEST_DAYS
from handlers.language.when.rules import PAST as PAST
from handlers.language.when.rules import Calendar
from handlers.language.words import straight

__all__ = ["FARTHEST_DAYS", "PAST", "Calendar", "Due", "Option", "Outcome", "label_of", "read_due", "read_when"]

LONGEST = 14       # words of a due phrase
_WORD = re.compile(r"\S+")
_EDGES = ",;!?()[]\""
Words = list[tuple[str, int]]


def read_when(phrase: str, calendar: Calendar) -> Due:
    """``phrase`` must be a due time and nothing else; NONE when it is not one."""
    words = _words(phrase)
    words = words[:len(words) - _politeness(words)]
    if not words or len(words) > LONGEST:
        return Due(Outcome.NONE, task=phrase)
    return read_phrase(tuple(word for word, _ in words), calendar) or Due(Outcome.NONE, task=phrase)


def read_due(text: str, calendar: Calendar) -> Due:
    """The longest suffix that is a complete due phrase and leaves a task. See the module's outcomes."""
    words = _words(text[-1000:])
    shift = max(0, len(text) - 1000)
    words = words[:len(words) - _politeness(words)]
    plain = tuple(word for word, _ in words)
    for start in range(max(0, len(plain) - LONGEST), len(plain)):
        word = plain[start]
        if word not in around.BEGINS and not word[:1].isdigit() and word.partition("-")[0] not in MONTH:
            continue
        if word == "by" and _by_verb(plain, start) and start + 1 < len(plain) and read_phrase(plain[start + 1:], calendar):
            continue  # "stop by Friday": the same day, and a whole task
        if word in around.MEALS and start > 0 and plain[start - 1] in around.OPEN_ENDED:
            continue
        found = read_phrase(plain[start:], calendar)
        if found is None:
            continue
        return _judged(found, text, text[: shift + words[start][1]].rstrip(" ,;-\u2013\u2014"), plain[:start], plain[start:],
                       text[shift + words[start][1]:], calendar)
    return _leftover(text, plain)


def _judged(found: Due, text: str, task: str, left: tuple[str, ...], phrase: tuple[str, ...], raw: str,
            calendar: Calendar) -> Due:
    """Whether what stands before the phrase is a whole task, so that the phrase is the whole of the time."""
    if not left:
        return replace(refused(found.phrase, "there is no task before the time"), options=found.options)
    if left[-1] in around.OPEN_ENDED:
        # "get it ready for Monday by noon" is cut by its own words elsewhere; "about Thursday" is a topic.
        return Due(Outcome.NONE, task=text)
    if _cut_short(left, calendar):
        return _asked(found, task, "more than one time, or half of one, stands at the end")
    again = phrase == ("by", left[-1]) and not left[-1].isdigit()
    if again or (len(phrase) == 2 and phrase[0] == "the" and phrase[1] in around.WEAK | NTH.keys()):
        return Due(Outcome.NONE, task=text)  # "give her the second", "one by one"
    if found.outcome is Outcome.REFUSED and found.reason == PAST and not around.TOLD.isdisjoint(left):
        return Due(Outcome.NONE, task=text)  # "ask about the fall last week"
    if straight(task).count('"') % 2 or (left[-1] in around.CLAUSE_VERBS and len(left) > 2):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if left[-1] in around.WEEKS or (phrase[0] in around.DAYS_ALONE and (_bare_hour(left) or _part_of(left))) or (
            phrase[0] == "by" and phrase[1].isdigit() and len(phrase) == 2 and not around.CHANGES.isdisjoint(left)):
        return _asked(found, task, "more than one time, or half of one, stands at the end")
    if len(phrase) == 1 and phrase[0] in around.WEAK and (not raw[:1].isupper() or raw[:3].isupper()):
        return _asked(found, task, "is that a day, or a word?")
    if phrase[0] not in around.DEADLINE and phrase[0] not in {"on", "at"} and _moved(left):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if phrase[0] not in around.DEADLINE and ((left[-1] in around.EVENTS and not _sure_event(left, calendar))
                                       or not around.CLAUSE.isdisjoint(left[1:])):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if phrase[0] in {"until", "till", "til"} and not (around.CLAUSE | around.LASTING).isdisjoint(left):
        return _asked(found, task, "is that when it will be done, or how long it lasts?")
    if phrase[0] in around.NAMES and left[-1] in around.OF_PEOPLE and len(phrase) == 2 and phrase[1].isdigit():
        return _asked(found, task, "is that a date, or a person and an hour?")
    return replace(found, task=task)


def _bare_hour(left: tuple[str, ...]) -> bool:
    """"Call her 8 tomorrow", "call 0900 tomorrow": an hour left behind, unless it counts something."""
    return len(left) > 1 and left[-2] not in around.COUNTED and re.fullmatch(
        r"[1-9]|1[0-2]|([01]\d|2[0-3])[0-5]\d", left[-1]) is not None


def _part_of(left: tuple[str, ...]) -> bool:
    """"Early Friday", "starting Monday", "every third Thursday", "one day next week": the day is only part of what is said."""
    return left[-1] in around.MODIFIES or re.fullmatch(r"\d+(?:st|nd|rd|th)", left[-1]) is not None or (
        left[-1] in {"day", "time"} and left[-2:-1] != () and left[-2] in {
            "one", "some", "any", "all", "each", "other", "a", "this", "same", "that", "half"})


def _sure_event(left: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether a time after an event is when the promise is due: who goes along is there then, or the event has its own."""
    if left[0] in around.GOING and "to" in left:
        return True
    return any(left[place] in around.BEGINS or left[place][:1].isdigit()
               for place in range(max(1, len(left) - 4), len(left) - 1)
               if read_phrase(left[place:-1], calendar) is not None)


def _moved(left: tuple[str, ...]) -> bool:
    """"Cancel Friday", "move her 3pm", "about her 2pm": the time may be an appointment's."""
    if left[-1] in around.ON_EVENTS:
        return True
    return len(left) > 1 and left[-1] in {"her", "him", "their", "his"} and left[-2] in around.ON_EVENTS | around.TOPIC


def _asked(found: Due, task: str, reason: str) -> Due:
    if found.outcome is Outcome.REFUSED:
        return replace(found, task=task)
    options = found.options or ((Option(label_of(found.due), found.due),) if found.due else ())
    return replace(ask(found.phrase, reason), task=task, options=options)


def _cut_short(left: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether the task still ends in part of a time, so that the phrase found is not the whole of it."""
    if left[-1] in {"in", "on", "up", "off", "out", "over", "back", "at"} and left[-2:-1] and left[-2] in around.PHRASAL:
        return False
    if (left[-1] in around.HALF and not _by_verb(left, len(left) - 1)) or left[-2:] == ("some", "point"):
        return True
    if any(left[place] in around.UNTIL and not _by_verb(left, place) for place in range(max(0, len(left) - 3), len(left))):
        return True
    for place in range(max(0, len(left) - 4), len(left)):
        word = left[place]
        if word not in around.BEGINS and not word[:1].isdigit():
            continue
        inner = read_phrase(left[place:], calendar)
        if inner is not None and inner.due is not None and inner.phrase[:1].isdigit() and left[-1] in UNIT and left[-1] != "h":
            return False  # "walk with her 30 minutes"
        if inner is not None:
            # "the 3pm", "about Monday": part of the task. "May", "April": a name.
            return not (place and left[place - 1] in around.OPEN_ENDED)
    return False


def _by_verb(words: tuple[str, ...], place: int) -> bool:
    """"Stop by", "drop by": there by begins no time."""
    return words[place] == "by" and place > 0 and words[place - 1] in around.BY_VERBS


def _leftover(text: str, words: tuple[str, ...]) -> Due:
    """No due phrase: was there half of one at the end?"""
    tail = words[-5:]
    if not tail:
        return Due(Outcome.NONE, task=text)
    last = len(words) - (2 if words[-1] == "the" and len(words) > 1 else 1)
    if (tail[-1] in around.VAGUE and len(words) > 1) or (words[last] in around.UNTIL and not _by_verb(words, last)):
        return replace(ask("", "the time is not exact"), task=text)
    if len(words) > 2 and tail[-2] in around.BEFORE_DAY and get_close_matches(tail[-1], (*DAYS, *MONTHS), 1, 0.75):
        return replace(ask("", "the time could not be read as a whole"), task=text)
    for place, word in enumerate(tail):
        rest = tail[place + 1:]
        if word in {"by", "before", "until", "till", "after", "every"} and any(
                w in around.TIMELY or w in MONTH or (w[:1].isdigit() and w is rest[-1]) for w in rest):
            return replace(ask("", "the time could not be read as a whole"), task=text)
    if len(words) > 1 and tail[-1] in MISSPELT:
        return replace(ask("", "the time could not be read as a whole"), task=text)
    if len(words) > 2 and words[-1] in {"week", "month"} and words[-2] in {"next", "this"}:
        return replace(ask("", "the time is not exact"), task=text)
    if len(words) > 1 and re.fullmatch(r"[12]?\d|3[01]", tail[-1]) and not (
            tail[-2] in around.COUNTED or tail[-2][:1].isdigit()):
        return replace(ask("", "a bare number could be an hour or a day"), task=text)
    return Due(Outcome.NONE, task=text)


def _politeness(words: Words) -> int:
    """How many of the last words are only polite."""
    count = 0
    while count < len(words) and words[len(words) - count - 1][0] in around.POLITE_ENDS:
        left = tuple(word for word, _ in words[max(0, len(words) - count - 4):len(words) - count])
        found = next((one for one in around.POLITE if len(left) >= len(one) and left[-len(one):] == one), None)
        if found is None or count + len(found) >= len(words):
            return count
        count += len(found)
    return count


def _words(text: str) -> Words:
    """Lower-case words with where they start; commas and closing marks do not count."""
    found: Words = []
    for match in _WORD.finditer(straight(text)):
        raw = match[0].lower()
        word = raw.strip(_EDGES).rstrip(".:")
        if not word or word in {"-", "--", "|", "/"}:
            continue
        if word.endswith((".m", "a.m", "p.m")):
            word = word.replace(".", "")
        if word[0] == "@" and word[1:2].isdigit():
            found.append(("@", match.start()))
            word = word[1:]
        if len(word) > 4 and word[-1] == "." :
            word = word[:-1]
        head, dash, rest = word.partition("-")
        if dash and rest and head in {"mid", "early", "late"}:
            found.append((head, match.start()))
            word = rest
        found.append((CERTAIN.get(word, word), match.start()))
    return found
