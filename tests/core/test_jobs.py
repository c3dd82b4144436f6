"""Jobs are claimed once, kept while they are worked on, and taken over when their worker is gone."""

from datetime import timedelta

import pytest

from apps.accounts.models import Project
from apps.core import jobs
from apps.core.models import LEGAL, JobState
from apps.traces.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Import:
    return Import.objects.create(project=Project.objects.create(name="P", slug="p"), state=JobState.QUEUED)


def let_lease_run_out(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(lease_until=jobs.database_now() - timedelta(seconds=1))


def test_a_queued_job_is_claimed_by_one_worker_only(job: Import) -> None:
    assert jobs.claim(Import, job.pk) is not None
    assert jobs.claim(Import, job.pk) is None


def test_a_job_whose_lease_ran_out_is_taken_over_with_a_higher_attempt(job: Import) -> None:
    first = jobs.claim(Import, job.pk)
    let_lease_run_out(job)
    second = jobs.claim(Import, job.pk)
    assert first is not None
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_worker_that_was_taken_for_dead_cannot_write_any_more(job: Import) -> None:
    first = jobs.claim(Import, job.pk)
    let_lease_run_out(job)
    jobs.claim(Import, job.pk)
    assert first is not None
    with pytest.raises(jobs.LostLease):
        jobs.keep(first, n_done=5)
    job.refresh_from_db()
    assert job.n_done == 0


def test_a_cancelled_job_stops_its_worker_at_the_next_batch(job: Import) -> None:
    held = jobs.claim(Import, job.pk)
    assert held is not None
    assert jobs.cancel(job)
    with pytest.raises(jobs.LostLease):
        jobs.keep(held)


def test_cancelling_twice_does_nothing_the_second_time(job: Import) -> None:
    assert jobs.cancel(job)
    assert not jobs.cancel(job)


def test_an_error_ends_the_job_with_its_message_and_is_raised_again(job: Import) -> None:
    held = jobs.claim(Import, job.pk)
    assert held is not None
    with pytest.raises(OSError, match="disk full"), jobs.recorded(held):
        raise OSError("disk full")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "OSError: disk full")


def test_a_failed_job_can_be_queued_again_but_a_running_one_cannot(job: Import) -> None:
    held = jobs.claim(Import, job.pk)
    assert held is not None
    assert not jobs.requeue(held)
    jobs.finish(held, JobState.FAILED, "no")
    assert jobs.requeue(held)
    assert held.state == JobState.QUEUED


def test_waiting_and_abandoned_jobs_are_stranded_and_held_ones_are_not(job: Import) -> None:
    assert list(jobs.stranded(Import)) == [job]
    jobs.claim(Import, job.pk)
    assert not jobs.stranded(Import).exists()
    let_lease_run_out(job)
    assert list(jobs.stranded(Import)) == [job]


def test_every_state_can_be_left_or_is_an_end_that_may_be_tried_again() -> None:
    assert all(followers <= set(JobState) for followers in LEGAL.values())
    assert {state for state, followers in LEGAL.items() if JobState.QUEUED in followers} >= {
        JobState.DRAFT,
        JobState.FAILED,
    }
