"""A picture is uploaded and shared in Slack's three steps, by Slack's own client."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.sandbox.core import Channel, Sandbox
from tests.sandbox.conftest import TOKEN

PNG = b"\x89PNG\r\n\x1a\n made up"
Json = dict[str, Any]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def http_(box: Sandbox, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes, HTTPMessage]:
    connection = HTTPConnection("127.0.0.1", box.port, timeout=10)
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    got = connection.getresponse()
    found = got.status, got.read(), got.headers
    connection.close()
    return found


def test_a_picture_is_shared(box: Sandbox, slack: WebClient) -> None:
    found = slack.files_upload_v2(filename="week.png", content=PNG, title="The week", alt_txt="Bars", channel="C0MAPLE",
                                  initial_comment="Word kept")["file"]
    assert (found["name"], found["title"], found["mimetype"], found["size"], found["alt_txt"]) == (
        "week.png", "The week", "image/png", len(PNG), "Bars")
    [message] = box.messages("C0MAPLE")
    assert (message["text"], message["files"][0]["id"]) == ("Word kept", found["id"])
    assert slack.conversations_history(channel="C0MAPLE")["messages"][0]["files"][0]["id"] == found["id"]
    status, body, headers = http_(box, "GET", f"/files/{found['id']}/week.png")
    assert (status, body, headers.get_content_type()) == (200, PNG, "image/png")
    assert http_(box, "GET", f"/files/{found['id']}/other.png")[0] == 404


def test_what_is_no_picture_is_not_shown_as_a_page(box: Sandbox, slack: WebClient) -> None:
    found = slack.files_upload_v2(filename="x.html", content=b"<script>", channel="D0ANA")["file"]
    _, _, headers = http_(box, "GET", f"/files/{found['id']}/x.html")
    assert (headers.get_content_type(), headers["Content-Disposition"]) == ("application/octet-stream", "attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("args", "code"), [
    ({"filename": "a.png", "length": 0}, "missing_argument"),
    ({"filename": "a.png", "length": 5, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ({"length": 5}, "invalid_arguments"), ({"filename": "a.png"}, "missing_argument"),
])
def test_beginning_refused(slack: WebClient, args: Json, code: str) -> None:
    assert refused(lambda: slack.api_call("files.getUploadURLExternal", params=args)) == code


def place(slack: WebClient, length: int) -> tuple[str, str]:
    """(the id of a new file, the path its bytes go to)."""
    first = slack.files_getUploadURLExternal(filename="a.png", length=length)
    return str(first["file_id"]), urlsplit(first["upload_url"]).path


def begun(box: Sandbox, slack: WebClient) -> str:
    """The id of a file whose bytes have come."""
    found, path = place(slack, len(PNG))
    assert http_(box, "POST", path, PNG)[0] == 200
    return found


@pytest.mark.parametrize(("args", "code"), [
    ({}, "invalid_arguments"), ({"files": "[]"}, "invalid_arguments"), ({"files": "no"}, "invalid_arguments"),
    ({"files": json.dumps([{"id": "F0NONE"}])}, "file_not_found"), ({"channel_id": "C0NONE"}, "channel_not_found"),
    ({"channel_id": "C0LOBBY"}, "not_in_channel"), ({"channel_id": "C0OAK"}, "is_archived"),
    ({"channels": ",".join(["C0MAPLE"] * 101)}, "channels_limit_exceeded"),
])
def test_finishing_refused(box: Sandbox, slack: WebClient, args: Json, code: str) -> None:
    box.channels["C0LOBBY"] = Channel("C0LOBBY", "lobby", [], private=False)
    box.archive("C0OAK")
    mine = json.dumps([{"id": begun(box, slack)}])
    asked = args if not args or "files" in args else {"files": mine, **args}
    assert refused(lambda: slack.api_call("files.completeUploadExternal", params=asked)) == code


def test_a_file_is_finished_once_and_not_before_its_bytes(box: Sandbox, slack: WebClient) -> None:
    empty = slack.files_getUploadURLExternal(filename="a.png", length=5)["file_id"]
    assert refused(lambda: slack.files_completeUploadExternal(files=[{"id": empty}])) == "file_not_found"
    mine = begun(box, slack)
    assert slack.files_completeUploadExternal(files=[{"id": mine}])["files"][0]["title"] == "a.png"
    assert refused(lambda: slack.files_completeUploadExternal(files=[{"id": mine}])) == "file_not_found"
    assert box.messages("C0MAPLE") == []


def test_bytes_are_as_many_as_announced(box: Sandbox, slack: WebClient) -> None:
    _, path = place(slack, 5)
    assert http_(box, "POST", path, b"1234")[0] == 400
    assert http_(box, "POST", path, b"12345")[:2] == (200, b"OK - 5")
    assert http_(box, "POST", path, b"12345")[0] == 404
    assert box.refused == [("upload", "size")]


def test_bytes_may_come_in_a_form(box: Sandbox, slack: WebClient) -> None:
    found, path = place(slack, 5)
    body = b'--b\r\nContent-Disposition: form-data; name="filename"; filename="a.png"\r\n\r\n12345\r\n--b--\r\n'
    assert http_(box, "POST", path, body, "multipart/form-data; boundary=b")[1] == b"OK - 5"
    slack.files_completeUploadExternal(files=[{"id": found}], channel_id="C0MAPLE")
    assert http_(box, "GET", f"/files/{found}/a.png")[1] == b"12345"


def test_without_the_scope_nothing_is_uploaded(box: Sandbox, slack: WebClient) -> None:
    box.installs.open(TOKEN).scopes -= {"files:write"}
    with pytest.raises((SlackApiError, SlackRequestError), match="missing_scope"):
        slack.files_upload_v2(filename="a.png", content=PNG, channel="C0MAPLE")
