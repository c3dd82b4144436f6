"""Runs over the API: what can be asked, a draft, its start and end, the same refusals as in the browser."""

from typing import Any

import pytest

from apps.accounts.models import Project, Role
from apps.api.scopes import Scope
from apps.runs.models import Engine, Run
from tests.api.calling import Caller, caller, stranger
from tests.runs import build
from tests.traces.analysed import make_project

pytestmark = pytest.mark.django_db
PATH = "/projects/maths/runs"
BODY: dict[str, Any] = {
    "protocol": "regenerate",
    "roles": {"solver": {"engine": "scripted", "model": "scripted"}},
    "source": {"kind": "problems", "problem_set": "sums"},
    "settings": {"samples": 2},
    "seed": 7,
    "name": "again",
}


@pytest.fixture
def project() -> Project:
    project = make_project()
    build.problems(project, 2)
    build.engine(settings={"models": {}})
    return project


def drafted(ask: Caller, **changed: Any) -> dict[str, Any]:
    answer = ask.post(PATH, BODY | changed)
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.body
    return found


def test_a_run_is_made_estimated_started_and_read_when_it_is_done(project: Project) -> None:
    ask = caller(project)
    made = drafted(ask)
    path = f"{PATH}/{made['id']}"
    assert (made["state"], made["name"], made["first_seed"]) == ("draft", "again", 7)
    assert made["roles"] == [{"role": "solver", "engine": "scripted", "model": "scripted"}]
    assert ask.get(f"{path}/estimate").body["n_units"] == 4  # two problems, two samples each
    assert ask.post(f"{path}/acts/start").body["state"] == "queued"
    build.done(Run.objects.get(pk=made["id"]))
    found = ask.get(path).body
    assert (found["state"], found["n_done"], found["n_failed"]) == ("done", 4, 0)
    results = ask.get(f"{path}/results").body
    assert (results["collection"], results["n_rollouts"], results["errors"]) == (found["collection"], 4, [])
    units = ask.get(f"{path}/units", state="done").body["items"]
    assert [unit["sample"] for unit in units] == [0, 1, 0, 1]
    assert "provenance" in ask.get(f"{path}/provenance").body
    assert [each["id"] for each in ask.get(PATH).body["items"]] == [made["id"]]


def test_a_run_is_paused_resumed_cancelled_and_deleted_with_what_it_filled(project: Project) -> None:
    ask = caller(project)
    path = f"{PATH}/{drafted(ask)['id']}"
    ask.post(f"{path}/acts/start")
    assert [ask.post(f"{path}/acts/{act}").body["state"] for act in ("pause", "resume", "cancel")] == [
        "paused",
        "queued",
        "cancelled",
    ]
    assert ask.delete(f"{path}?with_output=true").status == 204
    assert ask.get(path).status == 404


def test_a_draft_is_thrown_away(project: Project) -> None:
    ask = caller(project)
    path = f"{PATH}/{drafted(ask)['id']}"
    assert ask.post(f"{path}/discard").status == 204
    assert ask.get(path).status == 404


def test_problems_may_be_sent_with_the_run(project: Project) -> None:
    rows = [{"id": "a", "problem": "What is 5+5?", "answer": "10"}]
    made = drafted(caller(project), source={"kind": "rows", "problems": rows})
    assert (made["source"]["kind"], made["source"]["name"]) == ("file", "problems.jsonl")
    assert "blob" not in made["source"]


def test_what_cannot_be_run_is_refused_with_the_reason(project: Project) -> None:
    ask = caller(project)
    for changed, words in (
        ({"protocol": "no"}, "unknown protocol"),
        ({"roles": {}}, "nobody plays solver"),
        ({"roles": {"solver": {"engine": "no"}}}, "unknown engine"),
        ({"source": {"kind": "problems", "problem_set": "none"}}, "nothing to run on"),
        ({"source": {"kind": "collection", "collection": 999}}, "999"),
        ({"settings": {"no": 1}}, "no"),
        ({"source": {"kind": "rows", "problems": [{"answer": "1"}]}}, ""),
    ):
        answer = ask.post(PATH, BODY | changed)
        assert answer.status == 422, changed
        assert words in answer.body["error"]["message"]
    assert not Run.objects.exists()
    path = f"{PATH}/{drafted(ask)['id']}"
    assert ask.post(f"{path}/acts/pause").status == 422
    assert ask.post(f"{path}/acts/burn").status == 422


def test_the_same_key_makes_one_run(project: Project) -> None:
    ask = caller(project)
    first, second = (ask.post(PATH, BODY, Idempotency_Key="once") for _ in range(2))
    assert first.body == second.body
    assert Run.objects.count() == 1


def test_protocols_and_engines_are_listed_without_what_an_administrator_keeps(project: Project) -> None:
    Engine.objects.create(name="server", kind="openai", settings={"base_url": "https://secret", "models": {"m": "m"}})
    ask = caller(project)
    found = {each["name"]: each for each in ask.get("/protocols").body["items"]}
    assert found["regenerate"]["roles"] == ["solver"]
    assert "samples" in [each["name"] for each in found["regenerate"]["parameters"]]
    engines = ask.get("/projects/maths/engines").body["items"]
    assert [(each["name"], each["models"]) for each in engines] == [("scripted", ["scripted"]), ("server", ["m"])]
    assert "secret" not in str(engines)


def test_a_viewer_reads_a_stranger_finds_nothing_and_a_token_needs_its_scope(project: Project) -> None:
    owner = caller(project)
    path = f"{PATH}/{drafted(owner)['id']}"
    viewer, reader = caller(project, Role.VIEWER), caller(project, Role.MEMBER, Scope.READ)
    assert viewer.get(path).status == 200
    assert (viewer.post(PATH, BODY).code, reader.post(PATH, BODY).code) == ("forbidden", "scope_missing")
    assert stranger().get(path).status == 404
