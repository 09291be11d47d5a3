"""What a barrier is about, suggested from the trigger phrases of the categories table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.language.words import plain
from models.categories import CATEGORIES

OTHER = "other"


def _pattern(trigger: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in trigger.casefold().split())
    return re.compile(rf"(?<!\w){words}(?!\w)")


_TRIGGERS = [(len(trigger), _pattern(trigger), slug)
             for slug, category in CATEGORIES.items() for trigger in category.triggers]


def suggest(text: str) -> tuple[str, ...]:
    """The slug whose longest whole-word trigger stands in the text; several when they tie; ("other",) when none does."""
    said = plain(text).casefold()
    best, found = 0, dict[str, None]()
    for length, pattern, slug in _TRIGGERS:
        if length >= best and pattern.search(said):
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
