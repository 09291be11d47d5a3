"""The manifest: within what Slack's schema allows, and the same as what the app registers, calls and hears."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import handlers.route  # noqa: F401  fills the tables
from bot.__main__ import main
from bot.manifest import manifest
from bot.naming import PLAIN, SLASH, Names
from bot.permissions import APP_METHODS, CLIENT_METHODS, EVENTS, FEATURES, METHODS, SCOPES
from handlers.cards.shortcuts import SHORTCUTS as SHOWN
from handlers.language.verbs import NAMES, TABLE
from handlers.table import COMMANDS, SHORTCUTS

ADDRESS = "https://kept.example.org"
SLACK = Path(__file__).parents[1] / "bot/slack.py"
HTTPS = re.compile(r"https://[^\s]+")
YES_NO = (bool, 0, 0, None)

# Slack's schema for manifests (github.com/slackapi/manifest-schema, and docs.slack.dev/reference/app-manifest): every place
# that may hold something, and what it may hold: a kind, the fewest and most characters, and how it is spelt.
MAY_HOLD: dict[str, tuple[type, int, int, re.Pattern[str] | None]] = {
    "display_information.name": (str, 1, 35, None),
    "display_information.description": (str, 1, 140, None),
    "display_information.long_description": (str, 175, 4000, None),
    "display_information.background_color": (str, 4, 7, re.compile(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?")),
    "features.app_home.home_tab_enabled": YES_NO,
    "features.app_home.messages_tab_enabled": YES_NO,
    "features.app_home.messages_tab_read_only_enabled": YES_NO,
    "features.bot_user.display_name": (str, 1, 80, None),
    "features.bot_user.always_online": YES_NO,
    "features.shortcuts[].name": (str, 1, 24, None),
    "features.shortcuts[].type": (str, 1, 10, re.compile("message|global")),
    "features.shortcuts[].callback_id": (str, 1, 255, None),
    "features.shortcuts[].description": (str, 1, 150, None),
    "features.slash_commands[].command": (str, 2, 32, re.compile(r"/[a-z0-9_-]+")),
    "features.slash_commands[].url": (str, 1, 3000, HTTPS),
    "features.slash_commands[].description": (str, 1, 2000, None),
    "features.slash_commands[].usage_hint": (str, 1, 1000, None),
    "features.slash_commands[].should_escape": YES_NO,
    "oauth_config.redirect_urls[]": (str, 1, 2500, HTTPS),
    "oauth_config.scopes.bot[]": (str, 1, 50, None),
    "settings.event_subscriptions.request_url": (str, 1, 3500, HTTPS),
    "settings.event_subscriptions.bot_events[]": (str, 1, 50, None),
    "settings.interactivity.is_enabled": YES_NO,
    "settings.interactivity.request_url": (str, 1, 3500, HTTPS),
    "settings.interactivity.message_menu_options_url": (str, 1, 3500, HTTPS),
    "settings.org_deploy_enabled": YES_NO,
    "settings.socket_mode_enabled": YES_NO,
    "settings.token_rotation_enabled": YES_NO,
}
MOST_ENTRIES = {"features.shortcuts": 10, "features.slash_commands": 50, "oauth_config.redirect_urls": 1000,
                "oauth_config.scopes.bot": 255, "settings.event_subscriptions.bot_events": 100}
ALL = [Names(prefix, alone) for prefix in ("", "care-", "a" * 20) for alone in (False, True)]


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{path}.{name}".lstrip("."))
    elif isinstance(node, list):
        assert 0 < len(node) <= MOST_ENTRIES[path]
        for value in node:
            yield from leaves(value, path + "[]")
    else:
        yield path, node


def broken(found: dict[str, Any]) -> list[str]:
    """The places where a manifest breaks Slack's rules."""
    wrong = []
    for path, value in leaves(found):
        kind, least, most, spelt = MAY_HOLD.get(path, (type(None), 0, 0, None))
        fits = type(value) is kind and (kind is bool or least <= len(value) <= most)
        if not fits or (spelt and not spelt.fullmatch(value)):
            wrong.append(path)
    return wrong


@pytest.mark.parametrize("address", ["", ADDRESS])
@pytest.mark.parametrize("names", ALL, ids=str)
def test_every_manifest_is_within_slacks_schema(names: Names, address: str) -> None:
    assert broken(manifest(names, address)) == []


@pytest.mark.parametrize(("place", "value"), [
    (("display_information", "long_description"), "too short"), (("features", "bot_user", "display_name"), ""),
    (("settings", "sockets"), True), (("display_information", "background_color"), "green"),
    (("settings", "socket_mode_enabled"), "yes")])
def test_a_manifest_that_slack_would_refuse_is_noticed(place: tuple[str, ...], value: object) -> None:
    found = manifest(PLAIN, ADDRESS)
    inner = found
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    assert broken(found) == [".".join(place)]


def test_every_command_verb_and_shortcut_of_the_app_is_in_it_and_no_other() -> None:
    features = manifest(PLAIN, "")["features"]
    commands = [one["command"].removeprefix("/") for one in features["slash_commands"]]
    assert commands == list(SLASH)
    assert set(commands) == {verb.name for verb in TABLE if verb.top} | {"promise", "kept"}
    assert {NAMES[name] for name in commands if name != "kept"} <= COMMANDS.keys()
    assert all(one["should_escape"] for one in features["slash_commands"])
    assert {one["callback_id"] for one in features["shortcuts"]} == {one.name for one in SHOWN}
    assert SHORTCUTS.keys() == {one.name for one in SHOWN}


