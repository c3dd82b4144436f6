"""The one shape of everything that the API refuses: `{"error": {"code", "message", "fields"?}}`. Knows no route.

A route raises `Refused`, or what the rest of the application raises: `UserError` becomes 422, `Http404` 404,
`PermissionDenied` 403.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from analysis.errors import UserError

CODES = {
    400: "bad_request",
    401: "no_token",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "unusable",
    429: "too_many_requests",
    503: "busy",
}


class Refusal(Schema):
    """Why a request was refused; `fields` names what of it cannot be used."""

    code: str
    message: str
    fields: dict[str, str] | None = None


class ErrorBody(Schema):
    error: Refusal


class Refused(Exception):
    """A request that is answered with an error; `headers` go with it."""

    def __init__(self, status: int, message: str, *, code: str = "", **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code or CODES[status]
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def refusal(status: int, message: str, *, code: str = "", fields: dict[str, str] | None = None) -> JsonResponse:
    """The answer in the one shape."""
    error: dict[str, Any] = {"code": code or CODES.get(status, "error"), "message": message}
    if fields is not None:
        error["fields"] = fields
    response = JsonResponse({"error": error}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    response = refusal(error.status, error.message, code=error.code)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in each["loc"]): str(each["msg"]) for each in error.errors}
    return refusal(422, "some of what was sent cannot be used: see fields", code="invalid", fields=fields)


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refusal(401, "send 'Authorization: Bearer TOKEN' with a token that is known, not expired and not withdrawn")


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what the parser refuses; its own reason is told."""
    if isinstance(error.__cause__, Refused):
        return _refused(request, error.__cause__)
    return refusal(error.status_code, error.message)


def said(status: int) -> Callable[[HttpRequest, Exception], HttpResponse]:
    """Answers an exception with its own words."""

    def answer(request: HttpRequest, error: Exception) -> HttpResponse:
        return refusal(status, str(error) or CODES[status].replace("_", " "))

    return answer


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refused: _refused,
    ValidationError: _invalid,
    AuthenticationError: _unauthenticated,
    HttpError: _http_error,
    Http404: said(404),
    PermissionDenied: said(403),
    UserError: said(422),
    BadRequest: said(400),
    MultiPartParserError: said(400),
    RequestDataTooBig: said(413),
    SuspiciousOperation: said(400),
}


def handle_errors(api: NinjaAPI) -> None:
    """Give an API the table of handlers."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
