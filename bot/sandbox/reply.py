"""What a person's act came to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from bot.sandbox.checks import Node

Json = Node


@dataclass
class Reply:
    """What came back: the HTTP status (0 when unreachable or late) and the body, or what Slack says instead of one."""

    status: int
    body: Json = field(default_factory=dict)


def read(text: str) -> Json:
    """An answer's body: an object, or plain text, which Slack shows as it is."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else {}
    return found if isinstance(found, dict) else {"text": text}
