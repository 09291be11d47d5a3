"""What a barrier is about, suggested from the phrases of ``triggers.txt``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from handlers.language import danger
from handlers.language.phrases import Table, sections
from models.categories import CATEGORIES

OTHER = "other"


@cache
def _table() -> Table:
    return Table(sections("triggers.txt"))


def suggest(text: str) -> tuple[str, ...]:
    """The slug whose longest phrase stands in the text; several when they tie; ("other",) when none does.

    Danger goes before any length. The phrases of "other" are false friends, such as "basketball court", that only look like a
    category's.
    """
    best, found = 0, dict[str, None].fromkeys(sorted(danger.found(text)))
    if found:
        return tuple(found)
    for one in _table().find(text):
        if one.letters > best:
            best, found = one.letters, {}
        if one.letters == best:
            found[one.kind] = None
    return tuple(found) or (OTHER,)


def named(word: str, categories: Mapping[str, object] = CATEGORIES) -> str | None:
    """The category a typed word names: a slug or its label, ignoring case, spaces and hyphens."""
    key = re.sub(r"[\s_-]+", "", word.casefold())
    for slug in categories:
        if key in {slug.replace("_", ""), re.sub(r"[\s_-]+", "", CATEGORIES[slug].label.casefold())}:
            return slug
    return None
