"""A member's own desk: what is on it, in which order, for whose eyes; and when it is made anew, and when not."""

import pytest
from sqlalchemy import event

from handlers.access import Room
from handlers.cards import home as wording
from handlers.cards import words
from handlers.case import Inbound, Surface
from handlers.happening import Happening, hear
from handlers.home import turned
from models.desk import Desk, Part
from models.outgoing import Outgoing, OutgoingState, Sort
from tests.handlers.conftest import ANA, BEN, CAM, HOME, SERIAL, Page, Team, mention

OTHER = "C2"
EVERYTHING = [wording.HEADINGS[part] for part in (Part.PROMISES, Part.WAITING, Part.PATIENTS, Part.ENTRIES)]


def headings(page: Page) -> list[str]:
    return [first for line in page.text.splitlines() if (first := line.split(" · ")[0]) in wording.HEADINGS.values()]


def section(page: Page, part: Part) -> list[str]:
    """The rows under a heading."""
    after = page.text.partition(wording.HEADINGS[part])[2].splitlines()[1:]
    others = {*wording.HEADINGS.values(), *wording.NONE.values()}
    end = next((n for n, line in enumerate(after) if line.split(" · ")[0] in others), len(after))
    return [line for line in after[:end] if not line.startswith("  [")]


def numbers(page: Page, part: Part) -> list[int]:
    return [int(line[1:].split()[0]) for line in section(page, part) if line.startswith("#") and line[1].isdigit()]


def part(team: Team, name: Part, page: int = 0, user: str = ANA) -> Page:
    return team.turn("desk_part", f"{name.value}.{page}", user)


def test_my_promises_stand_there_overdue_first(team: Team) -> None:
    team.say("/commit rosa call the clinic by Friday 3pm", user=BEN)
    team.say("/commit rosa send the form by Tuesday 3pm", user=BEN)
    team.say("/commit rosa find a dentist", user=BEN)
    team.say("/commit rosa visit her by Wednesday 3pm")
    team.at("2026-11-25T10:00")
    page = team.look(BEN)
    assert numbers(page, Part.PROMISES) == [2, 1, 3]
    assert "What you promised, soonest due first · 3, 1 overdue" in page.text
    assert "#2 · rosa-m · promise · overdue · due Tue Nov 24, 3:00 PM · something to send" in page.text
    assert "clinic" not in page.text


