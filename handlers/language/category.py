"""What a barrier is about, suggested from the trigger phrases of the categories table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from handlers.language.words import plain
from models.categories import CATEGORIES

OTHER = "other"
_WORD = re.compile(r"[\w'-]+")
# Whoever it is about: a trigger with "her" is one with "his" too.
_WHOEVER = {**dict.fromkeys(("his", "him", "my", "me", "their", "them", "your", "our", "us"), "her"),
            **dict.fromkeys(("he", "they", "i", "we"), "she"),
            **dict.fromkeys(("himself", "myself", "themselves", "yourself"), "herself"),
            "cannot": "cant", "arent": "isnt", "werent": "wasnt", "dont": "doesnt", "havent": "hasnt"}


def _words(text: str) -> tuple[str, ...]:
    """Words as they are compared: "can't" and "cant" are one, so are "co-pay" and "copay", "his" and "her"."""
    plainer = (word.removesuffix("'s").replace("'", "").replace("-", "") for word in _WORD.findall(text.casefold()))
    return tuple(_WHOEVER.get(word, word) for word in plainer)


@cache
def _by_first_word() -> dict[str, list[tuple[int, tuple[str, ...], str]]]:
    found: dict[str, list[tuple[int, tuple[str, ...], str]]] = defaultdict(list)
    for slug, category in CATEGORIES.items():
        for trigger in category.triggers:
            words = _words(trigger)
            found[words[0]].append((sum(map(len, words)), words, slug))
    return dict(found)


def suggest(text: str) -> tuple[str, ...]:
    """The slug whose longest whole-word trigger stands in the text; several when they tie; ("other",) when none does.

    The triggers of "other" are false friends: phrases such as "basketball court" that only look like a category's.
    """
    said, triggers = _words(plain(text)), _by_first_word()
    best, found = 0, dict[str, None]()
    for place, word in enumerate(said):
        for length, words, slug in triggers.get(word, ()):
            if length < best or said[place: place + len(words)] != words:
                continue
            if length > best:
                best, found = length, {}
            found[slug] = None
    return tuple(found) or (OTHER,)


def named(word: str, categories: Mapping[str, object] = CATEGORIES) -> str | None:
    """The category a typed word names: a slug or its label, ignoring case, spaces and hyphens."""
    key = re.sub(r"[\s_-]+", "", word.casefold())
    for slug in categories:
        if key in {slug.replace("_", ""), re.sub(r"[\s_-]+", "", CATEGORIES[slug].label.casefold())}:
            return slug
    return None
