"""A search that would take too long stops and says so: its pages, followed, hold every match once, both ways."""

import pytest
from django.db import connection
from django.test import Client

from apps.traces.models import Collection, Rollout
from apps.traces.queries import listing, search
from apps.traces.queries.asking import Asking
from apps.traces.queries.collections import collections_of
from apps.traces.queries.keys import Among, Source
from apps.traces.queries.listing import Page
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.patience import TookTooLongError, at_most
from apps.traces.queries.search import Matching, matching
from apps.traces.queries.walking import Walk
from apps.traces.services import asked, searching
from tests.traces.analysed import make_project, user_of
from tests.traces.test_search import indexed

pytestmark = pytest.mark.django_db
ORDERS = [Order(name, down) for name in ("id", "length", "sample") for down in (False, True)]
SHORT = Walk(4, 4, 8)


@pytest.fixture
def collection() -> Collection:
    """60 rollouts; "needle" stands in every ninth of the first half and in the last one."""
    numbers = {*range(0, 30, 9), 59}
    return indexed([" ".join([*(["needle"] if n in numbers else []), "x" * (n % 5 + 1)]) for n in range(60)])


class Common(Matching):
    """Of a term that the index cannot look up soon."""

    def narrowed(self, source: Source) -> None:
        return None


def slow(query: str = "needle") -> Matching:
    return Common(Asking.parse(query), None)


def asked_for(collection: Collection, order: Order, place: Place | None, size: int = 2) -> Page:
    return listing.page(listing.of_collection(collection, None), order, place, size, slow(), SHORT)


@pytest.mark.parametrize("order", ORDERS)
def test_the_pages_of_a_search_that_stops_hold_every_match_once_in_order(collection: Collection, order: Order) -> None:
    every = listing.of_collection(collection, None)
    whole = listing.page(every, order, None, 60, matching(Asking.parse("needle"), Among(every)))
    expected = [row["pk"] for row in whole.rows]
    assert len(expected) == 5
    page, down = asked_for(collection, order, None), []
    while page.after:
        down += [row["pk"] for row in page.rows]
        page = asked_for(collection, order, Place.parse(page.after, ""))
    down += [row["pk"] for row in page.rows]
    assert down == expected
    assert page.n_looked == 0
    up: list[int] = [row["pk"] for row in page.rows]
    while page.before:
        page = asked_for(collection, order, Place.parse("", page.before))
        up = [row["pk"] for row in page.rows] + up
    assert up == expected


def test_a_page_that_stopped_says_how_many_it_looked_at_and_where_to_go_on(collection: Collection) -> None:
    """Eight are looked at: 0 to 7, of which 0 matches; the next page begins with 8, and 9 is on it."""
    first = asked_for(collection, Order(), None)
    assert (len(first.rows), first.n_looked, first.before) == (1, 8, None)
    second = asked_for(collection, Order(), Place.parse(first.after or "", ""))
    assert [row["external_id"] for row in second.rows] == ["9"]
    back = asked_for(collection, Order(), Place.parse("", second.before or ""))
    assert (back.rows, back.n_looked, back.after is None) == ([], 8, False)  # 8 to 1
    assert [row["external_id"] for row in asked_for(collection, Order(), Place.parse("", back.before or "")).rows] == [
        "0"
    ]


def test_a_page_without_a_match_leads_back_to_the_row_before_it(collection: Collection) -> None:
    rows = list(Rollout.objects.filter(collection=collection).order_by("pk").values_list("pk", flat=True))
    empty = asked_for(collection, Order(), Place(None, rows[27]))  # 28 to 35 hold no needle, 27 does
    assert (empty.rows, empty.n_looked) == ([], 8)
    back = asked_for(collection, Order(), Place.parse("", empty.before or ""))
    assert [row["external_id"] for row in back.rows] == ["27"]
    assert back.is_backwards


def test_an_export_of_what_takes_long_is_whole(collection: Collection) -> None:
    every = listing.of_collection(collection, None)
    rows = listing.every_row(every, Order(), 2, slow())
    assert [row["external_id"] for row in rows] == ["0", "9", "18", "27", "59"]


def test_the_list_says_that_a_search_stopped_and_does_not_say_that_nothing_matches(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = indexed([f"hay {n}" for n in range(12)], project)
    impatient(monkeypatch)
    answer = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/", {"q": "needle"})
    page = answer.content.decode()
    assert "For this page 8 rollouts were looked at, and 0 of them match; those after them" in page
    assert "No rollout matches" not in page
    assert "0 of 12 rollouts" in page
    onward = client.get(answer.context["list"].stop.href)
    assert "No more rollouts match." in onward.content.decode()
    assert onward.context["list"].stop is None


def test_a_search_of_a_project_names_a_collection_that_it_has_not_looked_through(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = indexed([f"hay {n}" for n in range(12)], project)
    monkeypatch.setattr(searching, "WALK", SHORT)
    impatient(monkeypatch)
    page = client.get(f"/p/{project.slug}/search/", {"q": "needle"}).content.decode()
    assert "0 of the first 8 rollouts; no more were looked at" in page
    assert f"/p/{project.slug}/collections/{collection.pk}/rollouts/?q=needle" in page
    assert [group.n_looked for group in searching._walked(slow(), collections_of(project)).groups] == [8]


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked up whole, and walks are short."""
    monkeypatch.setattr(search, "FEW", -1)
    monkeypatch.setattr(search, "SOME", -1)
    monkeypatch.setattr(asked, "WALK", SHORT)


def test_a_statement_that_takes_too_long_is_given_up_and_the_next_one_is_not() -> None:
    if connection.vendor == "sqlite":
        with at_most(1e-9), connection.cursor() as cursor:
            assert cursor.execute("SELECT 1").fetchone() == (1,)  # it interrupts nothing
        return
    with pytest.raises(TookTooLongError), at_most(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    with at_most(5), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone()[0] == "5s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone()[0] == "0"
