"""Times of day as they are said: "half past three", "quarter of 4", "three thirty", "ten to five in the afternoon"."""

from __future__ import annotations

import re
from datetime import time

from handlers.language.when.names import COUNTS
from handlers.language.when.rules import Clock, rule

_TO = frozenset({"to", "of", "till", "til", "before"})
_PAST = frozenset({"past", "after"})
_EXACTLY = (("sharp",), ("exactly",), ("on", "the", "dot"), ("prompt",), ("promptly",))
_SAID = {**COUNTS, "half": 30, "quarter": 15}
_MINUTES = re.compile(r"[0-5]?\d")


def in_figures(words: tuple[str, ...]) -> tuple[str, ...]:
    """"at three thirty" as "at 3:30", "3 30 pm" as "3:30 pm", and "3pm sharp" as "3pm"; the other words as they are."""
    for tail in _EXACTLY:
        if len(words) > len(tail) and words[-len(tail):] == tail:
            words = words[:-len(tail)]
    figures = [str(COUNTS[word]) if word in COUNTS else word for word in words]
    for place in range(len(figures) - 1):
        hour, minute = figures[place], figures[place + 1]
        spelt = words[place] in COUNTS and words[place + 1] in COUNTS
        if hour.isdigit() and int(hour) < 13 and minute.isdigit() and 10 <= int(minute) < 60 and (
                spelt or figures[place + 2:place + 3] in (["am"], ["pm"])):
            return (*figures[:place], f"{hour}:{minute}", *figures[place + 2:])
        glued = re.fullmatch(r"([1-5]\d)(am|pm)", minute)
        if hour.isdigit() and 0 < int(hour) < 13 and glued and int(glued[1]) > 12:
            return (*figures[:place], f"{hour}:{minute}", *figures[place + 2:])
    return tuple(figures)


@rule("Times of day", "minutes past or to an hour", "half past three", "quarter to 5 pm", "at ten after two",
      "at twenty to four")
def split_fraction(words: tuple[str, ...], *, sure: bool) -> tuple[int, tuple[str, ...]] | None:
    """(the minutes to add, the words of the hour): "a quarter to five pm" is (-15, ("five", "pm")).

    Unless it is ``sure`` to be a time, as after "at", figures are none: "2 to 3", "visit 5 of 6".
    """
    if words[:1] in {("a",), ("the",)} and words[1:2] == ("quarter",):
        words = words[1:]
    if len(words) < 2:
        return None
    if words[0] == "half" and words[1] not in _PAST:
        return 30, words[1:]
    rest = words[2:] if words[1] in {"minutes", "minute", "mins", "min"} else words[1:]
    minutes = int(words[0]) if _MINUTES.fullmatch(words[0]) else _SAID.get(words[0], 0)
    if not 0 < minutes < 60 or len(rest) < 2 or (words[0] == "half" and rest[0] not in _PAST):
        return None
    counted = len(rest) < len(words) - 1  # "minutes" is said
    if words[0] not in {"half", "quarter"} and not counted and (minutes % 5 or not (sure or rest[0] == "past")):
        return None
    if rest[0] in _PAST:
        return minutes, rest[1:]
    return (-minutes, rest[1:]) if rest[0] in _TO else None


def moved(clock: Clock, shift: int) -> Clock:
    """``clock`` so many minutes on or back."""
    times = tuple(time((at.hour * 60 + shift) // 60 % 24, shift % 60) for at in clock.times)
    return Clock(times, "minute", bare=clock.bare)
