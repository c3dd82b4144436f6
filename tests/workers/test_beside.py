"""Trials and dry runs that wait for a worker which is at a long run: answered between its steps, the run untouched."""

from typing import Any

import pytest

from apps.core.models import JobState
from apps.runs.models import Engine, Run, RunState, Trial
from apps.runs.services import trials
from apps.runs.services.plans import conductor_of
from tests.runs import build
from tests.traces.build import project
from workers import trying
from workers.held import Engines
from workers.running import Beside, Work, execute

pytestmark = pytest.mark.django_db
AT_EVERY_STEP = Beside(trying.answer_one, seconds=0.0)


def asked(engine: Engine, **more: Any) -> Trial:
    words = {"model": "scripted", "prompt": "What is 2 + 2?", "max_tokens": 50, "temperature": 0.0, "seed": 0}
    user = build.person(f"user {Trial.objects.count()}")
    return trials.request_reply(engine=engine, user=user, asked=words | more, wake=False)


def long_run(engine: build.Counting) -> Run:
    """Six units, worked on with an engine that asks for something else meanwhile."""
    owner = project()
    build.problems(owner, 6)
    run = build.queued(owner)
    execute(run.pk, build.opening(engine), beside=AT_EVERY_STEP)
    run.refresh_from_db()
    return run


def test_what_is_tried_while_a_run_goes_is_answered_before_the_run_ends() -> None:
    run = long_run(build.Asking(lambda: asked(build.engine()), at=2))
    trial = Trial.objects.get()
    assert (trial.state, run.state, run.n_done) == (JobState.DONE, RunState.DONE, 6)
    assert trial.finished_at is not None
    assert run.finished_at is not None
    assert trial.finished_at < run.finished_at
    assert "FINAL ANSWER: 4" in trial.shown[0]["text"]


def test_a_dry_run_of_another_draft_is_answered_beside_a_run() -> None:
    owner = project("other")
    build.problems(owner, 3)
    draft = build.draft(owner)
    run = long_run(build.Asking(lambda: trials.request_dry_run(run=draft, user=None, wake=False), at=3))
    trial = Trial.objects.get()
    assert (trial.state, len(trial.shown), run.n_done) == (JobState.DONE, 3, 6)


def test_a_trial_that_breaks_has_failed_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    bad = build.engine("odd", settings={"models": {}, "slips": 7})
    run = long_run(build.Asking(lambda: asked(bad), at=2))
    assert (Trial.objects.get().error, run.n_done) == ("slips is 7.0, must be at most 1", 6)
    broken = asked(build.engine(), max_tokens="none")
    trying.answer_one(run)
    broken.refresh_from_db()
    assert broken.state == JobState.FAILED
    assert "broke beside run" in caplog.text


def test_a_trial_whose_model_would_push_out_the_one_at_work_waits() -> None:
    """A model of this process that is not held is not opened beside a run; on another queue it is not looked at."""
    local = build.engine("local", "transformers", settings={"models": {"m": "/models/m"}})
    elsewhere = build.engine("elsewhere", queue="far")
    run = long_run(build.Asking(lambda: (asked(local, model="m"), asked(elsewhere)), at=2))
    assert run.n_done == 6
    assert set(Trial.objects.values_list("state", flat=True)) == {JobState.QUEUED}
    assert not Engines().is_at_hand(trying.bindings_of(Trial.objects.earliest("pk")))


def test_of_several_one_is_answered_at_each_look_and_none_within_another() -> None:
    looks = list[int]()
    owner = project()
    build.problems(owner, 3)
    run = build.queued(owner)
    engine = build.Counting()
    work = Work(run, conductor_of(run.protocol), {"solver": engine}, 6, beside=Beside(lambda _: look(), seconds=0.0))

    def look() -> None:
        looks.append(1)
        work._look_beside()

    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    work.do()
    assert (len(looks), run.units.filter(state=JobState.DONE).count()) == (3, 3)
