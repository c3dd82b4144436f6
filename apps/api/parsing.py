"""Reads what was sent as JSON, and refuses what no database could keep: NUL, half surrogates, NaN. Knows no subject."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from apps.api.errors import Refused


class StrictParser(Parser):
    """JSON as the standard has it."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            read = json.loads(request.body, parse_constant=_no_constant)
            require_storable(read)
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not JSON that can be read", code="bad_json") from None
        if not isinstance(read, dict):
            raise Refused(422, "the body is to be a JSON object", code="invalid")
        return read


def require_storable(read: object) -> None:
    """Raises Refused where a text anywhere in it could not be stored."""
    if isinstance(read, str):
        require_text(read)
    elif isinstance(read, dict):
        for name, value in read.items():
            require_text(name)
            require_storable(value)
    elif isinstance(read, list):
        for value in read:
            require_storable(value)


def require_text(text: str) -> None:
    if not is_storable(text):
        raise Refused(400, "a text holds a NUL character or half a surrogate pair", code="bad_text")


def is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
