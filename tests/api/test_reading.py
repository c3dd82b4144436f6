"""What the API says of collections, rollouts, candidates and measures is what the pages say."""

import csv
import io
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from analysis.measures import MEASURES
from analysis.types import Outcome, Problem
from apps.accounts.models import Membership, Project, Role, User
from apps.api.schemas.filters import FilterIn
from apps.traces.models import Analysis, Collection, Grade
from apps.traces.queries.filters import FIELDS
from apps.traces.services import indexing
from tests.api.calling import Caller, caller, made_for
from tests.traces import analysed, build, build_reader


class Place(NamedTuple):
    """A project with an analysed collection and one with texts; a viewer of it."""

    project: Project
    analysis: Analysis
    texts: Collection
    viewer: User
    asking: Caller

    @property
    def collection(self) -> str:
        return f"/projects/maths/collections/{self.analysis.collection_id}"


@pytest.fixture(scope="module")
def place(kept_rows: None) -> Place:
    project = analysed.make_project()
    analysis = analysed.analysed(project)
    texts = build.stored(
        [build.rollout("1"), build.rollout("2", problem=Problem("3?", ("3",), key="q"))], owner=project
    )
    build_reader.read(texts.rollouts.earliest("pk"), [(1, "5", Outcome.INCORRECT), (4, "4", Outcome.CORRECT)])
    viewer = analysed.user_of(project, Role.VIEWER)
    return Place(project, analysis, texts, viewer, Caller(made_for(project, viewer).secret))


@pytest.fixture(autouse=True)
def _rows(db: None) -> None: ...


