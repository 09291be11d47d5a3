"""Slack's limits, from the sandbox's one table, checked on every card and every Home that any journey brings."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.views import View

from bot.sandbox.limits import fault, view_fault

PHONE = 300  # characters of the summary: what a phone shows, and never content


def must_fit(body: dict[str, Any]) -> None:
    broken = fault(body["text"], body["blocks"])
    assert broken is None, broken
    assert 1 <= len(body["text"]) <= PHONE


def must_fit_home(view: dict[str, Any]) -> None:
    """By the sandbox's table, and by Slack's own library."""
    broken = view_fault(view, "home")
    assert broken is None, broken
    View(**view).validate_json()
