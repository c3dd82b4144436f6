"""What holds for every operation of the API, walked from the table of its routes and from its own document."""

import pkgutil
import re
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import pytest
from django.test import Client
from ninja import Schema
from ninja.operation import Operation

import apps.api
from apps.accounts.models import Role
from apps.accounts.permissions import Act, may
from apps.api.models import Token
from apps.api.mount import WRITES, described, gate_of, operations
from apps.api.scopes import SCOPE_OF, Scope
from apps.psychology.models import Administration
from apps.runs.models import Run
from tests.annotation import build as annotation
from tests.api.calling import Answer, Caller, answer, caller, made_for
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
    def is_of_project(self) -> bool:
        return "{project}" in self.path

    def ask(self, secret: str, keys: Mapping[str, object] = WORDS) -> Answer:
        """With the keys in its address, others 1, and an empty object as its body."""
        url = re.sub(r"\{(\w+)\}", lambda part: str({**WORDS, **keys}.get(part[1], 1)), self.path)
        asking = Client().generic(self.method, url, "{}", "application/json", headers=Caller(secret).headers())
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


def test_no_two_schemas_have_one_name() -> None:
    """In the document a schema is its name, so that of two the later one would stand for both."""
    modules = [import_module(found.name) for found in pkgutil.walk_packages(apps.api.__path__, "apps.api.")]
    schemas = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Schema) and value.__module__.startswith("apps.api.")
    }
    counts = Counter(schema.__name__ for schema in schemas)
    assert [name for name, n in counts.items() if n > 1] == []


class Place(NamedTuple):
    """An empty project with somebody of each role and their tokens, and another project with something in it."""

    secrets: dict[Role, str]
    stranger: str
    full: dict[str, object]


@pytest.fixture(scope="module")
def place(kept_rows: None) -> Place:
    project, full = build.project("walked"), build.project("full")
    collection = build.stored([build.rollout("1")], owner=full)
    rollout = collection.rollouts.get()
    keys = {"collection_id": collection.pk, "rollout_id": rollout.pk, "problem_id": rollout.problem_id}
    keys["import_id"] = collection.imports.get().pk
    queue = annotation.queue(annotation.scheme(full), [rollout])
    run = Run.objects.create(project=full, protocol="regenerate")
    given = Administration.objects.create(project=full, name="given", run=run, task="card_task")
    keys |= {"scheme_id": queue.scheme_id, "queue_id": queue.pk, "item_id": queue.items.get().pk}
    keys |= {"run_id": run.pk, "administration_id": given.pk}
    secrets = {role: made_for(project, user_of(project, role)).secret for role in Role}
    return Place(secrets, caller(full).secret, dict(keys))


@pytest.mark.parametrize("name", EVERY)
def test_who_may_ask_for_an_operation(name: str, place: Place, db: None) -> None:
    each = EVERY[name]
    assert each.ask("").status == 401
    if each.is_of_project:
        assert each.ask(place.stranger).status == 404
    for role, secret in place.secrets.items():
        told = each.ask(secret)
        is_refused = each.is_of_project and each.act is not None and not may(role, each.act)
        assert (told.status == 403) == is_refused, (role, told.body)
        assert told.status < 500


@pytest.mark.parametrize("name", [name for name, each in EVERY.items() if each.act is not None])
def test_a_scope_that_is_missing_is_named(name: str, place: Place, db: None) -> None:
    act = EVERY[name].act
    assert act is not None
    scope = SCOPE_OF[act]
    Token.objects.update(scopes=[other.value for other in Scope if other != scope])
    told = EVERY[name].ask(place.secrets[Role.OWNER])
    assert (told.status, told.code) == (403, "scope_missing")
    assert repr(scope.value) in told.body["error"]["message"]


@pytest.mark.parametrize("name", [name for name in OF_PROJECTS if re.search(r"\{(?!project|name)", EVERY[name].path)])
def test_a_project_is_no_door_into_another(name: str, place: Place, db: None) -> None:
    """The owner of an empty project asks under it for what is in another."""
    told = EVERY[name].ask(place.secrets[Role.OWNER], place.full)
    assert told.status in (404, 422), told.body
