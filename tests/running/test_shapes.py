"""A law of the door: whatever is signed is either malformed, or read to its end; one odd value anywhere breaks nothing later."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt import BoltRequest

from bot import inbound
from bot.shapes import Malformed

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
Json = dict[str, Any]
WHO: Json = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1", "domain": "elm"}, "enterprise": {"id": "E1"},
             "is_enterprise_install": False, "trigger_id": "t", "response_url": "https://hooks.example/x"}
VIEW: Json = {"type": "modal", "id": "V1", "hash": "1.2", "callback_id": "form.concern", "private_metadata": '{"subject": "t.1"}',
              "title": {"type": "plain_text", "text": "A"}, "submit": None, "close": None, "app_installed_team_id": "T1",
              "blocks": [{"type": "input", "block_id": "words/1", "element": {"type": "plain_text_input"}}],
              "state": {"values": {"words/1": {"x": {"type": "plain_text_input", "value": "afraid"}},
                                   "owner/1": {"x": {"selected_option": {"value": "U1"}}},
                                   "leads/1": {"x": {"selected_users": ["U1"]}}}}}
BUTTON = {"type": "button", "action_id": "show/1", "block_id": "i.1/1", "value": "i.1", "selected_option": {"value": "U2"}}
PAYLOADS: tuple[Json, ...] = (
    {"type": "block_actions", **WHO, "container": {"channel_id": "C1"}, "channel": {"id": "C1"}, "actions": [BUTTON]},
    {"type": "block_actions", **WHO, "container": {}, "view": VIEW, "actions": [BUTTON]},
    {"type": "view_submission", **WHO, "view": VIEW, "response_urls": []},
    {"type": "view_closed", **WHO, "view": VIEW},
    {"type": "block_suggestion", **WHO, "action_id": "patient/1", "block_id": "b", "value": "ros", "view": VIEW},
    {"type": "shortcut", **WHO, "callback_id": "log_concern"},
    {"type": "message_action", **WHO, "callback_id": "log_concern", "channel": {"id": "C1"},
     "message": {"ts": "1.2", "text": "x"}},
    {"type": "event_callback", "team_id": "T1", "enterprise_id": "E1", "event_id": "Ev1", "event_time": 1795881600,
     "is_ext_shared_channel": False, "authorizations": [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": False}],
     "event": {"type": "message", "user": "U1", "channel": "D1", "text": "hi", "ts": "1.2"}},
    {"type": "event_callback", "team_id": "T1", "event_id": "Ev2", "event_time": 1, "authorizations": [{"team_id": "T1"}],
     "event": {"type": "user_change", "user": {"id": "U1", "profile": {"real_name": "Mia"}}}},
    {"type": "event_callback", "team_id": "T1", "event_id": "Ev3", "event_time": 1, "authorizations": None,
     "event": {"type": "channel_shared", "channel": {"id": "C1"}}},
)
ODD = st.sampled_from([None, True, 7, -1, 1.5, float("nan"), 10 ** 30, "", "x" * 9000, "\ud83d", "a\0b", "{", "[1]", [], [1],
                       ["T1"], {}, {"id": 5}, {"id": ["T1"]}, [[]], [{}], [None]])


def places(found: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    if isinstance(found, dict | list):
        for key, value in found.items() if isinstance(found, dict) else enumerate(found):
            yield from places(value, (*here, key))


def changed(payload: Json, place: tuple[Any, ...], odd: Any) -> Json:
    made = copy.deepcopy(payload)
    inside: Any = made
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = odd
    return made


def work(payload: inbound.Payload) -> None:
    """All that is read of it before a handler has it."""
    inbound.home(payload.body).encode()
    read = {"block_actions": inbound.of_press, "view_submission": inbound.of_submit, "block_suggestion": inbound.of_options,
            "shortcut": inbound.of_shortcut, "message_action": inbound.of_shortcut, "event_callback": inbound.of_event}
    if payload.kind in read:
        made = read[payload.kind](payload.body, NOW, NOW)
        repr(made).encode()
        assert "\0" not in f"{made}"


@given(st.sampled_from(PAYLOADS).flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(list(places(one))))), ODD)
@settings(max_examples=400, deadline=None)
def test_one_odd_value_is_malformed_or_does_no_harm(where: tuple[Json, tuple[Any, ...]], odd: Any) -> None:
    raw = json.dumps(changed(*where, odd))
    event = where[0]["type"] == "event_callback"
    try:
        payload = inbound.read(raw.encode() if event else urlencode({"payload": raw}).encode(),
                               "application/json" if event else FORM)
    except Malformed:
        return
    work(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_slack_sends_is_not_malformed(payload: Json) -> None:
    found = inbound.read(json.dumps(payload).encode(), "application/json")
    work(found)
    assert BoltRequest(body=dict(found.body), mode="socket_mode").body == payload


@pytest.mark.parametrize("payload", [one for one in PAYLOADS if one["type"] not in {"view_closed", "event_callback"}])
@pytest.mark.parametrize("acting", ["T1", "T9", None])
@pytest.mark.parametrize("theirs", ["T9", "E1", "", None])
def test_b2_who_is_of_another_workspace_or_of_none_is_not_ours(payload: Json, acting: str | None, theirs: str | None) -> None:
    """Of each kind, whatever workspace it says it was sent from: they are not of ours, or it is nobody's who installed Kept."""
    body = {**payload, "user": {"id": "U1", "team_id": theirs}, "team": {"id": acting}}
    read = {"block_actions": inbound.of_press, "view_submission": inbound.of_submit, "block_suggestion": inbound.of_options}
    assert inbound.home(body) != "T1" or not read.get(body["type"], inbound.of_shortcut)(body, NOW, NOW).own_workspace
    ours = {**payload, "user": {"id": "U1", "team_id": "T1"}}
    assert read.get(body["type"], inbound.of_shortcut)(ours, NOW, NOW).own_workspace


def typed(**more: str) -> bytes:
    return urlencode({"command": "/kept", "text": "help", "team_id": "T1", "user_id": "U1", "channel_id": "C1", "trigger_id": "t",
                      **more}).encode()


@pytest.mark.parametrize(("body", "kind"), [
    (typed() + b"&x=%ff", FORM), (typed().replace(b"&", b";"), FORM),
    (typed() + b"&" + b"&".join(b"a%d=1" % n for n in range(60)), FORM),
    (typed(), ""), (typed(), "multipart/form-data"), (typed(), "application/json"), (b'{"type": "x"}', FORM),
    (typed() + b"&payload=", FORM), (typed() + b"&payload={}", FORM), (b"\xef\xbb\xbf{}", "application/json"),
    ('{"type": "x"}'.encode("utf-16"), "application/json"), (b'{"type": "x"}x', "application/json"), (b"NaN", "application/json"),
    (b'{"type": ' + b"9" * 50_000 + b"}", "application/json"), (b'{"a":' * 100_000, "application/json"),
    (b'{"type": "x", "a": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "application/json"),
    (typed(team_id="").replace(b"team_id=&", b""), FORM), (typed(command="kept"), FORM),
])
def test_a4_what_is_no_payload_is_malformed(body: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        inbound.read(body, kind)


def test_of_two_of_one_name_the_last_counts_everywhere() -> None:
    """Else what was checked would not be what is done."""
    found = inbound.read(typed() + b"&text=rosa&command=%2Fconcern", FORM)
    assert (found.body["command"], found.body["text"]) == ("/concern", "rosa")
    assert inbound.read(b'{"type": "block_actions", "type": "url_verification"}', "application/json").kind == "url_verification"