def test_everything_has_its_place_and_every_row_its_card(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    team.say("/barrier rosa ! no ride")
    team.say("/barrier rosa no food")
    team.say("/commit rosa call her by Friday 3pm")
    team.later(minutes=1)
    team.say("/kept resolve 3 pantry, assumed")
    page = team.look()
    assert headings(page) == [*EVERYTHING, wording.HEADINGS[Part.TEAM]]
    assert numbers(page, Part.WAITING) == [3, 1, 2]
    assert "#3 · rosa-m · barrier · resolved, we assume, patient not told yet" in page.text
    assert "#2 · rosa-m · urgent barrier · open · Getting there" in page.text
    assert section(page, Part.PATIENTS) == ["rosa-m · 3 open · no contact yet"]
    assert numbers(page, Part.ENTRIES) == [3, 4, 2, 1]
    rows = [line for line in page.text.splitlines() if line.startswith("#")]
    assert len([1 for action, label, _ in page.controls() if (action, label) == ("show", "Open")]) == len(rows)
    assert team.press("show", page.subject("show", "Open")).text.startswith("#4")
    assert "is kept" in team.press("done", page.subject("done", "Kept")).text
    assert "Open for rosa-m" in team.press("open_patient", page.subject("open_patient")).text


def test_contacts_and_words_to_sort_are_on_the_desk_too(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/concern rosa afraid of the bill")
    team.later(minutes=1)
    team.say("/kept call rosa 12m 1 we spoke of zebrafish")
    team.later(minutes=1)
    team.say("/kept noor something about a zebrafish")
    page = team.look()
    assert section(page, Part.PATIENTS) == [
        "noor-k · 0 open · no contact yet", "rosa-m · 1 open · last contact Mon Nov 23, 10:01 AM"]
    assert section(page, Part.WAITING)[0] == "noor-k · words that nobody has sorted yet · Mon Nov 23, 10:02 AM"
    assert section(page, Part.ENTRIES)[:2] == ["noor-k · words that nobody has sorted yet · Mon Nov 23, 10:02 AM",
                                               "rosa-m · Call · reached · 12 minutes · Mon Nov 23, 10:01 AM"]
    assert "zebrafish" not in page.text
    assert "we spoke of zebrafish" in team.press("open_contact", page.subject("open_contact")).text
    assert "something about a zebrafish" in team.press("sort", page.subject("sort")).text
    team.press("sort_concern", page.subject("sort"))
    assert team.beat() == [ANA]
    assert "nobody has sorted" not in team.home().text
    team.press("undo_contact", page.subject("open_contact"))
    assert team.beat() == [ANA]
    assert "12 minutes" not in team.home().text
    assert section(team.home(), Part.PATIENTS)[1] == "noor-k · 1 open · no contact yet"
    assert "not here any more" in team.press("open_contact", page.subject("open_contact")).text


def test_a_hand_off_waits_on_the_receivers_desk_and_what_it_gives_follows(team: Team) -> None:
    team.say("/commit rosa call her by Friday 3pm")
    for user in (ANA, BEN):
        team.look(user)
    team.say(f"/kept handoff rosa {mention(BEN)} she likes mornings")
    assert team.beat() == [ANA, BEN]
    assert section(team.home(BEN), Part.WAITING) == ["#2 · rosa-m · hand-off · offered"]
    # A part without rows says so, rather than standing there as a heading over nothing.
    assert wording.NONE[Part.PROMISES] in team.home(BEN).text
    assert wording.HEADINGS[Part.PROMISES] not in team.home(BEN).text
    assert "1 waiting hand-off" in team.home(ANA).text
    assert "Accept" in team.press("show", team.home(BEN).subject("show"), user=BEN).text
    team.later(minutes=1)
    team.say("/kept accept 2", user=BEN)
    assert team.beat() == [ANA, BEN]
    assert numbers(team.home(BEN), Part.PROMISES) == [1]
    assert section(team.home(BEN), Part.PATIENTS) == ["rosa-m · 1 open · no contact yet"]
    assert numbers(team.home(BEN), Part.WAITING) == [2]  # the patient has to be told
    assert numbers(team.home(ANA), Part.PROMISES) == []


def test_pages_run_on_from_words_to_sort_to_items(team: Team) -> None:
    for n in range(15):
        team.say(f"/kept rosa words {n}")
        team.say(f"/concern rosa afraid {n}")
    first = part(team, Part.WAITING) if team.look() else None
    assert first is not None
    assert first.text.count("nobody has sorted yet") == 15
    assert first.numbers() == [1, 2, 3, 4, 5]
    assert part(team, Part.WAITING, 1).numbers() == list(range(6, 16))


def test_an_empty_desk_says_what_to_type(team: Team) -> None:
    page = team.look(BEN)
    assert wording.FIRST_RUN in page.text
    assert headings(page) == []
    for name in (Part.PROMISES, Part.WAITING, Part.PATIENTS, Part.ENTRIES):
        assert wording.NONE[name] in part(team, name, user=BEN).text
    assert wording.FIRST_RUN not in team.look(ANA).text  # rosa-m is hers


@pytest.mark.large
def test_forty_promises_are_turned_page_by_page_and_none_is_missing(team: Team) -> None:
    for n in range(45):
        team.say(f"/commit rosa call her about a{n} by Friday {n % 8 + 1}pm")
    page = team.look()
    assert "And 38 more: promises" in page.text
    first = team.turn("desk_part", page.subject("desk_part", "And 38 more"))
    seen, pages = first.numbers(), 1
    while "Later" in (later := {label: subject for _, label, subject in team.home().controls()}):
        seen += team.turn("desk_part", later["Later"]).numbers()
        pages += 1
    assert (pages, sorted(seen)) == (3, list(range(1, 46)))
    assert "41 to 45 of 45" in team.home().text
    assert team.turn("desk_part", team.home().subject("desk_part", "Earlier")).numbers() == seen[20:40]
    part(team, Part.PROMISES, 2)
    for number in seen[40:]:
        team.press_item("done", number)
    team.beat()
    assert team.home().numbers() == seen[20:40]  # the last page there is


@pytest.mark.parametrize("subject", ["promises.-1", "promises.99999999999999999999", "promises", "nonsense.0", "", "promises.x"])
def test_a_part_or_page_that_is_none_shows_what_there_is(team: Team, subject: str) -> None:
    team.say("/commit rosa call her by Friday 3pm")
    team.look()
    assert 1 in team.turn("desk_part", subject).numbers()


@pytest.mark.large
def test_five_hundred_patients_in_any_script_are_all_there(team: Team) -> None:
    names = ["مريم", "王伟", "noor-k", "שרה-א", "ольга", "Ñandú"]
    for name in names:
        team.say(f"/kept patient add {name}")
    for n in range(493):
        team.say(f"/kept patient add q-{n}")
    page = part(team, Part.PATIENTS) if team.look() else None
    assert page is not None
    found = section(page, Part.PATIENTS)
    assert [line.split(" · ")[0] for line in found[:7]] == ["rosa-m", *(name.lower() for name in names)]
    assert "1 to 20 of 500" in page.text
    last = part(team, Part.PATIENTS, 24)
    assert "481 to 500 of 500" in last.text
    assert len([line for line in section(last, Part.PATIENTS) if " open · " in line]) == 20


def test_long_words_are_for_the_card_and_full_detail_shows_their_beginning(team: Team) -> None:
    long = "afraid 😟 " * 300
    team.say(f"/concern rosa {long}")
    team.say(f"/commit rosa call {'🏥' * 1400} by Friday 3pm")
    assert "afraid" not in team.look().text
    team.say("/kept setup detail full")
    team.beat()
    text = team.home().text
    assert "afraid 😟 afraid" in text
    assert all(len(line) < 400 for line in text.splitlines())
    for n in range(12):
        team.say(f"/concern rosa {long}{n}")
    for name in Part:
        part(team, name)


def test_the_lead_sees_the_team(team: Team) -> None:
    team.say(f"/commit rosa call her by 2pm {mention(BEN)}")
    team.say("/barrier rosa no ride", user=BEN)
    team.say("/barrier rosa no food", user=BEN)
    team.say("/kept resolve 3 pantry, assumed", user=BEN)
    team.say("/concern rosa afraid")
    team.members[HOME] |= {CAM, "U8"}
    team.standing["U8"] = "bot"
    team.later(hours=6)
    page = team.look()
    assert ("Your team · #C1 · 1 overdue · 1 open barrier · 1 concern without a first contact · 1 not told yet") in page.text
    assert "@U2 2 open, 1 overdue · @U1 1 open" in page.text
    assert "@U3 is new in the channel and sees nothing yet." in page.text
    assert [line.split(" · ")[-1] for line in section(page, Part.TEAM) if line.startswith(("#1", "#3"))] == ["with @U2"] * 2
    assert "Confirmed" in team.press("confirm", page.subject("confirm")).text
    assert HOME not in team.look(BEN).text
    assert wording.NAMES[Part.TEAM] not in [label for _, label, _ in team.home(BEN).controls()]


def test_a_bot_is_never_a_newcomer_to_confirm(team: Team) -> None:
    team.members[HOME] |= {"U8"}
    team.later(minutes=6)
    team.look()
    assert "@U8" in team.home().text  # until Slack has said who that is
    team.standing["U8"] = "bot"
    team.later(minutes=1)
    team.meet()
    assert ANA in team.beat()
    assert "@U8" not in team.home().text


def test_what_did_not_arrive_stands_with_the_team(team: Team) -> None:
    for n in range(5):
        team.say(f"/commit rosa call her about a{n} by Tuesday 3pm", user=BEN)
    team.at("2026-11-25T15:00")
    team.look()
    team.sweep()
    team.deliver(failing=(HOME,))
    assert team.beat() == [ANA]
    text = team.home().text
    assert "Not delivered in the last seven days · 5" in text
    assert text.count("could not reach #C1: the channel is archived") == 3
    assert "And 2 more; the morning digest" in text


def test_a_private_item_is_on_no_other_desk(team: Team) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    team.members[HOME] |= {CAM}
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.say("/concern rosa afraid of the bill", user=BEN)
    team.say("/kept answer 1", user=CAM)
    team.look(CAM)
    assert numbers(team.home(CAM), Part.ENTRIES) == [1]
    team.say("/kept edit 1 she wants to die", user=BEN)
    assert CAM in team.beat()
    assert "#1" not in team.home(CAM).text
    assert "rosa-m ·" not in team.home(CAM).text
    assert "#1" in team.look(BEN).text
    assert "die" not in team.home(BEN).text


def second_team(team: Team) -> None:
    team.members[OTHER] = frozenset({ANA, BEN})
    team.say("/kept setup zone America/Chicago", channel=OTHER, user=BEN)
    team.say("/kept patient add noor-k", channel=OTHER, user=BEN)
    team.say("/concern noor lonely", channel=OTHER, user=BEN)
    team.later(minutes=1)
    team.say("/concern rosa afraid", user=BEN)


def test_of_several_teams_each_row_says_which_and_one_can_be_chosen(team: Team) -> None:
    second_team(team)
    page = team.look(BEN)
    assert [line.split(" · ")[-1] for line in section(page, Part.WAITING)] == ["#C2", "#C1"]
    only = team.turn("desk_team", f"{team.item_team(HOME)}", BEN)
    assert ("rosa" in only.text, "noor" in only.text, "Only #C1" in only.text) == (True, False, True)
    both = team.turn("desk_team", only.subject("desk_team", wording.ALL_TEAMS), BEN)
    assert ("rosa" in both.text, "noor" in both.text) == (True, True)
    stranger = team.turn("desk_team", "01890a5d-ac96-774b-bcce-b302099a8057", BEN)
    assert ("rosa" in stranger.text, "noor" in stranger.text) == (True, True)


def test_who_leaves_one_team_keeps_the_other(team: Team) -> None:
    second_team(team)
    team.look(BEN)
    team.members[HOME] = frozenset({ANA})
    team.say("/kept list")
    assert BEN in team.beat()
    assert ("rosa" in team.home(BEN).text, "noor" in team.home(BEN).text) == (False, True)


def test_leads_of_many_teams_get_the_counts_of_each(team: Team) -> None:
    for n in range(2, 9):
        team.members[f"C{n}"] = frozenset({ANA})
        team.say("/kept setup zone UTC", channel=f"C{n}")
    page = part(team, Part.TEAM) if team.look() else None
    assert page is not None
    assert page.text.count("Your team") == 8
    assert "And 5 more care teams" in part(team, Part.EVERYTHING).text


@pytest.mark.parametrize("standing", ["bot", "guest", "stranger", "something new"])
def test_who_may_see_nothing_is_told_so_and_nothing_else(team: Team, standing: str) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    team.standing[BEN] = standing
    team.later(hours=25)
    page = team.look(BEN)
    assert page.text == words.STANDING.get(standing, words.NOT_YOURS)
    assert page.controls() == []
    assert part(team, Part.WAITING, user=BEN).text == page.text


def test_who_is_in_no_team_is_told_how_one_begins(team: Team) -> None:
    page = team.look("U9")
    assert wording.NO_TEAM in page.text
    (action, _, subject), = page.controls()
    assert "private channel" in team.press(action, subject, user="U9", channel="").text


def test_a_newcomer_waits_for_a_lead_and_then_has_a_desk(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.members[HOME] |= {CAM}
    team.later(minutes=6)
    team.say("/kept list")
    page = team.look(CAM)
    assert page.text.splitlines() == [f"{wording.WAITS}#C1", wording.WAITS_HOW]
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    assert CAM in team.beat()
    assert wording.FIRST_RUN in team.home(CAM).text


def test_someone_of_another_workspace_turns_no_page(team: Team) -> None:
    team.look(BEN)
    inbound = Inbound(BEN, "", "d", team.now, team.now, own_workspace=False, action="desk_part", subject="team.0",
                      surface=Surface.BUTTON)
    assert team.store.transact(team.workspace, lambda s: turned(s, team.workspace, inbound)) is None
    assert [desk.part for desk in team.rows(Desk)] == [Part.EVERYTHING]


def test_a_change_makes_anew_only_the_desks_that_show_it(team: Team) -> None:
    team.members[HOME] |= {CAM}
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    for user in (ANA, BEN, CAM):
        team.look(user)
    assert team.beat() == []
    team.say("/commit rosa call her by Friday 3pm", user=BEN)
    assert team.beat() == [ANA, BEN]  # Ana leads, and rosa-m is hers
    assert team.beat() == []
    team.say(f"/kept assign 1 {mention(CAM)}", user=BEN)
    assert team.beat() == [ANA, BEN, CAM]
    assert numbers(team.home(CAM), Part.PROMISES) == [1]
    assert numbers(team.home(BEN), Part.PROMISES) == []
    team.say("/kept undo 1", user=BEN)
    assert team.beat() == [ANA, BEN, CAM]
    assert numbers(team.home(CAM), Part.PROMISES) == []
    team.say("/kept show 1", user=CAM)
    assert team.beat() == []


def test_a_change_that_no_row_shows_publishes_nothing(team: Team) -> None:
    team.say("/commit rosa call her by Friday 3pm", user=BEN)
    team.look(BEN)
    team.look(ANA)
    before = len([row for row in team.audited() if row[1] == "home read"])
    team.say("/kept edit 1 call her at home", user=BEN)
    assert team.beat() == []
    assert len([row for row in team.audited() if row[1] == "home read"]) == before


def test_a_home_nobody_opens_is_not_made_anew(team: Team) -> None:
    team.look(BEN)
    team.later(days=15)
    team.say("/commit rosa call her by Friday 3pm", user=BEN)
    assert team.beat() == []
    assert numbers(team.look(BEN), Part.PROMISES) == [1]


def test_it_is_made_anew_when_something_falls_due_and_when_an_entry_is_a_day_old(team: Team) -> None:
    team.say("/commit rosa call her by 2pm", user=BEN)
    team.look(BEN)
    team.at("2026-11-23T14:00")
    assert team.beat() == []
    team.later(seconds=1)
    assert team.beat() == [BEN]
    assert "1 overdue" in team.home(BEN).text
    team.at("2026-11-24T00:00")
    assert team.beat() == []
    team.at("2026-11-24T10:01")
    assert team.beat() == [BEN]
    assert numbers(team.home(BEN), Part.ENTRIES) == []


def test_what_is_due_today_is_counted_anew_when_the_day_turns(team: Team) -> None:
    team.say("/commit rosa call her by Tuesday 3pm", user=BEN)
    team.look()
    assert "due today" not in team.home().text
    team.at("2026-11-24T00:00")
    assert team.beat() == [ANA]
    assert "1 due today" in team.home().text


def test_no_home_is_made_anew_while_slack_cannot_say_who_is_here(team: Team) -> None:
    team.look(BEN)
    team.later(minutes=6)
    team.say("/concern rosa afraid", user=BEN)
    team.later(minutes=6)
    team.members[HOME] = frozenset({ANA})
    assert BEN in team.beat()
    assert "rosa" not in team.home(BEN).text
    assert wording.NO_TEAM in team.home(BEN).text


def test_an_unseen_channel_shows_nothing_until_it_is_seen_again(team: Team) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    everyone = team.members.pop(HOME)
    team.later(minutes=6)
    page = team.turn("desk_part", "waiting.0", BEN)
    assert page.text == f"{wording.UNSEEN}#C1 "
    team.members[HOME] = everyone
    team.later(minutes=11)
    team.say("/kept list")
    assert BEN in team.beat()
    assert "#1" in team.home(BEN).text


@pytest.mark.parametrize(("private", "shared"), [(False, False), (True, True)])
def test_a_channel_that_others_read_is_on_no_desk_while_it_is(team: Team, private: bool, shared: bool) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    team.room = Room(private=private, archived=False, shared=shared)
    team.later(hours=2)
    page = team.look(BEN)
    assert page.text == f"{wording.BARRED}#C1 "
    assert page.controls() == []
    team.room = Room(private=True, archived=False, shared=False)
    team.later(hours=2)
    team.say("/kept list")
    assert BEN in team.beat()
    assert "#1" in team.home(BEN).text


def happens(team: Team, kind: str, event: dict[str, object]) -> None:
    user = event.get("user")
    hear(team.store, team.workspace, Happening(kind, {"type": kind, **event}, f"Ev{next(SERIAL)}", team.now, team.now, team.now,
                                               user if isinstance(user, str) else ""))


def test_an_event_of_leaving_empties_the_home_of_who_left_though_nobody_does_anything(team: Team) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    team.members[HOME] = frozenset({ANA})
    happens(team, "member_left_channel", {"channel": HOME, "user": BEN})
    assert team.beat() == [BEN]
    assert wording.NO_TEAM in team.home(BEN).text


def test_an_event_of_becoming_a_guest_closes_their_home(team: Team) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    happens(team, "user_change", {"user": {"id": BEN}})
    assert team.beat() == []  # a new picture, and nothing else
    team.standing[BEN] = "guest"
    happens(team, "user_change", {"user": {"id": BEN}})
    assert team.beat() == [BEN]
    assert team.home(BEN).text == words.STANDING["guest"]


def test_who_was_deactivated_is_sent_nothing_and_who_comes_back_has_a_desk(team: Team) -> None:
    team.say("/concern rosa afraid", user=BEN)
    team.look(BEN)
    team.standing[BEN] = "deleted"
    happens(team, "user_change", {"user": {"id": BEN}})
    assert team.beat() == []
    team.say("/concern rosa more", user=ANA)
    assert team.beat() == []
    del team.standing[BEN]
    team.later(hours=25)
    assert "#1" in team.look(BEN).text


def test_the_reading_is_audited_for_its_reader_and_a_refusal_is_no_reading(team: Team) -> None:
    team.look(BEN)
    assert (f"system for {BEN}", "home read", "ok") in team.audited()
    team.look("U9")
    assert ("system for U9", "home read", "ok") not in team.audited()


def test_only_the_newest_home_is_kept_and_a_failed_one_is_sent_again(team: Team) -> None:
    for _ in range(5):
        team.look(BEN)
    homes = [row for row in team.rows(Outgoing) if row.sort is Sort.HOME]
    assert [(row.channel, row.state) for row in homes] == [(BEN, OutgoingState.PLANNED)]
    assert team.beat() == []

    def fail(session: object) -> None:
        row = session.get(Outgoing, (team.workspace, homes[0].id))  # type: ignore[attr-defined]
        row.state = OutgoingState.FAILED

    team.store.transact(team.workspace, fail)
    team.say("/kept help", user=BEN)
    team.later(days=1)
    assert BEN in team.beat()
    assert len([row for row in team.rows(Outgoing) if row.sort is Sort.HOME]) == 1


@pytest.mark.large
def test_what_is_asked_of_the_database_does_not_grow_with_what_is_there(team: Team) -> None:
    asked = []

    @event.listens_for(team.store.engine, "before_cursor_execute")
    def count(*args: object) -> None:
        asked.append(args[2])

    counts = []
    for _ in range(2):
        for n in range(15):
            team.say(f"/commit rosa call her about {n} by Friday 3pm")
            team.say(f"/kept patient add p{len(counts)}-{n}")
        team.look()
        asked.clear()
        team.look()
        counts.append(len(asked))
    event.remove(team.store.engine, "before_cursor_execute", count)
    assert counts[0] == counts[1] < 60
