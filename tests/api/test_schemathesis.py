"""Requests made from the OpenAPI document, hostile ones among them: no 5xx, and answers as the document has them."""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.models import Project, Role, User
from apps.annotation.services import taking
from apps.api.mount import described
from apps.psychology.models import Administration
from apps.reports.services.reports import create_report
from apps.runs.models import Run
from apps.traces.models import Rollout
from tests.annotation import build as annotation
from tests.api.calling import made_for
from tests.traces import analysed, build

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
N_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "6"))
OPERATIONS = [operation["operationId"] for methods in described()["paths"].values() for operation in methods.values()]


class Place(NamedTuple):
    """A document with the application behind it, a token of every scope, and the keys of things that are there."""

    schema: Any
    secret: str
    keys: Mapping[str, object]


@pytest.fixture(scope="module")
def kept_open() -> Iterator[None]:
    """A request closes connections that are in a transaction; Django's own test client sees to the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def place(kept_rows: None, kept_open: None) -> Place:
    project = analysed.make_project()
    collection = analysed.analysed(project).collection
    texts = build.stored([build.rollout("1")], owner=project)
    rollout, owner = texts.rollouts.get(), analysed.user_of(project, Role.OWNER)
    keys = {
        "project": project.slug,
        "name": "accuracy",
        "collection_id": collection.pk,
        "rollout_id": rollout.pk,
        "problem_id": rollout.problem_id,
        "import_id": texts.imports.get().pk,
        "analysis_id": collection.analyses.get().pk,
        "table": "rollouts",
        **_of_later_apps(project, rollout, owner),
    }
    secret = made_for(None, owner).secret
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return Place(schema, secret, keys)


def _of_later_apps(project: Project, rollout: Rollout, owner: User) -> dict[str, object]:
    queue = annotation.queue(annotation.scheme(project), [rollout], [owner])
    taking.take(item=queue.items.get(), user=owner)
    run = Run.objects.create(project=project, protocol="regenerate")
    given = Administration.objects.create(project=project, name="given", run=run, task="card_task")
    keys = {"scheme_id": queue.scheme_id, "queue_id": queue.pk, "item_id": queue.items.get().pk}
    report = create_report(project=project, user=owner, title="Worth it", blocks=[("text", {"text": "# Why"})])
    keys |= {"report": report.pk, "run_id": run.pk, "administration_id": given.pk}
    return {**keys, "block": report.blocks[0]["id"]}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_request_breaks_an_operation(name: str, place: Place, db: None) -> None:
    operation = place.schema.find_operation_by_id(name)
    draw = random.Random(name)

    @seed(7)
    @settings(max_examples=N_EXAMPLES, phases=[Phase.generate], database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def ask(case: "Case[Any]") -> None:
        aim(case, place.keys, draw)
        with transaction.atomic():
            case.call_and_validate(headers={"Authorization": f"Bearer {place.secret}"}, checks=CHECKS)
            transaction.set_rollback(True)

    ask()


def aim(case: "Case[Any]", keys: Mapping[str, object], draw: random.Random) -> None:
    """Mostly at what is there, and mostly without a cursor, which nobody can make up."""
    for part in case.path_parameters or {}:
        if part in keys and (part == "project" or draw.random() < 0.8):
            case.path_parameters[part] = keys[part]
    if isinstance(case.query, dict) and draw.random() < 0.8:
        case.query.pop("cursor", None)
        if "collection" in case.query:
            case.query["collection"] = [keys["collection_id"]]
