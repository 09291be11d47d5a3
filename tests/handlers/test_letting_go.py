"""Purge, export, retention, hold and the end of an uninstalled workspace: gone is gone, and held is held."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import export
from bot.chores import Chores
from bot.clock import Clock
from bot.purge import Purge, Receipt
from bot.slack import Limited, Passing, Permanent
from bot.tokens import Slacks
from models import audit, installation, keeping
from models.base import Base
from models.errors import CareError, Conflict, NotFound, Unclear
from models.held import Held
from models.item import Item
from models.outgoing import Outgoing, OutgoingState
from models.patient import Patient
from models.trail import newest
from models.workspace import Workspace, WorkspaceState, install
from tests.handlers.afterwards import afterwards as afterwards
from tests.handlers.conftest import ANA, BEN, NOW, Team, mention
from tests.handlers.test_sealed import bytes_of

CANARY = "zebrafish"


class SlackSays:
    """What Slack answers when it is asked to delete a message: by channel, else that it did."""

    def __init__(self) -> None:
        self.deleted: list[tuple[str, str]] = []
        self.answers: dict[str, list[Exception]] = {}
        self.slept = 0.0
        self.meanwhile: Callable[[], object] = lambda: None

    def delete(self, channel: str, ts: str) -> None:
        self.meanwhile()
        waiting = self.answers.get(channel, [])
        if waiting:
            raise waiting[0] if len(waiting) == 1 else waiting.pop(0)
        self.deleted.append((channel, ts))

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
def slack() -> SlackSays:
    return SlackSays()


def told(team: Team, alias: str, days: int = 1) -> None:
    """All that can be kept of a patient, with what was said about them in Slack in the days that follow."""
    team.say(f"/kept patient add {alias}")
    team.say(f"/concern {alias} {CANARY} more")
    team.say(f"/barrier {alias} ! no {CANARY}")
    number = len(team.items())
    team.say(f"/commit {alias} call by Tuesday 3pm for #{number}")
    team.say(f"/kept call {alias} 5m {number} {CANARY}")
    team.say(f"/kept {alias} {CANARY}")
    team.say(f"/kept handoff {alias} {mention(BEN)} {CANARY} tried")
    team.look(ANA)
    for _ in range(days):
        team.later(days=1)
        team.pulse()


def purge(team: Team, slack: SlackSays, alias: str = "noor-k", **how: bool) -> Receipt:
    patient = next(one.id for one in team.rows(Patient) if team.store.look(team.workspace, lambda s, one=one: one.alias) == alias)
    return Purge(team.store, team.workspace, slack.delete, lambda: team.now, slack.sleep, lambda _: None).run(
        patient, "operator", **how)


def bodies(team: Team) -> list[str]:
    """What Kept sent, or is to send."""
    rows = team.rows(Outgoing)
    return team.store.look(team.workspace, lambda s: [row.body for row in rows])


def mentions(team: Team, *ids: str) -> list[str]:
    """Tables with a value that holds one of these ids, the audit apart: it keeps ids."""
    found = []
    for table in Base.metadata.sorted_tables:
        if table.name == "audit" or "workspace_id" not in table.c:
            continue
        rows = team.store.look(team.workspace, lambda s, table=table: s.execute(
            select(table).where(table.c.workspace_id == team.workspace)).all())
        if any(str(value) in ids for row in rows for value in row):
            found.append(table.name)
    return found


def test_a_purged_patient_is_nowhere_and_others_stay(team: Team, slack: SlackSays) -> None:
    told(team, "noor-k", days=3)
    team.say("/concern rosa afraid of the bill")
    team.say(f"/concern noor {CANARY} her ssn is 219-09-9999")
    team.say("/concern rosa her ssn is 219-09-9999")
    noor = next(one.id for one in team.rows(Patient) if team.store.look(team.workspace, lambda s, one=one: one.alias) == "noor-k")
    ids = [str(noor), *(str(item.id) for item in team.items() if item.patient_id == noor)]
    assert {"patient", "item", "history", "nudge", "handoff_part", "contact", "unsorted"} <= set(mentions(team, *ids))
    stood = {(row.channel, row.ts) for row in team.rows(Outgoing) if row.ts}
    receipt = purge(team, slack)
    assert mentions(team, *ids) == []
    assert set(slack.deleted) <= stood
    assert len(slack.deleted) == receipt.messages_deleted > 3
    assert receipt.messages_left == []
    assert len(team.rows(Held)) == 1
    assert "not known here" in team.say("/concern noor again")
    assert "afraid of the bill" in team.say("/kept rosa")
    assert not any("noor" in body for body in bodies(team))
    assert CANARY.encode() not in bytes_of(team)
    for user in (ANA, BEN):
        team.look(user)
        assert "noor" not in team.home(user).text
    assert [act for act in team.audited() if act[1] == "patient purge"] == [("operator", "patient purge", "ok")]
    said = json.dumps(receipt.as_dict())
    assert "noor" not in said
    assert not any(one in said for one in ids)


def test_what_slack_would_not_delete_is_in_the_receipt(team: Team, slack: SlackSays) -> None:
    told(team, "noor-k", days=3)
    channels = {row.channel for row in team.rows(Outgoing) if row.ts and row.sort == "post"}
    assert {"C1", "U1"} <= channels
    slack.answers["C1"] = [Permanent("cant_delete_message")]
    slack.answers["U1"] = [Limited(timedelta(seconds=30)), Passing("unreachable"), Permanent("message_not_found")]
    receipt = purge(team, slack)
    assert receipt.messages_left
    assert {(one["channel"], one["why"]) for one in receipt.messages_left} == {("C1", "cant_delete_message")}
    assert slack.slept > 30
    assert team.audited()[-1] == ("operator", "patient purge", "messages left")


def test_without_slack_nothing_is_deleted_unless_messages_are_to_be_left(team: Team, slack: SlackSays) -> None:
    told(team, "noor-k")
    for channel in ("C1", "U1", "U2"):
        slack.answers[channel] = [Passing("unreachable")]
    before = len(team.items())
    with pytest.raises(Conflict, match="Slack cannot be reached"):
        purge(team, slack)
    assert len(team.items()) == before
    receipt = purge(team, slack, leave_messages=True)
    assert {one["why"] for one in receipt.messages_left} == {"left"}
    assert len(team.items()) < before
    assert team.audited()[-1] == ("operator", "patient purge", "messages left")


def test_a_message_that_is_on_its_way_is_waited_for(team: Team, slack: SlackSays) -> None:
    told(team, "noor-k")

    def under_way(state: OutgoingState) -> None:
        def mark(session: object) -> None:
            row = [one for one in rows if one.ts and one.sort == "post"][-1]
            session.get_one(Outgoing, (team.workspace, row.id)).state = state  # type: ignore[attr-defined]
        rows = team.rows(Outgoing)
        team.store.transact(team.workspace, mark)

    under_way(OutgoingState.SENDING)
    with pytest.raises(Conflict, match="on its way"):
        purge(team, slack)
    under_way(OutgoingState.SENT)
    assert purge(team, slack).rows > 5


def test_what_is_entered_meanwhile_goes_too(team: Team, slack: SlackSays) -> None:
    told(team, "noor-k")
    once = [True]

    def more() -> None:
        if once and once.pop():
            team.say(f"/barrier noor ! {CANARY} meanwhile")
            team.pulse()

    slack.meanwhile = more
    purge(team, slack)
    assert {item.patient_id for item in team.items()} <= {one.id for one in team.rows(Patient)}
    assert not any("noor" in body for body in bodies(team))
    assert not once


def test_a_hold_stops_purge_retention_and_the_end(team: Team, slack: SlackSays) -> None:
    team.say("/kept patient add noor-k")
    team.store.transact(team.workspace, lambda s: keeping.hold(s, team.workspace, team.now, "operator", on=True))
    with pytest.raises(Conflict, match="legal hold"):
        purge(team, slack)
    assert slack.deleted == []
    team.store.transact(team.workspace, lambda s: keeping.keep(s, team.workspace, team.now, "operator", closed_months=1,
                                                               audit_years=6))
    far = team.now + timedelta(days=4000)
    assert team.store.look(team.workspace, lambda s: keeping.closed_too_long(s, team.workspace, far)) == []
    assert team.store.transact(team.workspace, lambda s: keeping.cut_audit(s, team.workspace, far)) == 0
    team.store.transact(team.workspace, lambda s: installation.withdraw(s, team.workspace, team.now))
    assert team.store.peek(lambda s: keeping.abandoned(s, far)) == []
    with pytest.raises(Conflict, match="already"):
        team.store.transact(team.workspace, lambda s: keeping.hold(s, team.workspace, team.now, "operator", on=True))
    team.store.transact(team.workspace, lambda s: keeping.hold(s, team.workspace, team.now, "operator", on=False))
    assert len(team.store.peek(lambda s: keeping.abandoned(s, far))) == 1


@pytest.mark.parametrize(("months", "years", "says"), [(None, 5, "6 years"), (0, 6, "a month at least"), (-1, 7, "a month")])
def test_what_may_not_be_kept_so_is_refused(team: Team, months: int | None, years: int, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        team.store.transact(team.workspace, lambda s: keeping.keep(s, team.workspace, NOW, "operator", closed_months=months,
                                                                   audit_years=years))


class Later(Clock):
    """The clock of a worker some time on."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def wall(self) -> datetime:
        return self.at


