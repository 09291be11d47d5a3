"""Installing as a person does it in a browser, and the tokens that come of it, to Slack's own client."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import BOT, Channel, Person, Sandbox
from bot.sandbox.tiers import Tiers
from tests.sandbox.conftest import TinyApp
from tests.sandbox.test_events import OPENED
from tests.sandbox.test_signed import CARD

Json = dict[str, Any]
SCOPES = "commands,chat:write,users:read"


class Installer:
    """An app's own two pages: one that sends to Slack, one that Slack sends back to. ``got`` is what Slack gave last."""

    def __init__(self, box: Sandbox, app: TinyApp) -> None:
        self.box, self.got, self.back = box, {}, {}
        self.here = f"http://127.0.0.1:{app.server_port}"
        self.redirect = f"{self.here}/slack/oauth_redirect"
        self.asks: Json = {"client_id": box.client_id, "scope": SCOPES, "state": "s1", "redirect_uri": self.redirect}
        self.exchanges: Json = {"redirect_uri": self.redirect}
        app.shows = self.show

    got: Json
    back: Json

    def show(self, path: str) -> tuple[int, Json, str]:
        place = urlsplit(path)
        if place.path == "/slack/install":
            url = f"{self.box.page_url}oauth/v2/authorize?{urlencode(self.asks)}"
            return 200, {"Content-Type": "text/html"}, f'<a href="{url.replace("&", "&amp;")}">Add to Slack</a>'
        self.back = {name: values[0] for name, values in parse_qs(place.query).items()}
        if self.back.get("state") != "s1" or "code" not in self.back:
            return 400, {}, "no"
        self.got = self.exchange(self.back["code"])
        return 200, {}, "installed"

    def exchange(self, code: str, **fields: Any) -> Json:
        asked = {"client_id": self.box.client_id, "client_secret": self.box.client_secret, **self.exchanges, **fields}
        return dict(WebClient(base_url=self.box.api_url).oauth_v2_access(code=code, **asked).data)

    def install(self, user: str = "U1MIA", **how: Any) -> int:
        return self.box.install(user, f"{self.here}/slack/install", **how)

    def code(self) -> str:
        """One that nobody has shown yet."""
        return self.box.oauth.allow(self.box.oauth.ask(self.asks), "U1MIA", whole_org=False)

    def slack(self) -> WebClient:
        return WebClient(self.got["access_token"], base_url=self.box.api_url, retry_handlers=[])


@pytest.fixture
def elm(box: Sandbox, app: TinyApp) -> Installer:
    """A workspace of Mia's without the app, beside the one that has it."""
    people = [Person("U1MIA", "mia", "Mia Lund", ""), Person("U1GUEST", "g", "Guest", "", is_restricted=True)]
    box.add_workspace("T0ELM", "elm", people, [Channel("C1ELM", "elm", ["U1MIA", "U0ELMKEPT"])])
    return Installer(box, app)


@pytest.fixture
def org(box: Sandbox, app: TinyApp) -> Installer:
    """An org of two workspaces without the app."""
    for name, person in (("ash", Person("U1MIA", "mia", "Mia Lund", "")), ("bay", Person("U1LEO", "leo", "Leo Marsh", ""))):
        room = Channel(f"C1{name.upper()}", name, [person.id, "U0ORGKEPT"])
        box.add_workspace(f"T0{name.upper()}", name, [person], [room], enterprise="E0ORG")
    return Installer(box, app)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_installing_gives_a_token_for_that_workspace(box: Sandbox, app: TinyApp, elm: Installer) -> None:
    assert box.command("U1MIA", "C1ELM", "/kept", "x").body == {"text": "unknown_command"}
    assert elm.install() == 200
    token = elm.got.pop("access_token")
    assert token.startswith("xoxb-")
    assert elm.got == {
        "ok": True, "app_id": "A0KEPT", "authed_user": {"id": "U1MIA"}, "scope": "chat:write,commands,users:read",
        "token_type": "bot", "bot_user_id": "U0ELMKEPT", "team": {"id": "T0ELM", "name": "elm"}, "enterprise": None,
        "is_enterprise_install": False}
    slack = WebClient(token, base_url=box.api_url, retry_handlers=[])
    assert (slack.auth_test()["team_id"], slack.auth_test()["user_id"]) == ("T0ELM", "U0ELMKEPT")
    assert slack.chat_postMessage(channel="C1ELM", text="hello")["message"]["team"] == "T0ELM"
    assert refused(lambda: slack.chat_postMessage(channel="C0MAPLE", text="x")) == "channel_not_found"
    assert box.command("U1MIA", "C1ELM", "/kept", "x").status == 200
    assert (app.forms[-1]["team_id"], app.forms[-1]["team_domain"]) == ("T0ELM", "elm")


