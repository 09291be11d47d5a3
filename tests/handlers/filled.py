"""A form as a person has it before them: what stands in its fields, what they fill in, and what Slack would send of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.views import View as Checked

from handlers.cards.view import View
from handlers.case import Entry

Block = dict[str, Any]
IDS, VIEW_BYTES, INITIAL, OPTIONS = 255, 250_000, 3000, 100


def must_fit_view(body: dict[str, Any]) -> None:
    """Slack's limits on a modal (SLACK.md): those of its SDK, and those it leaves out."""
    Checked(**body).to_dict()
    assert len(json.dumps(body)) <= VIEW_BYTES
    assert len(json.loads(body["private_metadata"])) == 2
    inputs = [block for block in body["blocks"] if block["type"] == "input"]
    assert not inputs or body.get("submit"), "a modal with an input needs submit"
    ids = [block["block_id"] for block in body["blocks"] if "block_id" in block]
    actions = [one["action_id"] for block in body["blocks"] for one in elements(block)]
    assert len(set(ids)) == len(ids)
    assert len(set(actions)) == len(actions)
    assert all(0 < len(name) <= IDS for name in [*ids, *actions])
    for block in inputs:
        element = block["element"]
        assert block["label"]["text"]
        assert len(block["label"]["text"]) <= 2000
        assert len(block.get("hint", {}).get("text", "")) <= 2000
        assert len(element.get("initial_value", "")) <= min(INITIAL, element.get("max_length", INITIAL))
        assert len(element.get("placeholder", {}).get("text", "")) <= 150
        assert len(element.get("options", ())) <= (10 if element["type"] in {"checkboxes", "radio_buttons"} else OPTIONS)
        for one in [*element.get("options", ()), *initial(element)]:
            assert 0 < len(one["text"]["text"]) <= 75
            assert 0 < len(one["value"]) <= 150


def elements(block: Block) -> list[Block]:
    if block["type"] == "input":
        return [block["element"]]
    return list(block["elements"]) if block["type"] == "actions" else []


def initial(element: Block) -> list[Block]:
    return [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]


@dataclass
class Form:
    """A modal that came back."""

    view: View

    def __post_init__(self) -> None:
        self.body = self.view.body()
        must_fit_view(self.body)

    @property
    def inputs(self) -> dict[str, Block]:
        return {block["block_id"]: block for block in self.body["blocks"] if block["type"] == "input"}

    def fields(self) -> dict[str, Entry]:
        """What stands in it before anyone fills anything in."""
        return {name: _entry(block["element"]) for name, block in self.inputs.items()}

    def filled(self, given: dict[str, Entry]) -> dict[str, Entry]:
        """With what a person fills in: what the control would let them, and nothing required left empty."""
        for name, value in given.items():
            element = self.inputs[name]["element"]
            values = {one["value"] for one in element.get("options", ())}
            assert not values or set(_all(value)) <= values, f"{name} does not offer {value}"
        found = {**self.fields(), **given}
        missing = [name for name, block in self.inputs.items() if not block["optional"] and not found[name]]
        assert not missing, f"Slack would not send it without {missing}"
        return found


def _all(value: Entry) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


def _entry(element: Block) -> Entry:
    several = {"checkboxes": "initial_options", "multi_users_select": "initial_users"}
    if element["type"] in several:
        chosen = element.get(several[element["type"]], [])
        return tuple(one["value"] if isinstance(one, dict) else one for one in chosen)
    for name in ("initial_value", "initial_user", "initial_time", "initial_date_time"):
        if name in element:
            return str(element[name])
    option = element.get("initial_option")
    return option["value"] if option else None
