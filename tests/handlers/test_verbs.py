"""Every verb and every button, once well and once not: the tables here must name them all."""

import pytest

from handlers.language.verbs import VERBS
from handlers.table import BUTTONS, COMMANDS, OPENERS
from tests.handlers.conftest import ANA, BEN, CAM, Team, mention

CONCERN, BARRIER = "/concern rosa afraid of the bill", "/barrier rosa no ride"
PROMISE = "/commit rosa call her by Friday 3pm"
REPEATING = "/commit rosa call her every Monday at 9"

# verb: (what was typed before, the line, what the reply says)
GOOD = {
    "concern": ((), CONCERN, "Kept as #1"),
    "barrier": ((), BARRIER, "Kept as #1"),
    "commit": ((), PROMISE, "Kept as #1"),
    "done": ((PROMISE,), "/kept done 1", "#1 is kept"),
    "late": ((PROMISE,), "/kept late 1 until Wednesday noon, told", "#1 has a new time, and the patient knows"),
    "resolve": ((BARRIER,), "/kept resolve 1 ride booked, confirmed", "Resolved, the patient confirms"),
    "mine": ((PROMISE,), "/kept mine", "#1 promise · rosa-m · call her"),
    "help": ((), "/kept help late", "/kept late 42 until Monday noon, told"),
    "call": ((CONCERN,), "/kept call rosa 12m 1 she is glad", "#1 had the first contact"),
    "visit": ((), "/kept visit rosa 40m", "Visit · reached · 40 minutes"),
    "text": ((), "/kept text rosa she has it", "Text · reached"),
    "video": ((BARRIER,), "/kept video rosa 1", "Reminders about #1 start afresh"),
    "seen": ((), "/kept seen rosa", "In person · reached"),
    "noanswer": ((CONCERN,), "/kept noanswer rosa 1", "reminders about #1 go on as before"),
    "left": ((), "/kept left rosa please call", "Call · message left"),
    "called": ((), "/kept called rosa wants news", "Calling back is promised as #1"),
    "told": ((BARRIER, "/kept resolve 1 booked, assumed"), "/kept told 1", "the patient knows"),
    "answer": ((CONCERN,), "/kept answer 1", "had its first contact"),
    "settle": ((CONCERN,), "/kept settle 1 she spoke with them", "#1 is settled"),
    "cannot": ((BARRIER,), "/kept cannot 1 no funds; offered the pantry, told", "the limit is recorded, and the patient knows"),
    "withdraw": ((PROMISE,), "/kept withdraw 1", "is withdrawn"),
    "stop": ((REPEATING,), "/kept stop 1", "#1 does not come round again"),
    "broken": ((PROMISE,), "/kept broken 1", "marked as not kept"),
    "reopen": ((PROMISE, "/kept done 1"), "/kept reopen 1", "#1 is open again"),
    "edit": ((PROMISE,), "/kept edit 1 call her sister", "> call her sister"),
    "snooze": ((BARRIER,), "/kept snooze 1 until Wednesday", "is held until Wednesday, November 25, 2026 at 9:00 AM EST"),
    "assign": ((PROMISE,), f"/kept assign 1 {mention(BEN)}", "with @U2"),
    "handoff": ((PROMISE,), f"/kept handoff 1 {mention(BEN)} she likes mornings", "Offered as #2"),
    "accept": ((PROMISE, f"/kept handoff rosa {mention(BEN)} tried twice"), "/kept accept 2", "#2: with you now"),
    "decline": ((PROMISE, f"/kept handoff rosa {mention(BEN)} tried twice"), "/kept decline 2 I am away", "#2 is declined"),
    "cadence": ((), "/kept cadence rosa every 2 weeks", "rosa-m is spoken with at least every 14 days; next by Mon Dec 7."),
    "out": ((), f"/kept out until Wednesday, cover {mention(BEN)}", "@U2 is asked to cover"),
    "cover": ((f"/kept out until Wednesday, cover {mention(BEN)}",), f"/kept cover {mention(ANA)}", "the reminders come to you"),
    "back": (("/kept out until Wednesday",), "/kept back", "Welcome back"),
    "undo": ((PROMISE, "/kept done 1"), "/kept undo 1", "Undone. #1 is open again"),
    "list": ((PROMISE, CONCERN), "/kept list promises", "#1 promise · rosa-m"),
    "find": ((PROMISE, CONCERN), "/kept find BILL afraid", "#2 concern · rosa-m · afraid of the bill"),
    "show": ((PROMISE,), "/kept show 1", "created · @U1"),
    "last": ((CONCERN, PROMISE), "/kept last", "> call her"),
    "why": ((PROMISE,), "/kept why 1", "to @U1: a promise reaches its owner when it is due"),
    "digest": ((), "/kept digest", "Nothing waits for you this morning"),
    "status": ((), "/kept status", "Every message of the last seven days has arrived"),
    "audit": ((CONCERN,), "/kept audit rosa", "@U1 · concern create #1"),
    "patient": ((), "/kept patient add", "p-0002 is a patient"),
    "setup": ((), "/kept setup hours 8-16 days mon-sat", "settings are changed"),
}
BAD = {
    "concern": ((), "/concern zoe afraid", "must be a patient"),
    "barrier": ((), "/barrier zoe no ride", "must be a patient"),
    "commit": ((), "/commit zoe call by Friday", "must be a patient"),
    "done": ((CONCERN,), "/kept done 1", "#1 is a concern"),
    "late": ((PROMISE,), "/kept late 1 until Feb 30", "no such date"),
    "resolve": ((BARRIER,), "/kept resolve 1 ride booked", "end with confirmed"),
    "mine": ((), "/kept mine", "Nothing here"),
    "help": ((), "/kept help frobnicate", "What you will use every day"),
    "call": ((CONCERN,), "/kept call rosa 1 9", "no #9 here"),
    "visit": ((), "/kept visit zoe", "must be a patient"),
    "text": ((), "/kept text rosa 9 she has it", "no #9 here"),
    "video": ((), "/kept video rosa 0m", "from 1 minute"),
    "seen": ((), "/kept seen rosa 25h", "from 1 minute"),
    "noanswer": ((), "/kept noanswer zoe", "must be a patient"),
    "left": ((CONCERN,), "/kept left rosa 2", "no #2 here"),
    "called": ((CONCERN,), "/kept called rosa news by Feb 30 for #1", "no such date"),
    "told": ((), "/kept told 9", "no #9 here"),
    "answer": ((CONCERN, "/kept answer 1"), "/kept answer 1 again", "is answered already"),
    "settle": ((BARRIER,), "/kept settle 1", "#1 is a barrier"),
    "cannot": ((BARRIER,), "/kept cannot 1", "words are missing"),
    "withdraw": ((PROMISE, "/kept done 1"), "/kept withdraw 1", "is kept already"),
    "stop": ((PROMISE,), "/kept stop 1", "does not repeat"),
    "broken": ((BARRIER,), "/kept broken 1", "#1 is a barrier"),
    "reopen": ((PROMISE,), "/kept reopen 1", "nothing to reopen"),
    "edit": ((PROMISE,), "/kept edit 1", "Say the new words"),
    "snooze": ((BARRIER,), "/kept snooze 1 until Dec 24", "Five working days"),
    "assign": ((PROMISE,), "/kept assign 1", "Say who takes it"),
    "handoff": ((PROMISE,), "/kept handoff 1 she likes mornings", "Say who takes it"),
    "accept": ((PROMISE,), "/kept accept 1", "neither a hand-off"),
    "decline": ((), "/kept decline all", "No hand-off waits"),
    "cadence": ((), "/kept cadence rosa when she likes", "Say how often"),
    "out": ((), "/kept out until next week", "more than one day"),
    "cover": ((), f"/kept cover {mention(ANA)}", "have not asked you to cover"),
    "back": ((), "/kept back", "You are not out"),
    "undo": ((), "/kept undo", "not entered anything here yet"),
    "list": ((), "/kept list zoe", "must be a patient"),
    "find": ((CONCERN,), "/kept find bill ride", "Nothing found"),
    "show": ((), "/kept show 9", "no #9 here"),
    "last": ((), "/kept last", "not entered anything here yet"),
    "why": ((), "/kept why rosa", "by its number"),
    "digest": ((), "/kept digest", "Only a lead"),
    "status": ((), "/kept status", "not a care team yet"),
    "audit": ((), "/kept audit zoe", "no patient of exactly that alias"),
    "patient": ((), "/kept patient close zoe", "no patient of exactly that alias"),
    "setup": ((), "/kept setup hours 9-5", "24-hour clock"),
}
# What takes a second care team, and its buttons: tests/handlers/test_glass.py.
ON_GLASS = {"breakglass": {"glass", "glass_open", "glass_reason", "glass_end"}}
SAID_BY = {"cover": BEN, "accept": BEN, "decline": BEN}
WHO = {"digest": {"user": BEN}, "status": {"user": CAM, "channel": "C9"}}


