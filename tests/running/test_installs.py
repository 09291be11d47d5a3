"""People install Kept themselves: in a browser, in several workspaces and in a whole org, with tokens that last or expire."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.core import Sandbox
from tests.running.boxed import ASH, ELM, MIA, boxed, elm, org
from tests.running.processes import House

Json = dict[str, Any]
SETUP = "setup zone America/New_York digest 8:30 hours 9-17"


@pytest.fixture
def kept(tmp_path: Path, house_url: str) -> Iterator[tuple[House, Sandbox]]:
    with boxed(tmp_path, house_url) as made:
        yield made


def start(house: House) -> str:
    return f"http://127.0.0.1:{house.port}/slack/install"


def get(house: House, path: str, cookie: str = "") -> tuple[int, Json, str]:
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    got = connection.getresponse()
    body = got.read().decode()
    connection.close()
    return got.status, {name.lower(): value for name, value in got.getheaders()}, body


def say(box: Sandbox, user: str, channel: str, text: str) -> str:
    return json.dumps(box.command(user, channel, "/kept", text).body)


def test_installed_in_a_browser_it_answers_there_and_nowhere_else(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    elm(box)
    house.serve()
    assert box.install(MIA, start(house)) == 200
    assert "care team now" in say(box, MIA, ELM, SETUP)
    assert box.command("U0ANA", "C0MAPLE", "/kept", "help").body == {"text": "unknown_command"}
    assert box.install("U0ANA", start(house)) == 200
    assert "care team now" in say(box, "U0ANA", "C0MAPLE", SETUP)
    # The scopes asked for are all that is needed for this, and no token is in a log.
    assert box.refused == []
    assert "xoxb-" not in house.log.read_text()


def test_an_org_installs_as_an_org_beside_two_workspaces(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    elm(box)
    org(box)
    house.serve()
    assert box.install(MIA, start(house)) == 200
    assert box.install("U0ANA", start(house)) == 200
    assert box.install("U1ADA", start(house), whole_org=True) == 200
    for user, channel in ((MIA, ELM), ("U0ANA", "C0MAPLE"), ("U1ADA", ASH), ("U1LEO", "C1BAY")):
        assert "care team now" in say(box, user, channel, SETUP)
    assert "patient of this care team" in say(box, "U1ADA", ASH, "patient add rosa-m")
    assert "must be a patient" in json.dumps(box.command(MIA, ELM, "/concern", "rosa lonely").body)


def test_the_way_to_slack_asks_for_the_least_and_marks_the_browser(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    house.serve()
    status, heads, _ = get(house, "/slack/install")
    assert status == 302
    place = urlsplit(heads["location"])
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{box.page_url}oauth/v2/authorize"
    assert asked["redirect_uri"] == f"http://127.0.0.1:{house.port}/slack/oauth_redirect"
    assert asked["client_id"] == box.client_id
    assert "chat:write" in asked["scope"].split(",")
    assert len(asked["state"]) >= 40
    cookie = heads["set-cookie"]
    assert re.fullmatch(r"kept_install=[\w-]{43}; Max-Age=600; Path=/slack; HttpOnly; SameSite=Lax", cookie)
    assert asked["state"] not in cookie


NOT_SLACKS = ["error=access_denied&state=x", "error=server_error", "code=1&state=made-up", "code=1", "", "code=" + "x" * 5000,
              "&".join(f"a{n}=1" for n in range(30)), "code=%ff&state=%ff", "error=%3Cscript%3Ealert(1)%3C/script%3E"]


def test_what_does_not_come_from_slack_is_answered_with_an_honest_page(kept: tuple[House, Sandbox]) -> None:
    house, _ = kept
    house.serve()
    for query in NOT_SLACKS:
        status, heads, body = get(house, f"/slack/oauth_redirect?{query}", "kept_install=" + "x" * 43)
        assert (status, "out of date" in body, "script" in body) == (400, True, False), query
        assert "default-src 'none'" in heads["content-security-policy"]
        assert (heads["referrer-policy"], heads["cache-control"], heads["x-content-type-options"]) == (
            "no-referrer", "no-store", "nosniff")


def visit(house: House) -> tuple[str, str]:
    """(state, cookie) of an installation that was begun."""
    _, heads, _ = get(house, "/slack/install")
    return parse_qs(urlsplit(heads["location"]).query)["state"][0], heads["set-cookie"].partition(";")[0]


def code(box: Sandbox, house: House, user: str = "U0ANA") -> str:
    """One of Slack's, as it hands it to a browser after Allow."""
    asked = box.oauth.ask({"client_id": box.client_id, "scope": "commands,chat:write", "state": "s",
                           "redirect_uri": f"http://127.0.0.1:{house.port}/slack/oauth_redirect"})
    return box.oauth.allow(asked, user, whole_org=False)


