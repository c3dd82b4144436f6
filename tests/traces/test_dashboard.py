"""The dashboard: every number with its interval, every mark a link, every state in words, few queries."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Project, Role
from apps.core.models import JobState
from apps.traces.models import Analysis, Collection
from tests.traces.analysed import Shape, analyse, analysed, collection_of, make_project, user_of


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def reader(client: Client, project: Project) -> Client:
    client.force_login(user_of(project, Role.VIEWER))
    return client


def address(collection: Collection, query: str = "") -> str:
    return reverse("traces:dashboard", args=[collection.project.slug, collection.pk]) + query


def page_of(reader: Client, collection: Collection, query: str = "") -> str:
    response = reader.get(address(collection, query))
    assert response.status_code == 200
    return response.content.decode()


def words_of(page: str) -> str:
    """The page's text; narrow no-break spaces stay."""
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", page))


class Specs(HTMLParser):
    """The figures' JSON on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, object]] = {}
        self._id = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._id = (given.get("id") or "") if given.get("type") == "application/json" else ""

    def handle_data(self, data: str) -> None:
        if self._id:
            self.found[self._id] = json.loads(data)
            self._id = ""


def specs_of(page: str) -> dict[str, dict[str, object]]:
    parser = Specs()
    parser.feed(page)
    return parser.found


def test_every_figure_has_a_table_a_csv_words_and_a_source(reader: Client, project: Project) -> None:
    page = page_of(reader, analysed(project).collection)
    figures = re.findall(r"<figure .*?</figure>", page, re.DOTALL)
    assert len(figures) == 15
    for figure in figures:
        assert "<table>" in figure
        assert re.search(r'href="[^"]*/measures/[a-z_]+\.csv', figure)
        assert "How to read this." in figure
        assert "<cite>" in figure


def test_every_mark_of_every_figure_opens_a_list_of_rollouts(reader: Client, project: Project) -> None:
    collection = analysed(project).collection
    specs = specs_of(page_of(reader, collection))
    lists = reverse("traces:rollouts", args=[project.slug, collection.pk])
    hrefs = {href for spec in specs.values() for trace in spec["data"] for href in trace.get("customdata", [])}  # type: ignore[attr-defined]
    assert len(specs) == 12
    assert len(hrefs) > 60
    for href in hrefs:
        assert href.startswith(lists)
    for href in sorted(hrefs)[::7]:
        assert reader.get(href).status_code == 200


def test_the_numbers_of_the_page_are_those_of_the_measure(reader: Client, project: Project) -> None:
    analysis = analysed(project)
    url = reverse("traces:measure_csv", args=[project.slug, analysis.collection.pk, "accuracy"])
    body = b"".join(reader.get(url)).decode()
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(body))}
    said = words_of(page_of(reader, analysis.collection))
    final = float(rows["final_accuracy"]["estimate"])
    low, high = (float(rows["final_accuracy"][end]) for end in ("low", "high"))
    assert f"{100 * final:.1f}\u202f%" in said
    assert f"[{100 * low:.1f}, {100 * high:.1f}]" in said


def test_an_interval_that_holds_0_is_said_to_show_no_change(reader: Client, project: Project) -> None:
    analysis = analysed(project)
    url = reverse("traces:measure_csv", args=[project.slug, analysis.collection.pk, "accuracy"])
    body = b"".join(reader.get(url)).decode()
    gain = next(row for row in csv.DictReader(io.StringIO(body)) if row["measure"] == "gain")
    holds_0 = float(gain["low"]) <= 0 <= float(gain["high"])
    said = words_of(page_of(reader, analysis.collection))
    assert ("nothing that can be told from 0" in said) == holds_0


def test_a_filter_changes_the_numbers_and_stays_in_every_link(reader: Client, project: Project) -> None:
    collection = analysed(project).collection
    page = page_of(reader, collection, "?model=alpha")
    assert "18 of 36 rollouts" in words_of(page)
    lists = reverse("traces:rollouts", args=[project.slug, collection.pk])
    links = re.findall(rf'href="({lists}[^"]*)"', page)
    assert links[0] == lists  # the button over the page opens the whole list
    assert all("model=alpha" in link for link in links[1:])


def test_truncated_rollouts_are_said_to_be_a_stratum_of_their_own(reader: Client, project: Project) -> None:
    collection = analysed(project, Shape(n_samples=12)).collection
    page = page_of(reader, collection, "?model=alpha")
    assert "of these rollouts were cut off" in words_of(page)
    assert 'href="?model=alpha&amp;truncated=no"' in page
    assert "were cut off" not in words_of(page_of(reader, collection, "?truncated=yes"))


def test_a_filter_that_selects_nothing_names_the_narrowest_field(reader: Client, project: Project) -> None:
    collection = analysed(project).collection
    page = page_of(reader, collection, "?level=17&truncated=no")
    assert "No rollout matches these filters. Clear Level, the narrowest." in words_of(page)
    assert f'href="{address(collection)}?truncated=no"' in page


def test_a_filter_that_is_not_known_is_refused_with_what_is(reader: Client, project: Project) -> None:
    response = reader.get(address(analysed(project).collection, "?outcome=nice"))
    assert response.status_code == 400
    assert "known: correct, incorrect" in response.content.decode()


def test_without_golds_the_page_shows_stability_and_says_why_accuracy_is_missing(
    reader: Client, project: Project
) -> None:
    page = page_of(reader, analysed(project, Shape(has_gold=False)).collection)
    said = words_of(page)
    assert "No rollout here has a gold answer" in said
    assert "First answer is final" in said
    assert "Final accuracy" not in said
    assert 'id="stability"' in page
    assert 'id="transitions"' not in page


def test_grades_without_text_show_final_accuracy_and_why_there_is_no_more(reader: Client, project: Project) -> None:
    said = words_of(page_of(reader, analysed(project, Shape(has_text=False)).collection))
    assert "of first answers nothing is known: no text was uploaded" in said
    assert "NaN" not in said
    assert "None" not in said


def test_while_an_analysis_runs_the_old_numbers_stay_and_say_so(reader: Client, project: Project) -> None:
    analysis = analysed(project)
    collection = analysis.collection
    Collection.objects.filter(pk=collection.pk).update(revision=2)
    Analysis.objects.create(
        collection=collection,
        revision=2,
        candidate_set=analysis.candidate_set,
        grader="test@1",
        state=JobState.RUNNING,
        n_done=1800,
        n_total=3000,
    )
    page = page_of(reader, collection)
    assert "Analysis of revision 2: 1\u202f800 of 3\u202f000 rollouts. Figures show revision 1." in words_of(page)
    assert page.count("<figure") == 15
    partial = reader.get(
        reverse("traces:analysis_progress", args=[project.slug, collection.pk]), headers={"HX-Request": "true"}
    )
    assert "1\u202f800 of 3\u202f000" in partial.content.decode()
    assert "HX-Refresh" not in partial.headers
    assert "<html" not in partial.content.decode()


def test_when_the_analysis_is_done_the_page_is_told_to_load_again(reader: Client, project: Project) -> None:
    url = reverse("traces:analysis_progress", args=[project.slug, analysed(project).collection.pk])
    assert reader.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_progress_without_script_is_the_page(reader: Client, project: Project) -> None:
    collection = analysed(project).collection
    response = reader.get(reverse("traces:analysis_progress", args=[project.slug, collection.pk]))
    assert response.headers["Location"] == address(collection)


def test_a_collection_that_was_never_analysed_says_what_can_be_done(reader: Client, project: Project) -> None:
    collection = collection_of(project, Shape())
    said = words_of(page_of(reader, collection))
    assert "Not analysed yet." in said
    assert "36 rollouts are stored" in said


def test_a_failed_analysis_says_why_and_what_is_shown(reader: Client, project: Project) -> None:
    analysis = analysed(project)
    Collection.objects.filter(pk=analysis.collection.pk).update(revision=2)
    Analysis.objects.create(
        collection=analysis.collection,
        revision=2,
        candidate_set=analysis.candidate_set,
        grader="test@1",
        state=JobState.FAILED,
        error="ValueError: row 312 holds nothing",
    )
    said = words_of(page_of(reader, analysis.collection))
    assert "The analysis of revision 2 failed: ValueError: row 312 holds nothing. Figures show revision 1." in said


def test_a_sample_is_called_a_sample(reader: Client, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(is_sample=True)
    assert "Sample. The collection that this project came with holds answers of the small model" in words_of(
        page_of(reader, analysed(project).collection)
    )


def test_rows_compare_what_differs_and_what_is_asked_for(reader: Client, project: Project) -> None:
    one_model = analysed(project, Shape(models=("alpha",))).collection
    assert "First to final, by problem set" in words_of(page_of(reader, one_model))
    assert "First to final, by level" in words_of(page_of(reader, one_model, "?by=level"))


@pytest.mark.parametrize("n_problems", [6, 24])
def test_a_computed_page_costs_a_fixed_number_of_queries(reader: Client, project: Project, n_problems: int) -> None:
    collection = analysed(project, Shape(n_problems=n_problems)).collection
    page_of(reader, collection)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_of(reader, collection)
    assert len(queries) <= 12, [query["sql"][:100] for query in queries]
    assert not [query for query in queries if "traces_rollout" in query["sql"]]


def test_a_name_that_looks_like_markup_is_text_everywhere(reader: Client, project: Project) -> None:
    shape = Shape(models=("</script><script>alert(1)</script>", "=1+1"))
    page = page_of(reader, analysed(project, shape).collection)
    assert "<script>alert" not in page
    assert specs_of(page)


def test_text_cells_of_a_csv_do_not_begin_a_formula(reader: Client, project: Project) -> None:
    collection = analysed(project, Shape(models=("=1+1", "@x"))).collection
    url = reverse("traces:measure_csv", args=[project.slug, collection.pk, "accuracy"])
    response = reader.get(url + "?by=model")
    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode())))
    assert {row["model"] for row in rows} == {"", "'=1+1", "'@x"}
    assert all(row["low"] == "" or float(row["low"]) <= float(row["high"]) for row in rows)


def test_an_unknown_measure_is_refused_with_those_that_are_known(reader: Client, project: Project) -> None:
    url = reverse("traces:measure_csv", args=[project.slug, analysed(project).collection.pk, "beauty"])
    response = reader.get(url)
    assert response.status_code == 400
    assert "known: accuracy, transitions" in response.content.decode()


def test_a_stranger_finds_nothing(client: Client, project: Project) -> None:
    collection = analysed(project).collection
    client.force_login(user_of(make_project("other")))
    assert client.get(address(collection)).status_code == 404


def test_a_corrected_collection_is_measured_anew(reader: Client, project: Project) -> None:
    """The second analysis draws other candidates; the page shows its numbers, not the cached ones of the first."""
    shape = Shape()
    collection = analysed(project, shape).collection
    before = words_of(page_of(reader, collection))
    collection.revision = 2
    collection.save()
    analyse(collection, Shape(seed=99))
    assert "revision 2" in words_of(page_of(reader, collection))
    assert words_of(page_of(reader, collection)) != before
