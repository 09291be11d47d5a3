"""Slack's published limits, in one table, and the smallest checks, each naming the place that broke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Lengths are in characters.
LIMITS: Mapping[str, int] = {
    "blocks": 50, "all_text": 13_000, "post": 40_000, "update": 4000, "id": 255, "text": 3000, "header": 150,
    "fields": 10, "field": 2000, "button": 75, "value": 2000, "url": 3000, "label": 75, "option_value": 150,
    "placeholder": 150, "options": 100, "groups": 100, "overflow_least": 2, "overflow": 5, "actions": 25, "context": 10,
    "confirm_title": 100, "confirm_text": 300, "confirm_button": 30, "rows": 100, "cells": 20, "tables": 1, "indent": 8,
    "stack": 3, "view_bytes": 250_000, "view_blocks": 100, "title": 24, "submit": 24, "close": 24, "callback_id": 255,
    "external_id": 255, "private_metadata": 3000, "input_label": 2000, "hint": 2000, "typed": 3000, "checkboxes": 10,
    "radio": 10, "focus": 1,
}

Node = dict[str, Any]


class Broken(Exception):
    """Something in a message or a view that Slack would refuse, in the words of its own messages."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{why} [json-pointer:/{place}]")


def shape(node: Any, place: str, needs: str, may: str = "") -> Node:
    """An object with exactly the keys named, ``type`` apart: Slack refuses additional properties too."""
    if not isinstance(node, dict):
        raise Broken(place, "must be an object")
    needed = set(needs.split())
    if missing := needed - set(node):
        raise Broken(place, f"missing {', '.join(sorted(missing))}")
    if extra := set(node) - needed - set(may.split()) - {"type"}:
        raise Broken(place, f"invalid additional property {', '.join(sorted(map(str, extra)))}")
    return node


def string(value: Any, place: str, most: int, least: int = 1) -> str:
    if not isinstance(value, str):
        raise Broken(place, "must be a string")
    if not least <= len(value) <= most:
        raise Broken(place, f"{len(value)} characters, from {least} to {most}")
    return value


def many(value: Any, place: str, most: int, least: int = 1) -> list[Any]:
    if not isinstance(value, list):
        raise Broken(place, "must be a list")
    if not least <= len(value) <= most:
        raise Broken(place, f"{len(value)} items, from {least} to {most}")
    return value


def one_of(value: Any, place: str, *allowed: Any) -> Any:
    if value not in allowed or isinstance(value, bool) != any(isinstance(one, bool) for one in allowed):
        raise Broken(place, f"{value!r} is none of {', '.join(map(repr, allowed))}")
    return value


def flag(value: Any, place: str) -> bool:
    return bool(one_of(value, place, True, False))


def whole(value: Any, place: str, least: int = 0, most: int = 99_999_999_999) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Broken(place, f"must be a whole number from {least} to {most}")
    return value


def address(value: Any, place: str, most: int) -> str:
    if not string(value, place, most).startswith(("http://", "https://", "mailto:", "tel:")):
        raise Broken(place, "must be an address")
    return str(value)
