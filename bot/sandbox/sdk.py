"""A second opinion on what an app sends: Slack's own models for Python, which know some of its rules too."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.checks import Broken


def second_opinion(sent: Any) -> None:
    """``sent`` is a message's list of blocks, or a view. Raises Broken."""
    place = "view" if isinstance(sent, dict) else "blocks"
    # Copied first: the models take parts out of what they are given.
    own = deepcopy(sent)
    try:
        if isinstance(own, dict):
            View(**own).to_dict()
        for number, one in enumerate(own["blocks"] if isinstance(own, dict) else own):
            parsed = Block.parse(one)
            if parsed is None:
                raise Broken(f"{place}/{number}", "a block that Slack's models do not know")
            parsed.to_dict()
    except SlackObjectFormationError as wrong:
        raise Broken(place, str(wrong)) from None
    except (TypeError, ValueError, AttributeError) as wrong:
        raise Broken(place, f"Slack's models cannot read it: {type(wrong).__name__}") from None
