"""A project, a run or a collection goes with its administrations; an instrument that was given stays."""

import pytest
from django.db.models import RestrictedError
from django.test import Client

from apps.accounts.models import Membership, Project, Role, User
from apps.core.models import JobState
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.sheet import figures_of
from apps.psychology.services.instruments import take_shipped
from apps.runs.models import Run
from apps.traces.services.deletions import delete_collection, empty_collection, empty_project
from tests.traces import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Project:
    """One administration by a run of a shipped instrument, one that was read in, with a figure in each."""
    project = build.project("lab")
    taker = User.objects.create_user("taker", password="x")
    instrument = take_shipped(project=project, user=taker, shipped="afterthought-30")
    came, read_in = (
        build.stored([build.rollout(name, scores={"trait/luck": 1.0})], owner=project) for name in ("came", "read in")
    )
    run = Run.objects.create(project=project, protocol="questionnaire", output=came, state=JobState.DONE)
    Administration.objects.create(project=project, name="given", run=run, instrument=instrument)
    Administration.objects.create(project=project, name="published", collection=read_in)
    return project


def test_a_project_is_emptied_with_all_of_its_lab(lab: Project) -> None:
    Project.objects.filter(pk=lab.pk).update(is_deleted=True)
    empty_project(project_id=lab.pk)
    assert not Project.objects.filter(pk=lab.pk).exists()
    assert not Administration.objects.exists()
    assert not Instrument.objects.exists()


def test_a_deleted_collection_is_no_more_in_the_sheet_and_the_pages_still_open(lab: Project, client: Client) -> None:
    person = User.objects.create_user("lea", password="x")
    Membership.objects.create(project=lab, user=person, role=Role.MEMBER)
    client.force_login(person)
    assert figures_of(lab).height == 2
    for administration in Administration.objects.all():
        assert administration.replies is not None
        delete_collection(collection=administration.replies, actor=person)
    assert figures_of(lab).height == 0
    for page in ("", "reliability/", "link/", "dissociation/"):
        assert client.get(f"/p/lab/psychology/{page}").status_code == 200
    group = Administration.objects.get(name="given")
    assert client.get(f"/p/lab/psychology/administrations/{group.pk}/").status_code == 200
    for collection in lab.collections.all():
        empty_collection(collection_id=collection.pk)
    assert [each.name for each in Administration.objects.all()] == ["given"]
    assert client.get(f"/p/lab/psychology/administrations/{group.pk}/").status_code == 200


def test_an_instrument_that_was_given_cannot_be_deleted_under_its_replies(lab: Project) -> None:
    with pytest.raises(RestrictedError):
        Instrument.objects.get().delete()