def test_scopes_are_those_asked_for_and_only_grow(box: Sandbox, elm: Installer) -> None:
    elm.install()
    first = elm.got["access_token"]
    with pytest.raises(SlackApiError) as caught:
        elm.slack().conversations_info(channel="C1ELM")
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "groups:read")
    assert caught.value.response["provided"] == "chat:write,commands,users:read"
    elm.asks["scope"] = "groups:read"
    elm.install()
    assert (elm.got["access_token"], elm.got["scope"]) == (first, "chat:write,commands,groups:read,users:read")
    assert elm.slack().conversations_info(channel="C1ELM")["ok"]


def test_cancelling_comes_back_with_the_state(elm: Installer) -> None:
    assert elm.install(allow=False) == 400
    assert elm.back == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(("changes", "code"), [
    ({"client_id": "1.2"}, "invalid_client_id"), ({"scope": ""}, "no_scopes"), ({"scope": "commands,fly"}, "invalid_scope"),
    ({"user_scope": "chat:write"}, "invalid_scope"), ({"team": "T0NONE"}, "invalid_team"),
    ({"redirect_uri": "http://elsewhere.example/x"}, "bad_redirect_uri"), ({"redirect_uri": ""}, "bad_redirect_uri"),
    ({"redirect_uri": "https://elsewhere.example/x"}, "bad_redirect_uri"),
])
def test_slack_shows_what_is_wrong_with_an_address(elm: Installer, changes: Json, code: str) -> None:
    elm.asks |= changes
    with pytest.raises(ValueError, match=code):
        elm.install()


def test_who_may_not_install(elm: Installer) -> None:
    with pytest.raises(ValueError, match="U1GUEST may not install"):
        elm.install("U1GUEST")
    with pytest.raises(ValueError, match="belongs to no org"):
        elm.install(whole_org=True)
    elm.asks["team"] = "T0KEPT"
    with pytest.raises(ValueError, match="U1MIA may not install"):
        elm.install()


def test_redirects_go_at_or_below_the_addresses_set_up(box: Sandbox, elm: Installer) -> None:
    box.redirect_urls = [elm.redirect]
    assert elm.install() == 200
    del elm.asks["redirect_uri"], elm.exchanges["redirect_uri"]
    assert elm.install() == 200
    elm.asks["redirect_uri"] = f"{elm.here}/elsewhere"
    with pytest.raises(ValueError, match="bad_redirect_uri"):
        elm.install()


def test_a_code_is_good_once_and_for_ten_minutes(box: Sandbox, elm: Installer) -> None:
    elm.install()
    assert refused(lambda: elm.exchange(elm.back["code"])) == "invalid_code"
    code, wall = elm.code(), box.installs.wall
    box.installs.wall = lambda: wall() + 601
    assert refused(lambda: elm.exchange(code)) == "invalid_code"


