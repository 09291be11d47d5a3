"""Slack's limits, from the sandbox's one table, checked on every card, Home and menu that any journey brings."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.views import View

from bot.sandbox.limits import fault, options_fault, view_fault
from handlers.cards.blocks import option
from tests.types.noted import note

PHONE = 300  # characters of the summary: what a phone shows, and never content


def must_fit(body: dict[str, Any]) -> None:
    broken = fault(body["text"], body["blocks"])
    assert broken is None, broken
    assert 1 <= len(body["text"]) <= PHONE
    note("message", body["blocks"])


def must_fit_home(view: dict[str, Any]) -> None:
    """By the sandbox's table, and by Slack's own library."""
    broken = view_fault(view, "home")
    assert broken is None, broken
    View(**view).validate_json()
    note("home", view)


def must_fit_options(found: list[tuple[str, str]]) -> None:
    """What a menu with a search answers, as (label, value); the app answers with its options alone."""
    body = {"options": [option(label, value) for label, value in found]}
    broken = options_fault(body)
    assert broken is None, broken
    note("options", body)
