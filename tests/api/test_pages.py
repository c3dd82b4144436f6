"""The pages about the API: tokens of a person, the reference, the OpenAPI document."""

import re

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.api.models import Token
from tests.api.calling import Caller, made_for
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_token_made_on_the_page_is_shown_once_and_opens_the_api() -> None:
    client = logged_in(user_of(build.project()))
    page = client.post(PAGE, {"name": "notebook", "scopes": ["read", "upload"], "days": "30"})
    secret = re.search(r'value="(at_[\w-]+)"', page.content.decode())
    assert secret is not None
    assert Caller(secret[1]).get("/token").body["scopes"] == ["read", "upload"]
    assert page["Cache-Control"] == "no-store"
    again = client.get(PAGE).content.decode()
    assert secret[1] not in again
    assert "notebook" in again


def test_the_page_lists_one_s_own_tokens_only_and_withdraws_only_those() -> None:
    one, other = (user_of(build.project(slug)) for slug in ("p", "q"))
    made = made_for(None, other)
    page = logged_in(one).get(PAGE)
    assert made.token.prefix not in page.content.decode()
    assert logged_in(one).post(PAGE + "withdraw/", {"token": made.token.pk}).status_code == 404
    assert Caller(made.secret).get("/token").status == 200
    logged_in(other).post(PAGE + "withdraw/", {"token": made.token.pk})
    assert Caller(made.secret).get("/token").status == 401


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "scopes": ["read"]},
        {"name": "n"},
        {"name": "n", "scopes": ["all"]},
        {"name": "n", "scopes": ["read"], "days": "x"},
    ],
)
def test_a_token_that_cannot_be_made_is_refused_on_the_page(sent: dict[str, object]) -> None:
    page = logged_in(user_of(build.project())).post(PAGE, sent)
    assert page.status_code == 422
    assert not Token.objects.exists()


def test_a_project_of_others_cannot_be_chosen() -> None:
    other = build.project("q")
    page = logged_in(user_of(build.project("p"))).post(PAGE, {"name": "n", "scopes": ["read"], "project": other.pk})
    assert page.status_code == 422


def test_the_reference_names_every_operation_of_the_document() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    page = logged_in(user_of(build.project())).get("/api/").content.decode()
    for path, methods in document["paths"].items():
        assert path.removeprefix("/api/v1") in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