def test_the_tables_name_every_verb_and_button() -> None:
    assert GOOD.keys() == BAD.keys() == VERBS.keys() - ON_GLASS.keys()
    assert VERBS.keys() == COMMANDS.keys()
    assert PRESSES.keys() | OPENERS | set().union(*ON_GLASS.values()) == BUTTONS.keys()
    assert PRESSES.keys().isdisjoint(OPENERS)


@pytest.mark.parametrize("verb", GOOD)
def test_a_verb_well_said(team: Team, verb: str) -> None:
    before, line, says = GOOD[verb]
    for earlier in before:
        team.say(earlier)
    assert says in team.say(line, user=SAID_BY.get(verb, ANA))


@pytest.mark.parametrize("verb", GOOD)
def test_a_verb_that_does_not_fit_changes_nothing(team: Team, verb: str) -> None:
    before, line, says = BAD[verb]
    for earlier in before:
        team.say(earlier)
    stood = {item.number: (item.state, item.text_sealed, item.epoch, len(team.rows(type(item)))) for item in team.items()}
    team.members["C9"] = frozenset({CAM})
    assert says in team.say(line, **WHO.get(verb, {}))
    assert stood == {item.number: (item.state, item.text_sealed, item.epoch, len(team.rows(type(item))))
                     for item in team.items()}


