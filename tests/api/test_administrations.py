"""The lab over the API: instruments and tasks are given as on the page; measures are those of the shell."""

from typing import Any

import pytest

from apps.accounts.models import Project, Role
from apps.api.scopes import Scope
from apps.psychology.models import Administration, Instrument
from apps.psychology.services.instruments import Confirmed, take_shipped
from apps.runs.models import Run
from tests.api.calling import caller, stranger
from tests.runs import build
from tests.traces.analysed import make_project, user_of

pytestmark = pytest.mark.django_db
PATH = "/projects/maths/administrations"


@pytest.fixture
def project() -> Project:
    build.engine()
    return make_project()


@pytest.fixture
def instrument(project: Project) -> Instrument:
    confirmed = Confirmed(licence=True, key=True)
    owner = user_of(project, Role.MEMBER)
    return take_shipped(project=project, user=owner, shipped="afterthought-30", confirmed=confirmed)


def body(instrument: Instrument, **changed: Any) -> dict[str, Any]:
    return {
        "name": "first",
        "instruments": [instrument.pk],
        "tasks": ["card_task"],
        "models": [{"engine": "scripted", "model": "m"}],
        "fields": {"repeats": ["2"], "temperatures": ["0"]},
    } | changed


def test_instruments_and_tasks_are_given_and_their_drafts_started(project: Project, instrument: Instrument) -> None:
    ask = caller(project)
    assert ask.get("/projects/maths/instruments").body["items"][0]["is_ready"] is True
    assert "card_task" in [each["name"] for each in ask.get("/tasks").body["items"]]
    answer = ask.post(PATH, body(instrument))
    assert answer.status == 201, answer.body
    made = answer.body
    assert [(part["task"], part["run"]["state"]) for part in made["parts"]] == [("", "draft"), ("card_task", "draft")]
    assert Run.objects.order_by("pk")[0].parameters["repeats"] == 2
    started = ask.post(f"{PATH}/{made['id']}/start").body
    assert [part["run"]["state"] for part in started["parts"]] == ["queued", "queued"]
    assert [each["name"] for each in ask.get(PATH).body["items"]] == ["first"]
    assert ask.post(f"{PATH}/{made['id']}/discard").status == 204
    assert ask.get(f"{PATH}/{made['id']}").status == 200


def test_drafts_are_thrown_away(project: Project, instrument: Instrument) -> None:
    ask = caller(project)
    path = f"{PATH}/{ask.post(PATH, body(instrument)).body['id']}"
    assert ask.post(f"{path}/discard").status == 204
    assert ask.get(path).status == 404
    assert not Administration.objects.exists()


def test_what_cannot_be_given_is_refused_with_the_reason(project: Project, instrument: Instrument) -> None:
    ask = caller(project)
    for changed, words in (
        ({"instruments": [999]}, "no instrument 999"),
        ({"tasks": ["burn"]}, "unknown task 'burn'"),
        ({"models": [{"engine": "no"}]}, "unknown engine"),
        ({"instruments": [], "tasks": []}, "choose at least one"),
        ({"fields": {"repeats": ["many"]}}, "repeats is 'many'"),
    ):
        answer = ask.post(PATH, body(instrument, **changed))
        assert (answer.status, words in answer.body["error"]["message"]) == (422, True), answer.body
    assert not Administration.objects.exists()


def test_measures_of_the_lab_are_computed_with_settings(project: Project) -> None:
    ask = caller(project)
    names = [each["name"] for each in ask.get("/lab-measures").body["items"]]
    assert {"reliability", "link", "persona_effect"} <= set(names)
    assert ask.get("/projects/maths/lab-measures/reliability").body == {"measure": "reliability", "rows": []}
    assert ask.get("/projects/maths/lab-measures/link", setting="level=none").status == 422
    assert ask.get("/projects/maths/lab-measures/nothing").status == 404


def test_a_viewer_reads_and_gives_nothing_and_a_stranger_finds_nothing(
    project: Project, instrument: Instrument
) -> None:
    viewer, reader = caller(project, Role.VIEWER), caller(project, Role.OWNER, Scope.READ)
    assert viewer.get(PATH).body["items"] == []
    assert viewer.post(PATH, body(instrument)).code == "forbidden"
    assert reader.post(PATH, body(instrument)).code == "scope_missing"
    assert stranger().get(PATH).status == 404
