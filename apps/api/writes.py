"""Writes that may be sent twice: with an `Idempotency-Key` the first answer is given again. Knows no subject.

`@idempotent()` stands under every route that writes. The view returns a schema (200) or `Status(201, schema)`. The
write and its answer commit together, or nothing of it; `is_atomic=False` is for what may be done twice and takes long.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import transaction
from django.http import HttpResponse
from ninja import Schema, Status

from apps.api.errors import Refused
from apps.api.gate import ApiRequest
from apps.api.models import Reply
from apps.api.services import replies

P = ParamSpec("P")
LONGEST_KEY = 200
Answer = Schema | Status[Any] | None


def idempotent(
    *, is_atomic: bool = True, told_once: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[ApiRequest, P], Answer]], Callable[Concatenate[ApiRequest, P], Any]]:
    """Honour the header `Idempotency-Key` of a route that writes.

    `told_once` names secrets of its answer: they are not kept, so the answer that is given again has null there.
    """

    def decorate(view: Callable[Concatenate[ApiRequest, P], Answer]) -> Callable[Concatenate[ApiRequest, P], Any]:
        @wraps(view)
        def once(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> Any:
            key = request.headers.get("Idempotency-Key")
            if key is None:
                with transaction.atomic() if is_atomic else nullcontext():
                    return view(request, *args, **kwargs)
            asked = fingerprint(request)
            claim = replies.claim(token=request.token, key=checked(key), asked=asked)
            if not claim.is_ours:
                return _again(claim.reply, asked)
            try:
                with transaction.atomic() if is_atomic else nullcontext():
                    status, body = written(view(request, *args, **kwargs))
                    replies.keep(claim.reply, status=status, body=without(body, told_once))
            finally:
                replies.let_go(claim.reply)
            return _response(status, body)

        once.is_idempotent = True  # type: ignore[attr-defined]
        return once

    return decorate


def checked(key: str) -> str:
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Refused(400, f"Idempotency-Key: 1 to {LONGEST_KEY} printable ASCII characters", code="bad_key")
    return key


def fingerprint(request: ApiRequest) -> str:
    """The SHA-256 of what was asked: method, address and everything that was sent."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    digest.update(repr(sorted(request.POST.lists())).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"{name} {file.name} {file.size}\n".encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def without(body: str, names: Sequence[str]) -> str:
    """A JSON object with null for some of its values.

    >>> without('{"id": 1, "url": "https://x/secret"}', ["url"])
    '{"id": 1, "url": null}'
    """
    return json.dumps(json.loads(body) | dict.fromkeys(names)) if names else body


def written(answer: Answer) -> tuple[int, str]:
    """The status and the JSON of what a view returned."""
    status, value = (answer.status_code, answer.value) if isinstance(answer, Status) else (200, answer)
    return status, "" if value is None else value.model_dump_json()


def _again(reply: Reply, asked: str) -> HttpResponse:
    if reply.asked != asked:
        raise Refused(422, "this Idempotency-Key was sent with another request", code="key_reused")
    if reply.status is None:
        raise Refused(409, "a request with this Idempotency-Key is at work", code="in_flight", Retry_After="1")
    response = _response(reply.status, reply.body)
    response["Idempotency-Replayed"] = "true"
    return response


def _response(status: int, body: str) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