def test_a_state_is_good_once_and_in_its_own_browser(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    house.serve()
    state, cookie = visit(house)
    other_state, other = visit(house)
    # Somebody else's browser, sent here with a state and a code that are not its own; and the state is spent by that.
    for browser in (other, "", cookie):
        status, _, body = get(house, f"/slack/oauth_redirect?code={code(box, house)}&state={state}", browser)
        assert (status, "out of date" in body) == (400, True)
    good = f"/slack/oauth_redirect?code={code(box, house)}&state={other_state}"
    assert get(house, good, other)[0] == 200
    assert get(house, good, other)[0] == 400
    # A browser that begins twice, in two tabs, may finish either.
    first, mark = visit(house)
    _, heads, _ = get(house, "/slack/install", mark)
    assert heads["set-cookie"].partition(";")[0] == mark
    assert get(house, f"/slack/oauth_redirect?code={code(box, house)}&state={first}", mark)[0] == 200


def test_any_process_finishes_what_another_began(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    first = house.serve()
    state, cookie = visit(house)
    house.kill(first)
    house.serve()
    assert get(house, f"/slack/oauth_redirect?code={code(box, house)}&state={state}", cookie)[0] == 200


def test_slack_refuses_the_code(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    house.serve()
    state, cookie = visit(house)
    status, _, body = get(house, f"/slack/oauth_redirect?code=made-up&state={state}", cookie)
    assert (status, "Slack refused the code" in body) == (400, True)
    with pytest.raises(ValueError, match="may not install"):
        box.install("U0NOBODY", start(house))
    assert box.install("U0ANA", start(house), allow=False) == 200
    assert box.command("U0ANA", "C0MAPLE", "/kept", "help").body == {"text": "unknown_command"}


def test_without_a_client_there_is_no_page(tmp_path: Path, house_url: str) -> None:
    with boxed(tmp_path, house_url, bot_token="xoxb-by-hand") as (house, _):
        house.env |= {"SLACK_CLIENT_ID": "", "SLACK_CLIENT_SECRET": ""}
        house.serve()
        assert get(house, "/slack/install")[0] == 404


def test_one_workspace_uninstalls_in_the_middle_and_the_others_do_not_notice(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    elm(box)
    org(box)
    house.serve("--with-worker")
    places = ((MIA, ELM, False), ("U0ANA", "C0MAPLE", False), ("U1ADA", ASH, True))
    for user, channel, whole_org in places:
        assert box.install(user, start(house), whole_org=whole_org) == 200
        assert "care team now" in say(box, user, channel, SETUP)
        say(box, user, channel, "patient add rosa-m")
        assert "Kept as #1" in json.dumps(box.command(user, channel, "/concern", "rosa afraid of the bill").body)
    box.uninstall("T0ELM")
    assert box.command(MIA, ELM, "/kept", "help").body == {"text": "unknown_command"}
    for user, channel, _ in places[1:]:
        assert "Kept as #2" in json.dumps(box.command(user, channel, "/concern", "rosa worried about the bus").body)
    # What falls due meanwhile reaches those who still have Kept, and nothing is even tried where it is gone.
    house.ahead(25 * 3600)
    box.wait_for(lambda: box.dm("U0ANA") and box.dm("U1ADA"), 60)
    # Whether the token still worked was asked, since it was uninstalled so soon after the install.
    assert {one for one in box.refused if one[1] in {"account_inactive", "token_revoked", "invalid_auth"}} <= {
        ("auth.test", "account_inactive")}
    assert box.dm(MIA) == []
    # And when it comes back, all that was kept is there.
    assert box.install(MIA, start(house)) == 200
    assert "#1" in say(box, MIA, ELM, "list")


def test_a_token_that_expires_is_renewed_once_by_two_processes(kept: tuple[House, Sandbox]) -> None:
    house, box = kept
    box.rotate, box.token_life = True, 3600.0   # it ends within the two hours in which Kept renews
    house.serve()
    house.start("work")
    assert box.install("U0ANA", start(house)) == 200
    assert "care team now" in say(box, "U0ANA", "C0MAPLE", SETUP)

    def renewals() -> list[Any]:
        return [args for method, args in box.calls
                if method == "oauth.v2.access" and args.get("grant_type") == "refresh_token"]

    box.wait_for(renewals, 30)
    used = [one["refresh_token"] for one in renewals()]
    assert len(used) == len(set(used))
    assert [one for one in box.refused if one[0] == "oauth.v2.access"] == []
    assert house.ready() == 200
    assert "a token was renewed" in house.log.read_text()
