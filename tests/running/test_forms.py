"""Forms, menus, shortcuts and the search, from a person's hand in the sandbox to a real ``kept serve`` and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.core import Sandbox
from bot.sandbox.shortcuts import Shortcut
from handlers.cards import handoff
from handlers.cards.printed import printed
from handlers.cards.shortcuts import SHORTCUTS
from tests.running.other_slack import SECRET, TOKEN
from tests.running.processes import House
from tests.types.noted import note_all

ANA, BEN, PRIYA, ROOM = "U0ANA", "U0BEN", "U0PRIYA", "C0MAPLE"
Json = dict[str, Any]


class Address(NamedTuple):
    address: str


class Desk:
    """What people do in the sandbox; ``box`` is the sandbox."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box

    def form(self, who: str, line: str) -> Json:
        """Type a command with nothing after it, and wait for its form."""
        command, _, text = line.partition(" ")
        assert self.box.command(who, ROOM, command, text).status == 200
        return self.opened(who)

    def opened(self, who: str, title: str = "") -> Json:
        def there() -> Json | None:
            top = self.box.modal(who)
            return top if top and top["title"]["text"] != "Kept" and title in top["title"]["text"] else None
        return self.box.wait_for(there)

    def send(self, who: str, **values: Any) -> str:
        """Fill in and submit; what stands in place of the form, as a person reads it."""
        self.box.submit(who, values)
        top = self.box.modal(who)
        assert top["errors"] == {}
        return self.read(top)

    def wrong(self, who: str, **values: Any) -> dict[str, str]:
        self.box.submit(who, values)
        return self.box.modal(who)["errors"]

    def read(self, shown: Json) -> str:
        return printed(shown, ZoneInfo("America/New_York"), {})

    def reads(self, who: str, says: str) -> str:
        """Wait until the modal on top says this."""
        return self.box.wait_for(lambda: (top := self.box.modal(who)) and says in self.read(top) and self.read(top))

    def choose(self, who: str, menu: str, typed: str) -> str:
        """The value of the first thing a menu offers."""
        return self.box.options(who, menu, typed)[0][1]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox(SECRET, TOKEN)
    made.shortcuts = [Shortcut(one.name, one.label, one.kind) for one in SHORTCUTS]
    made.start()
    yield made
    made.stop()
    note_all(made.payloads)


