"""What rich text may hold: sections, quotes and lists of text, people, channels, dates, links and emoji."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.checks import LIMITS, Broken, Node, address, many, one_of, shape, string, whole

STYLES = {"text": {"bold", "italic", "strike", "code"}, "link": {"bold", "italic", "strike", "code"},
          "user": {"bold", "italic", "strike", "highlight", "client_highlight", "unlink"},
          "channel": {"bold", "italic", "strike", "highlight", "client_highlight", "unlink"}}
TOKENS = frozenset({"date_num", "date", "date_short", "date_long", "date_pretty", "date_short_pretty", "date_long_pretty",
                    "date_slash", "time", "time_secs", "ago", "day_divider_pretty"})
ENDLESS = 1_000_000  # no limit of their own: the message's whole text has one


def rich_text(node: Node, place: str) -> None:
    for number, one in enumerate(many(node["elements"], f"{place}/elements", ENDLESS)):
        spot = f"{place}/elements/{number}"
        kind = one_of(one.get("type") if isinstance(one, dict) else None, f"{spot}/type",
                      "rich_text_section", "rich_text_quote", "rich_text_list")
        if kind == "rich_text_list":
            _list(one, spot)
        else:
            shape(one, spot, "elements", "border" if kind == "rich_text_quote" else "")
            _inline(one, spot)


def _list(node: Node, place: str) -> None:
    shape(node, place, "style elements", "indent offset border")
    one_of(node["style"], f"{place}/style", "bullet", "ordered")
    whole(node.get("indent", 0), f"{place}/indent", 0, LIMITS["indent"])
    whole(node.get("offset", 0), f"{place}/offset")
    whole(node.get("border", 0), f"{place}/border", 0, 1)
    for number, one in enumerate(many(node["elements"], f"{place}/elements", ENDLESS)):
        spot = f"{place}/elements/{number}"
        shape(one, spot, "elements")
        one_of(one.get("type"), f"{spot}/type", "rich_text_section")
        _inline(one, spot)


def _inline(node: Node, place: str) -> None:
    for number, one in enumerate(many(node["elements"], f"{place}/elements", ENDLESS)):
        spot = f"{place}/elements/{number}"
        kind = one_of(one.get("type") if isinstance(one, dict) else None, f"{spot}/type", *INLINE)
        INLINE[kind](one, spot)
        _style(one.get("style"), STYLES.get(kind, {"bold", "italic", "strike"}), f"{spot}/style")


def _style(style: Any, allowed: set[str], place: str) -> None:
    if style is None:
        return
    for name, value in shape(style, place, "", " ".join(allowed)).items():
        one_of(value, f"{place}/{name}", True, False)


def _text(node: Node, place: str) -> None:
    string(shape(node, place, "text", "style")["text"], f"{place}/text", ENDLESS)


def _user(node: Node, place: str) -> None:
    if not re.fullmatch(r"[UW][A-Z0-9]+", string(shape(node, place, "user_id", "style")["user_id"], place, 255)):
        raise Broken(f"{place}/user_id", "no such person")


def _channel(node: Node, place: str) -> None:
    if not re.fullmatch(r"[CG][A-Z0-9]+", string(shape(node, place, "channel_id", "style")["channel_id"], place, 255)):
        raise Broken(f"{place}/channel_id", "no such channel")


def _date(node: Node, place: str) -> None:
    shape(node, place, "timestamp format", "fallback url style")
    whole(node["timestamp"], f"{place}/timestamp")
    tokens = re.findall(r"\{([^{}]*)\}", string(node["format"], f"{place}/format", LIMITS["text"]))
    if not tokens or not set(tokens) <= TOKENS:
        raise Broken(f"{place}/format", "unknown date token, or none")
    if "fallback" in node:
        string(node["fallback"], f"{place}/fallback", LIMITS["text"])
    if "url" in node:
        address(node["url"], f"{place}/url", LIMITS["url"])


def _link(node: Node, place: str) -> None:
    shape(node, place, "url", "text unsafe style")
    address(node["url"], f"{place}/url", LIMITS["url"])
    if "text" in node:
        string(node["text"], f"{place}/text", ENDLESS)


def _emoji(node: Node, place: str) -> None:
    if not re.fullmatch(r"[a-z0-9_+'-]+", string(shape(node, place, "name", "unicode skin_tone style")["name"], place, 100)):
        raise Broken(f"{place}/name", "no such emoji")


INLINE = {"text": _text, "user": _user, "channel": _channel, "date": _date, "link": _link, "emoji": _emoji}
