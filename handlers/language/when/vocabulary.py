"""Every word the grammar of due times knows: where another stands, what is read is no due phrase, and is tried no further."""

from __future__ import annotations

from handlers.language.when.names import EOD, EOW, MISSPELT, MONTH, NTH, NUMBER, ORDINAL, PARTS, PLURAL, UNIT, WEEKDAY
from handlers.language.when.patterns import PARTS_AGAIN, PERIODS
from handlers.language.when.zones import NAMES

_KNOWN = frozenset({
    *EOD, *EOW, *MISSPELT, *MONTH, *NTH, *NUMBER, *ORDINAL, *PARTS, *PLURAL, *UNIT, *WEEKDAY, *PARTS_AGAIN, *PERIODS, *NAMES,
    "about", "after", "ago", "am", "and", "approx", "approximately", "around", "at", "before", "beginning", "between",
    "breakfast", "business", "by", "circa", "close", "closing", "coming", "couple", "dawn", "dinner", "dinnertime", "dot", "due",
    "during", "dusk", "each", "earlier", "early", "end", "every", "exactly", "fall", "autumn", "few", "following", "for", "from",
    "half", "holiday", "holidays", "in", "last", "late", "later", "latest", "many", "maybe", "mid", "middle", "midnight",
    "moment", "more", "next", "no", "not", "now", "oclock", "of", "on", "open", "opening", "or", "other", "p", "past", "play",
    "pm", "prompt", "promptly", "quarter", "quarters", "roughly", "same", "several", "sharp", "shift", "so", "some", "sometime",
    "sooner", "spring", "start", "summer", "sunrise", "sunset", "than", "the", "thereabouts", "thing", "this", "til", "till",
    "times", "to", "today", "tomorrow", "tonight", "until", "upcoming", "weekday", "weekdays", "weekend", "weekends", "winter",
    "within", "work", "workday", "working", "yesterday", "z", "new"})


def knows(words: tuple[str, ...]) -> bool:
    """Figures and what is written with marks may be anything; so may the words of a city before "time"."""
    return _KNOWN.issuperset(words) or "time" in words or all(
        word in _KNOWN or not word.isalpha() or word.endswith("ish") for word in words)
