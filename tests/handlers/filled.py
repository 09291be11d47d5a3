"""A form as a person has it before them: what stands in its fields, what they fill in, and what Slack would send of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.limits import view_fault
from handlers.cards.printed import printed
from handlers.cards.view import View
from handlers.case import Entry
from tests.types.noted import note

Block = dict[str, Any]


def must_fit_view(body: dict[str, Any]) -> None:
    """Slack's limits on a modal: the sandbox's one table, and what Slack's own SDK says."""
    broken = view_fault(body, "modal")
    assert broken is None, broken
    note("modal", body)


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

    @property
    def text(self) -> str:
        """What is written above and between its fields."""
        return printed({"blocks": [block for block in self.body["blocks"] if block["type"] != "input"]},
                       ZoneInfo("America/New_York"), {})

    def buttons(self) -> list[Block]:
        return [one for block in self.body["blocks"] if block["type"] == "actions" for one in block["elements"]]

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
    several = {"checkboxes": "initial_options", "multi_users_select": "initial_users",
               "multi_external_select": "initial_options"}
    if element["type"] in several:
        chosen = element.get(several[element["type"]], [])
        return tuple(one["value"] if isinstance(one, dict) else one for one in chosen)
    for name in ("initial_value", "initial_user", "initial_time", "initial_date_time"):
        if name in element:
            return str(element[name])
    option = element.get("initial_option")
    return option["value"] if option else None
