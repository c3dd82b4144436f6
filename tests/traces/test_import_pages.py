"""Pages of an import: uploads, preview, mapping, confirmation, progress, failure."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import blobs
from apps.core.models import Blob, JobState
from apps.traces.models import Collection, Import, Preset, Rollout
from apps.traces.services import drafts, imports
from tests.traces.pages import BROKEN_LINE, GOOD, WITHOUT_STATIC_FOLDER, Visitor, draft, file, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]
GLUED = json.dumps(
    [
        {
            "pid": n,
            "q_text": f"What is {n}+{n}?",
            "truth": str(2 * n),
            "completion": f"It is {2 * n}.",
            "draft_text": "It is 7.",
        }
        for n in (1, 2, 3)
    ]
).encode()


def url_of(reading: Import, act: str = "") -> str:
    return f"/p/{reading.project.slug}/imports/{reading.pk}/{act}"


def cells(page: str, field: str) -> str:
    """The row of the mapping table that belongs to a field."""
    return page.partition(f'name="row_field" value="{field}"')[2].partition("</tr>")[0]


def row(field: str, path: str = "", text: str = "", how: str = "path", was: str = "") -> dict[str, str]:
    return {"row_field": field, "row_path": path, "row_text": text, "row_how": how, "row_marker": "", "row_was": was}


# --- uploading ---
def test_the_plain_form_uploads_and_opens_the_preview() -> None:
    who = visitor()
    response = who.client.post(f"{who.base}imports/", {"files": [file(), file(name="more.jsonl")]})
    reading = Import.objects.get()
    assert response.headers["Location"] == url_of(reading)
    assert [upload.name for upload in reading.uploads.all()] == ["runs.jsonl", "more.jsonl"]


def test_the_plain_form_without_a_file_makes_no_draft_and_says_so() -> None:
    who = visitor()
    response = who.client.post(f"{who.base}imports/", follow=True)
    assert "No file was chosen" in response.content.decode()
    assert not Import.objects.exists()


def test_the_script_is_told_where_to_send_files_and_where_to_go() -> None:
    who = visitor()
    places = who.post_by_script(f"{who.base}imports/").json()
    answer = who.post_by_script(places["files_url"], {"file": file(), "path": "runs/may/a.jsonl"}).json()
    assert answer["url"] == places["url"]
    assert Import.objects.get().uploads.get().name == "runs/may/a.jsonl"
    assert "2 rollouts" in who.page(answer["url"])


def test_a_file_is_kept_byte_for_byte() -> None:
    who = visitor()
    content = b"\xef\xbb\xbf" + GOOD + b"\x00\xff\r\n" * 100_000
    places = who.post_by_script(f"{who.base}imports/").json()
    who.post_by_script(places["files_url"], {"file": file(content), "path": "a.jsonl"})
    assert blobs.read(Import.objects.get().uploads.get().blob) == content


def test_the_same_file_twice_is_one_upload_and_one_blob() -> None:
    who = visitor()
    places = who.post_by_script(f"{who.base}imports/").json()
    for _ in range(2):
        who.post_by_script(places["files_url"], {"file": file(), "path": "a.jsonl"})
    who.post_by_script(places["files_url"], {"file": file(), "path": "b/a.jsonl"})
    assert [upload.name for upload in Import.objects.get().uploads.all()] == ["a.jsonl", "b/a.jsonl"]
    assert Blob.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("runs/a.jsonl", "runs/a.jsonl"),
        ("../../../etc/passwd", "etc/passwd"),
        ("/abs/a.json", "abs/a.json"),
        ("C:\\runs\\a.json", "C:/runs/a.json"),
        ("a/./b//c.json", "a/b/c.json"),
        ("a\x00b\n\u202e.json", "ab.json"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + "/a.json", "x" * 255 + "/a.json"),
    ],
)
def test_a_name_keeps_its_folders_and_nothing_that_leads_out(given: str, kept: str) -> None:
    assert drafts.safe_name(given) == kept


def test_a_name_is_never_longer_than_its_column() -> None:
    name = drafts.safe_name("/".join(["f" * 200] * 20) + "/a.json")
    assert len(name) <= 1000
    assert name.endswith("/a.json")


def test_a_file_too_many_is_refused_in_words() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    blob = reading.uploads.get().blob
    reading.uploads.bulk_create(
        type(reading.uploads.get())(reading=reading, name=f"{n}.json", blob=blob) for n in range(drafts.MOST_FILES - 1)
    )
    response = who.post_by_script(url_of(reading, "files/"), {"file": file(), "path": "one more.jsonl"})
    assert response.status_code == 400
    assert "at most 2000 files" in response.json()["error"]


def test_a_request_without_a_file_is_refused_in_words() -> None:
    who = visitor()
    response = who.post_by_script(url_of(draft(who, GOOD), "files/"), {"path": "a.jsonl"})
    assert (response.status_code, response.json()) == (400, {"error": "no file came with this request"})


def test_a_confirmed_import_takes_no_more_files() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    imports.confirm(reading=reading)
    response = who.post_by_script(url_of(reading, "files/"), {"file": file(), "path": "b.jsonl"})
    assert response.status_code == 400
    assert reading.uploads.count() == 1


# --- the preview ---
def test_a_draft_without_files_asks_for_them() -> None:
    who = visitor()
    page = who.page(url_of(imports.create_draft(project=who.project, user=who.user)))
    assert "No file is here yet" in page
    assert "Import" not in page.partition('id="mapping"')[2]


def test_the_preview_says_what_was_found_and_that_nothing_is_stored() -> None:
    who = visitor()
    page = who.page(url_of(draft(who, GOOD)))
    assert "2 rows: 2 rollouts of 1 model on 2 problems." in page
    assert "Nothing is stored yet." in page
    assert "Import 2 rollouts" in page
    assert "What is 1+1?" in page
    assert not Rollout.objects.exists()


def test_every_field_shows_its_path_its_value_and_its_state() -> None:
    who = visitor()
    found = cells(who.page(url_of(draft(who, GOOD))), "answer")
    assert "<option selected>answer</option>" in found
    assert ">2<" in found
    assert "read</span>" in found


def test_rows_that_cannot_be_read_are_listed_by_line() -> None:
    who = visitor()
    page = who.page(url_of(draft(who, GOOD + BROKEN_LINE)))
    assert "<b>row 3</b>" in page
    assert "not JSON" in page
    assert "Import 2 rollouts, leave out 1 row" in page
    assert 'name="keep_good" value="1" checked' in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"PK\x03\x04rest",
        b"[",
        b"{" * 5000,
        b"[[[1]]]",
        b"\xff\xfe\x00",
        b"a,b\n",
    ],
)
def test_a_file_that_holds_no_rollouts_gives_a_reason_and_never_an_error_page(content: bytes) -> None:
    who = visitor()
    page = who.page(url_of(draft(who, content)))
    assert "cannot be read as rollouts" in page
    assert "a.jsonl:" in page


def test_a_companion_is_shown_as_not_rollouts() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    imports.add_upload(reading=reading, name="NOTES.md", chunks=[b"# How these came about\n"])
    page = who.page(url_of(reading))
    assert "not rollouts: a text document; attached as a note" in page


def test_text_of_a_file_is_escaped() -> None:
    who = visitor()
    hostile = json.dumps({"id": 1, "model": "<b>", "problem": "<script>alert(1)</script>", "response": "<img src=x>"})
    page = who.page(url_of(draft(who, hostile.encode())))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert" in page


def test_a_file_can_be_taken_out_again() -> None:
    who = visitor()
    reading = draft(who, GOOD, b"nothing of use")
    upload = reading.uploads.get(name="b.jsonl")
    who.client.post(url_of(reading), {"remove": upload.pk})
    assert [left.name for left in reading.uploads.all()] == ["a.jsonl"]
    assert not Blob.objects.filter(pk=upload.blob_id).exists()


@pytest.mark.parametrize("given", ["0", "x", "99999999", "²"])
def test_taking_out_a_file_that_is_not_there_does_nothing(given: str) -> None:
    who = visitor()
    reading = draft(who, GOOD)
    assert who.client.post(url_of(reading), {"remove": given}).status_code == 302
    assert reading.uploads.count() == 1


# --- the mapping ---
def test_a_changed_path_shows_in_the_next_preview() -> None:
    who = visitor()
    reading = draft(who, GLUED)
    who.client.post(url_of(reading), row("response", "draft_text", was="completion"))
    page = who.page(url_of(reading))
    assert "<option selected>draft_text</option>" in cells(page, "response")
    assert "It is 7." in page.partition('id="first"')[2]
    assert "set</span>" in cells(page, "response")


def test_a_fixed_value_shows_in_the_next_preview() -> None:
    who = visitor()
    reading = draft(who, GLUED)
    who.client.post(url_of(reading), row("model", "=", "R1-Distill", "fixed"))
    assert 'value="R1-Distill"' in cells(who.page(url_of(reading)), "model")
    reading.refresh_from_db()
    assert reading.set_values == {"model": "R1-Distill"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (row("colour", "completion"), "unknown field &#x27;colour&#x27;"),
        (row("answer", "truth", how="before", was="x"), "needs its marker"),
        (row("answer", "=", "[]", was="x"), "must start with the name of a field"),
        ({"format": "punch cards"}, "unknown format"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_and_the_one_before_stays(sent: dict[str, str], words: str) -> None:
    who = visitor()
    reading = draft(who, GLUED)
    who.client.post(url_of(reading), row("model", "=", "R1", "fixed"))
    page = who.client.post(url_of(reading), sent, follow=True).content.decode()
    assert words in page
    reading.refresh_from_db()
    assert (reading.format, reading.set_values, reading.map_values) == ("auto", {"model": "R1"}, {})


def test_a_mapping_is_kept_as_a_preset_and_used_for_the_next_file() -> None:
    who = visitor()
    first, second = draft(who, GLUED), draft(who, GLUED)
    who.client.post(
        url_of(first, "preset/"), {"preset_name": "two gens", **row("response", "draft_text", was="completion")}
    )
    preset = Preset.objects.get(name="two gens")
    assert ">two gens</option>" in who.page(url_of(second))
    who.client.post(url_of(second), {"preset": preset.pk})
    assert "<option selected>draft_text</option>" in cells(who.page(url_of(second)), "response")


def test_a_preset_without_a_name_is_refused() -> None:
    who = visitor()
    response = who.client.post(url_of(draft(who, GOOD), "preset/"), {"preset_name": " "}, follow=True)
    assert "a preset needs a name" in response.content.decode()


def test_another_projects_preset_is_no_preset() -> None:
    who = visitor()
    other = visitor(name="eve", project=type(who.project).objects.create(slug="other", name="Other"))
    preset = drafts.save_preset(
        project=other.project, name="theirs", mapping={"fields": {"answer": "q_text"}}, set_values={}
    )
    reading = draft(who, GLUED)
    who.client.post(url_of(reading), {"preset": preset.pk})
    reading.refresh_from_db()
    assert reading.mapping == {}


# --- confirming, progress, failure ---
def imported(who: Visitor, reading: Import, **data: str) -> Import:
    who.client.post(url_of(reading, "confirm/"), {"has_keep_good": "1", **data})
    imports.execute(import_id=reading.pk)
    reading.refresh_from_db()
    return reading


def test_import_stores_what_the_preview_showed_with_edits_that_were_not_applied_yet() -> None:
    who = visitor()
    reading = imported(who, draft(who, GLUED), name="Sums", **row("model", "=", "R1", "fixed"))
    assert reading.collection is not None
    assert (reading.collection.name, reading.collection.n_rollouts, reading.state) == ("Sums", 3, JobState.DONE)
    assert {rollout.model.name for rollout in reading.collection.rollouts.all()} == {"R1"}


def test_import_pressed_twice_is_one_collection() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    places = {who.client.post(url_of(reading, "confirm/"), {"name": "x"}).headers["Location"] for _ in range(2)}
    assert places == {f"{who.base}collections/{Collection.objects.get().pk}/"}


def test_a_draft_without_files_cannot_be_confirmed() -> None:
    who = visitor()
    reading = imports.create_draft(project=who.project, user=who.user)
    who.client.post(url_of(reading, "confirm/"))
    reading.refresh_from_db()
    assert reading.state == JobState.DRAFT


def test_while_it_waits_the_page_says_so_and_asks_for_itself() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    imports.confirm(reading=reading)
    page = who.page(url_of(reading))
    assert "The files wait for a worker." in page
    assert f'hx-get="{url_of(reading, "progress/")}"' in page
    part = who.client.get(url_of(reading, "progress/"), HTTP_HX_REQUEST="true").content.decode()
    assert part.lstrip().startswith("<section")


def test_once_it_is_done_the_progress_leads_to_the_dashboard() -> None:
    who = visitor()
    reading = imported(who, draft(who, GOOD))
    answer = who.client.get(url_of(reading, "progress/"), HTTP_HX_REQUEST="true")
    dashboard = f"{who.base}collections/{reading.collection_id}/"
    assert answer.headers["HX-Redirect"] == dashboard
    assert who.client.get(url_of(reading, "progress/")).headers["Location"] == dashboard


def test_a_failed_import_names_row_and_reason_and_opens_the_preview_again() -> None:
    who = visitor()
    reading = imported(who, draft(who, GOOD + BROKEN_LINE))
    assert reading.state == JobState.FAILED
    page = who.page(url_of(reading))
    assert all(words in page for words in ("This import failed.", "Nothing was stored", "row 3", "not JSON"))
    answer = who.client.post(url_of(reading), {"act": "again"})
    again = Import.objects.get()
    assert answer.headers["Location"] == url_of(again)
    done = imported(who, again, keep_good="1")
    assert done.collection is not None
    assert (done.state, done.collection.n_rollouts, done.n_errors) == (JobState.DONE, 2, 1)


def test_reading_again_in_place_keeps_addresses_and_changes_what_was_mapped_wrong() -> None:
    who = visitor()
    reading = imported(who, draft(who, GLUED))
    before = list(Rollout.objects.order_by("pk").values_list("pk", "external_id"))
    who.client.post(f"{who.base}collections/{reading.collection_id}/again/")
    again = Import.objects.get(state=JobState.DRAFT)
    assert "stands as it is until you confirm" in who.page(url_of(again))
    done = imported(who, again, **row("response", "draft_text", was="completion"))
    assert (done.state, done.collection_id) == (JobState.DONE, reading.collection_id)
    assert list(Rollout.objects.order_by("pk").values_list("pk", "external_id")) == before


def test_a_draft_is_discarded_with_its_files() -> None:
    who = visitor()
    who.client.post(url_of(draft(who, GOOD), "cancel/"))
    assert not Import.objects.exists()
    assert not Blob.objects.exists()


def test_a_waiting_import_is_cancelled_and_its_collection_goes() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    collection = imports.confirm(reading=reading)
    who.client.post(url_of(reading, "cancel/"))
    reading.refresh_from_db()
    collection.refresh_from_db()
    assert (reading.state, collection.is_deleted) == (JobState.CANCELLED, True)
    imports.execute(import_id=reading.pk)
    assert not Rollout.objects.exists()


def test_the_progress_of_a_cancelled_import_leads_back_to_the_collections() -> None:
    who = visitor()
    reading = draft(who, GOOD)
    imports.confirm(reading=reading)
    who.client.post(url_of(reading, "cancel/"))
    answer = who.client.get(url_of(reading, "progress/"), HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Redirect"] == who.base


def test_a_done_import_cannot_be_cancelled() -> None:
    who = visitor()
    reading = imported(who, draft(who, GOOD))
    who.client.post(url_of(reading, "cancel/"))
    assert Rollout.objects.count() == 2


def test_a_csv_uploads_like_the_others() -> None:
    who = visitor()
    table = SimpleUploadedFile("t.csv", b"id,model,question,answer,response\n1,m,What is 1+1?,2,The answer is 2.\n")
    who.client.post(f"{who.base}imports/", {"files": [table]})
    assert "1 row: 1 rollout" in who.page(url_of(Import.objects.get()))


def test_small_files_of_a_folder_come_in_one_request_each_with_its_path() -> None:
    who = visitor()
    places = who.post_by_script(f"{who.base}imports/").json()
    sent = {"file": [file(name="a.jsonl"), file(b"{}", name="a.jsonl")], "path": ["x/a.jsonl", "y/a.jsonl"]}
    who.post_by_script(places["files_url"], sent)
    uploads = Import.objects.get().uploads.all()
    assert [(upload.name, upload.blob.n_bytes) for upload in uploads] == [("x/a.jsonl", len(GOOD)), ("y/a.jsonl", 2)]


def test_many_files_are_counted_and_those_with_rollouts_stand_first() -> None:
    who = visitor()
    reading = draft(who, b"notes", b"more notes", b"and more", GOOD)
    page = who.page(url_of(reading))
    assert "1 file of rollouts" in page
    assert "3 files <small>" in page
    assert page.index("d.jsonl") < page.index("a.jsonl")


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_an_archive_says_how_many_files_are_inside_and_what_is_to_be_said_of_them() -> None:
    who = visitor()
    reading = imports.create_draft(project=who.project, user=who.user)
    content = packed({"a.jsonl": GOOD, "b.jsonl": GOOD, "../c.jsonl": GOOD})
    imports.add_upload(reading=reading, name="all.zip", chunks=[content])
    page = who.page(url_of(reading))
    assert "3 files inside, 2 with rollouts" in page
    assert "not rollouts: its path leads out of the archive; it is not read" in page.partition("What is inside")[2]
    assert "duplicate" in page.partition("files inside")[2][:100]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"a.jsonl": GOOD})[:-9], "the zip archive is cut off"),
        (packed({"a.jsonl": b" " * (70 << 20)}), "as a zip bomb does"),
        (b"PAR1....", "the Parquet file is cut off"),
        (b"\x1f\x8b" + b"x" * 40, "its gzip stream is broken"),
        (packed({"<script>alert(1)</script>.jsonl": b"?"}), "&lt;script&gt;alert(1)&lt;"),
    ],
)
def test_a_broken_or_hostile_archive_gives_a_reason_and_never_an_error_page(content: bytes, words: str) -> None:
    who = visitor()
    page = who.page(url_of(draft(who, content)))
    assert words in page
    assert "<script>alert" not in page
