"""Pages of collections: the list with its states, and the settings of one."""

import pytest

from apps.accounts.models import Change, Role
from apps.core.models import JobState
from apps.traces.models import Analysis, Collection, Import
from apps.traces.services import imports
from tests.traces import build
from tests.traces.pages import BROKEN_LINE, GOOD, WITHOUT_STATIC_FOLDER, Visitor, draft, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


def collection_of(who: Visitor) -> Collection:
    return build.stored([build.rollout("1")], owner=who.project)


def settings_of(collection: Collection) -> str:
    return f"/p/{collection.project.slug}/collections/{collection.pk}/settings/"


def test_an_empty_project_says_what_to_do_and_offers_the_drop_zone() -> None:
    page = visitor().page("/p/maths/")
    assert "Drop a file of rollouts" in page
    assert 'type="file" name="files" multiple' in page


def test_an_empty_project_points_to_the_sample_if_there_is_one() -> None:
    who = visitor()
    sample = build.project("sample")
    sample.is_sample = True
    sample.save()
    assert 'href="/p/sample/"' not in who.page(who.base)
    sample.memberships.create(user=who.user, role=Role.VIEWER)
    assert 'href="/p/sample/"' in who.page(who.base)


def test_a_viewer_sees_collections_and_no_way_to_change_them() -> None:
    owner = visitor()
    collection_of(owner)
    page = visitor(Role.VIEWER, project=owner.project, name="eve").page(owner.base)
    assert "/collections/" in page
    assert 'type="file"' not in page
    assert "Settings" not in page


def test_drafts_and_failed_imports_are_listed_until_somebody_goes_on_with_them() -> None:
    who = visitor()
    waiting = draft(who, GOOD)
    empty = imports.create_draft(project=who.project, user=who.user)
    failed = draft(who, GOOD)
    Import.objects.filter(pk=failed.pk).update(state=JobState.FAILED, error="row 2 is cut off")
    page = who.page(who.base)
    assert f"/imports/{waiting.pk}/" in page
    assert f"/imports/{empty.pk}/" not in page
    assert f"/imports/{failed.pk}/" in page
    assert "row 2 is cut off" in page


@pytest.mark.parametrize(
    ("import_state", "words"),
    [(JobState.QUEUED, "importing"), (JobState.RUNNING, "importing"), (JobState.FAILED, "last reading failed")],
)
def test_the_state_of_an_import_is_said(import_state: str, words: str) -> None:
    who = visitor()
    collection = collection_of(who)
    Import.objects.create(project=who.project, collection=collection, state=import_state, replaces=True)
    assert words in who.page(who.base)


@pytest.mark.parametrize(
    ("state", "revision", "words"),
    [
        (JobState.RUNNING, 1, "analysing"),
        (JobState.FAILED, 1, "analysis failed"),
        (JobState.DONE, 1, "ready"),
        (JobState.DONE, 0, "not analysed yet"),
    ],
)
def test_the_state_of_an_analysis_is_said_and_an_old_one_is_not_ready(state: str, revision: int, words: str) -> None:
    who = visitor()
    collection = collection_of(who)
    held = collection.candidate_sets.create(extractor="rules", version=1)
    Analysis.objects.create(collection=collection, revision=revision, candidate_set=held, grader="g", state=state)
    assert words in who.page(who.base)


def test_the_list_asks_for_itself_only_while_something_is_worked_on() -> None:
    who = visitor()
    collection = collection_of(who)
    assert "hx-trigger" not in who.page(who.base)
    Import.objects.create(project=who.project, collection=collection, state=JobState.RUNNING)
    assert 'hx-trigger="every 2s"' in who.page(who.base)


def test_renaming_is_kept_in_the_history() -> None:
    who = visitor()
    collection = collection_of(who)
    who.client.post(settings_of(collection), {"name": "Runs of May", "source": "ours"})
    collection.refresh_from_db()
    assert collection.name == "Runs of May"
    assert Change.objects.get(target=f"collection:{collection.pk}").verb == "renamed collection"
    assert "renamed collection" in who.page(settings_of(collection))


