"""What an operator types: faults all at once, in sentences; reports that are true."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.doctor import connection
from bot.settings import BadSettings, Way, read
from handlers.cards.blocks import Card, Quote
from models import outgoing
from models.sealing import Keyring, master_key
from models.store import Store
from models.workspace import installed
from tests.running.other_slack import APP_TOKEN, CHANNEL, OtherSlack
from tests.running.other_socket import OtherSocket
from tests.running.processes import ROOT, House, free_port
from tests.running.test_processes import begin

FINE = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "KEPT_MASTER_KEY": "A" * 43 + "="}


def faults(command: str, **environ: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        read(environ, command)
    return caught.value.faults


def test_every_fault_is_said_at_once_and_no_value_is_repeated() -> None:
    """C5."""
    found = faults("serve", DATABASE_URL="mysql://hidden", PORT="seven", KEPT_LOG_LEVEL="LOUD", KEPT_MASTER_KEY="short",
                   SLACK_API_URL="http://example.org/api/")
    assert [one.split(" ")[0] for one in found] == [
        "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL", "KEPT_MASTER_KEY", "SLACK_API_URL", "KEPT_LOG_LEVEL", "PORT"]
    assert "hidden" not in " ".join(found)
    assert "short" not in " ".join(found)


def test_the_clock_moves_only_in_the_sandbox() -> None:
    assert "refused" in faults("serve", **FINE, KEPT_CLOCK_FILE="clock")[0]
    assert read({**FINE, "KEPT_CLOCK_FILE": "clock", "SLACK_API_URL": "http://127.0.0.1:1/api"}, "serve").clock_file


def test_the_master_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = str(tmp_path / "key")
    Path(file).write_text(FINE["KEPT_MASTER_KEY"] + "\n")
    Path(file).chmod(0o600)
    given = {name: value for name, value in FINE.items() if name != "KEPT_MASTER_KEY"}
    assert read({**given, "KEPT_MASTER_KEY_FILE": file}, "serve").master_key == bytes(32)
    assert "KEPT_MASTER_KEY_FILE" in faults("serve", **given, KEPT_MASTER_KEY_FILE=file + "-none")[0]
    assert faults("serve", **FINE, KEPT_MASTER_KEY_FILE=file) == [
        "KEPT_MASTER_KEY and KEPT_MASTER_KEY_FILE are set: say in one place alone what the key is."]
    Path(file).chmod(0o644)
    assert "others may read" in faults("serve", **given, KEPT_MASTER_KEY_FILE=file)[0]


@pytest.mark.parametrize(("line", "says"), [
    ("echo AAAA", "must print base64 of 32 bytes, and printed something else"), ("true", "printed nothing"),
    ("sh -c 'echo hidden >&2; exit 3'", "failed with status 3"),
    ("kept-no-such-command", "cannot be run"), ("'", "cannot be run")])
def test_a_command_that_prints_no_master_key_is_said_so(line: str, says: str) -> None:
    given = {name: value for name, value in FINE.items() if name != "KEPT_MASTER_KEY"}
    (fault,) = faults("serve", **given, KEPT_MASTER_KEY_COMMAND=line)
    assert says in fault
    assert "hidden" not in fault
    assert "AAAA" not in fault


def test_a_command_may_print_the_master_key() -> None:
    given = {name: value for name, value in FINE.items() if name != "KEPT_MASTER_KEY"}
    line = f"echo {FINE['KEPT_MASTER_KEY']}"
    assert read({**given, "KEPT_MASTER_KEY_COMMAND": line}, "serve").master_key == bytes(32)
    # What opens nothing that is sealed runs no command for it.
    assert read({**given, "KEPT_MASTER_KEY_COMMAND": "kept-no-such-command"}, "migrate").master_key == b""


SECRET, APP = {"SLACK_SIGNING_SECRET": "s"}, {"SLACK_APP_TOKEN": "xapp-1"}
BARE = {name: value for name, value in FINE.items() if name != "SLACK_SIGNING_SECRET"}


@pytest.mark.parametrize(("given", "asked", "way"), [
    (SECRET, None, Way.HTTP), (APP, None, Way.SOCKET), (SECRET | APP, None, Way.HTTP), (SECRET | APP, Way.SOCKET, Way.SOCKET),
    (SECRET | APP, Way.HTTP, Way.HTTP)])
def test_the_tokens_decide_how_slack_reaches_kept(given: dict[str, str], asked: Way | None, way: Way) -> None:
    assert read(BARE | given, "serve", asked).way is way


@pytest.mark.parametrize(("given", "asked", "says"), [
    ({}, None, "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN is not set"), (SECRET, Way.SOCKET, "SLACK_APP_TOKEN is not set"),
    (APP, Way.HTTP, "SLACK_SIGNING_SECRET is not set"),
    (APP | {"SLACK_BOT_TOKEN": "xapp-2"}, None, "SLACK_BOT_TOKEN must begin with xoxb-: what it holds is what SLACK_APP_"),
    ({"SLACK_APP_TOKEN": "xoxb-2"}, None, "SLACK_APP_TOKEN must begin with xapp-: what it holds is what SLACK_BOT_TOKEN is"),
    (SECRET | {"SLACK_BOT_TOKEN": "xoxp-2"}, None, "SLACK_BOT_TOKEN must begin with xoxb-, as"),
    (SECRET | {"KEPT_PUBLIC_URL": "http://example.org"}, None, "KEPT_PUBLIC_URL must be an https"),
    (SECRET | {"KEPT_COMMANDS": "some"}, None, "KEPT_COMMANDS must be all or kept")])
def test_what_is_wrong_between_tokens_and_ways_is_said(given: dict[str, str], asked: Way | None, says: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read(BARE | given, "serve", asked)
    (fault,) = caught.value.faults
    assert fault.startswith(says)


@pytest.mark.parametrize("command", ["serve", "work", "digest", "migrate"])
def test_secrets_are_in_no_repr(command: str) -> None:
    settings = read({**FINE, **APP, "DATABASE_URL": "postgresql://u:hidden@h/d"}, command)
    assert "xoxb" not in repr(settings)
    assert "xapp" not in repr(settings)
    assert "hidden" not in repr(settings)


def test_doctor_and_digest(house: House, slack: OtherSlack) -> None:
    before = house.run("doctor", "--json")
    assert before.returncode == 0, before.stdout
    assert {one["check"] for one in json.loads(before.stdout)} >= {
        "settings", "database", "master key", "messages", "slack", "clock", "connection"}
    assert house.run("digest", "--dry-run").returncode == 1
    house.serve()
    begin(house)
    house.say("/barrier rosa ! no ride since her car broke")
    shown = house.run("digest", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "#1" in shown.stdout
    assert "rosa-m" in shown.stdout
    assert slack.posts == []
    assert house.run("digest").returncode == 2

    app, house.env["DATABASE_URL"] = house.env["DATABASE_URL"], house.owner
    if app != house.owner:
        # B10: a role that could lift the policies is refused, though Kept steps down from it and goes on working.
        over = house.run("doctor")
        assert over.returncode == 1
        assert "FAIL database role: is a superuser (postgres), though Kept itself works as kept_app" in over.stdout
        assert house.run("digest", "--dry-run").stdout == shown.stdout

    house.env |= {"SLACK_BOT_TOKEN": "xoxb-wrong", "DATABASE_URL": app}
    sick = house.run("doctor")
    assert sick.returncode == 1
    assert "FAIL slack" in sick.stdout
    house.env["DATABASE_URL"] += "-none/none" if house.env["DATABASE_URL"].startswith("sqlite") else "&port=1"
    assert "FAIL database" in house.run("doctor").stdout


def test_doctor_knows_how_slack_reaches_kept(slack: OtherSlack) -> None:
    given = {**FINE, "SLACK_API_URL": slack.address}

    def says(**more: str) -> tuple[bool, str]:
        found = connection(read(given | more, "serve"))
        return found.ok, found.says

    assert says() == (True, "HTTP, signed, at port 3000")
    assert says(SLACK_APP_TOKEN="xapp-1", KEPT_PUBLIC_URL="https://kept.example.org") == (
        True, "HTTP, signed, at https://kept.example.org/slack/events; SLACK_APP_TOKEN is not used, unless kept serve --socket")
    ok, why = says(SLACK_BOT_TOKEN="xoxe.xoxb-1")
    assert not ok
    assert why.startswith("HTTP, but SLACK_BOT_TOKEN is one that ends after twelve hours")
    given["SLACK_SIGNING_SECRET"] = ""
    assert says(SLACK_APP_TOKEN="xapp-other") == (
        False, "Slack does not know SLACK_APP_TOKEN: is it of this app, and not revoked?")
    ok, why = says(SLACK_APP_TOKEN=APP_TOKEN)
    assert not ok
    assert "is Socket Mode on" in why
    slack.lines = OtherSocket()
    assert says(SLACK_APP_TOKEN=APP_TOKEN) == (True, "Socket Mode, and Slack gives an address for it")


def test_serve_asks_for_the_migration(empty_database_url: str, tmp_path: Path, slack: OtherSlack) -> None:
    with House(tmp_path, empty_database_url, slack) as bare:
        done = bare.run("serve")
    assert done.returncode == 1
    assert "kept migrate" in done.stderr


def test_a_port_that_is_taken_and_a_second_worker_are_said_in_a_sentence(house: House) -> None:
    house.serve()
    taken = house.run("serve")
    assert taken.returncode == 1
    assert taken.stderr.startswith("Kept cannot listen on 127.0.0.1 port")
    if house.env["DATABASE_URL"].startswith("sqlite"):
        house.start("work")
        house.until(lambda: "engine started" in house.log.read_text())
        house.env["PORT"] = str(free_port())
        second = house.run("serve", "--with-worker")
        assert second.returncode == 1
        assert "Another kept work" in second.stderr


@pytest.mark.parametrize(("prefix", "commands", "concern", "kept"), [
    ("care-", "all", "/care-concern", "/care-kept"), ("", "kept", "/kept concern", "/kept")])
def test_commands_with_other_names_are_understood_and_named_so(house: House, slack: OtherSlack, prefix: str, commands: str,
                                                               concern: str, kept: str) -> None:
    house.env |= {"KEPT_COMMAND_PREFIX": prefix, "KEPT_COMMANDS": commands}
    house.serve("--with-worker")
    assert f"Next: {kept} patient add rosa-m, then {concern} rosa" in house.say(f"{kept} setup zone America/New_York")
    assert f"{concern} rosa-m and their own words" in house.say(f"{kept} patient add rosa-m")
    assert "afraid of the bill, typed /concern" in house.say(f"{concern} rosa afraid of the bill, typed /concern")
    # So are a mistake's usage line, and what leaves by itself.
    assert f"{{'type': 'text', 'text': '{concern} <patient> <what they said>'" in house.say(f"{concern} rosa")
    store = Store(house.env["DATABASE_URL"], Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
    body = Card("Kept").line("Type /kept help, or /concern and a patient.", Quote("“/concern” is what she said")).body()
    (workspace,) = store.peek(installed)
    store.transact(workspace, lambda s: outgoing.post(s, workspace, CHANNEL, json.dumps(body), datetime.now(UTC)))
    store.close()
    sent = json.dumps(slack.wait(lambda: slack.to(CHANNEL)))
    assert f"Type {kept} help, or {concern} and a patient." in sent
    assert "/concern\\u201d is what she said" in sent


def explain(*args: str, text: str = "") -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, "-m", "bot", "explain", *args], cwd=ROOT, input=text, capture_output=True, text=True,
                          timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_explain_has_every_key_and_reads_standard_input() -> None:
    keys = ["verb", "patient", "text", "owner", "category", "outcome", "due", "grain", "rrule", "first", "options", "reason"]
    now = ("--now", "2026-11-23T10:00", "--tz", "America/New_York")
    (one,) = explain(*now, "--json", "/commit rosa call the clinic by Friday 3pm")
    assert list(one) == keys
    assert (one["verb"], one["patient"], one["text"], one["outcome"], one["due"], one["grain"]) == (
        "commit", "rosa", "call the clinic", "due", "2026-11-27T15:00:00-05:00", "hour")
    lines = explain(*now, "-", text="/barrier rosa no ride\n\n/commit rosa call at 8\n")
    assert [line["outcome"] for line in lines] == ["none", "none", "ask"]
    assert lines[0]["category"] == "transport"
    options = lines[2]["options"]
    assert isinstance(options, list)
    assert [option["due"] for option in options] == [
        "2026-11-23T20:00:00-05:00", "2026-11-24T08:00:00-05:00"]


def test_explain_takes_the_day_month_order_and_hours() -> None:
    now = ("--now", "2026-11-23T10:00", "--tz", "Europe/London", "--json")
    assert explain(*now, "--dates", "dmy", "/commit rosa send form by 12/3")[0]["outcome"] == "ask"
    assert explain(*now, "--hours", "7-12", "/commit rosa call tomorrow at 8")[0]["due"] == "2026-11-24T08:00:00+00:00"


def test_explain_takes_the_teams_parts_of_the_day() -> None:
    (one,) = explain("--now", "2026-11-23T10:00", "--parts", "morning 8:30", "--json", "/commit rosa call tomorrow morning")
    assert one["due"] == "2026-11-24T08:30:00+00:00"


def test_explain_takes_a_calendar() -> None:
    """Hours of single weekdays, holidays, and dates whose order is not known."""
    given = ("--now", "2026-11-23T10:00", "--tz", "America/New_York",
             "--hours", "9-17 fri 9-13", "--days", "mon, tue, wed, thu, fri",
             "--holidays", "US", "--dates", "ask", "-")
    lines = explain(*given, text="/commit rosa call by Friday\n/commit rosa call in 3 working days\n/commit rosa call by 12/3\n"
                                 "/commit rosa call by 12/13\n/commit rosa call Friday at 2\n/commit rosa call Thursday at 2\n")
    assert [line["due"] for line in lines] == [
        "2026-11-27T13:00:00-05:00", "2026-11-27T10:00:00-05:00", None, "2026-12-13T17:00:00-05:00", None,
        "2026-11-26T14:00:00-05:00"]
    offered = [[option["due"][:13] for option in line["options"] or []] for line in lines]  # type: ignore[attr-defined]
    assert offered[2:5] == [["2026-12-03T17", "2027-03-12T13"], [], ["2026-11-27T02", "2026-11-27T14"]]
