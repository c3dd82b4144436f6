"""Tables over the API: listed, explained and streamed as the page does; annotation's for those who lead it only."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from apps.accounts.models import Role
from apps.api.scopes import Scope
from tests.api.calling import Answer, caller, stranger
from tests.traces.analysed import analysed, make_project

pytestmark = pytest.mark.django_db


def body_of(answer: Answer) -> bytes:
    assert answer.status == 200, answer.body
    streamed: Any = answer.response
    return b"".join(streamed.streaming_content)


def test_a_table_is_listed_explained_and_streamed_in_every_format() -> None:
    collection = analysed(make_project()).collection
    ask, path = caller(collection.project), "/projects/maths/tables"
    names = [each["name"] for each in ask.get(path).body["items"]]
    assert {"rollouts", "features", "labels", "answers"} <= set(names)
    told = ask.get(f"{path}/rollouts/dictionary").body
    assert told["columns"][0]["meaning"] == "the rollout's key on this site"
    asked = {"collection": collection.pk, "outcome": "incorrect", "only": "id,tokens", "sort": "-tokens"}
    table = list(csv.DictReader(io.StringIO(body_of(ask.get(f"{path}/rollouts", **asked)).decode())))
    lines = body_of(ask.get(f"{path}/rollouts", format="jsonl", **asked)).splitlines()
    assert [{"id": row["id"], "tokens": str(row["tokens"])} for row in map(json.loads, lines)] == table
    assert 0 < len(table) < collection.n_rollouts
    with zipfile.ZipFile(io.BytesIO(body_of(ask.get(f"{path}/rollouts", dictionary="true", **asked)))) as archive:
        assert "rollouts.csv" in archive.namelist()


def test_what_cannot_be_exported_is_refused_before_a_byte_is_sent() -> None:
    project = make_project()
    ask, path = caller(project), "/projects/maths/tables"
    for query in ({"only": "no"}, {"collection": "9"}, {"outcome": "no"}, {"sort": "no"}, {"format": "xlsx"}):
        assert ask.get(f"{path}/rollouts", **query).status == 422, query
    assert ask.get(f"{path}/features", q="wait").status == 422
    assert ask.get(f"{path}/nothing").status == ask.get(f"{path}/nothing/dictionary").status == 404
    assert stranger().get(f"{path}/rollouts").status == 404


def test_labels_need_the_scope_and_the_role() -> None:
    project = make_project()
    path = "/projects/maths/tables"
    viewer, reader = caller(project, Role.VIEWER), caller(project, Role.OWNER, Scope.READ)
    assert (viewer.get(f"{path}/labels").status, viewer.get(f"{path}/labels").code) == (403, "forbidden")
    told = reader.get(f"{path}/labels/dictionary")
    assert (told.status, told.code) == (403, "scope_missing")
    for ask in (viewer, reader):
        assert "labels" not in [each["name"] for each in ask.get(path).body["items"]]
