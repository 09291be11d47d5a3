"""When something is due, as people write it: the whole phrase accounted for, five outcomes, and never a guess (SPEC 2).

The grammar of a phrase is in ``when/``; this file finds where in a sentence the phrase begins, and what it leaves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from handlers.language.when.names import (
    CERTAIN,
    DAYS,
    EOD,
    EOW,
    MISSPELT,
    MONTH,
    MONTHS,
    NTH,
    NUMBER,
    ORDINAL,
    PARTS,
    PLURAL,
    UNIT,
    WEEKDAY,
)
from handlers.language.when.phrase import Due, Option, Outcome, ask, label_of, read_phrase, refused
from handlers.language.when.rules import FARTHEST_DAYS as FARTHEST_DAYS
from handlers.language.when.rules import PAST as PAST
from handlers.language.when.rules import Calendar
from handlers.language.words import straight

__all__ = ["FARTHEST_DAYS", "PAST", "Calendar", "Due", "Option", "Outcome", "label_of", "read_due", "read_when"]

LONGEST = 14       # words of a due phrase
_WORD = re.compile(r"\S+")
_EDGES = ",;!?()[]\""
_POLITE = (("please",), ("pls",), ("plz",), ("thanks",), ("thank", "you"), ("thx",), ("ty",),
           ("if", "possible"), ("if", "you", "can"), ("ok",), ("okay",), ("k",),
           ("please", "and", "thank", "you"), ("so", "much"), ("tysm",), ("cheers",), ("thank", "u"), ("at", "the", "latest"), ("at", "the", "very", "latest"), ("at", "latest"), ("latest",))

# Every word that a due phrase can begin with, besides a number: most words of a sentence are none, and cost nothing.
_BEGINS = frozenset({
    *NUMBER, *WEEKDAY, *MONTH, *PARTS, *PLURAL, *MISSPELT, *ORDINAL, *NTH, *EOD, *EOW, "due", "no", "not", "by", "before", "until",
    "till", "til", "on", "at", "@", "within", "in", "around", "about", "every", "each", "the", "this", "coming", "upcoming",
    "next", "end", "close", "closing", "start", "beginning", "opening", "day", "today", "tonight", "tomorrow", "yesterday",
    "midnight", "half", "quarter", "between", "from", "early", "late", "later", "mid", "sometime", "daily", "weekly", "monthly",
    "fortnightly", "yearly", "annually", "quarterly", "nightly", "biweekly", "weekdays", "once", "twice", "couple", "following",
    "noon", "same", "month", "year", "week", "weekend", "after", "approximately", "approx", "roughly", "some", "middle", "dinner"})
# A task that ends in one of these was cut in the middle of a thought, so the rest was no due time.
_OPEN_ENDED = frozenset({
    "about", "for", "of", "to", "with", "from", "the", "a", "an", "than", "his", "their", "our", "my", "your", "since", "as",
    "if", "that", "called", "named", "re", "re:", "regarding", "like", "every", "via", "per", "both", "dr", "mr", "mrs", "ms",
    "these", "those", "its", "during", "besides", "versus", "vs"})
# Half of something that belongs to the time: with it, the time is another one, or two.
_HALF = frozenset({
    "or", "and", "after", "not", "between", "except", "around", "maybe", "perhaps", "probably", "by", "before", "until",
    "till", "til", "at", "on", "in", "next", "this", "last", "within", "&", "past", "either"})
# "Check in" is whole: there its second word begins no time.
_PHRASAL = frozenset({
    "check", "drop", "stop", "sign", "log", "come", "stay", "turn", "hand", "fill", "go", "sit", "swing", "call", "move",
    "put", "pass", "get", "bring", "book", "fit", "phone", "write", "dial", "looks", "carry", "follow"})
_BY_VERBS = frozenset({"drop", "stop", "swing", "come", "go", "pass", "stand", "get"})
_UNTIL = frozenset({"by", "until", "till", "before"})
_VAGUE = frozenset({"asap", "soon", "later", "sometime", "eventually", "shortly", "often", "immediately", "promptly", "whenever"})
# After these a number counts or names something.
_COUNTED = frozenset({
    "for", "chapter", "room", "rm", "unit", "apt", "apartment", "suite", "floor", "bed", "step", "page", "pages", "level",
    "type", "grade", "ext", "extension", "line", "box", "number", "no", "question", "stage", "phase", "size", "route", "bus",
    "ward", "age", "aged", "code", "version", "dose", "zone", "gate", "section", "part", "of", "x", "times", "to", "than",
    "about", "and", "or", "team", "form", "item", "items", "day", "week", "lot", "door", "building", "district", "tier",
    "visit", "cycle", "session", "module", "table"})
# Names too: after one of these verbs, "call June 5" could be June at five.
_OF_PEOPLE = frozenset({"call", "text", "ask", "tell", "see", "visit", "meet", "remind", "phone", "email", "help", "with", "and",
                        "thank", "message", "ring", "update", "for"})
_NAMES = frozenset({"april", "may", "june", "august"})
_WEAK = frozenset({"sat", "sun", "mon", "wed", "mar", "jan", "dec", "fri", "second", "thu", "tue"})
# A time after one of these may be the event's, and after a clause the clause's: "ask if she can come Friday".
_EVENTS = frozenset({"appointment", "appt", "hearing", "surgery", "interview", "court", "procedure", "operation", "wedding",
                     "funeral", "scan", "mri"})
_ON_EVENTS = frozenset({"cancel", "reschedule", "move", "change", "postpone", "confirm", "skip", "cover", "miss", "missed",
                        "attend", "rebook"})
_BEFORE_DAY = frozenset({"by", "until", "till", "before", "on", "next", "this", "due"})
_CLAUSE = frozenset({"if", "whether", "that", "when", "where", "why", "who", "because", "which", "what"})
# The time after one of these is the clause's own: "before the clinic closes at 4pm".
_CLAUSE_VERBS = frozenset({"closes", "opens", "starts", "ends", "begins", "leaves", "arrives", "meets", "is", "was", "are", "were",
                           "closing", "opening", "closed", "open", "happened", "missed"})
_TOPIC = frozenset({"about", "of", "re", "re:", "regarding", "since", "than", "like"})
_MODIFIES = frozenset({
    "early", "earlier", "late", "later", "mid", "starting", "start", "beginning", "ending", "through", "thru", "over", "during",
    "sometime", "any", "each", "every", "either", "alternate", "consecutive", "prev", "previous", "past", "nex", "only", "first",
    "all", "until", *NTH, "half", "most", "several", "some", "few", "both", "mid-", "throughout", "across"})
# "Cut it by 5" is so much less, and no hour.
_CHANGES = frozenset({"cut", "lower", "raise", "reduce", "increase", "grow", "decrease", "lose", "gain", "shorten", "extend", "up"})
# Until when these last is not when the promise is due.
_LASTING = frozenset({"hold", "wait", "extend", "give", "closed", "open", "away", "out", "postpone", "delay", "last", "lasts"})
# What has been is told of, not promised.
_TOLD = frozenset({"about", "regarding", "re", "what", "why", "how", "who", "that", "which", "whether", "if", "from", "since", "missed",
                   "was", "were", "had", "did", "of", "happened", "discussed", "saw", "sent", "got"})
_WEEKS = frozenset({"week", "weeks", "fortnight"})
_DAYS_ALONE = frozenset({*WEEKDAY, *MONTH, *PLURAL, "today", "tomorrow", "on", "next", "this"})
_GOING = frozenset({"take", "bring", "drive", "walk", "ride", "go", "accompany", "escort", "get", "come"})
_DEADLINE = frozenset({*_UNTIL, "til", "no", "not", "due", "within", "in", *EOD, *EOW, "every", "each"})
_TIMELY = frozenset({*WEEKDAY, *MONTHS, "today", "tomorrow", "tonight", "next", "end", *PARTS, *MISSPELT, "week", "month", "noon",
                     *UNIT, "weekend", "year"})

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
        if word not in _BEGINS and not word[:1].isdigit() and word.partition("-")[0] not in MONTH:
            continue
        if word == "by" and _by_verb(plain, start) and start + 1 < len(plain) and read_phrase(plain[start + 1:], calendar):
            continue  # "stop by Friday": the same day, and a whole task
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
    if left[-1] in _OPEN_ENDED:
        # "get it ready for Monday by noon" is cut by its own words elsewhere; "about Thursday" is a topic.
        return Due(Outcome.NONE, task=text)
    if _cut_short(left, calendar):
        return _asked(found, task, "more than one time, or half of one, stands at the end")
    if len(phrase) == 2 and ((phrase[0] == "the" and (phrase[1] in _WEAK or phrase[1] in NTH)) or phrase == ("by", left[-1])):
        return Due(Outcome.NONE, task=text)  # "give her the second", "one by one"
    if found.outcome is Outcome.REFUSED and found.reason == PAST and not _TOLD.isdisjoint(left):
        return Due(Outcome.NONE, task=text)  # "ask about the fall last week"
    if straight(task).count('"') % 2 or (left[-1] in _CLAUSE_VERBS and len(left) > 2):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if left[-1] in _WEEKS or (phrase[0] in _DAYS_ALONE and (_bare_hour(left) or _part_of(left))) or (
            phrase[0] == "by" and phrase[1].isdigit() and len(phrase) == 2 and not _CHANGES.isdisjoint(left)):
        return _asked(found, task, "more than one time, or half of one, stands at the end")
    if len(phrase) == 1 and phrase[0] in _WEAK and (not raw[:1].isupper() or raw[:3].isupper()):
        return _asked(found, task, "is that a day, or a word?")
    if phrase[0] not in _DEADLINE and phrase[0] not in {"on", "at"} and _moved(left):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if phrase[0] not in _DEADLINE and ((left[-1] in _EVENTS and not _sure_event(left, calendar))
                                       or not _CLAUSE.isdisjoint(left[1:])):
        return _asked(found, task, "is that when it will be done, or what it is about?")
    if phrase[0] in {"until", "till", "til"} and not (_CLAUSE | _LASTING).isdisjoint(left):
        return _asked(found, task, "is that when it will be done, or how long it lasts?")
    if phrase[0] in _NAMES and left[-1] in _OF_PEOPLE and len(phrase) == 2 and phrase[1].isdigit():
        return _asked(found, task, "is that a date, or a person and an hour?")
    return replace(found, task=task)


def _bare_hour(left: tuple[str, ...]) -> bool:
    """"Call her 8 tomorrow", "call 0900 tomorrow": an hour left behind, unless it counts something."""
    return len(left) > 1 and left[-2] not in _COUNTED and re.fullmatch(
        r"[1-9]|1[0-2]|([01]\d|2[0-3])[0-5]\d", left[-1]) is not None


def _part_of(left: tuple[str, ...]) -> bool:
    """"Early Friday", "starting Monday", "every third Thursday", "one day next week": the day is only part of what is said."""
    return left[-1] in _MODIFIES or re.fullmatch(r"\d+(?:st|nd|rd|th)", left[-1]) is not None or (
        left[-1] in {"day", "time"} and left[-2:-1] != () and left[-2] in {
            "one", "some", "any", "all", "each", "other", "a", "this", "same", "that"})


def _sure_event(left: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether a time after an event is when the promise is due: who goes along is there then, or the event has its own."""
    if left[0] in _GOING and "to" in left:
        return True
    return any(left[place] in _BEGINS or left[place][:1].isdigit()
               for place in range(max(1, len(left) - 4), len(left) - 1)
               if read_phrase(left[place:-1], calendar) is not None)


