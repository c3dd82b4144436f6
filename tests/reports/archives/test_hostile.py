"""Archives from an enemy, or with one wrong byte: refused with the member's or the line's name, and nothing stays."""

import base64
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from apps.accounts.models import Project
from apps.core.models import Blob, JobState
from apps.reports.archives.members import MADE, Writer, writing
from apps.reports.archives.opened import Archive, BadArchive
from apps.traces.models import Analysis, Rollout, RolloutFeature, Text
from tests.reports.everything import moved

pytestmark = pytest.mark.django_db
Lines = dict[str, list[dict[str, Any]]]


def refused(path: Path) -> str:
    """Why; raises if the archive is taken, or leaves anything behind."""
    before = (Rollout.objects.count(), Text.objects.count(), Blob.objects.count())
    job = moved(path)
    assert job.state == JobState.FAILED
    assert Project.objects.filter(is_deleted=False).count() == 1
    if job.project is None and not Project.objects.filter(is_deleted=True).exists():
        assert (Rollout.objects.count(), Text.objects.count(), Blob.objects.count()) == before
    return job.error


def unpacked(path: Path) -> tuple[dict[str, Any], Lines, dict[str, bytes]]:
    """Manifest, rows by table, other members."""
    lines: Lines = {}
    others: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as file:
        manifest = json.loads(file.read("manifest.json"))
        for name in manifest["members"]:
            if name.startswith("rows/"):
                body = zstandard.ZstdDecompressor().decompressobj().decompress(file.read(name))
                table = name.removeprefix("rows/").removesuffix(".jsonl.zst")
                lines[table] = [json.loads(line) for line in body.splitlines()]
            else:
                others[name] = file.read(name)
    return manifest, lines, others


def packed(path: Path, manifest: dict[str, Any], lines: Lines, others: dict[str, bytes]) -> Path:
    """An archive whose hashes are all right, whatever its rows say."""
    path.unlink(missing_ok=True)
    with writing(path) as writer:
        fill(writer, lines, others)
        writer.finish({name: value for name, value in manifest.items() if name != "members"})
    return path


def fill(writer: Writer, lines: Lines, others: dict[str, bytes]) -> None:
    for table, rows in lines.items():
        writer.add_lines(f"rows/{table}.jsonl.zst", rows)
    for name, body in others.items():
        writer.add_bytes(name, [body])


def with_change(path: Path, change: Callable[[Lines], None]) -> Path:
    manifest, lines, others = unpacked(path)
    change(lines)
    return packed(path, manifest, lines, others)


def test_an_archive_packed_by_these_helpers_is_taken(archive: Path) -> None:
    assert moved(packed(archive, *unpacked(archive))).state == JobState.DONE


def test_a_wrong_byte_anywhere_is_refused(archive: Path) -> None:
    body, draw = archive.read_bytes(), random.Random(7)
    for place in [*range(len(body) - 90, len(body)), *(draw.randrange(len(body)) for _ in range(1500))]:
        archive.write_bytes(body[:place] + bytes([body[place] ^ (1 + draw.randrange(255))]) + body[place + 1 :])
        with pytest.raises(BadArchive), Archive(archive) as opened:
            opened.check()


def test_a_wrong_byte_is_refused_with_the_name_of_its_member(archive: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        info = file.getinfo("rows/turns.jsonl.zst")
    body = bytearray(archive.read_bytes())
    body[info.header_offset + 30 + len(info.filename) + 20 + 40] ^= 1
    archive.write_bytes(body)
    assert "rows/turns.jsonl.zst" in refused(archive)


def test_a_cut_archive_is_refused_wherever_it_is_cut(archive: Path) -> None:
    body = archive.read_bytes()
    for share in (0, 0.3, 0.9, 0.999):
        archive.write_bytes(body[: int(len(body) * share)])
        with pytest.raises(BadArchive, match="cut off"):
            Archive(archive)


def test_another_version_is_refused_by_its_number(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    assert "format version 2" in refused(packed(archive, manifest | {"version": 2}, lines, others))


def test_a_zip_that_is_none_of_ours_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "x")
    assert "no archive of a project" in refused(archive)


def test_a_missing_table_is_refused_by_name(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    del lines["grades"]
    assert refused(packed(archive, manifest, lines, others)) == "rows/grades.jsonl.zst: missing"


def test_an_unknown_table_is_refused_by_name(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    assert "passwords" in refused(packed(archive, manifest, lines | {"passwords": []}, others))


def resealed(path: Path, more: Callable[[zipfile.ZipFile], None]) -> Path:
    """With something added behind the manifest's back; the hash of the whole file is right."""
    with zipfile.ZipFile(path) as file:
        held = {name: file.read(name) for name in file.namelist()}
    path.unlink()
    with writing(path) as writer:
        for name, body in held.items():
            info = zipfile.ZipInfo(name, MADE)
            info.external_attr = 0o100600 << 16
            writer.zip.writestr(info, body)
        more(writer.zip)
    return path


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "blobs/..", "rows/extra.jsonl.zst", "C:\\x"])
def test_a_member_that_the_manifest_does_not_know_is_refused(archive: Path, name: str) -> None:
    assert "the manifest does not know" in refused(resealed(archive, lambda file: file.writestr(name, b"x")))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "blobs/../x", "rows/a/b.jsonl.zst"])