def test_every_method_that_is_called_has_its_scopes_and_no_scope_is_without_a_reason() -> None:
    named = {node.value for node in ast.walk(ast.parse(SLACK.read_text(encoding="utf-8")))
             if isinstance(node, ast.Constant) and isinstance(node.value, str)
             and re.fullmatch(r"[a-z]+(\.[A-Za-z0-9]+)+", node.value)}
    assert named == METHODS.keys() | APP_METHODS.keys() | CLIENT_METHODS
    assert set(SCOPES) == {scope for table in (METHODS, EVENTS, FEATURES) for found in table.values() for scope in found}
    assert manifest(PLAIN, "")["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert manifest(PLAIN, "")["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_over_http_everything_comes_to_one_address_and_tokens_expire() -> None:
    found = manifest(PLAIN, ADDRESS + "/")
    events = f"{ADDRESS}/slack/events"
    settings = found["settings"]
    assert {one["url"] for one in found["features"]["slash_commands"]} == {events}
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"] == events
    assert settings["interactivity"]["message_menu_options_url"] == events
    assert found["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]
    assert (settings["socket_mode_enabled"], settings["token_rotation_enabled"], settings["org_deploy_enabled"]) == (
        False, True, True)


def test_in_socket_mode_there_is_no_address_at_all() -> None:
    found = manifest(PLAIN, "")
    assert "url" not in {path.rpartition(".")[2].removesuffix("[]") for path, _ in leaves(found)}
    assert "https" not in json.dumps(found)
    assert (found["settings"]["socket_mode_enabled"], found["settings"]["token_rotation_enabled"]) == (True, False)


def run(*args: str, **environ: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["manifest", *args], env={"KEPT_PUBLIC_URL": "", "KEPT_COMMAND_PREFIX": "", **environ})
    return done.exit_code, done.output


def test_it_is_printed_as_yaml_or_json_that_says_the_same() -> None:
    status, text = run("--url", ADDRESS)
    assert status == 0
    assert yaml.safe_load(text) == json.loads(run("--url", ADDRESS, "--format", "json")[1]) == manifest(PLAIN, ADDRESS)


def test_prefix_address_and_the_one_command_come_from_the_settings_or_are_said() -> None:
    prefixed = yaml.safe_load(run("--prefix", "care-")[1])["features"]["slash_commands"]
    assert [one["command"] for one in prefixed] == [f"/care-{name}" for name in SLASH]
    alone = yaml.safe_load(run("--only", "kept", KEPT_COMMAND_PREFIX="care-")[1])["features"]["slash_commands"]
    assert [one["command"] for one in alone] == ["/care-kept"]
    assert yaml.safe_load(run(KEPT_PUBLIC_URL=ADDRESS)[1]) == manifest(PLAIN, ADDRESS)
    assert yaml.safe_load(run("--mode", "socket", KEPT_PUBLIC_URL=ADDRESS)[1]) == manifest(PLAIN, "")


@pytest.mark.parametrize(("args", "says"), [
    (("--mode", "http"), "KEPT_PUBLIC_URL"), (("--url", "http://kept.example.org"), "https"),
    (("--prefix", "Care "), "small letters"),
    (("--prefix", "c" * 21), "at most 20"), (("--format", "toml"), "toml"), (("--only", "concern"), "concern")])
def test_what_slack_could_not_use_is_refused_in_a_sentence(args: tuple[str, ...], says: str) -> None:
    status, text = run(*args)
    assert status != 0
    assert says in text


NAMED = [  # prefix, only /kept, what Kept says, what it reads like there
    ("", False, "Next: /kept patient add rosa-m, then /concern rosa.", "Next: /kept patient add rosa-m, then /concern rosa."),
    ("care-", False, "/kept help shows how.", "/care-kept help shows how."),
    ("care-", False, "/concern {a}, /barrier {a} or /commit {a}.", "/care-concern {a}, /care-barrier {a} or /care-commit {a}."),
    ("care-", False, "Type /promise.", "Type /care-promise."),
    ("", True, "/concern <patient> <what they said>", "/kept concern <patient> <what they said>"),
    ("", True, "/kept list narrows it", "/kept list narrows it"),
    ("x_", True, "/barrier", "/x_kept barrier"),
    ("care-", False, "see example.org/kept and /kept-up or /keptsafe", "see example.org/kept and /kept-up or /keptsafe"),
]


@pytest.mark.parametrize(("prefix", "alone", "said", "shown"), NAMED)
def test_replies_name_commands_that_can_be_typed(prefix: str, alone: bool, said: str, shown: str) -> None:
    assert Names(prefix, alone).said(said) == shown


def test_a_patients_own_words_and_what_a_button_carries_stay_as_they_are() -> None:
    body = {"blocks": [
        {"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "Type /concern rosa"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "she said /concern is her word"}]}]},
        {"type": "actions", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "/kept"}, "action_id": "add/0",
             "value": "t.1.rosa /concern x"}]}]}
    names = Names("care-")
    shown = json.dumps(names.shown(body))
    assert '"Type /care-concern rosa"' in shown
    assert '"she said /concern is her word"' in shown
    assert '"t.1.rosa /concern x"' in shown
    assert json.loads(names.written(json.dumps(body))) == names.shown(body)
    assert PLAIN.shown(body) is body


@pytest.mark.parametrize(("names", "sent", "known"), [
    (PLAIN, "/concern", "/concern"), (Names("care-"), "/care-concern", "/concern"), (Names("care-"), "/care-kept", "/kept"),
    (Names("care-"), "/kept", "/kept"), (Names("", True), "/kept", "/kept")])
def test_a_prefixed_command_is_understood(names: Names, sent: str, known: str) -> None:
    assert names.known(sent) == known