def every(asking: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found, cursor = [], ""
    while True:
        page = asking.get(path, cursor=cursor, **query)
        assert page.status == 200, page.body
        found += page.body["items"]
        if page.body["next"] is None:
            return found
        cursor = page.body["next"]


def test_collections_are_listed_newest_first(place: Place) -> None:
    listed = place.asking.get("/projects/maths/collections").body["items"]
    assert [each["id"] for each in listed] == [place.texts.pk, place.analysis.collection_id]
    assert (listed[1]["n_rollouts"], listed[1]["analysis"]["state"]) == (36, "done")  # 2 models × 6 problems × 3


def test_the_filter_of_the_api_is_that_of_the_pages() -> None:
    assert list(FilterIn.model_fields) == list(FIELDS)


def test_rollouts_are_paged_in_every_order_without_a_gap(place: Place) -> None:
    for sort in ("", "-id", "tokens", "-tokens", "model", "first", "-position"):
        found = every(place.asking, f"{place.collection}/rollouts", sort=sort, limit=7)
        assert len({each["id"] for each in found}) == len(found) == 36


@pytest.mark.parametrize(
    "query",
    [
        {"model": "alpha"},
        {"outcome": "correct", "tokens": "500..2000"},
        {"stable": "yes"},
        {"transition": "ft"},
        {"candidates": "none", "sort": "-tokens"},
    ],
)
def test_a_filter_chooses_what_the_page_s_file_holds(place: Place, query: dict[str, str]) -> None:
    found = every(place.asking, f"{place.collection}/rollouts", limit=5, **query)
    client = Client()
    client.force_login(place.viewer)
    url = reverse("traces:rollouts_csv", args=["maths", place.analysis.collection_id])
    file = client.get(url, query)
    lines = list(csv.DictReader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
    assert [str(each["id"]) for each in found] == [line["rollout"] for line in lines]
    assert [str(each["n_tokens"]) for each in found] == [line["tokens"] for line in lines]
    assert found


def test_rollouts_of_the_project_are_those_of_all_its_collections(place: Place) -> None:
    assert len(every(place.asking, "/projects/maths/rollouts")) == 38


@pytest.mark.parametrize(
    "query", [{"outcome": "great"}, {"tokens": "many"}, {"sort": "colour"}, {"q": "-"}, {"extractor": "nobody@1"}]
)
def test_a_filter_that_cannot_be_used_says_so(place: Place, query: dict[str, str]) -> None:
    told = place.asking.get(f"{place.collection}/rollouts", **query)
    assert (told.status, told.code) == (422, "unusable")


def test_a_rollout_comes_with_its_texts_spans_and_grades(place: Place) -> None:
    rollout = place.texts.rollouts.earliest("pk")
    Grade.objects.create(rollout=rollout, turn_index=1, source="uploaded", grader="file", outcome="correct")
    shown = place.asking.get(f"/projects/maths/rollouts/{rollout.pk}").body
    question, attempt = shown["turns"]
    assert (question["role"], question["text"]) == ("user", "What is 2 + 2?")
    assert attempt["text"][attempt["reasoning_start"] : attempt["reasoning_end"]] == build.REASONING
    assert attempt["text"][attempt["response_start"] : attempt["response_end"]] == "FINAL ANSWER: 4"
    assert [(each["source"], each["outcome"]) for each in shown["grades"]] == [("uploaded", "correct")]


def test_candidates_come_with_outcomes_and_what_became_of_them(place: Place) -> None:
    """5 was wrong and 4 is right, so the second is F→T; each span holds its line."""
    rollout = place.texts.rollouts.earliest("pk")
    found = place.asking.get(f"/projects/maths/rollouts/{rollout.pk}/candidates").body["items"]
    told = [(each["value"], each["outcome"], each["transition"]) for each in found]
    assert told == [("5", "incorrect", None), ("4", "correct", "ft")]
    text = build.REASONING
    assert [text[each["start"] : each["end"]] for each in found] == ["2 + 2 is 5.", "The answer is 4."]


def test_candidates_of_a_collection_are_paged(place: Place) -> None:
    path = f"/projects/maths/collections/{place.texts.pk}/candidates"
    assert [each["value"] for each in every(place.asking, path, limit=1)] == ["5", "4"]
    assert place.asking.get(path, extractor="nobody@1").status == 422


def test_every_measure_is_listed_with_its_settings(place: Place) -> None:
    listed = {each["name"]: each for each in every(place.asking, "/measures")}
    assert list(listed) == list(MEASURES)
    assert all(each["citation"] and each["how_to_read"] for each in listed.values())


@pytest.mark.parametrize("name", ["accuracy", "transitions", "sampling"])
def test_the_numbers_of_a_measure_are_those_of_the_page(place: Place, name: str) -> None:
    """The second route: the file that the dashboard offers."""
    client = Client()
    client.force_login(place.viewer)
    url = reverse("traces:measure_csv", args=["maths", place.analysis.collection_id, name])
    lines = list(csv.DictReader(io.StringIO(b"".join(client.get(url, {"by": "model"})).decode("utf-8-sig"))))
    asked = {"collection": place.analysis.collection_id}
    rows = place.asking.get(f"/projects/maths/measures/{name}", **asked).body["rows"]
    rows += place.asking.get(f"/projects/maths/measures/{name}", by="model", **asked).body["rows"]
    told = [(each["measure"], each["group"].get("model", ""), each["n"], _text(each["estimate"])) for each in rows]
    assert told == [(line["measure"], line["model"], int(line["n"]), line["estimate"]) for line in lines]


def _text(value: float | None) -> str:
    return "" if value is None else str(value)


def test_a_measure_says_what_its_numbers_rest_on(place: Place) -> None:
    body = place.asking.get(
        "/projects/maths/measures/accuracy", collection=place.analysis.collection_id, model="alpha"
    ).body
    assert body["filters"] == {"model": "alpha"}
    assert body["analyses"][0]["id"] == place.analysis.pk
    assert body["analyses"][0]["is_current"] is True
    assert body["rows"][0]["n"] == 18  # 6 problems × 3 samples of one model


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("accuracy", {}, 422),
        ("nothing", {"collection": "1"}, 404),
        ("accuracy", {"by": "colour"}, 422),
        ("accuracy", {"setting": "x=1"}, 422),
        ("accuracy", {"setting": "x"}, 422),
        ("accuracy", {"q": "a"}, 200),
        ("accuracy", {"setting": "no_candidate=final"}, 200),
        ("accuracy", {"setting": "no_candidate=great"}, 422),
        ("accuracy", {"collection": "9999999"}, 404),
        ("accuracy", {"collection": "-1"}, 404),
        ("accuracy", {"collection": str(2**70)}, 404),
    ],
)
def test_a_measure_that_cannot_be_computed(place: Place, name: str, query: dict[str, str], status: int) -> None:
    asked = {"collection": str(place.analysis.collection_id)} | query if query else {}
    assert place.asking.get(f"/projects/maths/measures/{name}", **asked).status == status