@pytest.mark.parametrize(("fields", "code"), [
    ({"client_id": "1.2"}, "invalid_client_id"), ({"client_secret": "x"}, "bad_client_secret"),
    ({"redirect_uri": "https://elsewhere.example/"}, "bad_redirect_uri"), ({"grant_type": "password"}, "invalid_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "xoxe-1-x"}, "invalid_refresh_token"),
])
def test_an_exchange_refused(elm: Installer, fields: Json, code: str) -> None:
    assert refused(lambda: elm.exchange(elm.code(), **fields)) == code


def test_the_client_may_be_named_in_fields_too(box: Sandbox, elm: Installer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=10)
    body = urlencode({"client_id": box.client_id, "client_secret": box.client_secret, "code": elm.code(), **elm.exchanges})
    connection.request("POST", "/api/oauth.v2.access", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert b'"access_token"' in connection.getresponse().read()
    connection.close()


def test_exchanging_a_lasting_token_is_no_method_here(elm: Installer) -> None:
    elm.install()
    assert refused(lambda: elm.slack().api_call("oauth.v2.exchange")) == "unknown_method"


def test_rotating_tokens_expire_and_are_refreshed_once(box: Sandbox, elm: Installer) -> None:
    box.rotate = True
    elm.install()
    first, refresh = elm.got["access_token"], elm.got["refresh_token"]
    assert (elm.got["expires_in"], len(first), first[:12]) == (43_200, 162, "xoxe.xoxb-1-")
    fresh = elm.exchange("", grant_type="refresh_token", refresh_token=refresh)
    assert (fresh["team"]["id"], "authed_user" in fresh) == ("T0ELM", False)
    assert refused(lambda: elm.exchange("", grant_type="refresh_token", refresh_token=refresh)) == "invalid_refresh_token"
    old = elm.slack()
    assert old.auth_test()["ok"]
    elm.got = elm.exchange("", grant_type="refresh_token", refresh_token=fresh["refresh_token"])
    assert refused(old.auth_test) == "token_revoked"
    wall = box.installs.wall
    box.installs.wall = lambda: wall() + 43_201
    assert refused(elm.slack().auth_test) == "token_expired"


def test_revoking_ends_the_token_and_the_membership(box: Sandbox, app: TinyApp, elm: Installer) -> None:
    elm.install()
    slack = elm.slack()
    assert slack.auth_revoke(test=True)["revoked"] is False
    assert slack.auth_test()["ok"]
    assert slack.auth_revoke()["revoked"] is True
    assert refused(slack.auth_test) == "token_revoked"
    [one] = box.wait_for(lambda: app.events)
    assert (one["event"]["type"], one["event"]["tokens"], one["team_id"]) == (
        "tokens_revoked", {"oauth": [], "bot": ["U0ELMKEPT"]}, "T0ELM")
    assert box.channels["C1ELM"].members == ["U1MIA"]
    box.happen(OPENED, team="T0ELM")
    assert len(app.events) == 1
    assert elm.install() == 200
    assert elm.slack().auth_test()["ok"]


def test_with_rotation_revoking_ends_one_token_alone(box: Sandbox, app: TinyApp, elm: Installer) -> None:
    box.rotate = True
    elm.install()
    assert elm.slack().auth_revoke()["revoked"] is True
    assert refused(elm.slack().auth_test) == "token_revoked"
    assert elm.exchange("", grant_type="refresh_token", refresh_token=elm.got["refresh_token"])["ok"]
    box.happen(OPENED, team="T0ELM")
    assert [one["event"]["type"] for one in app.events] == ["app_home_opened"]


def test_uninstalling(box: Sandbox, app: TinyApp, elm: Installer) -> None:
    elm.install()
    slack = elm.slack()
    assert refused(lambda: slack.apps_uninstall(client_id="1.2", client_secret=box.client_secret)) == "invalid_client_id"
    box.api.tiers = Tiers(count(step=60).__next__)
    assert slack.apps_uninstall(client_id=box.client_id, client_secret=box.client_secret)["ok"]
    box.wait_for(lambda: len(app.events) == 2)
    assert [one["event"]["type"] for one in app.events] == ["tokens_revoked", "app_uninstalled"]
    assert {one["team_id"] for one in app.events} == {"T0ELM"}
    assert refused(slack.auth_test) == "account_inactive"
    assert box.command("U1MIA", "C1ELM", "/kept", "x").body == {"text": "unknown_command"}
    assert WebClient("xoxb-made-up", base_url=box.api_url).auth_test()["team_id"] == "T0KEPT"


def test_the_first_workspace_may_be_uninstalled_by_hand(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.uninstall("T0KEPT")
    assert [one["event"]["type"] for one in app.events] == ["tokens_revoked", "app_uninstalled"]
    assert refused(slack.auth_test) == "account_inactive"
    assert BOT not in box.channels["C0MAPLE"].members
    with pytest.raises(KeyError):
        box.uninstall("T0KEPT")


def test_a_whole_org_has_one_token(box: Sandbox, app: TinyApp, org: Installer) -> None:
    assert org.install(whole_org=True) == 200
    assert (org.got["team"], org.got["is_enterprise_install"]) == (None, True)
    assert org.got["enterprise"] == {"id": "E0ORG", "name": "Org E0ORG"}
    slack = org.slack()
    assert (slack.auth_test()["team_id"], slack.auth_test()["is_enterprise_install"]) == ("E0ORG", True)
    for channel in ("C1ASH", "C1BAY"):
        assert slack.chat_postMessage(channel=channel, text="hello")["ok"]
    assert slack.users_info(user="U1LEO")["user"]["enterprise_user"]["enterprise_id"] == "E0ORG"
    assert refused(lambda: slack.chat_postMessage(channel="C0MAPLE", text="x")) == "channel_not_found"
    box.command("U1LEO", "C1BAY", "/kept", "x")
    form = app.forms[-1]
    assert (form["team_id"], form["enterprise_id"], form["enterprise_name"], form["is_enterprise_install"]) == (
        "T0BAY", "E0ORG", "Org E0ORG", "true")
    slack.chat_update(channel="C1BAY", ts=box.messages("C1BAY")[0]["ts"], text="card", blocks=CARD)
    box.press("U1LEO", box.messages("C1BAY")[0], "done")
    assert (app.payload["is_enterprise_install"], app.payload["enterprise"]) == (True, {"id": "E0ORG", "name": "Org E0ORG"})
    assert (app.payload["team"]["id"], app.payload["user"]["team_id"]) == ("T0BAY", "T0BAY")
    box.happen(OPENED, team="T0BAY")
    assert app.events[-1]["authorizations"][0] == {
        "enterprise_id": "E0ORG", "team_id": "T0BAY", "user_id": "U0ORGKEPT", "is_bot": True, "is_enterprise_install": True}
    assert app.events[-1]["enterprise_id"] == "E0ORG"


def test_one_workspace_of_an_org_may_have_it_alone(box: Sandbox, app: TinyApp, org: Installer) -> None:
    assert org.install() == 200
    assert (org.got["team"]["id"], org.got["enterprise"]["id"], org.got["is_enterprise_install"]) == ("T0ASH", "E0ORG", False)
    assert refused(lambda: org.slack().chat_postMessage(channel="C1BAY", text="x")) == "channel_not_found"
    box.command("U1MIA", "C1ASH", "/kept", "x")
    assert (app.forms[-1]["enterprise_id"], app.forms[-1]["is_enterprise_install"]) == ("E0ORG", "false")


def test_an_org_uninstalls_as_an_org(box: Sandbox, app: TinyApp, org: Installer) -> None:
    org.install(whole_org=True)
    box.uninstall("E0ORG")
    for one in app.events:
        assert (one["team_id"], one["enterprise_id"]) == ("E0ORG", "E0ORG")
        assert one["authorizations"][0]["team_id"] is None
    assert refused(org.slack().auth_test) == "account_inactive"


def test_the_consent_pages_are_for_this_machine_and_name_where_they_lead(box: Sandbox, elm: Installer) -> None:
    def get(headers: Json) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=10)
        connection.request("GET", f"/oauth/v2/authorize?{urlencode(elm.asks)}", headers=headers)
        got = connection.getresponse()
        got.read()
        connection.close()
        return got
    assert f"form-action 'self' {elm.here};" in str(get({}).headers["Content-Security-Policy"])
    assert get({"Host": "elsewhere.example"}).status == 403
    assert get({"Origin": "http://elsewhere.example"}).status == 403
