"""Every unit ends exactly once: two workers at one run, one taken for dead, one that dies between two statements."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from analysis.asking import Ask, Reply
from apps.accounts.models import Project
from apps.core.jobs import database_now
from apps.core.models import JobState
from apps.runs.models import Run, RunState, Unit
from apps.runs.services import claiming, running
from apps.traces.models import Rollout, Turn
from tests.runs import build
from tests.traces.build import project
from workers.running import execute

pytestmark = pytest.mark.django_db
DEATHS = 30


def digest(run: Run) -> list[tuple[object, ...]]:
    """What the run has made, by what it says and not by its keys."""
    rollouts = Rollout.objects.filter(collection=run.output).select_related("problem", "condition", "model")
    rows = []
    for rollout in rollouts:
        turns = Turn.objects.filter(rollout=rollout).order_by("index")
        said = [(turn.role, bytes(turn.text.hash), turn.n_tokens, turn.answer) for turn in turns if turn.text]
        rows.append((rollout.problem.key, rollout.sample, rollout.condition.label, rollout.n_tokens, tuple(said)))
    return sorted(rows)


def counted(run: Run) -> tuple[object, ...]:
    """The run's own numbers, which must be those of its units."""
    run.refresh_from_db()
    units = Unit.objects.filter(run=run)
    assert run.n_tokens == sum(unit.n_tokens for unit in units if unit.state == JobState.DONE)
    assert run.output is not None
    assert run.output.n_rollouts == run.output.rollouts.count()
    return run.state, run.n_done, run.n_failed, run.n_tokens, run.n_requests


def let_leases_run_out(run: Run) -> None:
    past = database_now() - timedelta(seconds=1)
    Unit.objects.filter(run=run, state=JobState.RUNNING).update(lease_until=past)
    Run.objects.filter(pk=run.pk).update(lease_until=past)


class Interrupted(build.Counting):
    """Does something else, once, when its first reply is ready."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act: Callable[[], None] | None = act

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        for answer in super().complete(asks):
            act, self._act = self._act, None
            if act is not None:
                act()
            yield answer


class Death:
    """Ends the worker at its n-th statement: from there on it does nothing but what the database does for it."""

    def __init__(self, at: int) -> None:
        self.n, self.at = 0, at

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if str(sql).startswith("ROLLBACK"):
            return execute(sql, params, many, context)
        self.n += 1
        if self.n >= self.at:
            raise build.Died
        return execute(sql, params, many, context)


def run_of(owner: Project, n: int = 6) -> Run:
    build.problems(owner, n)
    return build.queued(owner, parameters={"samples": 2, "temperature": 0.7})


def test_a_second_worker_takes_other_units_and_both_together_make_each_once() -> None:
    run = run_of(project())
    second = build.Counting()
    first = Interrupted(lambda: execute(run.pk, build.opening(second), 4))
    quiet = build.done(run_of(project("quiet")))
    done = build.done(run, first, at_once=4)
    assert (first.n_asked, second.n_asked) == (4, 8)
    assert done.state == RunState.DONE
    assert digest(done) == digest(quiet)
    assert counted(done) == counted(quiet)


def test_what_a_worker_that_was_taken_for_dead_brings_is_not_stored_again() -> None:
    run = run_of(project())

    def taken_over() -> None:
        let_leases_run_out(run)
        execute(run.pk, build.opening(build.Counting()))

    first = Interrupted(taken_over)
    done = build.done(run, first)
    quiet = build.done(run_of(project("quiet")))
    assert first.n_asked >= 1  # all 12, unless it looks up meanwhile and sees that the run is over
    assert digest(done) == digest(quiet)
    assert counted(done) == counted(quiet)
    assert set(run.units.values_list("attempt", flat=True)) == {2}


def n_statements() -> int:
    """How many statements a quiet worker needs."""
    run, never = run_of(project("counted")), Death(10**9)
    with connection.execute_wrapper(never):
        build.done(run)
    return never.n


def test_a_worker_may_die_between_any_two_statements() -> None:
    quiet = build.done(run_of(project("quiet")))
    n = n_statements()
    for at in range(1, n, max(1, n // DEATHS)):
        run = run_of(project(f"dies-at-{at}"))
        with pytest.raises(build.Died), connection.execute_wrapper(Death(at)):
            build.done(run, at_once=5)
        let_leases_run_out(run)
        build.done(run, at_once=5)
        assert digest(run) == digest(quiet), f"died at statement {at} of {n}"
        assert counted(run) == counted(quiet), f"died at statement {at} of {n}"


def test_a_worker_may_die_at_any_reply() -> None:
    quiet = build.done(run_of(project("quiet")))
    for at in range(1, 13):
        run = run_of(project(f"reply-{at}"))
        with pytest.raises(build.Died):
            build.done(run, build.Counting(die_at=at), at_once=5)
        let_leases_run_out(run)
        build.done(run, at_once=5)
        assert (digest(run), counted(run)) == (digest(quiet), counted(quiet))


def test_claims_are_of_different_units_and_no_more_than_there_are() -> None:
    run = run_of(project())
    running.take_up(run.pk)
    claims = [{unit.pk for unit in claiming.claim(run, 5)} for _ in range(4)]
    assert [len(claim) for claim in claims] == [5, 5, 2, 0]
    assert len(set.union(*claims)) == 12


def test_a_unit_whose_workers_always_die_is_given_up_and_the_run_ends() -> None:
    run = run_of(project(), 1)
    Unit.objects.filter(run=run, sample=0).update(
        state=JobState.RUNNING, attempt=claiming.MOST_ATTEMPTS, lease_until=database_now() - timedelta(seconds=1)
    )
    build.done(run)
    assert (run.state, run.n_done, run.n_failed) == (RunState.DONE, 1, 1)
    assert "attempts ended early" in run.units.get(state=JobState.FAILED).error


def test_what_a_worker_brings_to_a_cancelled_run_is_not_stored() -> None:
    run = run_of(project())
    done = build.done(run, Interrupted(lambda: running.cancel(run=Run.objects.get(pk=run.pk))))
    assert done.state == RunState.CANCELLED
    assert done.output is None
    assert set(run.units.values_list("state", flat=True)) == {JobState.CANCELLED}


def test_of_a_run_that_is_paused_what_was_begun_is_stored_and_the_rest_waits() -> None:
    """It is noticed at the next look, so that up to five units have ended by then, and none is held any more."""
    run = run_of(project())
    done = build.done(run, Interrupted(lambda: running.pause(run=Run.objects.get(pk=run.pk))), at_once=5)
    assert (done.state, done.n_finished) == (RunState.PAUSED, done.units.filter(state=JobState.DONE).count())
    assert 1 <= done.n_done <= 5
    assert set(done.units.values_list("state", flat=True)) == {JobState.DONE, JobState.QUEUED}
    running.resume(run=done)
    assert build.done(done).n_done == 12
