"""Requests to the API: JSON and files out, JSON and files in, tried again where that is safe. Knows no subject.

A write carries an idempotency key of its own, so that trying it again never does it twice. Redirects are not followed:
the token goes to the server that was named and to no other.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from afterthought.errors import AfterthoughtError, NoAnswer, error_of
from afterthought.multipart import Upload

READS = frozenset({"GET", "HEAD"})
AGAIN = frozenset({429, 502, 503, 504})
LONGEST_WAIT_SECONDS = 60.0
CHUNK = 1 << 16


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


@dataclass
class Transport:
    """`sleep` waits between tries; a test gives another."""

    url: str
    token: str
    timeout: float = 60.0
    tries: int = 5
    sleep: Callable[[float], None] = time.sleep
    _opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(_NoRedirect), repr=False
    )

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise AfterthoughtError(f"{self.url!r} is no address of a server; write http://… or https://…")
        if self.tries < 1:
            raise AfterthoughtError(f"tries={self.tries}: at least one")
        self.url = self.url.rstrip("/") + "/api/v1"

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        upload: Upload | None = None,
        key: str | None = None,
    ) -> Any:
        """The JSON of an answer, None for an empty one. `key` is the idempotency key of a write, else a new one.

        Raises ApiError where the API refuses, NoAnswer where there is none.
        """
        with self._answer(method, path, query, body, upload, key) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def fetch(self, path: str, to: Path, query: Mapping[str, Any] | None = None) -> Path:
        """Write the bytes of an answer to a file, a part at a time; the file is there once all of it is."""
        part = to.with_name(to.name + ".part")
        with self._answer("GET", path, query, None, None, None) as answer, part.open("wb") as file:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
        part.replace(to)
        return to

    def items(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Every item of a list, page by page, as they are asked for."""
        asked = dict(query or {})
        while True:
            page = self.ask("GET", path, query=asked)
            yield from page["items"]
            if page["next"] is None:
                return
            asked["cursor"] = page["next"]

    def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: object,
        upload: Upload | None,
        key: str | None,
    ) -> IO[bytes]:
        address = self.url + path + written(query or {})
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if method not in READS:
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        for number in range(1, self.tries + 1):
            try:
                return self._once(method, address, headers, body, upload)
            except urllib.error.HTTPError as error:
                with error:
                    refused = error_of(error.code, error.read())
                is_worth = error.code in AGAIN or refused.code == "in_flight"
                if not is_worth or number == self.tries:
                    raise refused from None
                self.sleep(wait_of(error.headers.get("Retry-After"), number))
            except (OSError, http.client.HTTPException) as error:
                if number == self.tries:
                    raise NoAnswer(f"{method} {address}: {error}") from error
                self.sleep(wait_of(None, number))
        raise AssertionError("the last try returns or raises")

    def _once(
        self, method: str, address: str, headers: Mapping[str, str], body: object, upload: Upload | None
    ) -> IO[bytes]:
        request = urllib.request.Request(address, method=method, headers=dict(headers))  # noqa: S310  checked when made
        if upload is None:
            if body is not None:
                request.data = json.dumps(body, allow_nan=False).encode()
                request.add_header("Content-Type", "application/json")
            return self._sent(request)
        with upload.opened() as stream:
            request.data = stream
            request.add_header("Content-Type", upload.content_type)
            request.add_header("Content-Length", str(upload.n_bytes))
            return self._sent(request)

    def _sent(self, request: urllib.request.Request) -> IO[bytes]:
        answer: IO[bytes] = self._opener.open(request, timeout=self.timeout)
        return answer


def wait_of(retry_after: str | None, number: int) -> float:
    """Seconds before the next try: what the server says, else 0.5, 1, 2 ... ; at most a minute.

    >>> wait_of("7", 1), wait_of(None, 1), wait_of(None, 3), wait_of("Tue, 1 Jan", 2), wait_of("9999", 1)
    (7.0, 0.5, 2.0, 1.0, 60.0)
    """
    if retry_after is not None and retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), LONGEST_WAIT_SECONDS)
    return min(0.5 * 2.0 ** (number - 1), LONGEST_WAIT_SECONDS)


def written(query: Mapping[str, Any]) -> str:
    """A query as the end of an address; None is left out, lists are repeated.

    >>> written({"by": ["model", "level"], "q": None, "truncated": True, "limit": 5})
    '?by=model&by=level&truncated=true&limit=5'
    """
    given = {name: value for name, value in query.items() if value is not None}
    plain = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    return f"?{urlencode(plain, doseq=True)}" if plain else ""


def part_of(word: object) -> str:
    """A word as one part of an address.

    >>> part_of("a/b c"), part_of(7)
    ('a%2Fb%20c', '7')
    """
    return quote(str(word), safe="")
