"""Words that suggest self-harm or violence (SPEC 2, Danger). A person answers; this only decides to ask."""

from __future__ import annotations

import re

from handlers.language.words import plain

_WHO = r"(?:her|his|their|the|my|a|an) (?:own )?(?:ex[- ]?)?(?:boyfriend|girlfriend|husband|wife|partner|father|mother|" \
       r"dad|mom|son|daughter|brother|sister|uncle|ex|stepfather|stepmother|roommate|caregiver|him|man)"
_SIGNS = re.compile("|".join((
    r"\bsuicid(?:e|al)\b", r"\bkill(?:ing)? (?:my|her|him|them)sel(?:f|ves)\b", r"\bself[- ]harm",
    r"\b(?:wants?|wish(?:es|ed)?|wanted|wanting|hoping|ready) (?:to die|to be dead|(?:s?he|i|they) (?:was|were) dead)\b",
    r"\bend (?:it all|her life|his life|my life|their life)\b", r"\bbetter off (?:dead|without (?:me|her|him))\b",
    r"\bno reason to live\b", r"\b(?:hurt|harm|cut)(?:s|ting|ing)? (?:my|her|him|them)sel(?:f|ves)\b",
    r"\b(?:don't|doesn't|do not|does not|didn't) want to (?:live|be here|wake up)\b", r"\boverdos(?:e|ing)\b",
    rf"\b(?:scared|afraid|frightened|terrified) of (?:{_WHO}|him|them at home)\b",
    rf"\b(?:he|she|they|{_WHO}) (?:hits?|beats?|chokes?|choked|hit|beat|slaps?|kicks?|punch(?:es|ed)?|threatens?"
    r"|threatened|hurts?) (?:me|her|him|them|the kids|the children)\b",
    r"\b(?:being|is|was|gets?) (?:hit|beaten|choked|abused|threatened|stalked)\b",
    r"\babus(?:ive|es|ed) (?:her|him|partner|husband|wife|boyfriend|relationship)\b",
    r"\bdomestic violence\b", r"\b(?:has|got|have) a (?:gun|knife)\b",
    r"\bnot safe (?:at home|with)\b", r"\bunsafe at home\b",
    r"\b(?:going|wants?|threatens?) to (?:kill|hurt) (?:me|her|him|them|someone)\b",
)))


def suggests(text: str) -> bool:
    return _SIGNS.search(plain(text).casefold()) is not None
