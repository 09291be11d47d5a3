"""How often methods may be called, and with which scopes."""

from __future__ import annotations

from itertools import count

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.api import METHODS
from bot.sandbox.core import Channel, Sandbox
from bot.sandbox.tiers import PER_MINUTE, Limited, Tiers
from tests.sandbox.conftest import TOKEN


def test_every_method_has_its_figure() -> None:
    assert set(METHODS) <= set(PER_MINUTE)


@pytest.mark.parametrize(("method", "most"), [("apps.uninstall", 1), ("chat.update", 50), ("users.info", 100), ("pins.add", 20)])
def test_a_minute_holds_so_many(method: str, most: int) -> None:
    now = [0.0]
    tiers = Tiers(lambda: now[0])
    for _ in range(most):
        tiers.take(method, "T1")
    now[0] = 59.5
    with pytest.raises(Limited) as caught:
        tiers.take(method, "T1")
    assert caught.value.after == 1
    tiers.take(method, "T2")
    tiers.take("auth.test", "T1")
    now[0] = 60.0
    tiers.take(method, "T1")


def test_one_too_many_is_429_and_says_when(box: Sandbox, slack: WebClient) -> None:
    now = [0.0]
    box.api.tiers = Tiers(lambda: now[0])
    for _ in range(50):
        slack.conversations_info(channel="C0MAPLE")
    now[0] = 20.0
    with pytest.raises(SlackApiError) as caught:
        slack.conversations_info(channel="C0OAK")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "40")
    assert slack.users_info(user="U0ANA")["ok"]
    now[0] = 60.0
    assert slack.conversations_info(channel="C0OAK")["ok"]


def test_a_clock_that_leaps_lets_everything_through(box: Sandbox, slack: WebClient) -> None:
    box.api.tiers = Tiers(count(step=60).__next__)
    for _ in range(60):
        assert slack.conversations_info(channel="C0MAPLE")["ok"]


@pytest.mark.parametrize(("channel", "needed"), [
    ("C0MAPLE", "groups:read"), ("C0LOBBY", "channels:read"), ("D0ANA", "im:read"),
    ("C0NONE", "channels:read,groups:read,im:read,mpim:read")])
def test_the_scope_of_the_kind_of_conversation(box: Sandbox, slack: WebClient, channel: str, needed: str) -> None:
    box.channels["C0LOBBY"] = Channel("C0LOBBY", "lobby", ["U0KEPT"], private=False)
    install = box.installs.open(TOKEN)
    install.scopes -= set(needed.split(","))
    with pytest.raises(SlackApiError) as caught:
        slack.conversations_info(channel=channel)
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", needed)
    assert caught.value.response["provided"] == ",".join(sorted(install.scopes))
    assert slack.auth_test().headers["X-OAuth-Scopes"] == ",".join(sorted(install.scopes))
    install.scopes |= {needed.split(",")[0]}
    if channel != "C0NONE":
        assert slack.conversations_info(channel=channel)["ok"]