def test_a_collection_that_is_not_analysed_has_no_numbers(place: Place) -> None:
    told = place.asking.get("/projects/maths/measures/accuracy", collection=place.texts.pk)
    assert (told.status, told.code) == (409, "not_analysed")


def test_a_search_finds_what_stands_in_the_texts(place: Place) -> None:
    indexing.execute(indexing_id=indexing.request_indexing(collection=place.texts).pk)
    found = place.asking.get("/projects/maths/search", q='"let me check"').body["items"]
    assert [(each["collection_id"], each["n"]) for each in found] == [(place.texts.pk, 2)]
    assert "let me check" in found[0]["hits"][0]["snippet"]
    assert place.asking.get("/projects/maths/search", q="").status == 422


def test_corrected_golds_are_kept_with_their_history(place: Place) -> None:
    problem = place.texts.rollouts.earliest("pk").problem
    Membership.objects.filter(user=place.viewer).update(role=Role.MEMBER)
    told = place.asking.put(f"/projects/maths/problems/{problem.pk}/golds", {"golds": ["4", " 4.0 "], "reason": "why"})
    assert told.body["golds"] == ["4", "4.0"]
    line = place.asking.get("/projects/maths/history", target=f"problem:{problem.pk}").body["items"][0]
    assert (line["verb"], line["before"], line["after"], line["reason"]) == (
        "corrected gold", ["4"], ["4", "4.0"], "why",
    )  # fmt: skip


def test_a_person_s_grade_stands_beside_ours_and_can_be_taken_back(place: Place) -> None:
    member = caller(place.project, Role.MEMBER)
    path = f"/projects/maths/rollouts/{place.texts.rollouts.earliest('pk').pk}/grade"
    grades = member.put(path, {"outcome": "incorrect"}).body["grades"]
    assert [(each["source"], each["outcome"], each["graded_by"]) for each in grades] == [
        ("person", "incorrect", "member-of-maths")
    ]
    assert member.put(path, {"outcome": None}).body["grades"] == []
    assert member.put(path, {"outcome": "great"}).status == 422


def test_a_collection_is_renamed_analysed_and_deleted(place: Place) -> None:
    owner = caller(place.project)
    assert owner.send("PATCH", place.collection, {"name": "new"}).body["name"] == "new"
    asked = [owner.post(f"{place.collection}/analyses", {}) for _ in range(2)]
    assert {each.status for each in asked} == {202}
    assert asked[0].body["id"] == asked[1].body["id"]
    assert owner.get(f"{place.collection}/analyses/{asked[0].body['id']}").body["state"] == "queued"
    assert owner.post(f"{place.collection}/analyses", {"extractor": "nobody@1"}).status == 422
    assert owner.delete(place.collection).status == 204
    assert owner.get(place.collection).status == 404
    assert owner.get("/projects/maths/collections").body["items"][0]["id"] == place.texts.pk


def test_a_project_is_made_with_a_token_for_all_projects_only(place: Place) -> None:
    assert place.asking.post("/projects", {"name": "n"}).status == 403
    whole = Caller(made_for(None, place.viewer).secret)
    assert whole.post("/projects", {"name": "n"}).body["role"] == "owner"
    assert [each["slug"] for each in whole.get("/projects").body["items"]] == ["maths", "n"]
