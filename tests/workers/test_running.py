"""A worker's part in runs: what it can drive, when it leaves a run alone, what the sweep wakes, how it stops."""

from datetime import timedelta

import pytest

from apps.core.jobs import database_now
from apps.core.models import JobState
from apps.runs.models import Run, RunState, Trial, Unit
from apps.runs.services import running, trials
from apps.runs.services.plans import conductor_of
from tests.runs import build
from tests.traces.build import project
from workers import sweep, trying
from workers.held import NEEDS, kinds_here
from workers.running import Stopping, Work, execute, lacking_for

pytestmark = pytest.mark.django_db


def test_kinds_that_need_no_library_can_be_driven_anywhere() -> None:
    assert {"openai", "scripted"} <= set(kinds_here()) <= set(NEEDS)


def test_a_run_whose_engines_this_worker_lacks_is_left_to_another() -> None:
    owner = project()
    build.problems(owner, 1)
    run = build.queued(owner)
    run.roles.update(engine=build.engine("elsewhere", "of-no-kind"))
    execute(run.pk)
    run.refresh_from_db()
    assert lacking_for(run.pk) == ["of-no-kind"]
    assert (run.state, run.units.get().attempt) == (RunState.QUEUED, 0)


def test_an_engine_that_cannot_be_opened_ends_the_run_with_its_reason_and_a_retry_goes_on() -> None:
    owner = project()
    build.problems(owner, 2)
    engine = build.engine("odd", settings={"models": {}, "slips": 7})
    run = build.queued(owner, roles={"solver": build.bound(engine)})
    execute(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.error == "slips is 7.0, must be at most 1"
    assert set(run.units.values_list("state", flat=True)) == {JobState.QUEUED}
    running.retry(run=run)
    assert build.done(run).n_done == 2


def test_the_sweep_wakes_runs_that_wait_or_lost_their_worker_and_no_others() -> None:
    owner = project()
    build.problems(owner, 1)
    now = database_now()
    states = {
        "waits": (RunState.QUEUED, None),
        "lost": (RunState.RUNNING, now - timedelta(seconds=5)),
        "at work": (RunState.RUNNING, now + timedelta(seconds=50)),
        "paused": (RunState.PAUSED, now - timedelta(seconds=5)),
        "over": (RunState.DONE, None),
        "draft": (RunState.DRAFT, None),
    }
    for name, (state, lease) in states.items():
        run = build.draft(owner, name=name)
        Run.objects.filter(pk=run.pk).update(state=state, lease_until=lease)
    woken = {kwargs["run_id"]: kwargs["to"] for _, kwargs in sweep._stranded_runs()}
    assert {Run.objects.get(pk=pk).name for pk in woken} == {"waits", "lost"}
    assert set(woken.values()) == {"models"}


def test_a_trial_that_waits_is_woken_on_its_own_queue() -> None:
    owner = project()
    build.problems(owner, 1)
    trial = trials.request_dry_run(run=build.draft(owner), user=None)
    assert (Trial.task_name, {"trial_id": trial.pk, "to": "models"}) in list(sweep._stranded_jobs())


def test_a_worker_that_is_asked_to_end_gives_back_what_it_has_not_finished() -> None:
    owner = project()
    build.problems(owner, 6)
    run = build.queued(owner)
    assert running.take_up(run.pk) is not None
    stopping = Stopping()
    engine = build.Asking(stopping.ask, at=3)
    Work(run, conductor_of(run.protocol), {"solver": engine}, 6, stopping).do()
    run.refresh_from_db()
    states = sorted(Unit.objects.filter(run=run).values_list("state", flat=True))
    assert states == ["done"] * 3 + ["queued"] * 3
    assert run.lease_until is not None
    assert run.lease_until <= database_now()


def test_a_run_that_is_paused_is_let_go_of_at_the_next_look() -> None:
    """Paused at the first reply and looked at there: one unit is done, the others wait again, nobody asks on."""
    owner = project()
    build.problems(owner, 6)
    run = build.queued(owner)
    assert running.take_up(run.pk) is not None
    engine = build.Asking(lambda: running.pause(run=Run.objects.get(pk=run.pk)), at=1)
    work = Work(run, conductor_of(run.protocol), {"solver": engine}, 6)
    work.looked_at = float("-inf")
    work.do()
    assert sorted(run.units.values_list("state", flat=True)) == ["done", *["queued"] * 5]
    assert engine.n_asked == 1
    running.resume(run=run)
    assert build.done(run).n_done == 6


def test_a_dry_run_asks_for_three_items_and_stores_nothing() -> None:
    owner = project()
    build.problems(owner, 9)
    run = build.draft(owner, parameters={"samples": 5})
    trial = trials.request_dry_run(run=run, user=None, wake=False)
    engine = build.Counting()
    trying.execute(trial.pk, build.opening(engine))
    trial.refresh_from_db()
    assert (engine.n_asked, len(trial.shown), trial.state) == (3, 3, JobState.DONE)
    assert [item["about"] for item in trial.shown] == ["What is 1 + 1?", "What is 2 + 2?", "What is 3 + 3?"]
    assert not run.units.exists()
    assert not owner.collections.exists()


def test_a_dry_run_tells_what_failed_in_an_item_and_shows_the_others() -> None:
    owner = project()
    build.problems(owner, 3)
    trial = trials.request_dry_run(run=build.draft(owner), user=None, wake=False)
    trying.execute(trial.pk, build.opening(build.Counting(fail_every=2)))
    trial.refresh_from_db()
    assert [bool(item["error"]) for item in trial.shown] == [False, True, False]


def test_a_trial_of_an_engine_that_cannot_be_opened_has_failed_with_the_reason() -> None:
    engine = build.engine("odd", settings={"models": {}, "slips": 7})
    user = build.person()
    asked = {"model": "m", "prompt": "hello", "max_tokens": 5, "temperature": 0.0, "seed": 0}
    trial = trials.request_reply(engine=engine, user=user, asked=asked, wake=False)
    trying.execute(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (JobState.FAILED, "slips is 7.0, must be at most 1")


def test_what_came_of_probes_and_candidates_hangs_on_the_source() -> None:
    """A probe run over one trace: its forced answers are rows of that rollout; no collection is made."""
    owner = project()
    collection = build.trace_collection(owner)
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    run = build.done(build.queued(owner, source, protocol="probe"))
    assert (run.state, run.error, run.output) == (RunState.DONE, "", None)
    rollout = collection.rollouts.get()
    assert rollout.probes.count() > 0
    assert set(rollout.probes.values_list("run_id", flat=True)) == {run.pk}


def test_continuations_name_their_parent_and_offset_and_hold_their_suffix_only() -> None:
    owner = project()
    collection = build.trace_collection(owner)
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    given = {"steps": "1", "n": 2}
    run = build.done(build.queued(owner, source, protocol="continue", parameters=given))
    assert run.output is not None
    parent = collection.rollouts.get()
    found = list(run.output.rollouts.order_by("sample"))
    assert [each.parent_id for each in found] == [parent.pk, parent.pk]
    assert {each.parent_turn for each in found} == {1}
    assert len({each.parent_offset for each in found}) == 1
    assert all(each.turns.count() == 1 for each in found)
