"""What holds for every operation of the API, walked from the table of its routes and from its own document."""

import re
from typing import NamedTuple

import pytest
from django.test import Client
from ninja.operation import Operation

from apps.accounts.models import Membership, Role
from apps.accounts.permissions import Act, may
from apps.api.models import Token
from apps.api.mount import WRITES, described, gate_of, operations
from apps.api.scopes import SCOPE_OF, Scope
from tests.api.calling import Answer, Caller, answer, made_for, stranger
from tests.traces import build
from tests.traces.analysed import user_of

WORDS = {"project": "walked", "name": "nothing"}


class Walked(NamedTuple):
    """An operation as the document has it."""

    name: str
    method: str
    path: str
    act: Act | None

    @property
    def url(self) -> str:
        return re.sub(r"\{(\w+)\}", lambda part: WORDS.get(part[1], "1"), self.path)

    @property
    def is_of_project(self) -> bool:
        return "{project}" in self.path

    def ask(self, secret: str) -> Answer:
        asking = Client().generic(self.method, self.url, "{}", "application/json", headers=Caller(secret).headers())
        return answer(asking)


def act_of(operation: Operation) -> Act | None:
    gate = gate_of(operation)
    return None if gate is None else gate.act


def walked() -> list[Walked]:
    acts = {each.view_func.__name__: act_of(each) for each in operations()}
    return [
        Walked(operation["operationId"], method.upper(), path, acts[operation["operationId"]])
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]


EVERY = {each.name: each for each in walked()}
OF_PROJECTS = [name for name, each in EVERY.items() if each.is_of_project]


def test_every_operation_stands_behind_a_gate_and_has_a_name_of_its_own() -> None:
    names = [each.view_func.__name__ for each in operations()]
    assert len(names) == len(set(names)) == len(EVERY)
    assert [each.view_func.__name__ for each in operations() if gate_of(each) is None] == []
    assert [name for name in OF_PROJECTS if EVERY[name].act is None] == []


def test_every_write_honours_an_idempotency_key() -> None:
    without = [
        each.view_func.__name__
        for each in operations()
        if {method.lower() for method in each.methods} & WRITES and not hasattr(each.view_func, "is_idempotent")
    ]
    assert without == []


def test_every_operation_says_what_it_does() -> None:
    assert [each.view_func.__name__ for each in operations() if not each.view_func.__doc__] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", EVERY)
def test_who_may_ask_for_an_operation(name: str) -> None:
    each, project, elsewhere = EVERY[name], build.project("walked"), stranger()
    made = {role: made_for(project, user_of(project, role)) for role in Role}
    assert each.ask("").status == 401
    if each.is_of_project:
        assert each.ask(elsewhere.secret).status == 404
    for role, (_, secret) in made.items():
        told = each.ask(secret)
        is_refused = each.is_of_project and each.act is not None and not may(role, each.act)
        assert (told.status == 403) == is_refused, (role, told.body)
        assert told.status < 500
    if each.act is not None:
        scope = SCOPE_OF[each.act]
        Token.objects.update(scopes=[other.value for other in Scope if other != scope])
        told = each.ask(made[Role.OWNER].secret)
        assert (told.status, told.code) == (403, "scope_missing")
        assert repr(scope.value) in told.body["error"]["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in OF_PROJECTS if "_id}" in EVERY[name].path])
def test_a_project_is_no_door_into_another(name: str) -> None:
    """Objects with the lowest keys are asked for under a project that is empty."""
    project = build.project("walked")
    build.stored([build.rollout("1")], owner=build.project("full"))
    owner = Membership.objects.create(project=project, user=user_of(project, Role.MEMBER), role=Role.OWNER)
    told = EVERY[name].ask(made_for(project, owner.user).secret)
    assert told.status in (404, 422)
