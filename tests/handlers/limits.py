"""Slack's limits on a message (docs.slack.dev, Block Kit), checked on every card that any journey brings."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def must_fit(body: Json) -> None:
    blocks = body["blocks"]
    assert 1 <= len(blocks) <= 50
    assert 1 <= len(body["text"]) <= 300
    assert sum(_text(block) for block in blocks) <= 13_000
    ids = [one["action_id"] for block in blocks if block["type"] == "actions" for one in block["elements"]]
    named = [block["block_id"] for block in blocks if "block_id" in block]
    for group in (ids, named):
        assert len(group) == len(set(group))
        assert all(1 <= len(one) <= 255 for one in group)
    for block in blocks:
        assert block["elements"]
        if block["type"] == "actions":
            assert len(block["elements"]) <= 25
            for one in block["elements"]:
                _control(one)
        elif block["type"] == "context":
            assert len(block["elements"]) <= 10


def _text(block: Any) -> int:
    if isinstance(block, list):
        return sum(_text(one) for one in block)
    if not isinstance(block, dict):
        return 0
    own = block.get("text")
    if isinstance(own, str):
        assert 1 <= len(own) <= 3000
        return len(own)
    return sum(_text(value) for value in block.values())


def _control(one: Json) -> None:
    if one["type"] == "button":
        assert 1 <= len(one["text"]["text"]) <= 75
        assert 1 <= len(one["value"]) <= 2000
    elif one["type"] == "static_select":
        assert len(one["placeholder"]["text"]) <= 150
        assert 1 <= len(one["options"]) <= 100
        for option in one["options"]:
            assert 1 <= len(option["text"]["text"]) <= 75
            assert 1 <= len(option["value"]) <= 150
    else:
        assert one["type"] == "datetimepicker"
        assert len(str(one["initial_date_time"])) == 10
