"""`manage.py run` as a script uses it: without broker and worker, in this process."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.runs.models import Run, RunState
from apps.traces.models import Analysis
from tests.runs import build
from tests.traces import build as traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def problems(tmp_path: Path) -> str:
    path = tmp_path / "problems.jsonl"
    rows = [{"id": f"p{k}", "problem": f"What is {k} + 1?", "answer": str(k + 1)} for k in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("run", *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_it_runs_waits_analyses_and_reports(problems: str) -> None:
    build.engine()
    report = run("regenerate", "--engine", "scripted", "--problems", problems, "--set", "samples=2", "--wait")
    assert {name: report[name] for name in ("state", "units", "done", "failed", "rollouts")} == {
        "state": "done", "units": 6, "done": 6, "failed": 0, "rollouts": 6,
    }  # fmt: skip
    assert Analysis.objects.get().state == "done"
    assert Run.objects.get().project.slug == "runs"


def test_without_wait_it_is_queued_for_a_worker(problems: str) -> None:
    build.engine()
    assert run("regenerate", "--engine", "scripted", "--problems", problems)["state"] == "queued"


def test_a_collection_is_filtered_and_limited(problems: str) -> None:
    build.engine()
    collection = traces.stored([traces.rollout("1"), traces.rollout("2"), traces.rollout("3", model="n")])
    chosen = ("--collection", str(collection.pk), "--where", "model=m", "--limit", "1")
    assert run("probe", "--engine", "scripted", *chosen)["units"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("guess", "--engine", "scripted"), "unknown protocol 'guess'; known: regenerate"),
        (("regenerate", "--engine", "nobody"), "unknown engine 'nobody'; known: local, scripted"),
        (("regenerate", "--engine", "local", "--model", "big"), "engine 'local' has no model 'big'; it has: small"),
        (("regenerate", "--engine", "scripted", "--set", "heat=1"), "unknown setting 'heat'; known: samples"),
        (("regenerate", "--engine", "scripted", "--set", "heat"), "--set 'heat': write NAME=VALUE"),
        (("regenerate", "--engine", "scripted", "--role", "judge=scripted"), "regenerate has no role judge"),
        (("regenerate", "--engine", "scripted", "--seed", "-3"), "the first seed is -3"),
    ],
)
def test_what_cannot_be_run_is_said_with_what_could(problems: str, arguments: tuple[str, ...], words: str) -> None:
    build.engine()
    build.engine("local", "transformers", settings={"models": {"small": "/s"}})
    with pytest.raises(CommandError, match=words):
        call_command("run", *arguments, "--problems", problems)
    assert not Run.objects.exists()


def test_an_empty_filter_makes_no_run() -> None:
    build.engine()
    collection = traces.stored([traces.rollout("1")])
    arguments = ("--engine", "scripted", "--collection", str(collection.pk), "--where", "model=nobody")
    with pytest.raises(
        CommandError, match=r"there is nothing to run on: no rollout matches \(rollouts of C, model nobody\)"
    ):
        call_command("run", "probe", *arguments)
    assert not Run.objects.exists()


def test_a_run_all_of_which_failed_is_an_error(problems: str) -> None:
    build.engine("broken", settings={"models": {}, "fail_share": 1.0})
    with pytest.raises(
        CommandError, match="all 3 units failed, the first: the solver's reply failed: scripted failure"
    ):
        call_command("run", "regenerate", "--engine", "broken", "--problems", problems, "--wait", stdout=StringIO())
    assert Run.objects.get().state == RunState.FAILED