def _moved(left: tuple[str, ...]) -> bool:
    """"Cancel Friday", "move her 3pm", "about her 2pm": the time may be an appointment's."""
    if left[-1] in _ON_EVENTS:
        return True
    return len(left) > 1 and left[-1] in {"her", "him", "their", "his"} and (left[-2] in _ON_EVENTS or left[-2] in _TOPIC)


def _asked(found: Due, task: str, reason: str) -> Due:
    if found.outcome is Outcome.REFUSED:
        return replace(found, task=task)
    options = found.options or ((Option(label_of(found.due), found.due),) if found.due else ())
    return replace(ask(found.phrase, reason), task=task, options=options)


def _cut_short(left: tuple[str, ...], calendar: Calendar) -> bool:
    """Whether the task still ends in part of a time, so that the phrase found is not the whole of it."""
    if left[-1] in {"in", "on", "up", "off", "out", "over", "back", "at"} and left[-2:-1] and left[-2] in _PHRASAL:
        return False
    if (left[-1] in _HALF and not _by_verb(left, len(left) - 1)) or left[-2:] == ("some", "point"):
        return True
    if any(left[place] in _UNTIL and not _by_verb(left, place) for place in range(max(0, len(left) - 3), len(left))):
        return True
    for place in range(max(0, len(left) - 4), len(left)):
        word = left[place]
        if word not in _BEGINS and not word[:1].isdigit():
            continue
        inner = read_phrase(left[place:], calendar)
        if inner is not None and inner.due is not None and inner.phrase[:1].isdigit() and left[-1] in UNIT and left[-1] != "h":
            return False  # "walk with her 30 minutes"
        if inner is not None:
            # "the 3pm", "about Monday": part of the task. "May", "April": a name.
            return not (place and left[place - 1] in _OPEN_ENDED)
    return False


