"""Lists page by key: every rollout once, in order, in both directions, in a fixed number of queries; safe exports."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Project, Role
from apps.traces.models import Analysis, Collection, Rollout, RolloutFeature
from apps.traces.queries import listing
from apps.traces.queries.keys import Among
from apps.traces.queries.orders import SORTS, BadPlaceError, Order, Place
from tests.traces.analysed import Shape, analysed, collection_of, make_project, user_of


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def analysis(project: Project) -> Analysis:
    """A collection with ties in every column, and values that are not defined."""
    analysis = analysed(project)
    some = RolloutFeature.objects.filter(analysis=analysis).order_by("pk")[:5]
    RolloutFeature.objects.filter(pk__in=[row.pk for row in some]).update(n_tokens=None)
    RolloutFeature.objects.filter(analysis=analysis).order_by("pk").last().delete()  # type: ignore[union-attr]
    return analysis


@pytest.fixture
def reader(client: Client, project: Project) -> Client:
    client.force_login(user_of(project, Role.VIEWER))
    return client


def walk(analysis: Analysis, order: Order, size: int) -> list[list[int]]:
    """Pages from the first to the last, by their links."""
    rollouts = listing.of_collection(analysis.collection, analysis)
    pages, place = [], None
    while True:
        page = listing.page(rollouts, order, place, size)
        pages.append([row["pk"] for row in page.rows])
        if page.after is None:
            return pages
        place = Place.parse(page.after, "")


ORDERS = [Order(name, descending) for name in SORTS for descending in (False, True)]


def test_the_pages_hold_every_rollout_once_in_order(analysis: Analysis) -> None:
    for order in ORDERS:
        check_walk(analysis, order)


def check_walk(analysis: Analysis, order: Order) -> None:
    pages = walk(analysis, order, 7)
    ids = [pk for page in pages for pk in page]
    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 1]
    whole = listing.page(listing.of_collection(analysis.collection, analysis), order, None, 1000)
    assert ids == [row["pk"] for row in whole.rows]
    assert len(set(ids)) == 36, order
    values = [row[order.column] for row in whole.rows]
    known = [value for value in values if value is not None]
    assert values == [*sorted(known, reverse=order.is_descending), *[None] * (36 - len(known))], order


def test_going_back_shows_the_pages_that_were_shown(analysis: Analysis) -> None:
    for order in ORDERS:
        check_way_back(analysis, order)


def check_way_back(analysis: Analysis, order: Order) -> None:
    rollouts = listing.of_collection(analysis.collection, analysis)
    pages = walk(analysis, order, 7)
    page = listing.page(rollouts, order, None, 7)
    for _ in pages[1:]:
        page = listing.page(rollouts, order, Place.parse(page.after or "", ""), 7)
    for expected in pages[-2::-1]:
        page = listing.page(rollouts, order, Place.parse("", page.before or ""), 7)
        assert [row["pk"] for row in page.rows] == expected, order
    assert page.before is None
    assert page.after is not None


def test_the_collections_of_a_project_page_as_one_list(project: Project, analysis: Analysis) -> None:
    """On PostgreSQL each analysis is an arm of a union; the order is the same as without arms."""
    analyses = [analysis, analysed(project, Shape(seed=8))]
    rollouts = listing.of_project(project, analyses)
    arms = Among(rollouts, analyses=[each.pk for each in analyses])
    for order in ORDERS:
        whole = [row["pk"] for row in listing.page(rollouts, order, None, 1000).rows]
        rows = listing.every_row(rollouts, order, 25, source=arms)
        assert [row["pk"] for row in rows] == whole, order
        assert len(whole) == 72
        last = listing.page(rollouts, order, None, 60, source=arms)
        after = listing.page(rollouts, order, Place.parse(last.after or "", ""), 60, source=arms)
        back = listing.page(rollouts, order, Place.parse("", after.before or ""), 60, source=arms)
        assert [row["pk"] for row in back.rows] == whole[:60], order


def test_a_page_is_two_queries_one_for_keys_one_for_rows(analysis: Analysis) -> None:
    rollouts = listing.of_collection(analysis.collection, analysis)
    with CaptureQueriesContext(connection) as queries:
        listing.page(rollouts, Order("tokens"), None, 10)
    assert len(queries) == 2
    assert not any("OFFSET" in query["sql"] for query in queries)


@pytest.mark.parametrize("text", ["x", "[1]", '["a", "b"]', "[[1], 2]", "{}", "[true, 3]"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadPlaceError):
        Place.parse(text, "")


def test_an_order_that_lists_do_not_have_is_refused_with_those_they_have() -> None:
    with pytest.raises(BadPlaceError, match="cannot sort by 'beauty'; known: id, problem"):
        Order.parse("-beauty")


def address(collection: Collection, name: str = "rollouts") -> str:
    return reverse(f"traces:{name}", args=[collection.project.slug, collection.pk])


@pytest.mark.parametrize("n_samples", [1, 12])
def test_a_list_costs_a_fixed_number_of_queries(reader: Client, project: Project, n_samples: int) -> None:
    collection = analysed(project, Shape(n_samples=n_samples)).collection
    reader.get(address(collection))
    with CaptureQueriesContext(connection) as queries:
        page = reader.get(address(collection), {"outcome": "correct", "sort": "-tokens"}).content.decode()
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]
    assert 'aria-sort="descending"' in page


def test_the_links_of_a_page_lead_through_the_whole_list(reader: Client, project: Project) -> None:
    collection = analysed(project, Shape(n_samples=11)).collection  # 132 rollouts on 3 pages
    url, seen = address(collection) + "?sort=-tokens&truncated=no", set()
    for _ in range(3):
        page = reader.get(url)
        seen |= {line.pk for line in page.context["list"].lines}
        url = page.context["list"].after
        if not url:
            break
        assert "truncated=no" in url
        assert "sort=-tokens" in url
    assert seen == set(Rollout.objects.filter(collection=collection, truncated=False).values_list("pk", flat=True))


def test_before_an_analysis_the_list_is_there_and_says_what_is_missing(reader: Client, project: Project) -> None:
    page = reader.get(address(collection_of(project, Shape()))).content.decode()
    assert "Not analysed yet." in page
    assert page.count('<th scope="row">') == 36


def test_what_needs_an_analysis_is_not_answered_without_one(reader: Client, project: Project) -> None:
    page = reader.get(address(collection_of(project, Shape())), {"outcome": "correct"}).content.decode()
    assert "what was asked for needs them" in page
    assert '<th scope="row">' not in page


def test_a_filter_that_selects_nothing_names_the_narrowest_field(reader: Client, project: Project) -> None:
    collection = analysed(project).collection
    page = reader.get(address(collection), {"level": "17", "truncated": "no"}).content.decode()
    assert "Clear <em>Level</em></a>, the narrowest." in page


def test_the_list_of_a_project_holds_all_its_collections_and_no_others(reader: Client, project: Project) -> None:
    first, second = analysed(project), collection_of(project, Shape(seed=3), "second")
    analysed(make_project("other"))
    page = reader.get(reverse("traces:project_rollouts", args=[project.slug]))
    assert page.context["n_all"] == first.collection.n_rollouts + second.n_rollouts
    graded = [line for line in page.context["list"].lines if any(c.kind == "grade" and c.text for c in line.cells)]
    assert len(graded) == first.collection.n_rollouts


def test_a_csv_holds_the_chosen_rollouts_in_the_chosen_order(reader: Client, project: Project) -> None:
    analysis = analysed(project, Shape(models=("=cmd()", "beta"), n_samples=4))
    response = reader.get(address(analysis.collection, "rollouts_csv"), {"sort": "-tokens", "first_outcome": "correct"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="rollouts-rollouts.csv"'
    assert response.streaming
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode())))
    tokens = [int(row["tokens"]) for row in rows]
    assert tokens == sorted(tokens, reverse=True)
    expected = RolloutFeature.objects.filter(analysis=analysis, first_outcome="correct").count()
    assert len(rows) == expected > 0
    assert {row["model"] for row in rows} == {"'=cmd()", "beta"}
    assert all(row["first_outcome"] == "correct" for row in rows)


def test_an_export_reads_a_page_at_a_time(analysis: Analysis) -> None:
    rollouts = listing.of_collection(analysis.collection, analysis)
    with CaptureQueriesContext(connection) as queries:
        rows = list(listing.every_row(rollouts, Order("length", is_descending=True), 10))
    assert len(queries) == 8  # 36 rollouts, 10 at a time: keys, then rows
    assert len({row["pk"] for row in rows}) == 36


def test_lists_of_others_are_not_found(client: Client, project: Project) -> None:
    collection = analysed(project).collection
    client.force_login(user_of(make_project("other")))
    for name in ("rollouts", "rollouts_csv"):
        assert client.get(address(collection, name)).status_code == 404