@pytest.fixture
def chores(team: Team, afterwards: list[Callable[[], object]]) -> Callable[..., None]:
    afterwards.append(lambda: team.store.forget_key(team.workspace))

    def run(at: datetime) -> None:
        clock = Later(at)
        slacks = Slacks(team.store, clock, "http://127.0.0.1:1/api/", None)
        Chores(team.store, slacks, clock, "").run()
        slacks.close()

    return run


def test_the_worker_lets_go_of_what_was_closed_long_ago(team: Team, chores: Callable[..., None]) -> None:
    team.say("/kept patient add noor-k")
    team.say("/kept patient close noor-k")
    team.store.transact(team.workspace, lambda s: keeping.keep(s, team.workspace, team.now, "operator", closed_months=12,
                                                               audit_years=6))
    chores(team.now + timedelta(days=300))
    assert len(team.rows(Patient)) == 2
    chores(team.now + timedelta(days=400))
    assert len(team.rows(Patient)) == 1


def test_audit_rows_go_once_their_years_are_over(team: Team, chores: Callable[..., None]) -> None:
    """Their years are counted by the database's own clock too, so these are of long ago."""
    other = team.store.untenanted(lambda s: install(s, team.store.keyring, "T2", "UBOT", NOW).id)
    for year in (2010, 2011, 2026):
        team.store.transact(other, lambda s, year=year: audit.record(s, other, NOW.replace(year=year), "U1", "act"))
    chores(NOW)
    assert team.store.look(other, lambda s: [one.at.year for one in newest(s, other, 9)]) == [2026]
    assert team.store.look(other, lambda s: audit.fault(s, other)) is None


