"""A person's browser, with its cookies, on the way through an installation."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from aiohttp import ClientSession, CookieJar
from yarl import URL

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

MOST_STEPS = 15
LINK = re.compile(r'href="([^"]*/oauth/v2/authorize[^"]*)"')
CRUMB = re.compile(r'name="crumb" value="([^"]*)"')
NEXT = re.compile(r'name="next" value="([^"]*)"')
SAID = re.compile(r"<p>(\w+)</p></main>")


async def install(box: Sandbox, user: str, start_url: str, *, whole_org: bool = False, allow: bool = True) -> int:
    """Follow redirects, links and forms from the app's address to its last answer, whose status is returned.

    Raises ValueError with Slack's word when Slack's own page stops the way.
    """
    # A browser takes this machine for safe and keeps its cookies, though it is plain HTTP and has no name.
    jar = CookieJar(unsafe=True, treat_as_secure_origin=[URL(start_url).origin()])
    async with ClientSession(cookie_jar=jar) as session:
        url, form = start_url, None
        for _ in range(MOST_STEPS):
            async with session.request("POST" if form else "GET", url, data=form, allow_redirects=False) as got:
                text, status = await got.text(), got.status
                form = None
                if status in (301, 302, 303, 307):
                    url = urljoin(url, got.headers["Location"])
                    continue
            if URL(url).origin() != URL(box.page_url).origin():
                link = LINK.search(text)
                if link is None:
                    return status
                url = urljoin(url, unescape(link[1]))
                continue
            url, form = _filled(text, url, user, whole_org=whole_org, allow=allow)
    raise ValueError("the way goes round in circles")


def _filled(text: str, url: str, user: str, *, whole_org: bool, allow: bool) -> tuple[str, dict[str, str]]:
    """The form of one of the sandbox's own pages, filled in."""
    if following := NEXT.search(text):
        if f'value="{user}"' not in text:
            raise ValueError(f"{user} may not install")
        return urljoin(url, "/oauth/signin"), {"next": unescape(following[1]), "as": user}
    if crumb := CRUMB.search(text):
        if whole_org and 'value="org"' not in text:
            raise ValueError(f"{user} belongs to no org")
        return urljoin(url, "/oauth/v2/authorize"), {
            "crumb": crumb[1], "where": "org" if whole_org else "team", "go": "allow" if allow else "cancel"}
    said = SAID.search(text)
    raise ValueError(said[1] if said else "Slack's page says no")