def test_a_name_that_leads_elsewhere_is_refused_even_if_the_manifest_knows_it(archive: Path, name: str) -> None:
    manifest, lines, others = unpacked(archive)
    assert "not a name of this format" in refused(packed(archive, manifest, lines, others | {name: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice_is_refused(archive: Path) -> None:
    def twice(file: zipfile.ZipFile) -> None:
        file.writestr("rows/turns.jsonl.zst", b"x")

    assert "twice" in refused(resealed(archive, twice))


@pytest.mark.parametrize(("mode", "packing"), [(0o120777, zipfile.ZIP_STORED), (0o100600, zipfile.ZIP_DEFLATED)])
def test_links_and_compressed_members_are_refused(archive: Path, mode: int, packing: int) -> None:
    with zipfile.ZipFile(archive) as file:
        held = {name: file.read(name) for name in file.namelist()}
    archive.unlink()
    with writing(archive) as writer:
        for name, body in held.items():
            is_blob = name.startswith("blobs/")
            info = zipfile.ZipInfo(name, MADE)
            info.external_attr = (mode if is_blob else 0o100600) << 16
            info.compress_type = packing if is_blob else zipfile.ZIP_STORED
            writer.zip.writestr(info, body)
    assert "not a plain stored file" in refused(archive)


def test_rows_that_grow_beyond_measure_are_refused(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    lines["presets"] = [{"name": "x" * 4_000_000, "mapping": {}, "set_values": {}}]
    assert "rows/presets.jsonl.zst: it would grow" in refused(packed(archive, manifest, lines, others))


def test_more_bytes_than_the_manifest_says_are_not_read(archive: Path, tmp_path: Path) -> None:
    manifest, lines, others = unpacked(archive)
    archive.unlink()
    with writing(archive) as writer:
        fill(writer, lines, others)
        writer.members["rows/turns.jsonl.zst"].n_expanded = 10
        writer.finish({name: value for name, value in manifest.items() if name != "members"})
    assert "rows/turns.jsonl.zst: it does not hold the 10 bytes" in refused(archive)


def text_of(body: bytes, n_chars: int) -> dict[str, Any]:
    packed_body = zstandard.ZstdCompressor().compress(body)
    return {
        "hash": base64.b64encode(hashlib.sha256(body).digest()).decode(),
        "n_chars": n_chars,
        "body": base64.b64encode(packed_body).decode(),
    }


def setter(table: str, line: int, **values: Any) -> Callable[[Lines], None]:
    return lambda lines: lines[table][line].update(values)


DEEP = json.loads('{"a":' * 150 + "1" + "}" * 150)
BAD_ROWS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "an outcome that there is not": (setter("grades", 0, outcome="x"), "grades line 1: outcome 'x' is none of"),
    "a source that there is not": (setter("grades", 1, source="me"), "grades line 2: source 'me' is none of"),
    "a span outside of its text": (setter("candidates", 0, end=10**6), "candidates line 1: span "),
    "a span that ends before it starts": (setter("candidates", 0, start=9, end=3), "candidates line 1: span 9–3"),
    "a turn's reasoning beyond the text": (
        setter("turns", 1, reasoning_start=0, reasoning_end=10**6),
        "turns line 2: reasoning 0–1000000 is no part",
    ),
    "half a span": (setter("turns", 1, response_start=None), "turns line 2: response_start and response_end"),
    "a candidate of a turn without text": (setter("candidates", 0, turn_index=77), "candidates line 1: turn 77"),
    "a model of another project": (setter("rollouts", 0, model_id=999), "rollouts line 1: model_id '999' points"),
    "a negative reference": (setter("rollouts", 0, problem_id=-1), "rollouts line 1: problem_id '-1' points outside"),
    "a reference that is no number": (setter("rollouts", 0, problem_id="0"), "rollouts line 1: problem_id '0' points"),
    "a missing reference": (setter("rollouts", 0, condition_id=None), "rollouts line 1: condition_id is missing"),
    "another collection's candidates": (setter("candidate_sets", 0, collection_id=1), "are of two collections"),
    "too long a name": (setter("models", 0, name="x" * 201), "models line 1: name holds 201 characters, at most 200"),
    "a number for a text": (setter("models", 0, name=7), "models line 1: name holds int, not text"),
    "a NUL": (setter("models", 0, name="a\0b"), "models line 1: name holds a NUL"),
    "a NUL within JSON": (setter("problems", 0, golds=["a\0"]), "problems line 1: golds holds a NUL"),
    "golds that are no list": (setter("problems", 0, golds={"a": 1}), "problems line 1: golds is not what the column"),
    "too large a number": (setter("rollouts", 0, n_chars=2**31), "rollouts line 1: n_chars '2147483648' is no whole"),
    "a truth that is none": (setter("rollouts", 0, truncated=1), "rollouts line 1: truncated '1' is neither"),
    "a time that is none": (setter("collections", 0, created_at="now"), "collections line 1: created_at 'now' is no"),
    "an unknown column": (setter("rollouts", 0, id=5), "rollouts line 1: this version knows no column 'id'"),
    "a project of its own": (setter("collections", 0, project_id=1), "collections line 1: this version knows"),
    "work that has not ended": (setter("imports", 0, state="queued"), "imports line 1: state 'queued'"),
    "an analysis that is not done": (setter("analyses", 0, state="running"), "analyses line 1: state: only"),
    "bytes that are not there": (setter("uploads", 0, blob_id="0" * 64), "uploads line 1: blob_id '000"),
    "a text under another's hash": (
        lambda lines: lines["texts"][0].update(hash=lines["texts"][1]["hash"]),
        "texts line 1: body is not the text that hash names",
    ),
    "a text of another length": (setter("texts", 0, n_chars=3), "texts line 1: "),
    "a text that explodes": (
        lambda lines: lines["texts"][0].update(text_of(b"a" * 50_000_000, 10)),
        "texts line 1: body would grow to 50,000,000 bytes, 10 characters take at most 40",
    ),
    "texts out of order": (lambda lines: lines["turns"].reverse(), "texts must come in the order"),
    "two rows with one key": (
        lambda lines: lines["rollouts"][1].update(unit_key=lines["rollouts"][0]["unit_key"], collection_id=0),
        "rollouts lines 1–",
    ),
    "JSON nested too deep": (setter("runs", 0, parameters=DEEP), "nested deeper"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_that_the_application_could_not_have_stored_is_refused(archive: Path, name: str) -> None:
    change, words = BAD_ROWS[name]
    assert words in refused(with_change(archive, change))


def test_features_of_other_columns_are_refused(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    body = b"PAR1 and no Parquet"
    digest = hashlib.sha256(body).hexdigest()
    others[f"features/{digest}.parquet"] = body
    lines["analyses"][0]["features_id"] = digest
    assert f"features/{digest}.parquet: it cannot be read as Parquet" in refused(
        packed(archive, manifest, lines, others)
    )


def test_features_of_an_earlier_version_are_computed_anew(archive: Path) -> None:
    manifest, lines, others = unpacked(archive)
    for row in lines["analyses"]:
        frame = pl.read_parquet(io.BytesIO(others.pop(f"features/{row['features_id']}.parquet")))
        body = io.BytesIO()
        frame.drop("n_chars").write_parquet(body)
        row["features_id"] = hashlib.sha256(body.getvalue()).hexdigest()
        others[f"features/{row['features_id']}.parquet"] = body.getvalue()
    project = moved(packed(archive, manifest, lines, others)).project
    states = Analysis.objects.filter(collection__project=project).values_list("state", "n_done")
    assert list(states) == [("queued", 0), ("queued", 0)]
    assert not RolloutFeature.objects.filter(rollout__collection__project=project).exists()


def test_html_is_text_and_is_kept_as_it_is(archive: Path) -> None:
    job = moved(with_change(archive, setter("collections", 0, name="<img src=x onerror=alert(1)>")))
    assert job.project is not None
    assert job.project.collections.earliest("pk").name == "<img src=x onerror=alert(1)>"
