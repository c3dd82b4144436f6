"""Every table that a user can export: its columns and dictionary, its rows in every format, the page, the command."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import Project, Role
from apps.core.tables.columns import DTYPES, Kind, names_of
from apps.core.tables.formats import FORMATS
from apps.reports.exports.table import TABLES, get_table
from apps.reports.exports.wanted import Wanted
from apps.traces.exports.base import NoSuchTableError
from apps.traces.importers.tables import Dialect, is_exported, read_table
from apps.traces.models import Candidate, Grade, Rollout, Score, Turn
from apps.traces.services.texts import contents
from tests.reports.everything import HOSTILE, everything
from tests.traces import build
from tests.traces.analysed import Shape, analysed, make_project, user_of

pytestmark = pytest.mark.django_db
EMPTY_HERE = {"answers", "figures"}
"""Tables without a row in the project of `everything`."""


@pytest.fixture(scope="module")
def whole(kept_rows: None) -> Project:
    """Without the instrument that is none, whose answers nothing can read."""
    project = everything("exported")
    project.administrations.filter(instrument__isnull=False).delete()
    return project


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(user_of(make_project("maths")))
    return client


def wanted(project: Project, name: str, **given: str) -> Wanted:
    return Wanted.parse(project, name, given)


def rows_of(project: Project, name: str, **given: str) -> list[dict[str, Any]]:
    return [row for frame in wanted(project, name, **given).frames() for row in frame.to_dicts()]


def content(client: Client, url: str) -> bytes:
    answer: Any = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.streaming
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_what_each_of_its_columns_is(name: str) -> None:
    table = get_table(name)
    names = names_of(table.columns)
    assert table.label == TABLES.label(name)
    assert len(set(names)) == len(names)
    assert all(column.meaning for column in table.columns)
    told = wanted(Project(slug="x"), name).dictionary()
    assert [each["column"] for each in told["columns"]] == names


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_of_every_table_have_its_columns_and_the_dictionary_says_where_nothing_is(
    name: str, whole: Project
) -> None:
    table = get_table(name)
    frame = pl.concat(table.frames(wanted(whole, name).scope))
    assert frame.schema == pl.Schema({column.name: DTYPES[column.kind] for column in table.columns})
    assert frame.height or name in EMPTY_HERE
    unsaid = [column.name for column in table.columns if not column.missing and frame[column.name].null_count()]
    assert unsaid == []


@pytest.mark.parametrize("name", TABLES)
def test_every_table_holds_the_same_in_every_format(name: str, whole: Project) -> None:
    columns = get_table(name).columns
    bodies = {form: b"".join(wanted(whole, name).parts(form)) for form in FORMATS}
    exact = pq.read_table(io.BytesIO(bodies["parquet"])).to_pylist()
    lines = [json.loads(line) for line in bodies["jsonl"].splitlines()]
    table = list(csv.DictReader(io.StringIO(bodies["csv"].decode(), newline="")))
    assert len(exact) == len(lines) == len(table)
    for row, line, cells in zip(exact, lines, table, strict=True):
        for column in columns:
            value, cell = row[column.name], cells[column.name]
            if column.kind in (Kind.WHOLE, Kind.NUMBER):
                assert (None if value is None else float(value)) == (float(cell) if cell else None)
                assert value == line[column.name] or line[column.name] == cell
            elif column.kind is Kind.TEXT:
                assert value == line[column.name]
                assert cell in ((value or ""), f"'{value}")


@pytest.mark.parametrize("name", TABLES)
def test_small_batches_give_the_rows_of_large_ones_in_the_same_order(name: str, whole: Project) -> None:
    table, scope = get_table(name), wanted(whole, name).scope
    large, small = (pl.concat(table.frames(each)) for each in (scope, scope.of_size(1)))
    assert small.equals(large)


@pytest.mark.parametrize("name", TABLES)
def test_no_table_shows_rows_of_another_project(name: str, whole: Project) -> None:
    other = make_project("another")
    try:
        rows = rows_of(other, name)
    except NoSuchTableError as error:
        assert "two arms" in str(error)  # noqa: PT017  the only table that cannot be empty
    else:
        assert rows == [] or {row.get("n") for row in rows} == {0}


def test_the_rows_are_those_of_the_store(whole: Project) -> None:
    of_project = {"rollout__collection__project": whole, "rollout__collection__is_deleted": False}
    assert len(rows_of(whole, "rollouts")) == Rollout.objects.filter(collection__project=whole).count()
    assert len(rows_of(whole, "grades")) == Grade.objects.filter(**of_project).count()
    assert len(rows_of(whole, "candidates")) == Candidate.objects.filter(**of_project).count()
    assert {row["value"] for row in rows_of(whole, "scores")} == set(
        Score.objects.filter(**of_project).values_list("value", flat=True)
    )
    turns = Turn.objects.filter(**of_project).order_by("rollout", "index")
    texts = contents(turn.text_id for turn in turns if turn.text_id)
    assert [row["text"] for row in rows_of(whole, "texts")] == [texts.get(turn.text_id or 0) for turn in turns]


def test_labels_leave_with_their_keys_and_their_text_hash(whole: Project) -> None:
    rows = rows_of(whole, "labels")
    assert {row["layer_kind"] for row in rows} <= {"person", "suggester"}
    assert all(len(row["key"]) == 36 and row["unit_key"] for row in rows)


def test_a_list_with_its_filter_and_order_is_what_leaves() -> None:
    collection = analysed(make_project("lists"), Shape(n_samples=4)).collection
    given = {"collection": str(collection.pk), "outcome": "incorrect", "sort": "-tokens"}
    rows = rows_of(collection.project, "rollouts", **given)
    assert 0 < len(rows) < collection.n_rollouts
    assert {row["final_outcome"] for row in rows} == {"incorrect"}
    assert [row["tokens"] for row in rows] == sorted((row["tokens"] for row in rows), reverse=True)
    features = rows_of(collection.project, "features", **given)
    assert {row["rollout_id"] for row in features} == {row["rollout"] for row in rows}


def test_measures_leave_as_the_dashboard_has_them() -> None:
    analysis = analysed(make_project("numbers"))
    given = {"collection": str(analysis.collection_id), "measure": "accuracy", "by": "model"}
    rows = rows_of(analysis.collection.project, "measures", **given)
    assert {row["model"] for row in rows} == {"alpha", "beta"}
    assert all(0 <= row["low"] <= row["estimate"] <= row["high"] <= 1 for row in rows if row["measure"] == "accuracy")
    assert all(row["subject"] is None for row in rows)


def test_what_is_not_there_is_refused_with_what_is(whole: Project) -> None:
    with pytest.raises(NoSuchTableError, match="unknown table 'tables'; known: rollouts, turns"):
        wanted(whole, "tables")
    with pytest.raises(NoSuchTableError, match="there is no column 'nonsense'; there are: rollout, collection"):
        Wanted.parse(whole, "rollouts", {}, ["id,nonsense"])
    for name, given in (("rollouts", {"collection": "999999"}), ("units", {"run": "x"}), ("labels", {"scheme": "0"})):
        with pytest.raises(NoSuchTableError, match=r"there is no .* in this project"):
            rows_of(whole, name, **given)
    with pytest.raises(NoSuchTableError, match="leave `q` out"):
        rows_of(whole, "features", q="wait")


def test_the_page_shows_first_rows_the_dictionary_and_what_was_chosen(reader: Client) -> None:
    project = Project.objects.get(slug="maths")
    collection = analysed(project).collection
    page = reader.get(f"/p/maths/export/?collection={collection.pk}&outcome=incorrect&only=id,model&of=rollouts")
    text = page.content.decode()
    assert page.status_code == 200
    assert [head for head, _ in page.context["page"].heads] == ["id", "model"]
    assert len(page.context["page"].cells) == min(20, len(rows_of(project, "rollouts", outcome="incorrect")))
    assert "final answer incorrect" in text
    assert '<input type="hidden" name="outcome" value="incorrect">' in text
    assert "why it failed; empty text where it did not" in text


@pytest.mark.parametrize("name", TABLES)
def test_the_page_of_every_table_opens(name: str, whole: Project, client: Client) -> None:
    client.force_login(whole.memberships.get(role=Role.OWNER).user)
    assert client.get(f"/p/{whole.slug}/export/", {"table": name}).status_code == 200


def test_columns_of_another_table_are_forgotten_when_a_table_is_chosen(reader: Client) -> None:
    page = reader.get("/p/maths/export/?table=problems&of=rollouts&only=id&only=model")
    assert [head for head, _ in page.context["page"].heads] == names_of(get_table("problems").columns)


def test_a_download_holds_the_chosen_columns_and_the_zip_the_dictionary_beside_them(reader: Client) -> None:
    build.stored([build.rollout("=1"), build.rollout("2")], owner=Project.objects.get(slug="maths"))
    address = "/p/maths/export/file?table=rollouts&format=csv&only=id&only=sample"
    assert content(reader, address).decode() == "id,sample\n'=1,0\n2,0\n"
    with zipfile.ZipFile(io.BytesIO(content(reader, f"{address}&with=dictionary"))) as archive:
        assert archive.namelist() == ["rollouts.dictionary.json", "rollouts.dictionary.csv", "rollouts.csv"]
        assert archive.read("rollouts.csv").decode() == "id,sample\n'=1,0\n2,0\n"
        told = json.loads(archive.read("rollouts.dictionary.json"))
        assert [each["column"] for each in told["columns"]] == ["id", "sample"]
    assert reader.get("/p/maths/export/dictionary.json?table=rollouts&only=id,sample").json() == told


def test_bad_questions_are_answered_with_the_reason_before_a_byte_is_sent(reader: Client) -> None:
    for query in ("table=no", "format=xlsx", "only=no", "collection=9", "outcome=no", "sort=no", "table=features&q=x"):
        answer = reader.get(f"/p/maths/export/file?{query}")
        assert (answer.status_code, answer.streaming) == (400, False), query
    assert reader.get("/p/maths/export/dictionary.xml").status_code == 404


def test_tables_of_annotation_are_for_those_who_lead(whole: Project, client: Client) -> None:
    client.force_login(user_of(whole, Role.VIEWER))
    assert client.get(f"/p/{whole.slug}/export/file?table=labels").status_code == 403
    page = client.get(f"/p/{whole.slug}/export/")
    assert "Queue items" not in page.content.decode()


def test_hostile_text_is_shown_as_text(whole: Project, client: Client) -> None:
    client.force_login(whole.memberships.get(role=Role.OWNER).user)
    text = client.get(f"/p/{whole.slug}/export/?table=labels").content.decode()
    assert HOSTILE.split("\u2028")[0] not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_export_that_is_cancelled_half_way_leaves_nothing_open(reader: Client, settings: Settings) -> None:
    build.stored([build.rollout(str(number)) for number in range(30)], owner=Project.objects.get(slug="maths"))
    found = wanted(Project.objects.get(slug="maths"), "rollouts")
    ended: list[str] = []

    def watched(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        try:
            yield from frames
        finally:
            ended.append("let go")

    parts = FORMATS["csv"].parts(watched(found.table.frames(found.scope.of_size(10))), found.columns)
    assert (next(parts), next(parts).count(b"\n")) == (",".join(names_of(found.columns)).encode() + b"\n", 10)
    parts.close()  # type: ignore[attr-defined]
    assert ended == ["let go"]
    answer: Any = reader.get("/p/maths/export/file?table=rollouts&format=jsonl")
    assert next(iter(answer.streaming_content))
    answer._iterator.close()  # the client's own wrapper: it closes the answer and leaves the test its connection
    with connection.cursor() as cursor:  # a query left open would hold this up, or fail at the test's rollback
        cursor.execute("UPDATE traces_rollout SET sample = sample + 1")
    assert set(Rollout.objects.values_list("sample", flat=True)) == {1}


def test_the_command_writes_the_file_with_its_dictionary_and_keeps_what_was_there_if_it_fails(tmp_path: Path) -> None:
    analysed(make_project("told"))
    out = tmp_path / "rows.jsonl"
    call_command("export", "rollouts", project="told", format="jsonl", out=out, filter=["outcome=correct"])
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {row["final_outcome"] for row in rows} == {"correct"}
    assert json.loads((tmp_path / "rows.jsonl.dictionary.json").read_text())["table"] == "rollouts"
    with pytest.raises(CommandError, match="there is no column 'no'"):
        call_command("export", "rollouts", project="told", out=out, columns=["no"])
    assert [json.loads(line) for line in out.read_text().splitlines()] == rows
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl", "rows.jsonl.dictionary.json"]


@pytest.mark.parametrize("name", ["rollouts", "turns", "texts", "candidates", "grades", "scores"])
def test_an_import_knows_a_table_that_was_exported_and_takes_its_apostrophes_away(name: str) -> None:
    assert is_exported(names_of(get_table(name).columns))


def test_what_was_neutralised_in_the_texts_is_read_back_as_it_was(whole: Project) -> None:
    body = b"".join(wanted(whole, "texts").parts("csv"))
    dialect = Dialect(",", tuple(names_of(get_table("texts").columns)))
    read = [record.cells["text"] for record in read_table(io.BytesIO(body), dialect)]
    assert read == [row["text"] or None for row in rows_of(whole, "texts")]
    body = b"rollout,id,text\n1,'=1+1,\"'-3\"\n"
    (record,) = read_table(io.BytesIO(body), Dialect(",", ("rollout", "id", "text")))
    assert record.cells == {"rollout": "1", "id": "=1+1", "text": "-3"}
