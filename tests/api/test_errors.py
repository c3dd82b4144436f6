"""Whatever is wrong with a request, the answer has one shape and is no 5xx."""

import pytest
from django.test import Client

from tests.api.calling import ROOT, Answer, answer, caller
from tests.traces import build

pytestmark = pytest.mark.django_db


def ask(method: str, path: str, body: bytes = b"", media: str = "application/json") -> Answer:
    return answer(Client().generic(method, ROOT + path, body, media, headers=caller(build.project()).headers()))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/", 404, "not_found"),
        ("GET", "/projects/%00", 400, "bad_text"),
        ("GET", "/projects?cursor=%00", 400, "bad_text"),
        ("GET", "/projects/nobody", 404, "not_found"),
        ("PATCH", "/projects", 405, "method_not_allowed"),
        ("OPTIONS", "/projects", 405, "method_not_allowed"),
    ],
)
def test_an_address_that_is_none(method: str, path: str, status: int, code: str) -> None:
    told = ask(method, path)
    assert (told.status, told.code) == (status, code)


def test_a_method_that_is_not_there_names_those_that_are() -> None:
    assert ask("DELETE", "/projects/p/models").response["Allow"] == "GET"


def test_other_media_are_refused() -> None:
    assert ask("POST", "/projects", b"a=b", "application/x-www-form-urlencoded").status == 415


def test_answers_are_kept_by_no_cache() -> None:
    assert ask("GET", "/projects").response["Cache-Control"] == "private, no-store"
