"""Frozen reports: made once, kept as they were, whatever becomes of the data; links open, expire and are withdrawn."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse

from apps.core import blobs, jobs
from apps.core.models import Blob, JobState
from apps.reports.models import FrozenReport, ShareLink
from apps.reports.queries.reports import drifts_of
from apps.reports.services import freezing, sharing
from apps.reports.services import reports as writing
from apps.reports.services.freezing import CannotFreezeError, content_of, request_freeze
from apps.reports.services.sharing import CannotShareError, Standing
from apps.traces.models import Collection
from apps.traces.services import deletions
from tests.reports.writing.build import analysed_project, frozen_of, plain_files, report_of

pytestmark = pytest.mark.django_db


def test_pressed_twice_while_it_waits_a_report_is_frozen_once() -> None:
    _, user, analysis = analysed_project()
    report = report_of(analysis, user)
    assert request_freeze(report=report, user=user) == request_freeze(report=report, user=user)
    writing.change_report(report=report, title="Another title", authors="")
    assert request_freeze(report=report, user=user).number == 2


def test_an_empty_report_is_not_frozen() -> None:
    project, user, _ = analysed_project()
    with pytest.raises(CannotFreezeError, match="no blocks"):
        request_freeze(report=writing.create_report(project=project, user=user, title="Empty"), user=user)


def test_a_frozen_report_keeps_its_numbers_and_says_what_became_of_the_data(client: Client) -> None:
    project, user, analysis = analysed_project()
    client.force_login(user)
    frozen = frozen_of(report_of(analysis, user), user)
    before = content_of(frozen)
    assert drifts_of(project, before.sources) == []
    Collection.objects.filter(pk=analysis.collection_id).update(revision=5)
    assert [drift.words for drift in drifts_of(project, before.sources)] == [
        "was changed since: it was read at revision 1 and is at 5 now"
    ]
    deletions.delete_collection(collection=analysis.collection, actor=user)
    page = client.get(reverse("reports:frozen", args=[project.slug, frozen.report_id, frozen.number]))
    assert "rollouts was deleted since" in page.content.decode()
    assert content_of(frozen) == before
    assert before.sections[1].tiles[0].value in page.content.decode()


def test_a_worker_that_dies_leaves_a_report_that_the_next_one_makes() -> None:
    _, user, analysis = analysed_project()
    frozen = request_freeze(report=report_of(analysis, user), user=user)
    taken = jobs.claim(FrozenReport, frozen.pk)
    assert taken is not None
    freezing.execute(frozen_id=frozen.pk, make=plain_files)
    assert FrozenReport.objects.get(pk=frozen.pk).state == JobState.RUNNING, "another worker is at it"
    FrozenReport.objects.filter(pk=frozen.pk).update(lease_until=jobs.database_now() - timedelta(seconds=1))
    freezing.execute(frozen_id=frozen.pk, make=plain_files)
    assert FrozenReport.objects.get(pk=frozen.pk).state == JobState.DONE


def test_a_link_opens_without_an_account_until_it_is_withdrawn(client: Client) -> None:
    project, user, analysis = analysed_project()
    frozen = frozen_of(report_of(analysis, user), user)
    link, secret = sharing.share(frozen=frozen, user=user)
    page = client.get(reverse("reports:shared", args=[secret]))
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert f"/p/{project.slug}" not in page.content.decode()
    assert sharing.withdraw(project=project, pk=link.pk)
    assert not sharing.withdraw(project=project, pk=link.pk)
    assert client.get(reverse("reports:shared", args=[secret])).status_code == 410
    assert client.get(reverse("reports:shared_file", args=[secret, "html"])).status_code == 404


def test_an_expired_link_opens_nothing(client: Client) -> None:
    _, user, analysis = analysed_project()
    link, secret = sharing.share(frozen=frozen_of(report_of(analysis, user), user), user=user, days=1)
    ShareLink.objects.filter(pk=link.pk).update(expires_at=jobs.database_now())
    assert sharing.opened(secret).standing is Standing.CLOSED
    assert client.get(reverse("reports:shared", args=[secret])).status_code == 410


def test_the_secret_of_a_link_is_kept_nowhere() -> None:
    _, user, analysis = analysed_project()
    link, secret = sharing.share(frozen=frozen_of(report_of(analysis, user), user), user=user)
    row = ShareLink.objects.filter(pk=link.pk).values().get()
    assert secret not in str(row)
    assert sharing.opened(secret[:-1]).standing is Standing.UNKNOWN


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_link_is_open_for_a_day_to_a_year(days: int) -> None:
    _, user, analysis = analysed_project()
    with pytest.raises(CannotShareError, match="1 to 365 days"):
        sharing.share(frozen=frozen_of(report_of(analysis, user), user), user=user, days=days)


def test_a_report_that_is_not_frozen_yet_cannot_be_shared() -> None:
    _, user, analysis = analysed_project()
    with pytest.raises(CannotShareError, match="not ready"):
        sharing.share(frozen=request_freeze(report=report_of(analysis, user), user=user), user=user)


def test_a_link_of_another_project_cannot_be_withdrawn() -> None:
    _, user, analysis = analysed_project("ours")
    link, secret = sharing.share(frozen=frozen_of(report_of(analysis, user), user), user=user)
    elsewhere, _, _ = analysed_project("elsewhere")
    assert not sharing.withdraw(project=elsewhere, pk=link.pk)
    assert sharing.opened(secret).standing is Standing.OPEN


def test_a_deleted_report_takes_its_files_and_links_with_it(django_capture_on_commit_callbacks: object) -> None:
    _, user, analysis = analysed_project()
    frozen = frozen_of(report_of(analysis, user), user)
    sharing.share(frozen=frozen, user=user)
    assert frozen.content is not None
    path = blobs.path_of(frozen.content)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        writing.delete_report(report=frozen.report)
    assert not path.exists()
    assert not ShareLink.objects.exists()
    with pytest.raises(ObjectDoesNotExist):
        Blob.objects.get(pk=frozen.content.pk)
