"""Text as it is compared when someone searches: case, accents and the shapes of quotes do not matter."""

from __future__ import annotations

import unicodedata

from handlers.language.words import clean, straight

# Marks on these letters are accents, points or vowel signs that people leave out; elsewhere they make another letter, as in
# Japanese "か" and "が" or the vowels of Hindi.
_LEFT_OUT = ("LATIN ", "GREEK ", "CYRILLIC ", "ARABIC ", "HEBREW ")
_TATWEEL = "\u0640"   # only stretches a word


def folded(text: str) -> str:
    """folded(folded(x)) == folded(x)."""
    kept: list[str] = []
    bare = False
    for char in unicodedata.normalize("NFD", straight(clean(text)).casefold()):
        if unicodedata.combining(char):
            if not bare:
                kept.append(char)
            continue
        bare = unicodedata.name(char, "").startswith(_LEFT_OUT)
        if char != _TATWEEL:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