@pytest.fixture
def desk(box: Sandbox, tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with House(tmp_path, database_url, Address(box.api_url)) as house:
        box.app_url = house.url
        house.serve()
        made = Desk(box)
        made.form(PRIYA, "/kept setup")
        made.choose(PRIYA, "zone", "new york")
        assert "This channel is a care team now" in made.send(PRIYA, zone="America/New_York", digest="08:15")
        made.form(ANA, "/kept patient")
        assert "rosa-m is a patient" in made.send(ANA, alias="rosa-m")
        box.close(ANA, everything=True)
        yield made
        assert box.refused == []


def test_a_concern_from_an_empty_command_to_its_card_and_its_buttons(desk: Desk) -> None:
    form = desk.form(ANA, "/concern")
    assert form["title"]["text"] == "Keep a concern"
    assert desk.box.submit(ANA, {"words": "afraid"}).body == {"text": "required"}
    card = desk.send(ANA, patient=desk.choose(ANA, "patient", "ros"), words="afraid of the bill & <!channel>")
    assert "Kept as #1." in card
    assert "> afraid of the bill & <!channel>" in card
    desk.box.press_modal(ANA, "edit")
    edit = desk.opened(ANA, "Put #1 right")
    assert edit["values"]["words"] == {"words": "afraid of the bill & <!channel>"}
    assert "has its new words" in desk.send(ANA, words="afraid of the rent")
    desk.box.press_modal(ANA, "undo")
    assert "> afraid of the bill" in desk.reads(ANA, "Undone")


def test_a_promise_to_a_new_patient_with_its_time_put_right(desk: Desk) -> None:
    desk.form(BEN, "/promise")
    new = desk.choose(BEN, "patient", "noor-k")
    wrong = desk.wrong(BEN, patient=new, words="call her", when="Feb 30")
    assert "no such date" in wrong["when"]
    assert desk.box.modal(BEN)["values"]["words"] == {"words": "call her"}
    assert "due " in desk.send(BEN, when="in 2 working days")
    assert "noor-k" in desk.read(desk.box.modal(BEN))


def test_a_stale_form_keeps_what_was_typed_and_says_what_changed(desk: Desk) -> None:
    desk.box.command(ANA, ROOM, "/barrier", "rosa no ride")
    desk.form(BEN, "/kept edit")
    desk.box.submit(BEN, {"item": desk.choose(BEN, "all", "1")})
    desk.opened(BEN, "Put #1 right")
    desk.box.command(ANA, ROOM, "/kept", "edit 1 no ride on Tuesdays")
    banner = desk.send(BEN, words="no bus", urgency="urgent")
    assert "#1 changed while this form was open." in banner
    assert "> no ride on Tuesdays" in banner
    top = desk.box.modal(BEN)
    assert (top["submit"]["text"], top["values"]["words"]) == ("Save anyway", {"words": "no bus"})
    assert "> no bus" in desk.send(BEN)


def test_what_looks_like_an_identifier_is_asked_about_in_the_form_and_on_a_card(desk: Desk) -> None:
    desk.form(ANA, "/concern")
    asked = desk.send(ANA, patient=desk.choose(ANA, "patient", "ros"), words="afraid, SSN 219-09-9999")
    assert "Social Security number: •••-••-••99" in asked
    top = desk.box.modal(ANA)
    assert top["title"]["text"] == "Keep a concern"
    assert top["values"]["words"] == {"words": "afraid, SSN 219-09-9999"}
    assert "> afraid, SSN [Social Security number left out]" in desk.send(ANA)
    desk.box.close(ANA, everything=True)
    desk.box.command(ANA, ROOM, "/concern", "rosa call 617-555-0123")
    desk.box.press(ANA, desk.box.ephemerals(ANA)[-1], "save_anyway")
    desk.box.wait_for(lambda: [one for one in desk.box.ephemerals(ANA) if "617-555-0123" in desk.read(one)])


def test_a_card_in_the_channel_leads_to_its_form(desk: Desk) -> None:
    desk.box.command(ANA, ROOM, "/commit", "rosa call her in 2 working days")
    card = desk.box.ephemerals(ANA)[-1]
    desk.box.press(ANA, card, "late")
    assert "Words that may help" in desk.read(desk.opened(ANA, "It will be late"))
    assert "and the patient knows" in desk.send(ANA, when="in 3 working days", told=["told"])
    desk.box.close(ANA, everything=True)
    desk.box.press(ANA, card, "more")
    desk.opened(ANA, "More for #1")
    desk.box.press_modal(ANA, "withdraw")
    desk.opened(ANA, "No longer needed")
    assert "is withdrawn" in desk.send(ANA, words="her sister drives her")


def test_a_message_becomes_a_barrier_and_is_found_again(desk: Desk) -> None:
    said = desk.box.say(BEN, ROOM, "rosa has no ride & <no> money since Tuesday")
    desk.box.shortcut(ANA, "log_barrier", said)
    form = desk.opened(ANA, "Keep a barrier")
    assert form["values"]["words"] == {"words": "rosa has no ride & <no> money since Tuesday"}
    assert "From a message" in desk.send(ANA, patient=desk.choose(ANA, "patient", "rosa"))
    links = [one["url"] for block in desk.box.modal(ANA)["blocks"] if block["type"] == "rich_text"
             for part in block["elements"] for one in part["elements"] if one["type"] == "link"]
    assert links == [f"https://{desk.box.workspace.domain}.slack.com/archives/{ROOM}/p{said['ts'].replace('.', '')}"]
    desk.box.close(ANA, everything=True)
    desk.box.shortcut(BEN, "search")
    desk.opened(BEN, "Find")
    assert "One found" in desk.send(BEN, words="RIDE tuesday")
    desk.box.press_modal(BEN, "show")
    assert "created" in desk.reads(BEN, "created")


def test_what_cannot_be_shown_in_a_form_is_said_where_it_was_typed(desk: Desk) -> None:
    def answers() -> list[str]:
        return [desk.read(one) for one in desk.box.ephemerals(BEN)]

    for kind, line, says in (("not_found", "/concern", ""), ("hash_conflict", "/barrier", ""),
                             ("invalid_arguments", "/kept accept", handoff.NO_OFFERS)):
        before = len(answers())
        desk.box.fail_next("views.update", kind)
        command, _, text = line.partition(" ")
        assert desk.box.command(BEN, ROOM, command, text).status == 200
        if says:
            desk.box.wait_for(lambda before=before: len(answers()) > before)
            assert says in answers()[-1]
        else:
            desk.box.wait_for(lambda: desk.box.api.faults.waiting() == {})
        desk.box.close(BEN, everything=True)
    # A form that was closed, or changed meanwhile, is quiet.
    assert len(answers()) == 1


def test_a_contact_about_several_items_and_a_hand_over_with_a_reason_against_it(desk: Desk) -> None:
    for line in ("/concern rosa afraid of the bill", "/barrier rosa no ride"):
        command, _, text = line.partition(" ")
        desk.box.command(ANA, ROOM, command, text)
    desk.box.command(BEN, ROOM, "/kept", "help")
    assert desk.form(ANA, "/kept visit")["values"]["way"] == {"way": "visit"}
    offered = [value for _, value in desk.box.options(ANA, "open", "rosa")]
    card = desk.send(ANA, patient=desk.choose(ANA, "patient", "rosa"), about=offered, minutes="1h 5m", words="she is relieved")
    assert "About #1, #2" in card
    assert "Visit · reached · 65 minutes" in card
    desk.box.close(ANA, everything=True)
    desk.form(ANA, "/kept handoff")
    given = {"patient": desk.choose(ANA, "patient", "rosa"), "items": [desk.choose(ANA, "givable", "2")]}
    assert "Offered: #2\n" in desk.send(ANA, **given, owner=BEN, words="she prefers mornings")
    desk.form(BEN, "/kept decline")
    assert "#3 is declined" in desk.send(BEN, item=desk.choose(BEN, "offers", "3"), words="I am away")
