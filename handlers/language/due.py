"""When something is due, as people write it: the whole phrase accounted for, five outcomes, and never a guess (SPEC 2).

The grammar of a phrase is in ``when/``; this file finds where in a sentence the phrase begins, and what it leaves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from handlers.language.when import around
from handlers.language.when.left import PART, by_verb, doubt, no_time
from handlers.language.when.names import CERTAIN, DAYS, MONTH, MONTHS, WEEKDAY
from handlers.language.when.outcomes import Due, Option, Outcome, ask, label_of, refused
from handlers.language.when.phrase import read_phrase
from handlers.language.when.rules import FARTHEST_DAYS as FARTHEST_DAYS
from handlers.language.when.rules import PAST as PAST
from handlers.language.when.rules import Calendar
from handlers.language.words import straight

__all__ = ["FARTHEST_DAYS", "PAST", "Calendar", "Due", "Option", "Outcome", "label_of", "read_due", "read_when"]

LONGEST = 14       # words of a due phrase
_WORD = re.compile(r"\S+")
_SIGNS = frozenset({"@", "&", "+", "~"})
_EDGES = ",;!?()[]\""
_TASK_ENDS = " ,;-\u2013\u2014"
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
        if word not in around.BEGINS and word[-3:] != "ish" and (word.isalpha() or (
                not word[0].isdigit() and word.partition("-")[0] not in MONTH)):
            continue
        if word == "by" and by_verb(plain, start) and start + 1 < len(plain) and read_phrase(plain[start + 1:], calendar):
            continue  # "stop by Friday": the same day, and a whole task
        if not around.DAY_PARTS.isdisjoint(plain[start:start + 1 + (word == "the")]) and "of" not in plain[start + 1:start + 3]:
            continue
        if word in around.MEALS and start and plain[start - 1] in around.OPEN_ENDED:
            continue
        found = read_phrase(plain[start:], calendar)
        if found is None:
            continue
        if start and plain[start - 1] in around.OPEN_ENDED:
            return _of_topic(found, text, words, start, calendar)
        return _judged(found, text, text[: words[start][1] + shift].rstrip(_TASK_ENDS), plain[:start], plain[start:],
                       text[shift + words[start][1]:], calendar)
    return _leftover(text, plain)


def _of_topic(found: Due, text: str, words: Words, start: int, calendar: Calendar) -> Due:
    """"About Thursday" is a topic and no time; "about Thursday by noon" is due at noon, "ready for Monday by noon" asks."""
    plain = tuple(word for word, _ in words)
    shift = max(0, len(text) - 1000)
    begins = around.LATER | ({"at", "on"} if plain[start - 1] in around.TITLES else set())
    for later in range(start + 1, len(plain)):
        if plain[later] in begins and (inner := read_phrase(plain[later:], calendar)) is not None:
            task = text[: words[later][1] + shift].rstrip(_TASK_ENDS)
            if plain[start - 1] == "for":
                return _asked(replace(inner, options=(*_options(inner), *_options(found))), task, PART)
            return _judged(inner, text, task, plain[:later], plain[later:], text[shift + words[later][1]:], calendar)
    return _half_read(text, plain[-5:]) or Due(Outcome.NONE, task=text)


def _judged(found: Due, text: str, task: str, left: tuple[str, ...], phrase: tuple[str, ...], raw: str,
            calendar: Calendar) -> Due:
    """Whether what stands before the phrase is a whole task, so that the phrase is the whole of the time."""
    if not left:
        return replace(refused(found.phrase, "there is no task before the time"), options=found.options)
    if no_time(left, phrase, found.outcome, found.reason):
        return Due(Outcome.NONE, task=text)
    why = doubt(left, phrase, task, raw, calendar)
    return _asked(found, task, why) if why else replace(found, task=task)


def _asked(found: Due, task: str, reason: str) -> Due:
    if found.outcome is Outcome.REFUSED:
        return replace(found, task=task)
    return replace(ask(found.phrase, reason), task=task, options=_options(found))


def _options(found: Due) -> tuple[Option, ...]:
    return found.options or ((Option(label_of(found.due), found.due),) if found.due else ())


def _leftover(text: str, words: tuple[str, ...]) -> Due:
    """No due phrase: was there half of one at the end?"""
    tail = words[-5:]
    if not tail:
        return Due(Outcome.NONE, task=text)
    last = len(words) - (2 if words[-1] == "the" and len(words) > 1 else 1)
    if (tail[-1] in around.VAGUE and len(words) > 1) or (words[last] in around.UNTIL and not by_verb(words, last)):
        return replace(ask("", "the time is not exact"), task=text)
    if len(words) > 2 and tail[-2] in around.BEFORE_DAY and get_close_matches(tail[-1], (*DAYS, *MONTHS), 1, 0.75):
        return replace(ask("", "the time could not be read as a whole"), task=text)
    if (half := _half_read(text, tail)) is not None:
        return half
    if len(words) > 1 and "/" in tail[-1] and all(part in WEEKDAY for part in tail[-1].split("/")):
        return replace(ask("", "the time could not be read as a whole"), task=text)
    if len(words) > 1 and (re.fullmatch(r"[12]?\d|3[01]", tail[-1]) or (tail[-1].isdigit() and tail[-2] == "within")) and not (
            tail[-2] in around.COUNTED or tail[-2][:1].isdigit()):
        return replace(ask("", "a bare number could be an hour or a day"), task=text)
    return Due(Outcome.NONE, task=text)


def _half_read(text: str, tail: tuple[str, ...]) -> Due | None:
    """Asks where a time begins among the last words that could not be read to its end."""
    for place, word in enumerate(tail):
        rest = tail[place + 1:]
        if word not in {"by", "before", "until", "till", "after", "every"} or rest[:1] == tail[place - 1:place]:
            continue  # "day by day"
        if any(w in around.TIMELY or w in around.FEASTS or w in MONTH or (w[:1].isdigit() and w is rest[-1])
               or (word == "every" and "/" in w) for w in rest):
            return replace(ask("", "the time could not be read as a whole"), task=text)
    return None


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
        if raw.isalpha():
            found.append((CERTAIN.get(raw, raw), match.start()))  # most words need nothing more
            continue
        word = raw.lstrip(_EDGES).rstrip(f"{_EDGES}.:")
        if word not in _SIGNS and not any(map(str.isalnum, word)):
            continue  # dashes, and faces
        if word.endswith(".m"):
            word = word.replace(".", "")
        day, at, hour = word.partition("@")
        if at and hour[:1].isdigit() and ((day := CERTAIN.get(day, day)) in around.ONE_DAY or not day[:1].isalpha()):
            found += [(part, match.start()) for part in (day, at) if part]  # "Fri@3"
            word = hour
        if len(word) > 4 and word[-1] == "." :
            word = word[:-1]
        word = CERTAIN.get(word, word)
        head, dash, rest = word.partition("-")
        if dash and rest and head in {"mid", "early", "late"}:
            found.append((head, match.start()))
            word = rest
        found.append((word, match.start()))
    return found