def test_an_uninstalled_workspace_loses_its_key_after_thirty_days(team: Team, chores: Callable[..., None],
                                                                  caplog: pytest.LogCaptureFixture) -> None:
    told(team, "noor-k")
    team.store.transact(team.workspace, lambda s: installation.withdraw(s, team.workspace, team.now))
    for days in (1, 25, 29):
        chores(team.now + timedelta(days=days))
    assert len(team.items()) > 2
    assert len([one for one in caplog.records if "loses its data key soon" in one.message]) == 2
    chores(team.now + timedelta(days=31))
    assert team.rows(Item) == team.rows(Patient) == team.rows(Outgoing) == []
    acts = [action for _, action, _ in team.audited()]
    assert acts[-1] == "key destroy"
    # Whoever installs Kept anew begins anew, with another key.
    team.store.untenanted(lambda s: install(s, team.store.keyring, "T1", "UBOT", team.now))
    team.store.forget_key(team.workspace)
    assert "This channel is a care team now." in team.say("/kept setup zone America/New_York")
    assert "Kept as #1" in team.say("/kept patient add rosa-m") + team.say("/concern rosa afraid")


def test_what_is_sealed_does_not_open_once_the_key_is_destroyed(team: Team, chores: Callable[..., None]) -> None:
    team.say(f"/concern rosa {CANARY}")
    kept = team.rows(Item)[0]
    team.store.transact(team.workspace, lambda s: installation.withdraw(s, team.workspace, team.now))
    chores(team.now + timedelta(days=31))
    with pytest.raises(CareError):
        team.store.look(team.workspace, lambda s: kept.text)
    assert team.store.peek(lambda s: s.scalars(select(Workspace.state)).one()) is WorkspaceState.UNINSTALLED


def test_an_export_holds_all_of_a_patient_and_runs_nothing(team: Team, tmp_path: Path) -> None:
    told(team, "noor-k")
    team.say("/concern noor =HYPERLINK(1)")
    team.say("/barrier noor no ride, she said")
    patients = export.chosen(team.store, team.workspace, None, "noor-k", team.now)
    assert ("operator", "export", "ok") in team.audited()
    file = io.StringIO()
    export.as_json(team.store, team.workspace, patients, file, team.now)
    found = json.loads(file.getvalue())
    (noor,) = found["patients"]
    assert noor["patient"][0]["alias"] == "noor-k"
    assert f"{CANARY} more" in [item["text"] for item in noor["item"]]
    assert ("transport", "Z59.82") in [(item["category"], item["icd10cm"]) for item in noor["item"]]
    assert {"history", "contact", "unsorted", "handoff_part"} <= noor.keys()
    assert "rosa" not in file.getvalue()
    assert "Ben Okafor" in [one["name"] for one in found["members"]]

    export.as_tables(team.store, team.workspace, patients, tmp_path / "out")
    with (tmp_path / "out" / "item.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert "'=HYPERLINK(1)" in [row["text"] for row in rows]
    assert (tmp_path / "out" / "item.csv").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Unclear, match="not empty"):
        export.as_tables(team.store, team.workspace, patients, tmp_path / "out")
    with pytest.raises(NotFound):
        export.chosen(team.store, team.workspace, "C404", None, team.now)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "|calc", "%x"])  # noqa: RUF001
def test_no_cell_is_a_formula(text: str) -> None:
    assert export.cell(text) == "'" + text
    assert export.cell("she said = yes") == "she said = yes"
    assert export.cell(None) == ""
    assert export.cell(-5) == -5
