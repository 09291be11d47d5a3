"""Slack's limits, from the sandbox's one table, checked on every card that any journey brings."""

from __future__ import annotations

from typing import Any

from bot.sandbox.limits import fault

PHONE = 300  # characters of the summary: what a phone shows, and never content


def must_fit(body: dict[str, Any]) -> None:
    broken = fault(body["text"], body["blocks"])
    assert broken is None, broken
    assert 1 <= len(body["text"]) <= PHONE
