"""Installing Kept in a workspace from a browser: to Slack with a state that works once, and back with a code.

GET /slack/install            to Slack's own page, which asks for the scopes of bot/permissions.py
GET /slack/oauth_redirect     back from there: the code becomes a token, and the workspace has Kept
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.clock import Clock
from bot.logs import log
from bot.manifest import REDIRECT_PATH
from bot.permissions import SCOPES
from bot.settings import SLACK, Settings
from bot.slack import OAuth, Permanent, SlackError
from models import installation
from models.errors import CareError
from models.installation import Grant
from models.store import Store

LOG = log("oauth")
INSTALL_PATH = "/slack/install"
COOKIE, MARK = "kept_install", re.compile(r"[\w-]{43}", re.ASCII)
MINUTES = int(installation.STATE_LIVES.total_seconds() // 60)
HEADERS = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", "referrer-policy": "no-referrer",
           "x-content-type-options": "nosniff", "x-frame-options": "DENY",
           "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                                      "frame-ancestors 'none'"}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kept: {title}</title>
<style>body{{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1c2b28}}
h1{{font-size:1.6rem;color:#1f4d45}}a{{color:#1f4d45}}</style>
<main><h1>{title}</h1><p>{text}</p></main>
</html>
"""
AGAIN = "Nothing was installed. Please begin again at the install page."
TEXTS = {
    "installed": ("Kept is installed", "Go to your care team's private channel in Slack, invite Kept with /invite @Kept, and "
                                       "type /kept to set the team up. You can close this page."),
    "denied": ("Kept was not installed", "You chose not to allow it, so nothing was changed. You can close this page."),
    "state": ("This page is out of date", f"An install has to be finished within {MINUTES} minutes, once, and in the browser it "
                                          f"was begun in. {AGAIN}"),
    "refused": ("Slack did not finish the install", f"Slack refused the code that it had sent. {AGAIN}"),
    "away": ("Slack did not answer", "Kept could not reach Slack just now, so nothing was installed. Please try again in a "
                                     "minute."),
    "broken": ("Kept could not save the install", "Its database did not answer, so nothing was installed. Please try again in a "
                                                  "minute, or tell whoever runs Kept."),
}
STATUS = {"installed": 200, "denied": 200, "state": 400, "refused": 400, "away": 503, "broken": 503}


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def page(name: str) -> Page:
    title, text = (html.escape(one) for one in TEXTS[name])
    return Page(STATUS[name], {**HEADERS, "set-cookie": f"{COOKIE}=; Max-Age=0; Path=/slack; HttpOnly; SameSite=Lax"},
                PAGE.format(title=title, text=text).encode())


class Installing:
    """``take_in`` writes down what Slack granted."""

    def __init__(self, settings: Settings, store: Store, clock: Clock, oauth: OAuth, take_in: Callable[[Grant], None]) -> None:
        self._client, self._store, self._clock, self._oauth, self._take_in = settings.client_id, store, clock, oauth, take_in
        self._redirect = settings.public_url + REDIRECT_PATH
        self._secure = settings.public_url.startswith("https:")
        self._authorize = authorize_address(settings.api_url)

    def answer(self, path: str, query: str, cookies: str) -> Page:
        """``query`` and ``cookies`` are as the browser sent them."""
        try:
            if path == INSTALL_PATH:
                return self._begin(_cookie(cookies))
            asked = {name: values[0] for name, values in parse_qs(query, max_num_fields=20).items()}
            return page(self._finish(asked, _cookie(cookies)))
        except ValueError:
            return page("state")
        except CareError:
            return page("broken")

    def _begin(self, browser: str) -> Page:
        """A browser that begins twice, in two tabs, may finish either: it keeps its mark."""
        state, wall = secrets.token_urlsafe(32), self._clock.wall()
        browser = browser if MARK.fullmatch(browser) else secrets.token_urlsafe(32)
        self._store.untenanted(lambda s: installation.begin(s, state, browser, wall))
        asked = urlencode({"client_id": self._client, "scope": ",".join(SCOPES), "redirect_uri": self._redirect, "state": state})
        # Lax: the cookie must come along when Slack sends the browser back.
        cookie = f"{COOKIE}={browser}; Max-Age={MINUTES * 60}; Path=/slack; HttpOnly; SameSite=Lax"
        return Page(302, {"location": f"{self._authorize}?{asked}", "cache-control": "no-store",
                          "set-cookie": cookie + ("; Secure" if self._secure else "")})

    def _finish(self, asked: Mapping[str, str], browser: str) -> str:
        """The name of the page that says how it ended. The state is used up first, whatever comes of it."""
        state, wall = asked.get("state", ""), self._clock.wall()
        ours = bool(state and browser) and self._store.untenanted(lambda s: installation.finish(s, state, browser, wall))
        if not ours:
            return "state"
        if asked.get("error"):
            return "denied" if asked["error"] == "access_denied" else "refused"
        try:
            given = self._oauth.exchange(asked.get("code", ""), self._redirect)
        except Permanent as error:
            LOG.warning("an install was refused", extra={"code": error.code})
            return "refused"
        except SlackError as error:
            LOG.warning("an install was not finished", extra={"code": error.code})
            return "away"
        self._take_in(given)
        LOG.info("installed")
        return "installed"


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def authorize_address(api_url: str) -> str:
    """Slack's own page, or the stand-in's beside its Web API."""
    if api_url == SLACK:
        return "https://slack.com/oauth/v2/authorize"
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"
