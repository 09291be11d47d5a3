"""The pages a person sees while an app is installed: who they are, and Allow or Cancel."""

from __future__ import annotations

import secrets
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.sandbox.oauth import Ask, Wrong

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

COOKIE = "sandbox-person"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page/style.css">
<link rel="stylesheet" href="/page/consent.css"><body class="consent"><main><p>Sandbox, not Slack</p><h1>{title}</h1>
{body}</main></body></html>"""


class Consent:
    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._signed_in: dict[str, str] = {}
        self._crumbs: dict[str, tuple[Ask, str]] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/oauth/v2/authorize", self.show)
        app.router.add_post("/oauth/v2/authorize", self.decide)
        app.router.add_post("/oauth/signin", self.sign_in)

    async def show(self, request: web.Request) -> web.Response:
        try:
            ask = self._box.oauth.ask(dict(request.query))
        except Wrong as wrong:
            self._box.world.refuse("/oauth/v2/authorize", str(wrong))
            return _page("Something is wrong with this address", f"<p>{escape(str(wrong))}</p>", status=400)
        user = self._signed_in.get(request.cookies.get(COOKIE, ""), "")
        if not self._may_install(user, ask):
            return self._who(ask, request.rel_url.raw_query_string)
        crumb = secrets.token_urlsafe(18)
        self._crumbs[crumb] = (ask, user)
        return self._consent(ask, user, crumb)

    async def sign_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        user = str(form.get("as", ""))
        if user not in self._box.people:
            return _page("There is no such person", "<p>Go back and choose one.</p>", status=400)
        name = secrets.token_urlsafe(18)
        self._signed_in[name] = user
        answer = web.Response(status=303, headers={"Location": f"/oauth/v2/authorize?{form.get('next', '')}"})
        answer.set_cookie(COOKIE, name, httponly=True, samesite="Lax", path="/oauth/")
        return answer

    async def decide(self, request: web.Request) -> web.Response:
        form = await request.post()
        ask, user = self._crumbs.pop(str(form.get("crumb", "")), (None, ""))
        if ask is None or self._signed_in.get(request.cookies.get(COOKIE, "")) != user:
            return _page("This page is out of date", "<p>Begin the installation again.</p>", status=400)
        sent = {"state": ask.state} if ask.state else {}
        if form.get("go") == "allow":
            sent = {"code": self._box.oauth.allow(ask, user, whole_org=form.get("where") == "org"), **sent}
        else:
            sent = {"error": "access_denied", **sent}
        self._box.world.log("oauth", self._box.people[user].name, "allowed" if "code" in sent else "cancelled")
        return web.Response(status=302, headers={
            "Location": ask.back + ("&" if urlsplit(ask.back).query else "?") + urlencode(sent)})

    def _may_install(self, user: str, ask: Ask) -> bool:
        """Not guests, not those who left, and only of the workspace that was asked for, if one was."""
        person = self._box.people.get(user)
        if person is None or person.deleted or person.is_restricted or person.is_ultra_restricted:
            return False
        return not ask.team or self._box.at(user).team == ask.team

    def _who(self, ask: Ask, query: str) -> web.Response:
        able = [one for one in self._box.people.values() if self._may_install(one.id, ask)]
        choice = "".join(f'<p><button name="as" value="{escape(one.id)}">{escape(one.name)}, '
                         f"{escape(self._box.at(one.id).name)}</button></p>" for one in able)
        return _page("Who are you?", f'<form method="post" action="/oauth/signin"><input type="hidden" name="next" '
                                     f'value="{escape(query)}">{choice}</form>', ask)

    def _consent(self, ask: Ask, user: str, crumb: str) -> web.Response:
        w = self._box.at(user)
        scopes = "".join(f"<li>{escape(one)}</li>" for one in sorted(ask.scopes))
        where = "" if not w.enterprise else (
            f'<p><label><input type="radio" name="where" value="team" checked> {escape(w.name)} alone</label></p>'
            f'<p><label><input type="radio" name="where" value="org"> all of {escape(w.enterprise.name)}</label></p>')
        form = (f'<form method="post" action="/oauth/v2/authorize"><input type="hidden" name="crumb" value="{crumb}">{where}'
                '<p class="answers"><button name="go" value="cancel">Cancel</button> '
                '<button name="go" value="allow">Allow</button></p></form>')
        asked = f"<p>It would have these permissions:</p><ul>{scopes}</ul>"
        return _page(f"Kept asks to be installed in {w.name}", asked + form, ask)


def _page(title: str, body: str, ask: Ask | None = None, status: int = 200) -> web.Response:
    # A browser holds the answer to a form against form-action too, so the app's own server must be named in it.
    back = urlsplit(ask.back) if ask else None
    app = f" {back.scheme}://{back.netloc}" if back else ""
    policy = f"default-src 'none'; style-src 'self'; form-action 'self'{app}; base-uri 'none'; frame-ancestors 'none'"
    return web.Response(text=PAGE.format(title=escape(title), body=body), content_type="text/html", status=status, headers={
        "Content-Security-Policy": policy, "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff"})
