"""Tokens: shown once, kept as a hash, never more than their owner."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from apps.accounts.models import Membership, Role
from apps.api.models import Token
from apps.api.scopes import ACTS, Scope
from apps.api.services.tokens import BadToken, make_token, withdraw
from apps.core.jobs import database_now
from tests.api.calling import Answer, Caller, caller, made_for
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db


def test_only_the_hash_of_a_token_is_kept() -> None:
    token, secret = made_for(None, user_of(build.project()))
    kept = Token.objects.values().get()
    assert secret not in str(kept)
    assert kept["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(token.prefix)
    assert len(secret) == 46  # "at_" and 32 bytes in base64: ceil(32 × 4 / 3) = 43 characters


def test_a_token_opens_the_api_and_says_what_it_is() -> None:
    project = build.project()
    told = caller(project, Role.VIEWER, Scope.READ).get("/token")
    assert told.status == 200
    assert (told.body["owner"], told.body["project"], told.body["scopes"]) == ("viewer-of-p", "p", ["read"])


@pytest.mark.parametrize("secret", ["", "x", "at_" + "A" * 43, "é\x7f", "at_ x y"])
def test_without_a_known_token_the_answer_is_401(secret: str) -> None:
    refused = Caller(secret).get("/projects")
    assert (refused.status, refused.code) == (401, "no_token")
    assert refused.response["WWW-Authenticate"] == "Bearer"


def test_a_session_in_the_browser_does_not_open_the_api() -> None:
    client = Client()
    client.force_login(user_of(build.project()))
    assert client.get("/api/v1/projects").status_code == 401


def test_a_withdrawn_token_opens_nothing() -> None:
    made = made_for(None, user_of(build.project()))
    assert Caller(made.secret).get("/projects").status == 200
    withdraw(made.token)
    assert Caller(made.secret).get("/projects").status == 401


def test_an_expired_token_opens_nothing() -> None:
    made = make_token(owner=user_of(build.project()), name="t", scopes=["read"], days=1)
    assert Caller(made.secret).get("/projects").status == 200
    Token.objects.update(expires_at=database_now() - timedelta(seconds=1))
    assert Caller(made.secret).get("/projects").status == 401


def test_the_token_of_a_closed_account_opens_nothing() -> None:
    owner = user_of(build.project())
    made = made_for(None, owner)
    owner.is_active = False
    owner.save()
    assert Caller(made.secret).get("/projects").status == 401


def test_a_token_ends_in_a_project_when_its_owner_leaves_it() -> None:
    project = build.project()
    asking = caller(project)
    assert asking.get("/projects/p").status == 200
    Membership.objects.all().delete()
    assert asking.get("/projects/p").status == 404


def test_a_token_of_one_project_opens_no_other_of_its_owner() -> None:
    project, other = build.project("p"), build.project("q")
    owner = user_of(project)
    Membership.objects.create(project=other, user=owner, role=Role.OWNER)
    one, every = (Caller(made_for(of, owner).secret) for of in (project, None))
    assert [one.get("/projects/q").status, every.get("/projects/q").status] == [404, 200]
    assert [each["slug"] for each in one.get("/projects").body["items"]] == ["p"]
    assert [each["slug"] for each in every.get("/projects").body["items"]] == ["p", "q"]


def test_a_missing_scope_is_named() -> None:
    refused = caller(build.project(), Role.OWNER, Scope.UPLOAD).get("/projects/p")
    assert (refused.status, refused.code) == (403, "scope_missing")
    assert "'read'" in refused.body["error"]["message"]


def test_a_token_never_exceeds_the_role_of_its_owner() -> None:
    """An annotator sees nothing of the project but their queues, whatever the token's scopes."""
    assert caller(build.project(), Role.ANNOTATOR).get("/projects/p").status == 403


def test_every_act_stands_in_one_scope() -> None:
    assert {act for acts in ACTS.values() for act in acts} == set().union(*ACTS.values())


def within_a_minute(asking: Caller, n: int) -> list[Answer]:
    """So many requests; anew where the minute turned between them."""
    for _ in range(5):
        Token.objects.update(n_in_window=0)
        answers = [asking.get("/token") for _ in range(n)]
        if Token.objects.get().n_in_window == n:
            return answers
    raise AssertionError("five times a minute turned within a few requests")


def test_more_requests_than_the_minute_allows_are_put_off() -> None:
    asking = caller(build.project())
    with override_settings(API_REQUESTS_PER_MINUTE=2):
        answers = within_a_minute(asking, 3)
    assert [each.status for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].response["Retry-After"]) <= 60


def test_the_count_begins_anew_with_the_next_minute() -> None:
    asking = caller(build.project())
    with override_settings(API_REQUESTS_PER_MINUTE=1):
        asking.get("/token")
        Token.objects.update(window=database_now() - timedelta(minutes=2), n_in_window=99)
        assert asking.get("/token").status == 200
    assert Token.objects.get().n_in_window == 1


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_needs_scopes_that_exist(scopes: list[str]) -> None:
    with pytest.raises(BadToken):
        make_token(owner=user_of(build.project()), name="t", scopes=scopes)


def test_a_token_cannot_be_for_a_project_that_its_owner_is_not_in() -> None:
    with pytest.raises(BadToken, match="not in the project"):
        make_token(owner=user_of(build.project("p")), name="t", scopes=["read"], project=build.project("q"))
