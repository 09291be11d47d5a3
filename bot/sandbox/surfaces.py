"""What a person does in modals, in Home and with external menus, and what then stands on their screen."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.sandbox import pressed
from bot.sandbox.blocks import told
from bot.sandbox.door import Answer
from bot.sandbox.filled import complaint, controls, options
from bot.sandbox.limits import Fault, options_fault, view_fault
from bot.sandbox.reply import Reply, read
from bot.sandbox.triggers import Unfit
from bot.sandbox.views import Shown
from bot.sandbox.workspace import Json, Workspace, dm_of

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

TROUBLE = "We had some trouble connecting. Try again?"
QUERY = 3  # characters typed before an external menu asks, unless it says otherwise
ACKNOWLEDGED = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set[str]()}


def facing(box: Sandbox, user: str) -> Workspace:
    """The workspace whose modal a person has before them, or else their own: who shares a channel may be shown one too."""
    return next((one for one in box.workspaces.values() if one.views.stack(user)), box.at(user))


class Surfaces:
    def __init__(self, box: Sandbox) -> None:
        self._box = box

    async def submit(self, user: str, values: Mapping[str, Any], view_id: str | None = None) -> Reply:
        """Raises KeyError and ValueError, as Sandbox.submit says."""
        w = facing(self._box, user)
        with w.changed:
            shown = w.views.find(user, view_id)
            if shown.view["submit"] is None:
                raise KeyError("this view has nothing to submit")
            pressed.fill_in(shown, values, w.people)
            said = {one.block: complaint(one, shown.state[one.block][one.action])
                    for one in controls(shown.view["blocks"]) if one.input is not None}
            shown.errors, shown.notice = {block: text for block, text in said.items() if text}, ""
            w.log("submit", self._box.people[user].name, shown.view["title"]["text"])
            if shown.errors:
                return Reply(0, {"text": "required"})
            payload = pressed.interaction(w, self._box.people[user], "view_submission") | {
                "trigger_id": w.views.triggers.make(user, shown.view["root_view_id"]), "view": shown.sent(), "response_urls": []}
        answer = await self._box.interact(payload)
        with w.changed:
            wrong = self._failed(answer) or self._acknowledge(w, shown, answer.body)
            if wrong:
                shown.notice = TROUBLE
                w.refuse(f"submit {shown.view['callback_id']}".strip(), wrong.code, wrong.why)
                return Reply(answer.status, {"text": wrong.code})
            w.touch()
        return Reply(answer.status, read(answer.body))

    async def close(self, user: str, *, everything: bool = False, view_id: str | None = None) -> Reply | None:
        w = facing(self._box, user)
        with w.changed:
            top = w.views.find(user, view_id)
            everything = everything or top.view["clear_on_close"]
            gone = list(reversed(w.views.stack(user))) if everything else [top]
            for one in gone:
                w.views.close(one)
            w.log("close", self._box.people[user].name, top.view["title"]["text"])
        replies = []
        for one in gone:
            if one.view["notify_on_close"]:
                payload = pressed.interaction(w, self._box.people[user], "view_closed") | {
                    "view": one.sent(), "is_cleared": everything}
                answer = await self._box.interact(payload)
                replies.append(Reply(answer.status, {"text": answer.error} if answer.error else read(answer.body)))
        return replies[0] if replies else None

    async def press(self, user: str, where: str, action_id: str, choice: Any = None, *, block_id: str = "",
                    values: Mapping[str, Any] | None = None) -> Reply:
        """A control of the modal on top, of Home, or of the one of the two that has this id. Raises KeyError and ValueError."""
        w, shown = self._seen(user, where)
        with w.changed:
            pressed.fill_in(shown, values or {}, w.people)
            shown.notice = ""
            control = pressed.find(shown.view["blocks"], action_id, choice, block_id)
            if control.input is not None and not control.input.get("dispatch_action"):
                raise ValueError("this field sends nothing by itself")
            made = pressed.press(shown, control, choice, f"{time.time():.6f}", w.people)
            root = shown.view["root_view_id"] if shown.view["type"] == "modal" else ""
            payload = pressed.interaction(w, self._box.people[user], "block_actions") | {
                "container": {"type": "view", "view_id": shown.id}, "trigger_id": w.views.triggers.make(user, root),
                "view": shown.sent(), "actions": [made]}
            said = pressed.label(control.element) or control.kind
            w.log("press", self._box.people[user].name, said)
        answer = await self._box.interact(payload)
        if answer.error:
            with w.changed:
                shown.notice = TROUBLE
                w.log("error", self._box.people[user].name, f"“{said}” failed with the error \"{answer.error}\"")
            return Reply(answer.status, {"text": answer.error})
        return Reply(200, read(answer.body))

    async def open_home(self, user: str, tab: str = "home") -> None:
        w = self._box.at(user)
        with w.changed:
            shown = w.views.home(user)
            event: Json = {"type": "app_home_opened", "user": user, "channel": dm_of(user), "tab": tab,
                           "event_ts": f"{time.time():.6f}"}
            if shown is not None and tab == "home":
                event["view"] = shown.sent()
            w.log("home", w.people[user].name, tab)
        await self._box.a_happen(event, team=w.team)

    async def options(self, user: str, action_id: str, query: str, where: str | Json, *, block_id: str = "") -> list[Json]:
        """What an external menu offers for what is typed into it; nothing when the app's answer is refused. Raises KeyError."""
        w, shown, place = self._place(user, where)
        control = pressed.find(shown.view["blocks"], action_id, block_id=block_id)
        if not control.kind.endswith("external_select"):
            raise KeyError(f"{action_id} asks nobody for its options")
        if len(query) < control.element.get("min_query_length", QUERY):
            return []
        payload = pressed.interaction(w, w.people[user], "block_suggestion") | place | {
            "action_id": control.action, "block_id": control.block, "value": query}
        answer = await self._box.interact(payload)
        body = read(answer.body)
        wrong = self._failed(answer) or options_fault(body)
        with w.changed:
            if wrong:
                w.refuse(f"options {control.action}", wrong.code, wrong.why)
                return []
            w.world.payloads.add("options", body)
            found: list[Json] = told(options(body))
            shown.offered.setdefault((control.block, control.action), []).extend(found)
            w.touch()
        return found

    def _place(self, user: str, where: str | Json) -> tuple[Workspace, Shown, Json]:
        """Where a menu stands, and how Slack says so. Raises KeyError."""
        if isinstance(where, str):
            w, shown = self._seen(user, where)
            return w, shown, {"container": {"type": "view", "view_id": shown.id}, "view": shown.sent()}
        message = self._box.at(user).seen_by(user, where["channel"], where["ts"])
        w = self._box.acts(user, message)
        return w, w.views.of_message(user, message), pressed.on_message(w, message)

    def _seen(self, user: str, where: str) -> tuple[Workspace, Shown]:
        """Raises KeyError."""
        home = self._box.at(user).views.home(user)
        if home is not None and where in ("home", home.id):
            return self._box.at(user), home
        w = facing(self._box, user)
        return w, w.views.find(user, None if where == "modal" else where)

    def _failed(self, answer: Answer) -> Fault | None:
        return Fault(answer.error, f"status {answer.status}") if answer.error else None

    def _acknowledge(self, w: Workspace, shown: Shown, text: str) -> Fault | None:
        """Does what the acknowledgement of a submission says, or says why Slack would not."""
        try:
            body = json.loads(text) if text.strip() else {}
        except ValueError:
            return Fault("invalid_acknowledgement", "neither empty nor JSON")
        if body == {}:
            w.views.close(shown)
            return None
        act = body.get("response_action") if isinstance(body, dict) else None
        if act not in ACKNOWLEDGED or set(body) != {"response_action", *ACKNOWLEDGED[act]}:
            return Fault("invalid_acknowledgement", f"response_action {act!r}, or what goes with it")
        if shown not in w.views.stack(shown.user):
            return None
        if act == "clear":
            w.views.clear(shown.user)
            return None
        if act == "errors":
            return self._errors(shown, body["errors"])
        if broken := view_fault(body["view"], "modal"):
            return broken
        w.world.payloads.add("modal", body["view"])
        try:
            if act == "push":
                w.views.push_on(shown, body["view"])
            else:
                w.views.replace(shown, body["view"])
        except Unfit as unfit:
            return Fault(str(unfit), "")
        return None

    def _errors(self, shown: Shown, errors: Any) -> Fault | None:
        known = {block["block_id"] for block in shown.view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not all(isinstance(one, str) and one for one in errors.values()):
            return Fault("invalid_acknowledgement", "errors must be sentences by block_id")
        if unknown := set(errors) - known:
            return Fault("invalid_acknowledgement", f"no input has the block_id {', '.join(sorted(unknown))}")
        shown.errors = dict(errors)
        return None
