"""A second opinion on what an app sends: Slack's own models for Python, which know some of its rules too."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, BlockElement
from slack_sdk.models.views import View

from bot.sandbox.checks import Broken


def second_opinion(sent: Any) -> None:
    """``sent`` is a message's list of blocks, a view, or an answer with options. Raises Broken."""
    # Copied first: the models take parts out of what they are given.
    own, models = deepcopy(sent), list[Any]()
    try:
        if isinstance(own, list):
            models = [Block.parse(one) for one in own]
        elif "blocks" in own:
            models = [View(**own), *(Block.parse(one) for one in own["blocks"])]
        else:
            # An answer without any option is taken, but no menu may be made of it.
            models = [BlockElement.parse({"type": "static_select", "action_id": "a", **own})] if any(own.values()) else []
        for number, one in enumerate(models):
            if one is None:
                raise Broken(str(number), "Slack's models do not know it")
            one.to_dict()
    except SlackObjectFormationError as wrong:
        raise Broken("", str(wrong)) from None
    except (TypeError, ValueError, AttributeError) as wrong:
        raise Broken("", f"Slack's models cannot read it: {type(wrong).__name__}") from None