# button: (typed before, what it is pressed on, its choice, what the reply says)
PRESSES = {
    "done": (PROMISE, "#1 is kept"), "why": (PROMISE, "to @U1: a promise reaches its owner when it is due"),
    "told": ("/kept resolve 1 booked, assumed", "the patient knows"),
    "resolve_patient": (BARRIER, "Resolved, the patient confirms"), "resolve_staff": (BARRIER, "Resolved, we assume"),
    "progress": (BARRIER, "is being worked on"), "answer": (CONCERN, "had its first contact"),
    "settle": (CONCERN, "#1 is settled"), "reopen": ("/kept settle 1", "#1 is open again"),
    "take": (BARRIER, "with its new owner"), "snooze": (BARRIER, "is held until Tuesday"), "undo": (BARRIER, "Undone."),
    "show": (BARRIER, "created"), "category": (BARRIER, "has its category"), "at": (PROMISE, "has a new time"),
    "at_told": (PROMISE, "the patient knows"), "danger_yes": ("/concern rosa wants to die", "emergency steps now"),
    "danger_no": ("/concern rosa wants to die", "The team can see it now"),
    "stop": (REPEATING, "#1 does not come round again"), "stop_all": (REPEATING, "and is withdrawn"),
    "add_patient": ("", "is a patient"), "in_team": ("", "Kept as #1"),
}
# What stands on a fact's own reply: the line that brings it, and what the press says.
ON_FACTS = {"undo_contact": ("/kept call rosa hello", "is taken back"),
            "contact_danger": ("/kept call rosa she wants to die", "emergency steps now"),
            "contact_safe": ("/kept call rosa she wants to die", "The team can see the note now"),
            "sort_concern": ("/kept rosa afraid of it", "Kept as #1"), "sort_barrier": ("/kept rosa no ride", "Kept as #1"),
            "sort_promise": ("/kept rosa call by Friday 3pm", "Kept as #1"), "sort_call": ("/kept rosa 5m glad", "you called"),
            "discard": ("/kept rosa nothing", "Discarded")}
