"""Reports over the API: begun, frozen, shared; the same as in the browser, with the same refusals."""

from typing import Any, NamedTuple

import pytest
from django.test import Client

from apps.accounts.models import Project, Role
from apps.api.models import Reply
from apps.api.scopes import Scope
from apps.reports.models import FrozenReport
from apps.reports.services import freezing
from tests.api.calling import Caller, caller, stranger
from tests.traces.analysed import analysed, make_project

pytestmark = pytest.mark.django_db


class Place(NamedTuple):
    project: Project
    path: str
    blocks: list[dict[str, Any]]


@pytest.fixture
def place() -> Place:
    project = make_project()
    asked = {"collection": str(analysed(project).collection_id), "page": "reflection", "figures": ["transitions"]}
    blocks = [{"kind": "text", "given": {"text": "# Why"}}, {"kind": "dashboard", "given": asked}]
    return Place(project, f"/projects/{project.slug}/reports", blocks)


def begun(ask: Caller, place: Place) -> str:
    answer = ask.post(place.path, {"title": "Worth it", "authors": "A. Author", "blocks": place.blocks})
    assert answer.status == 201, answer.body
    return f"{place.path}/{answer.body['id']}"


def frozen(ask: Caller, report: str) -> str:
    number = ask.post(f"{report}/frozen").body["number"]
    freezing.execute(frozen_id=FrozenReport.objects.get(number=number).pk)
    return f"{report}/frozen/{number}"


def test_a_report_is_begun_read_changed_and_deleted(place: Place) -> None:
    ask = caller(place.project)
    report = begun(ask, place)
    found = ask.get(report).body
    assert [found["title"], found["authors"], [each["kind"] for each in found["blocks"]]] == [
        "Worth it",
        "A. Author",
        ["text", "dashboard"],
    ]
    first, second = (each["id"] for each in found["blocks"])
    moved = ask.post(f"{report}/blocks/{second}/place", {"place": 0}).body
    assert [each["id"] for each in moved["blocks"]] == [second, first]
    changed = ask.put(f"{report}/blocks/{first}", {"given": {"text": "other"}}).body
    assert changed["blocks"][1]["given"] == {"text": "other"}
    assert len(ask.delete(f"{report}/blocks/{first}").body["blocks"]) == 1
    assert ask.send("PATCH", report, {"title": "Another"}).body["title"] == "Another"
    assert ask.delete(report).status == 204
    assert ask.get(report).status == 404


def test_a_report_begins_from_an_outline_over_a_collection(place: Place) -> None:
    ask = caller(place.project)
    collection = int(place.blocks[1]["given"]["collection"])
    begun_so = ask.post(place.path, {"title": "Worth it", "outline": "reflection", "collections": [collection]})
    assert {"text", "dashboard"} <= {each["kind"] for each in begun_so.body["blocks"]}
    assert ask.post(place.path, {"title": "Worth it", "outline": "nonsense"}).status == 422


def test_a_block_shows_its_figures_with_their_numbers(place: Place) -> None:
    ask = caller(place.project)
    report = begun(ask, place)
    block = ask.get(report).body["blocks"][1]["id"]
    figure = ask.get(f"{report}/blocks/{block}").body["section"]["figures"][0]
    assert figure["name"] == "transitions"
    assert figure["lines"][0][0] == "measure"


def test_a_frozen_report_is_read_and_shared_and_its_link_withdrawn(place: Place) -> None:
    ask = caller(place.project)
    version = frozen(ask, begun(ask, place))
    assert ask.get(version).body["state"] == "done"
    read = ask.get(f"{version}/content").body
    assert read["content"]["title"] == "Worth it"
    assert read["drifts"] == []
    link = ask.post(f"{version}/links", {"days": 3}).body
    assert Client().get(link["url"]).status_code == 200
    assert ask.get(f"{version}/links").body["items"][0]["url"] is None
    assert ask.delete(f"{version}/links/{link['id']}").status == 204
    assert Client().get(link["url"]).status_code == 410


def test_an_answer_that_is_kept_for_a_repeat_holds_no_secret(place: Place) -> None:
    ask = caller(place.project)
    version = frozen(ask, begun(ask, place))
    first = ask.post(f"{version}/links", {}, Idempotency_Key="once")
    again = ask.post(f"{version}/links", {}, Idempotency_Key="once")
    assert (again.body["id"], again.body["url"]) == (first.body["id"], None)
    assert "/shared/" not in Reply.objects.get(key="once").body


def test_a_viewer_reads_reports_and_writes_none(place: Place) -> None:
    report = begun(caller(place.project), place)
    viewer = caller(place.project, Role.VIEWER)
    assert viewer.get(report).status == 200
    assert viewer.post(place.path, {"title": "Mine"}).status == 403
    assert viewer.post(f"{report}/frozen").status == 403


def test_a_token_without_the_scope_writes_none(place: Place) -> None:
    answer = caller(place.project, Role.OWNER, Scope.READ).post(place.path, {"title": "Mine"})
    assert (answer.status, answer.code) == (403, "scope_missing")


def test_a_stranger_finds_no_report(place: Place) -> None:
    report = begun(caller(place.project), place)
    assert stranger().get(report).status == 404


@pytest.mark.parametrize(
    "block",
    [{"kind": "nonsense"}, {"kind": "dashboard", "given": {"collection": "0"}}, {"kind": "trace", "given": {}}],
)
def test_a_block_that_asks_for_what_there_is_not_is_422(place: Place, block: dict[str, Any]) -> None:
    ask = caller(place.project)
    assert ask.post(f"{begun(ask, place)}/blocks", block).status == 422
