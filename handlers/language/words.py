"""Typed text made plain: what phones, Slack and keyboards do to it, undone; hostile characters taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

MARKS = 4  # combining marks kept on one letter
OPEN, SHUT = "\uE000", "\uE001"
# None of these reads past the next "<", so that a line full of them is read once.
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
_MARKED = re.compile(f"{OPEN}([A-Z0-9]+)\\|([^{SHUT}]*){SHUT}")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]+)(?:\|([^<>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[A-Z0-9]+)?(?:\|([^<>]*))?>")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})  # noqa: RUF001
_DASHES = str.maketrans({"–": "-", "—": "-", "‒": "-", "―": "-", "−": "-", "‐": "-", "‑": "-"})  # noqa: RUF001
_JOINERS = frozenset("\u200d\u200c\ufe0f\ufe0e") | {chr(c) for c in range(0xE0020, 0xE0080)}


def clean(text: str) -> str:
    """What may be stored: NFC, no lone surrogates, control, bidi or private characters, few marks on one letter.

    Emoji joined by ZWJ, variation selectors and tag flags stay. clean(clean(x)) == clean(x).
    """
    if text.isascii() and text.isprintable():
        return text  # most of what is typed has nothing to take out
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n").replace("\r", "\n")
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char in "\u00a0\u202f\u2007\u3000\t":
            char = " "
        elif char in _JOINERS:
            if not kept or kept[-1].isspace():
                continue  # there is nothing that it could join
        elif char == "\n":
            pass
        elif category in {"Cc", "Cf", "Co", "Cs"}:
            continue
        if char not in _JOINERS:  # which stand between marks, and begin no new letter
            marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= MARKS or char in _JOINERS:
            kept.append(char)
    # Capping the marks, or taking out what stood between, may leave something that composes.
    return unicodedata.normalize("NFC", "".join(kept))


def unslack(text: str) -> str:
    """Slack's escapes as what they are: links and channels become their text, ``&amp;`` becomes ``&``.

    A mention becomes ``U1|name`` between two marks that typed text cannot hold, since ``clean`` takes them out.
    """
    text = unlinked(_USER.sub(lambda m: f"{OPEN}{m[1]}|{m[2] or ''}{SHUT}", text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unlinked(text: str) -> str:
    """Links and channels as their text; mentions and escapes stay as Slack sent them, so that it can be read once more."""
    text = _CHANNEL.sub(lambda m: f"#{m[2] or m[1]}", text)
    text = _LINK.sub(lambda m: m[2] or m[1], text)
    return _SPECIAL.sub(lambda m: f"@{m[2].lstrip('@') if m[2] else m[1]}", text)


def typed(text: str) -> str:
    """What a person typed, cleaned, with mentions still marked."""
    return unslack(clean(text)).strip()


def unmarked(text: str, names: Mapping[str, str] | None = None) -> str:
    """The words to keep: a mention that names no owner stands as ``@name``. ``names`` are people's by id, for a mention
    that says none."""
    return _MARKED.sub(lambda m: "@" + (m[2] or (names or {}).get(m[1], m[1])), text).strip()


def plain(text: str) -> str:
    """The words to understand: also with straight quotes, short dashes and single spaces."""
    return " ".join(straight(text).split())


def straight(text: str) -> str:
    """One character for one, so that places found here hold in the words as typed."""
    return text if text.isascii() else text.translate(_QUOTES).translate(_DASHES)
