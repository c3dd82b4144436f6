"""Collections side by side: every line's numbers are its collection's own, what is missing says so, few queries."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Project, Role
from apps.traces.models import Collection
from tests.traces.analysed import Shape, analysed, collection_of, make_project, user_of
from tests.traces.test_dashboard import page_of, specs_of, words_of


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def reader(client: Client, project: Project) -> Client:
    client.force_login(user_of(project, Role.VIEWER))
    return client


def address(project: Project, *collections: Collection, name: str = "compare") -> str:
    query = "&".join(f"c={collection.pk}" for collection in collections)
    return reverse(f"traces:{name}", args=[project.slug]) + (f"?{query}" if query else "")


def two(project: Project) -> list[Collection]:
    shapes = (Shape(), Shape(models=("gamma",), seed=8))
    return [analysed(project, shape).collection for shape in shapes]


def lines_of(reader: Client, project: Project, *collections: Collection) -> list[dict[str, str]]:
    body = b"".join(reader.get(address(project, *collections, name="compare_csv"))).decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_a_collection_has_a_line_for_each_model_and_problem_set(reader: Client, project: Project) -> None:
    collections = two(project)
    rows = lines_of(reader, project, *collections)
    lines = list(dict.fromkeys((row["collection_id"], row["model"], row["problem_set"]) for row in rows))
    first, second = (str(each.pk) for each in collections)
    assert lines == [
        *((first, model, name) for model in ("alpha", "beta") for name in ("easy", "hard")),
        *((second, "gamma", name) for name in ("easy", "hard")),
    ]


def test_a_lines_numbers_are_those_of_its_collections_own_dashboard(reader: Client, project: Project) -> None:
    collections = two(project)
    rows = lines_of(reader, project, *collections)
    assert rows
    for collection in collections:
        url = reverse("traces:measure_csv", args=[project.slug, collection.pk, "accuracy"]) + "?by=model,problem_set"
        own = list(csv.DictReader(io.StringIO(b"".join(reader.get(url)).decode())))
        alone = {(row["measure"], row["model"], row["problem_set"]): row for row in own}
        for row in rows:
            key = (row["measure"], row["model"], row["problem_set"])
            if row["collection_id"] == str(collection.pk) and key in alone:
                for number in ("n", "estimate", "low", "high"):
                    assert row[number] == alone[key][number], key


def test_the_page_has_a_table_and_panels_whose_marks_lead_to_their_own_collection(
    reader: Client, project: Project
) -> None:
    collections = two(project)
    response = reader.get(address(project, *collections))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<figure") == 5
    hrefs = {
        href
        for spec in specs_of(page).values()
        for trace in spec["data"]  # type: ignore[attr-defined]
        for href in trace.get("customdata", [])
    }
    lists = [reverse("traces:rollouts", args=[project.slug, collection.pk]) for collection in collections]
    assert all(any(href.startswith(each) for href in hrefs) for each in lists)
    for href in sorted(hrefs):
        assert href.startswith(tuple(lists))
        assert reader.get(href).status_code == 200
    gammas = {href for href in hrefs if "model=gamma" in href}
    assert gammas
    assert all(href.startswith(lists[1]) for href in gammas)


def test_the_order_of_the_address_is_the_order_of_the_lines_and_twice_is_once(reader: Client, project: Project) -> None:
    a, b = two(project)
    ids = list(dict.fromkeys(row["collection_id"] for row in lines_of(reader, project, b, a, b)))
    assert ids == [str(b.pk), str(a.pk)]


def test_a_collection_without_a_finished_analysis_says_so_and_the_others_are_compared(
    reader: Client, project: Project
) -> None:
    a, b = two(project)
    waiting = collection_of(project, Shape(), "waiting")
    said = words_of(reader.get(address(project, a, b, waiting)).content.decode())
    assert "waiting is not compared: not analysed yet." in said
    assert "2 collections, 3 models on 2 problem sets: 6 lines." in said
    alone = words_of(reader.get(address(project, waiting, collection_of(project, Shape(), "too"))).content.decode())
    assert "None of these collections has a finished analysis yet." in alone


def test_numbers_of_an_older_revision_are_dated(reader: Client, project: Project) -> None:
    a, b = two(project)
    Collection.objects.filter(pk=a.pk).update(revision=5)
    said = words_of(reader.get(address(project, a, b)).content.decode())
    assert "its numbers are of revision 1, the collection is at 5" in said


@pytest.mark.parametrize("n", [0, 1, 13])
def test_too_few_or_too_many_give_the_choice_again(reader: Client, project: Project, n: int) -> None:
    collections = [collection_of(project, Shape(n_problems=1), f"c{k}") for k in range(n)]
    page = reader.get(address(project, *collections)).content.decode()
    assert "Choose 2 to 12 collections" in words_of(page)
    assert page.count("checked") == n
    refused = reader.get(address(project, *collections, name="compare_csv"))
    assert refused.status_code == 400
    assert f"choose 2 to 12 collections (c=1&amp;c=2), not {n}" in refused.content.decode()


def test_another_projects_collection_and_what_is_no_number_are_not_found(reader: Client, project: Project) -> None:
    a, _ = two(project)
    other = analysed(make_project("other")).collection
    base = reverse("traces:compare", args=[project.slug])
    for query in (f"c={a.pk}&c={other.pk}", f"c={a.pk}&c=x", f"c={a.pk}&c=-1", f"c={a.pk}&c={'9' * 30}"):
        assert reader.get(f"{base}?{query}").status_code == 404, query


def test_names_that_look_like_markup_or_formulas_are_text(reader: Client, project: Project) -> None:
    name = "</script><script>alert(1)</script>"
    collections = [analysed(project, Shape(models=(model,))).collection for model in (name, "=1+1")]
    Collection.objects.filter(pk=collections[0].pk).update(name=name)
    page = reader.get(address(project, *collections)).content.decode()
    assert "<script>alert" not in page
    assert {row["model"] for row in lines_of(reader, project, *collections)} == {name, "'=1+1"}


def test_a_computed_comparison_costs_few_queries_and_reads_no_rollouts(reader: Client, project: Project) -> None:
    collections = [analysed(project, Shape(seed=seed, n_problems=2)).collection for seed in range(6)]
    reader.get(address(project, *collections))
    with CaptureQueriesContext(connection) as queries:
        reader.get(address(project, *collections))
    assert len(queries) <= 10 + 2 * len(collections), [query["sql"][:100] for query in queries]
    assert not [query for query in queries if 'FROM "traces_rollout"' in query["sql"]]


def test_collections_are_ticked_on_the_page_of_the_project(reader: Client, project: Project) -> None:
    a, b = two(project)
    page = reader.get(reverse("traces:collections", args=[project.slug])).content.decode()
    assert f'action="{reverse("traces:compare", args=[project.slug])}"' in page
    ticks = re.findall(r'<input type="checkbox" name="c" value="(\d+)" form="compare"', page)
    assert sorted(map(int, ticks)) == sorted([a.pk, b.pk])


def test_a_filter_of_the_address_holds_for_every_line(reader: Client, project: Project) -> None:
    a, b = two(project)
    body = b"".join(reader.get(address(project, a, b, name="compare_csv") + "&model=gamma")).decode()
    assert {row["model"] for row in csv.DictReader(io.StringIO(body))} == {"gamma"}
    assert page_of(reader, a)


def test_a_collection_with_many_rollouts_that_were_cut_off_is_named(reader: Client, project: Project) -> None:
    a, b = (analysed(project, Shape(n_samples=12, seed=seed)).collection for seed in (7, 9))
    Collection.objects.filter(pk=a.pk).update(name="cut")
    said = words_of(reader.get(address(project, a, b)).content.decode())
    assert "of the rollouts of cut were cut off." in said


def test_arms_of_two_collections_are_tested_on_the_problems_that_both_have(reader: Client, project: Project) -> None:
    a, b = two(project)
    body = b"".join(reader.get(address(project, a, b, name="compare_csv") + "&of=pairs")).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    differences = {row["label"]: row for row in rows if row["measure"] == "accuracy_difference"}
    assert len(differences) == 3  # alpha, beta and gamma
    page = reader.get(address(project, a, b)).content.decode()
    assert "Which arm is better on the same problems" in page
    assert next(iter(differences)) in words_of(page)


def test_arms_are_named_by_their_collections(reader: Client, project: Project) -> None:
    a, b = (analysed(project, Shape(models=("gamma",), seed=seed)).collection for seed in (8, 9))
    Collection.objects.filter(pk=b.pk).update(name="Second try")
    body = b"".join(reader.get(address(project, a, b, name="compare_csv") + "&of=pairs")).decode()
    labels = {row["label"] for row in csv.DictReader(io.StringIO(body))}
    assert f"{a.name} → Second try" in labels
