"""Whatever is wrong with a request, the answer has one shape and is no 5xx."""

import pytest
from django.test import Client

from apps.traces.models import Import
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


def test_a_body_that_is_too_large_is_refused() -> None:
    told = ask("POST", "/projects/p/imports", b'{"name": "' + b"x" * 10_000_000 + b'"}')
    assert (told.status, told.code) == (413, "too_large")


@pytest.mark.parametrize(
    "media", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é"]
)
def test_a_form_that_cannot_be_read_is_refused(media: str) -> None:
    path = f"/projects/p/imports/{Import.objects.create(project=build.project('q')).pk}/files"
    assert ask("POST", path, b"nothing", media).status == 400


@pytest.mark.parametrize("path", ["/projects?" + "a=1&" * 2000, "/projects?limit=1&limit=2", "/projects?%ff=%fe"])
def test_an_odd_query_breaks_nothing(path: str) -> None:
    assert ask("GET", path).status in (200, 400)


def test_a_number_of_a_thousand_digits_in_an_address_breaks_nothing() -> None:
    assert ask("GET", f"/projects/p/collections/{'9' * 1000}").status == 422


def test_a_number_of_many_digits_in_a_body_breaks_nothing() -> None:
    assert ask("POST", "/projects/p/imports", b'{"keep_good": ' + b"9" * 5000 + b"}").status == 400