# In the files of their nouns.
ELSEWHERE = ("accept", "decline", "confirm", "sort", "bring_back", "open_patient", "open_contact", "repeat", "take_rest",
             "cover_yes", "cover_no", "save_anyway", "save_without", "back", "out_due", "out_until", "sooner", "give_to",
             "rehearse")
PRESSES |= ON_FACTS | dict.fromkeys(ELSEWHERE, ("", ""))
CHOICES = {"category": "food", "at": "1795881600", "at_told": "1795881600"}
ON_TEAM = {"add_patient": "zoe-q ", "in_team": "/kept concern rosa afraid"}


@pytest.mark.parametrize("button", [name for name in PRESSES if name not in {*ON_TEAM, *ON_FACTS, *ELSEWHERE}])
def test_an_items_button(team: Team, button: str) -> None:
    before, says = PRESSES[button]
    first = {"told": BARRIER, "reopen": CONCERN}.get(button)
    for line in filter(None, (first, before)):
        team.say(line)
    presser = BEN if button == "take" else "U1"
    assert says in team.press_item(button, 1, choice=CHOICES.get(button, ""), user=presser).text
    assert team.audited()[-1][1].startswith("item ")
    again = team.press_item(button, 1, choice=CHOICES.get(button, ""), user=presser).text
    assert ("Already saved: #1" in again) != (button in {"why", "show"})


@pytest.mark.parametrize("button", ON_TEAM)
def test_a_teams_button(team: Team, button: str) -> None:
    subject = f"t.{team.item_team()}.{ON_TEAM[button]}"
    assert PRESSES[button][1] in team.press(button, subject).text
    assert "Nothing was entered twice" in team.press(button, subject).text
    assert len(team.items()) == (0 if button == "add_patient" else 1)


@pytest.mark.parametrize("button", ON_FACTS)
def test_a_facts_button(team: Team, button: str) -> None:
    line, says = ON_FACTS[button]
    subject = team.reply(line).subject(button)
    assert says in team.press(button, subject).text
    assert "Nothing was entered twice" in team.press(button, subject).text


@pytest.mark.parametrize("button", [*PRESSES, *sorted(OPENERS - {"set_up"}), *sorted(ON_GLASS["breakglass"])])
def test_a_button_on_nothing_is_refused(team: Team, button: str) -> None:
    nothing = "01890a5d-ac96-774b-bcce-b302099a8057"
    for subject in ("", "i", "i.x", "t.x.y", "c.x", *(f"{sort}.{nothing}" for sort in "cuai"), f"t.{nothing}.U1"):
        assert team.press(button, subject).text == "That is not here any more, or you may not see it."
    assert team.items() == []


@pytest.mark.parametrize(("button", "choice"), [
    ("at", ""), ("at", "soon"), ("at", "1"), ("at", "9" * 30), ("at_told", "99999999999"), ("category", ""),
    ("frobnicate", ""),
])
def test_a_choice_that_is_none_is_refused(team: Team, button: str, choice: str) -> None:
    team.say(BARRIER if button == "category" else PROMISE)
    due = team.item(1).due_at
    reply = team.press_item(button, 1, choice=choice).text
    assert "no longer does anything" in reply or "cannot be" in reply
    assert (team.item(1).due_at, team.item(1).epoch) == (due, 1)


@pytest.mark.parametrize("when", ["2026-11-27T15:00", "2026-11-20T15:00-05:00", "9999-12-31T23:59-05:00", "x", ""])
def test_an_instant_on_a_button_is_checked(team: Team, when: str) -> None:
    team.say(PROMISE)
    team.press("at", f"i.{team.item(1).id}.{when}")
    assert team.item(1).epoch == 1
