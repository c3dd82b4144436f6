"""What every address of the API has around it, before a route is asked and after it answered. Knows no subject.

No session and so no CSRF: only a token counts. Whatever happens is answered in the one shape of errors.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from apps.api.errors import refusal
from apps.api.parsing import is_storable

MEDIA = ("application/json", "multipart/form-data")
View = Callable[..., HttpResponseBase]


def behind_door(pattern: URLPattern) -> URLPattern:
    """The same address with the door before its view."""
    return URLPattern(pattern.pattern, door(pattern.callback), pattern.default_args, pattern.name)


def door(view: View) -> View:
    @wraps(view)
    def through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = _refuse(request) or view(request, *args, **kwargs)
        except RequestDataTooBig as error:
            response = refusal(413, str(error))
        except SuspiciousOperation as error:
            response = refusal(400, str(error))
        if response.status_code == 405:
            response = _not_allowed(request, response)
        response["Cache-Control"] = "private, no-store"
        return response

    return csrf_exempt(login_not_required(through))


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every address of the API that is none."""
    return refusal(404, "no such address in the API; /api/v1/openapi.json lists them")


def _refuse(request: HttpRequest) -> HttpResponse | None:
    given = [request.path, *(text for name, values in request.GET.lists() for text in (name, *values))]
    if not all(is_storable(text) for text in given):
        return refusal(400, "the address holds a NUL character or half a surrogate pair", code="bad_text")
    is_sent = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
    if is_sent and request.method in {"POST", "PUT", "PATCH"} and request.content_type not in MEDIA:
        return refusal(415, f"send {' or '.join(MEDIA)}, not {request.content_type or 'nothing'}"[:200])
    return None


def _not_allowed(request: HttpRequest, answered: HttpResponseBase) -> HttpResponse:
    allow = answered.headers.get("Allow", "")
    response = refusal(405, f"{request.method} is not for this address; {allow} is")
    response["Allow"] = allow
    return response
