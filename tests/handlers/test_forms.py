"""Every form, once well filled in and once not: a mistake stands at its field, saves nothing, and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from handlers.cards import words
from handlers.case import Entry
from handlers.contact import SAID
from handlers.table import BLANK, FORMS, OPENERS
from models.audit import SYSTEM, AuditRow
from models.history import History
from models.patient import Patient
from models.team import CareTeam, TeamMember
from tests.handlers.conftest import ANA, BEN, CAM, HOME, NOW, PEOPLE, Reply, Team
from tests.handlers.filled import Form

CONCERN, BARRIER, PROMISE = "/concern rosa afraid of the bill", "/barrier rosa no ride", "/commit rosa call her by Friday 3pm"
BOTH = (CONCERN, BARRIER)
OFFERS = (f"{BEN} {BARRIER}", f"{BEN} /kept handoff 1 @ana she prefers mornings")
PICKED = str(int(NOW.timestamp()) + 86_400)
ALL_DAY = {"zone": "America/Chicago", "leads": (BEN,), "opens": "08:00", "closes": "16:00", "digest": "07:45",
           "days": ("mon", "tue", "sat"), "apart": "sat 9-12", "holidays": "US", "closed": "2026-12-24 Staff day",
           "detail": "full", "join": "open", "dates": "dmy"}

# form: (typed before, the verb that opens it, what is filled in, what the card says). Items are named by their numbers,
# and what someone else types begins with who they are.
GOOD: dict[str, tuple[tuple[str, ...], str, dict[str, Any], str]] = {
    "form.concern": ((), "concern", {"patient": "rosa", "words": "afraid of the bill"}, "> afraid of the bill"),
    "form.barrier": ((), "barrier", {"patient": "rosa", "words": "no ride", "urgency": "urgent", "owner": BEN},
                     "#1 · Urgent barrier · rosa-m"),
    "form.commit": (BOTH, "commit", {"patient": "rosa", "words": "call her", "when": "Friday 3pm", "about": 2},
                    "due Fri Nov 27, 3:00 PM"),
    "form.late": ((PROMISE,), "late", {"item": 1, "when": "Dec 1 noon", "told": ("told",), "why": "no slot left"},
                  "#1 has a new time, and the patient knows"),
    "form.done": ((PROMISE,), "done", {"item": 1, "words": "she was glad", "told": ("told",)}, "#1 is kept"),
    "form.broken": ((PROMISE,), "broken", {"item": 1, "words": "they closed"}, "marked as not kept. Please tell"),
    "form.withdraw": ((PROMISE,), "withdraw", {"item": 1}, "#1 is withdrawn"),
    "form.stop": (("/commit rosa call every Monday at 9",), "stop", {"item": 1}, "#1 does not come round again"),
    "form.resolve": ((BARRIER,), "resolve", {"item": 1, "words": "ride booked", "known": "confirmed"},
                     "Resolved, the patient confirms"),
    "form.cannot": ((BARRIER,), "cannot", {"item": 1, "words": "no funds; offered the pantry", "told": ("told",)},
                    "the limit is recorded, and the patient knows"),
    "form.answer": ((CONCERN,), "answer", {"item": 1, "words": "called her"}, "had its first contact"),
    "form.settle": ((CONCERN,), "settle", {"item": 1, "confirmed": ("confirmed",)}, "#1 is settled"),
    "form.told": ((BARRIER, "/kept resolve 1 booked, assumed"), "told", {"item": 1, "words": "glad"}, "the patient knows"),
    "form.reopen": ((PROMISE, "/kept done 1"), "reopen", {"item": 1}, "#1 is open again"),
    "form.snooze": ((BARRIER,), "snooze", {"item": 1, "when": "Wednesday"}, "is held until Wednesday"),
    "form.assign": ((PROMISE,), "assign", {"item": 1, "owner": BEN, "words": "he knows her"}, "with @U2"),
    "form.show": ((PROMISE,), "show", {"item": 1}, "created · @U1"),
    "form.why": ((PROMISE,), "why", {"item": 1}, "to @U1: a promise reaches its owner when it is due"),
    "form.edit": ((BARRIER,), "edit", {"words": "no ride, and no bus", "category": "money", "urgency": "low"}, "Money"),
    "form.handoff": (BOTH, "handoff", {"patient": "rosa", "items": (2,), "owner": BEN, "words": "she prefers mornings"},
                     "Offered: #2\n"),
    "form.accept": (OFFERS, "accept", {"item": 2}, "#2: with you now"),
    "form.decline": (OFFERS, "decline", {"item": 2, "words": "I am away"}, "#2 is declined"),
    "form.contact": (BOTH, "visit", {"patient": "rosa", "outcome": "someone else", "minutes": "1h 20m", "about": (1, 2),
                                     "words": "her sister was in"}, "Visit · someone else · 80 minutes"),
    "form.called": ((BARRIER,), "called", {"patient": "rosa", "words": "wants news", "when": "Friday 3pm", "about": 1,
                                           "minutes": "4"}, "Calling back is promised as #2"),
    "form.out": ((PROMISE,), "out", {"owner": BEN, "when": "Friday", "starts": "Wednesday", "cover": ANA},
                 "@U2 is out from Wed Nov 25, 9:00 AM until Fri Nov 27, 9:00 AM"),
    "form.cadence": ((), "cadence", {"patient": "rosa", "words": "weekly"}, "at least every 7 days; next by Mon Nov 30."),
    "form.setup": ((), "setup", ALL_DAY, "hours 08:00 to 16:00, Monday, Tuesday and 09:00 to 12:00, Saturday only"),
    "form.patient": ((), "patient", {"alias": "zoe-q"}, "zoe-q is a patient"),
    "form.find": ((CONCERN,), "find", {"words": "BILL"}, "afraid of the bill"),
}
# form: (typed before, the verb, what is filled in, the field it is wrong at, what is said there)
BAD: dict[str, tuple[tuple[str, ...], str, dict[str, Any], str, str]] = {
    "form.concern": ((), "concern", {"patient": "rosa", "words": " \u202e "}, "words", "words are missing"),
    "form.barrier": ((), "barrier", {"patient": "rosa", "words": "no ride", "owner": CAM}, "owner", "not one confirmed member"),
    "form.commit": ((), "commit", {"patient": "rosa", "words": "call her", "when": "Feb 30"}, "when", "no such date"),
    "form.late": ((PROMISE,), "late", {"item": 1, "told": ("told",)}, "when", "Say the new time"),
    "form.done": ((BARRIER,), "done", {"item": 1}, "item", "#1 is a barrier"),
    "form.broken": ((PROMISE, "/kept done 1"), "broken", {"item": 1}, "item", "#1 is kept already"),
    "form.withdraw": ((CONCERN,), "withdraw", {"item": 1}, "item", "#1 is a concern"),
    "form.stop": ((PROMISE,), "stop", {"item": 1}, "item", "#1 does not repeat"),
    "form.resolve": ((CONCERN,), "resolve", {"item": 1, "known": "assumed"}, "item", "#1 is a concern"),
    "form.cannot": ((BARRIER,), "cannot", {"item": 1, "words": " "}, "words", "words are missing"),
    "form.answer": ((CONCERN, "/kept answer 1"), "answer", {"item": 1}, "item", "answered already"),
    "form.settle": ((BARRIER,), "settle", {"item": 1}, "item", "#1 is a barrier"),
    "form.told": ((BARRIER, "/kept resolve 1 x, confirmed"), "told", {"item": 1}, "item", "knows already"),
    "form.reopen": ((PROMISE,), "reopen", {"item": 1}, "item", "nothing to reopen"),
    "form.snooze": ((BARRIER,), "snooze", {"item": 1, "when": "Dec 24"}, "when", "Five working days"),
    "form.assign": ((PROMISE,), "assign", {"item": 1, "owner": CAM}, "owner", "not one confirmed member"),
    "form.show": ((), "show", {"item": "01890a5d-ac96-774b-bcce-b302099a8057"}, "item", "not here any more"),
    "form.why": ((), "why", {"item": "x"}, "item", "by its number"),
    "form.edit": ((BARRIER,), "edit", {"words": "no ride"}, "words", "says that already"),
    "form.handoff": ((CONCERN, "/kept assign 1 @ben"), "handoff",
                     {"patient": "rosa", "items": (1,), "owner": BEN, "words": "she prefers mornings"}, "items",
                     "#1 is not yours"),
    "form.accept": ((*OFFERS, CONCERN), "accept", {"item": 3}, "item", "#3 is neither a hand-off"),
    "form.decline": ((*OFFERS, "/kept decline 2 x", f"{BEN} /kept handoff 1 @ana once more"), "decline", {"item": 2}, "item",
                     "declined already"),
    "form.contact": ((CONCERN,), "call", {"patient": "rosa", "minutes": "a while"}, "minutes", "such as 12"),
    "form.called": ((), "called", {"patient": "rosa", "when": "Feb 30"}, "when", "no such date"),
    "form.out": ((), "out", {"when": "Friday", "cover": CAM}, "cover", "not one confirmed member"),
    "form.cadence": ((), "cadence", {"patient": "rosa", "words": "now and then"}, "words", "Say how often"),
    "form.setup": ((), "setup", ALL_DAY | {"opens": "17:00"}, "closes", "must open before it closes"),
    "form.patient": ((), "patient", {"alias": "rosa maria"}, "alias", "letters, digits and hyphens"),
    "form.find": ((), "find", {"words": " \u200b "}, "words", "at least one word"),
}


def opened(team: Team, verb: str, given: dict[str, Any]) -> tuple[Form, dict[str, Entry]]:
    """The form of a verb, and what is filled in with names and numbers as the values of its menus."""
    form = team.form(f"/kept {verb}")
    if verb == "edit":
        chosen = team.send(form, item=str(team.item(1).id))
        assert isinstance(chosen, Form)
        form = chosen
    found = dict(given)
    if "patient" in found:
        found["patient"] = team.offered("patient", found["patient"])[0][1]
    for name in ("item", "about", "items"):
        if isinstance(found.get(name), int):
            found[name] = str(team.item(found[name]).id)
        elif isinstance(found.get(name), tuple):
            found[name] = tuple(str(team.item(number).id) for number in found[name])
    return form, found


def typed(team: Team, lines: Sequence[str]) -> None:
    for line in lines:
        who, _, rest = line.partition(" ")
        if who in PEOPLE:
            team.say(rest, user=who)
        else:
            team.say(line)


def test_the_tables_name_every_form() -> None:
    # What takes a patient of another care team is in test_glass.py.
    assert GOOD.keys() == BAD.keys() == FORMS.keys() - {"form.edit_which", "form.breakglass"}
    assert {f"form.{'contact' if verb in SAID else verb}" for verb in BLANK} == GOOD.keys() | {"form.breakglass"}


@pytest.mark.parametrize("name", GOOD)
def test_a_form_well_filled_in(team: Team, name: str) -> None:
    before, verb, given, says = GOOD[name]
    typed(team, before)
    form, fields = opened(team, verb, given)
    card = team.send(form, **fields)
    assert isinstance(card, Reply)
    assert says in card.text
    # What Kept then tells others by itself has rows of its own.
    acts = [row for row in team.rows(AuditRow) if not row.actor.startswith(SYSTEM)]
    assert max(acts, key=lambda row: row.seq).surface == "form"


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_stands_at_its_field_and_saves_nothing(team: Team, name: str) -> None:
    before, verb, given, field, says = BAD[name]
    typed(team, before)
    form, fields = opened(team, verb, given)
    stood = len(team.rows(History)), [(t.zone, t.hours, t.detail) for t in team.rows(CareTeam)], len(team.rows(Patient))
    errors = team.refused(form, **fields)
    assert list(errors) == [field]
    assert says in errors[field]
    assert stood == (len(team.rows(History)), [(t.zone, t.hours, t.detail) for t in team.rows(CareTeam)],
                     len(team.rows(Patient)))


@pytest.mark.parametrize("name", GOOD)
def test_a_form_sent_twice_is_done_once(team: Team, name: str) -> None:
    before, verb, given, _ = GOOD[name]
    typed(team, before)
    form, fields = opened(team, verb, given)
    team.send(form, delivery="V1.hash", **fields)
    rows = len(team.rows(History)), len(team.rows(Patient)), len(team.items())
    again = team.send(form, delivery="V1.hash", **fields)
    assert isinstance(again, Reply)
    assert ("Nothing was entered twice" in again.text) == (name not in {"form.show", "form.why", "form.find"})
    assert rows == (len(team.rows(History)), len(team.rows(Patient)), len(team.items()))


@pytest.mark.parametrize("name", GOOD)
def test_an_outsider_is_refused_as_the_form_is_sent(team: Team, name: str) -> None:
    """Whoever left the channel, or was deactivated, while the form stood open."""
    before, verb, given, _ = GOOD[name]
    typed(team, before)
    form, fields = opened(team, verb, given)
    team.members[HOME] = frozenset({BEN})
    stood = len(team.rows(History)), len(team.rows(Patient))
    errors = team.refused(form, **fields)
    assert next(iter(errors.values())) == words.GONE
    assert stood == (len(team.rows(History)), len(team.rows(Patient)))
    assert team.audited()[-1] == (ANA, name, "refused")


# button: (typed before, the title of the form it opens, the fields of it)
OPENS = {
    "edit": (CONCERN, "Put #1 right", ["words"]), "late": (PROMISE, "It will be late", ["when", "picker", "told", "why"]),
    "cannot": (BARRIER, "We cannot remove it", ["words", "told"]), "broken": (PROMISE, "It will not be kept", ["words", "told"]),
    "withdraw": (PROMISE, "No longer needed", ["words"]), "assign": (CONCERN, "Give it to someone", ["owner", "words"]),
    "hand_over": (BARRIER, "Hand over", ["owner", "words"]),
    "kept_after": (PROMISE, "A promise was kept", ["words", "happened", "told"]),
    "new_contact": ("", "Keep a contact", ["patient", "way", "outcome", "minutes", "about", "words"]),
    "more": (PROMISE, "More for #1", []), "set_up": ("", "Set up this care team", list(ALL_DAY)),
    "new_concern": ("", "Keep a concern", ["patient", "words"]), "find": ("", "Find", ["words"]),
    "new_barrier": ("", "Keep a barrier", ["patient", "words", "category", "urgency", "owner"]),
    "new_promise": ("", "Keep a promise", ["patient", "words", "when", "picker", "about", "owner"]),
    "new_patient": ("", "Add a patient", ["alias"]), "message_in_team": ("", "Keep a concern", ["patient", "words"]),
}


def test_the_table_names_every_button_that_opens_a_form() -> None:
    assert OPENS.keys() == OPENERS


@pytest.mark.parametrize("name", OPENS)
def test_a_button_opens_its_form(team: Team, name: str) -> None:
    before, title, fields = OPENS[name]
    if before:
        team.say(before)
    form = team.form_of_item(name, 1) if before else team.form_of(name, f"t.{team.item_team()}")
    assert form.body["title"]["text"] == title
    assert list(form.inputs) == fields


def test_every_button_of_more_leads_on(team: Team) -> None:
    for number, line in enumerate((PROMISE, BARRIER, CONCERN), 1):
        team.say(line)
        form = team.form_of_item("more", number)
        for one in form.buttons():
            name = one["action_id"].partition("/")[0]
            if name in OPENERS:
                team.form_of(name, one["value"])
            else:
                assert f"#{number}" in team.press(name, one["value"]).text


def test_a_team_is_begun_by_its_form(team: Team) -> None:
    """Nothing is kept until it is sent; the zones can be searched before there is a team."""
    team.members["C2"] = frozenset({BEN, CAM})
    form = team.form("/kept setup", user=BEN, channel="C2")
    assert form.body["title"]["text"] == "Make it a care team"
    assert form.fields()["zone"] == "America/New_York"
    assert ("America/Chicago · 09:00", "America/Chicago") in team.offered("zone", "chicago", user=BEN, channel="C2")
    assert len(team.rows(CareTeam)) == 1
    assert "open before it closes" in str(team.refused(form, user=BEN, channel="C2", closes="08:00"))
    assert len(team.rows(CareTeam)) == 1
    card = team.send(form, user=BEN, channel="C2", leads=(CAM,), zone="America/Chicago")
    assert isinstance(card, Reply)
    assert "This channel is a care team now" in card.text
    led = {p.member_id for p in team.rows(TeamMember) if p.lead and p.team_id == team.item_team("C2")}
    assert len(led) == 2  # who founds it leads it, besides whom they chose


def test_only_a_lead_gets_the_set_up_form_and_someone_has_to_lead(team: Team) -> None:
    assert "Only a lead" in team.say("/kept setup", user=BEN)
    form = team.form("/kept setup")
    assert "Only a lead" in str(team.refused(form, user=BEN))
    assert team.refused(form, leads=(CAM,)).keys() == {"leads"}
    team.submit(form, leads=(BEN,))
    assert "Only a lead" in team.say("/kept setup days mon-fri")