def test_choosing_whose_grade_counts_raises_the_revision_and_asks_for_an_analysis() -> None:
    who = visitor()
    collection = collection_of(who)
    who.client.post(settings_of(collection), {"name": collection.name, "source": "uploaded"})
    collection.refresh_from_db()
    assert (collection.counting_grade, collection.revision) == ("uploaded", 2)
    assert collection.analyses.get().revision == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [({"name": "", "source": "ours"}, "A collection needs a name."), ({"name": "x", "source": "dice"}, "dice")],
)
def test_settings_that_cannot_be_taken_are_refused_with_a_reason(data: dict[str, str], words: str) -> None:
    who = visitor()
    collection = collection_of(who)
    response = who.client.post(settings_of(collection), data)
    assert response.status_code == 422
    assert words in response.content.decode()
    collection.refresh_from_db()
    assert (collection.name, collection.counting_grade) == ("C", "ours")


def test_grading_anew_asks_for_an_analysis_and_goes_to_the_dashboard() -> None:
    who = visitor()
    collection = collection_of(who)
    response = who.client.post(f"{who.base}collections/{collection.pk}/regrade/")
    assert response.headers["Location"] == f"{who.base}collections/{collection.pk}/"
    assert collection.analyses.get().state == JobState.QUEUED
    assert Change.objects.get(target=f"collection:{collection.pk}").verb == "graded anew"


@pytest.mark.parametrize(("typed", "is_deleted"), [("C", True), ("c", False), ("", False)])
def test_a_collection_goes_only_when_its_name_was_typed(typed: str, is_deleted: bool) -> None:
    who = visitor()
    collection = collection_of(who)
    response = who.client.post(f"{who.base}collections/{collection.pk}/delete/", {"confirm": typed}, follow=True)
    collection.refresh_from_db()
    assert collection.is_deleted is is_deleted
    words = "is deleted" if is_deleted else "Nothing was deleted"
    assert words in response.content.decode()


def test_a_member_sees_no_deletion() -> None:
    owner = visitor()
    collection = collection_of(owner)
    member = visitor(Role.MEMBER, project=owner.project, name="eve")
    assert "Delete this collection" not in member.page(settings_of(collection))
    assert "Delete this collection" in owner.page(settings_of(collection))


def test_settings_show_how_the_files_were_read_with_every_error() -> None:
    who = visitor()
    reading = draft(who, GOOD + BROKEN_LINE)
    imports.set_options(reading=reading, options=imports.Options(keep_good=True))
    collection = imports.confirm(reading=reading)
    imports.execute(import_id=reading.pk)
    page = who.page(settings_of(collection))
    assert "1 row with an error" in page
    assert "row 3" in page
    assert "a.jsonl" in page


def test_reading_again_makes_one_draft_over_the_same_files_however_often_it_is_pressed() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    collection = imports.confirm(reading=reading)
    imports.execute(import_id=reading.pk)
    url = f"{who.base}collections/{collection.pk}/again/"
    places = {who.client.post(url).headers["Location"] for _ in range(2)}
    again = Import.objects.get(state=JobState.DRAFT)
    assert places == {f"{who.base}imports/{again.pk}/"}
    assert [upload.blob_id for upload in again.uploads.all()] == [upload.blob_id for upload in reading.uploads.all()]


def test_reading_again_waits_for_an_open_import() -> None:
    who = visitor()
    collection = imports.confirm(reading=draft(who, GOOD))
    response = who.client.post(f"{who.base}collections/{collection.pk}/again/", follow=True)
    assert "is running" in response.content.decode()
    assert not Import.objects.filter(state=JobState.DRAFT).exists()


def test_a_collection_without_files_cannot_be_read_again_and_says_why() -> None:
    who = visitor()
    collection = Collection.objects.create(project=who.project, name="of a run")
    response = who.client.post(f"{who.base}collections/{collection.pk}/again/", follow=True)
    assert "did not come from files" in response.content.decode()
