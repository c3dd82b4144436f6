"""SelfAware's questions become a problem set that the feasibility task can be given on."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.psychology.queries.administrations import question_sets_of
from apps.psychology.services.administering import AdministrationRefused, Wanted, administer
from apps.runs.models import Engine
from apps.runs.services.plans import bound
from apps.traces.models import Problem
from tests.traces import build

pytestmark = pytest.mark.django_db
ROWS = [
    {"question_id": 1, "question": "Who wrote Hamlet?", "answerable": True, "answer": ["Shakespeare"], "source": "s"},
    {"question_id": 2, "question": "What will I think tomorrow?", "answerable": False, "answer": None, "source": "s"},
]


def given(folder: Path, content: object) -> str:
    file = folder / "SelfAware.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    out = io.StringIO()
    call_command("psychology", "questions", str(file), "--format", "self-aware", "--project", "lab", stdout=out)
    return out.getvalue()


def test_questions_are_stored_once_and_can_be_given(tmp_path: Path) -> None:
    project = build.project("lab")
    assert "2 questions" in given(tmp_path, {"example": ROWS})
    assert "2 questions" in given(tmp_path, ROWS)
    assert Problem.objects.filter(project=project).count() == 2
    assert question_sets_of(project) == ["feasibility · SelfAware"]
    engine, _ = Engine.objects.get_or_create(name="scripted", kind="scripted")
    wanted = Wanted("first", tasks=["feasibility:feasibility · SelfAware"], models=[bound(engine)])
    run = administer(project=project, user=None, wanted=wanted)[0].run
    assert run is not None
    assert (run.protocol, run.source["problem_set"]) == ("feasibility", "feasibility · SelfAware")


def test_problems_of_something_else_are_not_given_as_a_tasks_own() -> None:
    project = build.project("lab")
    engine, _ = Engine.objects.get_or_create(name="scripted", kind="scripted")
    with pytest.raises(AdministrationRefused, match="are no problems of feasibility"):
        administer(
            project=project, user=None, wanted=Wanted("first", tasks=["feasibility:gsm8k"], models=[bound(engine)])
        )


@pytest.mark.parametrize(
    ("content", "said"),
    [({"example": []}, "a list of objects"), ("x", "a list of objects"), ([{"question": "Who?"}], "answerable")],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: object, said: str) -> None:
    build.project("lab")
    with pytest.raises(CommandError, match=said):
        given(tmp_path, content)
    assert not Problem.objects.exists()
