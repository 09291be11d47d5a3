"""What a person types and presses in a conversation, and what comes of it: the Sandbox's methods of these names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.sandbox import deliver, door, pressed
from bot.sandbox.limits import fault
from bot.sandbox.reply import Reply, read
from bot.sandbox.typed import escaped
from bot.sandbox.workspace import SLACKBOT

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox


async def type_command(box: Sandbox, user: str, channel: str, command: str, text: str) -> Reply:
    room, w = box.room_of(user, channel), box.at(user)
    person = w.people[user]
    w.log("command", person.name, f"{command} {text}".strip())
    # A command is for the people of the workspace the app is installed in, not for those who only share a channel.
    if command not in box.commands or person.team not in ("", w.team) or box.installs.at(w.team) is None:
        return _slackbot(box, room, user, 0, "unknown_command", f"{command} is not a valid command. Nothing was sent.")
    org = {"enterprise_id": w.enterprise.id, "enterprise_name": w.enterprise.name} if w.enterprise else {}
    answer = await deliver.send(box, deliver.COMMAND, {
        "token": pressed.VERIFICATION, "team_id": w.team, "team_domain": w.domain, **org, "channel_id": room,
        "channel_name": w.name_of(room), "user_id": user, "user_name": person.username, "command": command,
        "text": escaped(text.strip(), w.people.values(), w.channels.values(), w.bot), "api_app_id": w.app,
        "is_enterprise_install": str(w.org_wide).lower(), "response_url": box.response_url(room, user),
        "trigger_id": w.views.triggers.make(user)})
    if answer.error:
        return _slackbot(box, room, user, answer.status, answer.error, f"{command} failed with the error \"{answer.error}\"")
    return _shown(box, room, user, command, answer)


async def press_control(box: Sandbox, user: str, channel: str, ts: str, action_id: str, choice: Any = None) -> Reply:
    message = box.at(user).seen_by(user, channel, ts)
    w, person = box.acts(user, message), box.people[user]
    with w.changed:
        control = pressed.find(message["blocks"], action_id, choice)
        shown = w.views.of_message(user, message)
        made = pressed.press(shown, control, choice, f"{time.time():.6f}", w.people)
        label = pressed.label(control.element) or control.kind
        w.log("press", person.name, label)
        payload = pressed.interaction(w, person, "block_actions") | pressed.on_message(w, message) | {
            "trigger_id": w.views.triggers.make(user), "state": {"values": shown.state}, "actions": [made],
            "response_url": box.response_url(channel, user, message, w.team)}
    answer = await box.interact(payload)
    if answer.error:
        return _slackbot(box, channel, user, answer.status, answer.error, f"“{label}” failed with the error \"{answer.error}\"")
    # Slack reads nothing from the acknowledgement of a press: what a person sees comes through the response URL.
    return Reply(200, read(answer.body))


def _shown(box: Sandbox, room: str, user: str, command: str, answer: door.Answer) -> Reply:
    """Shows a command's acknowledgement, if it says anything that Slack would show."""
    w, body = box.at(user), read(answer.body)
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not text and not blocks:
        return Reply(200, body)
    if broken := fault(text, blocks):
        w.refuse(command, broken.code, broken.why)
        return _slackbot(box, room, user, 200, broken.code, f"{command} failed with the error \"{broken.code}\"")
    if body.get("response_type") == "in_channel":
        w.post(room, w.bot, text, blocks)
    else:
        w.whisper(room, user, text, blocks)
    return Reply(200, body)


def _slackbot(box: Sandbox, room: str, user: str, status: int, code: str, text: str) -> Reply:
    box.world.log("error", box.people[user].name, text)
    box.at(user).whisper(room, user, text, [], SLACKBOT)
    return Reply(status, {"text": code})


def room_of(box: Sandbox, user: str, channel: str) -> str:
    """A conversation that a person may write in. Raises ValueError when they may not."""
    w = box.at(user) if user in box.people else box.workspace
    room = w.room(channel)
    if user not in w.people or room is None or user not in w.members(room):
        raise ValueError(f"{user} is not in {channel}, so Slack would show them no place to type in")
    if w.people[user].deleted or (room in w.channels and w.channels[room].archived):
        raise ValueError(f"{channel} is archived, or {user} is deactivated")
    return room