def _by_verb(words: tuple[str, ...], place: int) -> bool:
    """"Stop by", "drop by": there by begins no time."""
    return words[place] == "by" and place > 0 and words[place - 1] in _BY_VERBS


def _leftover(text: str, words: tuple[str, ...]) -> Due:
    """No due phrase: was there half of one at the end?"""
    tail = words[-5:]
    if not tail:
        return Due(Outcome.NONE, task=text)
    last = len(words) - (2 if words[-1] == "the" and len(words) > 1 else 1)
    if (tail[-1] in _VAGUE and len(words) > 1) or (words[last] in _UNTIL and not _by_verb(words, last)):
        return replace(ask("", "the time is not exact"), task=text)
    if len(words) > 2 and tail[-2] in _BEFORE_DAY and get_close_matches(tail[-1], (*DAYS, *MONTHS), 1, 0.75):
        return replace(ask("", "the time could not be read as a whole"), task=text)
    for place, word in enumerate(tail):
        rest = tail[place + 1:]
        if word in {"by", "before", "until", "till", "after", "every"} and any(
                w in _TIMELY or w in MONTH or (w[:1].isdigit() and w is rest[-1]) for w in rest):
            return replace(ask("", "the time could not be read as a whole"), task=text)
    if len(words) > 1 and tail[-1] in MISSPELT:
        return replace(ask("", "the time could not be read as a whole"), task=text)
    if len(words) > 2 and words[-1] in {"week", "month"} and words[-2] in {"next", "this"}:
        return replace(ask("", "the time is not exact"), task=text)
    if len(words) > 1 and re.fullmatch(r"[12]?\d|3[01]", tail[-1]) and tail[-2] not in _COUNTED and not tail[-2][:1].isdigit():
        return replace(ask("", "a bare number could be an hour or a day"), task=text)
    return Due(Outcome.NONE, task=text)


def _politeness(words: Words) -> int:
    """How many of the last words are only polite."""
    count = 0
    while True:
        left = tuple(word for word, _ in words[max(0, len(words) - count - 4):len(words) - count])
        found = next((one for one in sorted(_POLITE, key=len, reverse=True) if len(left) >= len(one) and left[-len(one):] == one), None)
        if found is None or count + len(found) >= len(words):
            return count
        count += len(found)


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
