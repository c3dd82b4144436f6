"""What can go wrong between a program and the API. Knows the one shape of the API's errors, no transport."""

import json
from collections.abc import Mapping


class AfterthoughtError(Exception):
    """Anything that this client raises of its own."""


class NoAnswer(AfterthoughtError):
    """The server could not be reached, or hung up, however often it was tried."""


class JobFailed(AfterthoughtError):
    """Background work that was waited for ended as failed or cancelled, or not in time."""


class ApiError(AfterthoughtError):
    """The API refused: `status`, its `code`, its words, and (422) the `fields` that cannot be used."""

    def __init__(self, status: int, code: str, message: str, fields: Mapping[str, str]) -> None:
        shown = "".join(f"\n  {name}: {words}" for name, words in fields.items())
        super().__init__(f"{status} {code}: {message}{shown}")
        self.status, self.code, self.message, self.fields = status, code, message, dict(fields)


class Unauthorized(ApiError):
    """No token that the server knows, or one that expired or was withdrawn."""


class Forbidden(ApiError):
    """The token lacks a scope, or its owner's role does not allow it."""


class NotFound(ApiError):
    """There is no such thing for this token."""


class Conflict(ApiError):
    """Not now: something else has to end, or to begin, first."""


class Unusable(ApiError):
    """Something that was sent cannot be used."""


class TooManyRequests(ApiError):
    """The rate limit, however often it was tried again."""


KINDS: dict[int, type[ApiError]] = {
    400: Unusable,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Unusable,
    415: Unusable,
    422: Unusable,
    429: TooManyRequests,
}


def error_of(status: int, body: bytes) -> ApiError:
    """The error of an answer, also of one that does not have the API's shape.

    >>> error_of(404, b'{"error": {"code": "not_found", "message": "no such project"}}')
    NotFound('404 not_found: no such project')
    >>> error_of(502, b"<h1>Bad gateway</h1>").code
    'http_502'
    """
    told = _object(body).get("error")
    if not isinstance(told, dict):
        told = {}
    code, message = str(told.get("code", f"http_{status}")), str(told.get("message", "the server did not say why"))
    fields: dict[str, str] = told.get("fields") or {}
    return KINDS.get(status, ApiError)(status, code, message, fields)


def _object(body: bytes) -> dict[str, object]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
