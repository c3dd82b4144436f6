"""JSON over HTTP to one server: within a time and a size, without redirects, with a key that is never told.

Knows no model. Every failure is an `Answer` with words; nothing raises but a setting that cannot be used.
"""

import http.client
import ipaddress
import json
import os
import ssl
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from analysis.protocols.settings import SettingRefused
from workers.engines.remote.pace import retry_after

Connection = http.client.HTTPConnection
MAX_BYTES = 64 << 20
MAX_WORDS = 500
CHUNK = 64 << 10
TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529})


class Answer(NamedTuple):
    """What a server answered: an object, or why there is none; whether another try may help, and when."""

    body: Mapping[str, Any] | None
    error: str = ""
    may_retry: bool = False
    wait_seconds: float | None = None


class Server:
    """One address with its key. Connections are kept, one a thread."""

    def __init__(self, base_url: str, key: str, timeout_seconds: float) -> None:
        self._parts = checked_address(base_url)
        self._key, self._timeout = key, timeout_seconds
        self._kept = threading.local()

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """The answer to one request; a kept connection that the server has closed is opened anew once."""
        data = json.dumps(body).encode("ascii")
        was_kept = getattr(self._kept, "connection", None) is not None
        try:
            return self._post(path, data)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self._drop()
            if not was_kept:
                return self._failed(error)
        except (OSError, http.client.HTTPException) as error:
            return self._failed(error)
        try:
            return self._post(path, data)
        except (OSError, http.client.HTTPException) as error:
            return self._failed(error)

    def safe(self, text: str) -> str:
        """Words of the server without the key, in bounded length."""
        told = text.replace(self._key, "[key]") if self._key else text
        return " ".join(told[: MAX_WORDS * 4].split())[:MAX_WORDS]

    def _post(self, path: str, data: bytes) -> Answer:
        ends_at = time.monotonic() + self._timeout
        connection = self._connection()
        connection.request("POST", self._parts.path.rstrip("/") + path, data, self._headers())
        response = connection.getresponse()
        content = self._read(connection, response, ends_at)
        if response.will_close:
            self._drop()
        return self._understood(response, content)

    def _headers(self) -> dict[str, str]:
        told = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "afterthought"}
        return told | ({"Authorization": f"Bearer {self._key}"} if self._key else {})

    def _connection(self) -> Connection:
        kept: Connection | None = getattr(self._kept, "connection", None)
        if kept is not None and kept.sock is not None:
            kept.sock.settimeout(self._timeout)
            return kept
        connection = self._opened()
        self._kept.connection = connection
        return connection

    def _opened(self) -> Connection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            secure = ssl.create_default_context()
            connection: Connection = http.client.HTTPSConnection(host, port, timeout=self._timeout, context=secure)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        connection.connect()
        if is_link_local(connection.sock.getpeername()[0]):
            connection.close()
            raise LinkLocal("the server's address is link-local, which is not asked")
        return connection

    def _drop(self) -> None:
        kept = getattr(self._kept, "connection", None)
        if kept is not None:
            kept.close()
            self._kept.connection = None

    def _read(self, connection: Connection, response: http.client.HTTPResponse, ends_at: float) -> bytes:
        """The body within the time left and MAX_BYTES; raises where either runs out or the body is cut."""
        expected, content = response.length, bytearray()
        while chunk := response.read1(CHUNK):
            content += chunk
            if len(content) > MAX_BYTES:
                raise TooMuch(f"the reply is longer than {MAX_BYTES >> 20} MB")
            if time.monotonic() > ends_at:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(max(0.01, ends_at - time.monotonic()))
        if expected is not None and len(content) < expected:
            raise http.client.IncompleteRead(bytes(content[:1]), expected - len(content))
        response.close()
        return bytes(content)

    def _understood(self, response: http.client.HTTPResponse, content: bytes) -> Answer:
        status = response.status
        if 300 <= status < 400:
            return Answer(None, f"the server redirects ({status}), which is not followed")
        if status >= 400:
            wait = retry_after(response.getheader("Retry-After"), response.getheader("retry-after-ms"))
            words = self.safe(_message(content)) or response.reason
            is_spent = "insufficient_quota" in words or b"insufficient_quota" in content
            return Answer(None, f"the server answered {status}: {words}", status in TRANSIENT and not is_spent, wait)
        found = _object(content)
        return Answer(None, "the server's reply is no JSON object") if found is None else Answer(found)

    def _failed(self, error: Exception) -> Answer:
        self._drop()
        if isinstance(error, TooMuch | LinkLocal):
            return Answer(None, str(error))
        if isinstance(error, TimeoutError):
            return Answer(None, f"the server did not answer within {self._timeout:g} s", True)
        if isinstance(error, http.client.IncompleteRead):
            return Answer(None, "the server's reply was cut short", True)
        if isinstance(error, ssl.SSLCertVerificationError):
            return Answer(None, f"the server's certificate is not trusted: {error.verify_message}")
        words = self.safe(str(error)) or type(error).__name__
        return Answer(None, f"the server cannot be reached: {words}", True)


class TooMuch(OSError):
    """A reply beyond MAX_BYTES."""


class LinkLocal(OSError):
    """An address of the machine's own network segment, where clouds keep their secrets."""


def checked_address(base_url: str) -> SplitResult:
    """An http or https address with a host and nothing secret in it; raises SettingRefused."""
    try:
        parts = urlsplit(base_url.strip())
        _ = parts.port
    except ValueError as error:
        raise SettingRefused(f"base_url is not an address: {error}") from None
    if parts.username or parts.password:
        raise SettingRefused("base_url holds a user or password; put the key in a file or environment variable")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingRefused(f"base_url is {base_url!r}, must begin with http:// or https:// and name a host")
    if parts.query or parts.fragment:
        raise SettingRefused("base_url has a query or fragment, must end with its path, as https://host/v1")
    return parts


def key_from(variable: str, file: str) -> str:
    """The key from an environment variable or a file; "" where neither is named.

    Raises SettingRefused, which names the place and never the key.
    """
    if variable:
        key, place = os.environ.get(variable, ""), f"the environment variable {variable}"
    elif file:
        key, place = _first_line(file), f"the file {file}"
    else:
        return ""
    if not key.strip() or not key.strip().isascii() or not key.strip().isprintable():
        raise SettingRefused(f"{place} holds no usable key on this worker")
    return key.strip()


def _first_line(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")[:10_000].strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        raise SettingRefused(f"the file {file} of the key cannot be read on this worker") from None


def is_link_local(address: str) -> bool:
    """Whether a resolved address is of the machine's own segment."""
    return ipaddress.ip_address(address.partition("%")[0]).is_link_local


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _message(content: bytes) -> str:
    """What an error says: the usual places in its JSON, else its text."""
    found = _object(content) or {}
    inner = found.get("error", found)
    told = inner.get("message", inner.get("detail", "")) if isinstance(inner, dict) else inner
    return str(told) if told else content[: MAX_WORDS * 4].decode("utf-8", "replace")
