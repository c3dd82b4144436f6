"""Lists from features in memory are those from columns, row for row; both are what plain Python sorts and filters."""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.test import Client

from apps.accounts.models import Project, Role
from apps.traces.models import Analysis, Rollout, RolloutFeature
from apps.traces.queries import listing
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.keys import Among, Source
from apps.traces.queries.known import COLUMNS, Column
from apps.traces.queries.listing import every_row, page
from apps.traces.queries.orders import SORTS, BadPlaceError, Order, Place
from apps.traces.services.asked import Asked
from apps.traces.services.known import ORDERED, known_of
from tests.traces.analysed import Shape, analysed, make_project, user_of

ORDERS = [Order(name, descending) for name in sorted(ORDERED) for descending in (False, True)]
FILTERS = [
    {},
    {"model": "beta"},
    {"outcome": "incorrect", "truncated": "no"},
    {"transition": "ft", "problem_set": "hard"},
    {"candidates": "many", "first_outcome": "correct"},
    {"model": "none such"},
]


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def analyses(project: Project) -> list[Analysis]:
    """Two collections whose rollouts lie between one another, with ties in every column and undefined values."""
    found = [analysed(project, Shape(models=("beta", "Ärger", "alpha b", "alpha-a"))), analysed(project, Shape(seed=8))]
    return list(reversed(found))


def sources(project: Project, analyses: list[Analysis], filters: RolloutFilter) -> tuple[Among, Source]:
    rollouts = listing.of_project(project, analyses)
    keys = [each.pk for each in analyses]
    return Among(rollouts, filters.condition_of_rollouts(), keys), known_of(analyses, filters)


def pages(source: Source, order: Order, size: int) -> list[list[Place]]:
    """From the first page to the last and back again, as their links lead."""
    found, place = [], None
    while keys := source.keys(order, place, size):
        found.append(keys)
        place = keys[-1]
    if not found:
        return []
    place = Place(found[-1][0].value, found[-1][0].pk, is_backwards=True)
    while keys := source.keys(order, place, size):
        found.append(keys)
        place = keys[-1]
    return found


@pytest.mark.parametrize("given", FILTERS)
def test_memory_and_columns_give_the_same_keys_in_every_order_both_ways(
    project: Project, analyses: list[Analysis], given: dict[str, str]
) -> None:
    columns, memory = sources(project, analyses, RolloutFilter.parse(given))
    for order in ORDERS:
        assert pages(memory, order, 7) == pages(columns, order, 7), order


def test_the_keys_are_those_that_plain_python_filters_and_sorts(project: Project, analyses: list[Analysis]) -> None:
    filters = RolloutFilter.parse({"outcome": "incorrect", "transition": "tf"})
    columns = ("n_tokens", "rollout_id", "outcome", "n_tf")
    rows = RolloutFeature.objects.filter(analysis__in=analyses).values_list(*columns)
    chosen = [(tokens, pk) for tokens, pk, outcome, n_tf in rows if outcome == "incorrect" and n_tf]
    expected = [pk for _, pk in sorted(chosen, key=lambda pair: (-pair[0], pair[1]))]
    keys = known_of(analyses, filters).keys(Order("tokens", is_descending=True), None, 1000)
    assert [key.pk for key in keys] == expected
    assert len(expected) > 1


def test_some_ids_of_what_is_chosen_are_the_same_from_memory_and_from_columns(
    project: Project, analyses: list[Analysis]
) -> None:
    filters = RolloutFilter.parse({"model": "beta"})
    ids = list(Rollout.objects.order_by("pk").values_list("pk", flat=True))[::3]
    beta = set(Rollout.objects.filter(model__name="beta", pk__in=ids).values_list("pk", flat=True))
    for source in sources(project, analyses, filters):
        assert source.ids_among(ids) == beta
        order = Order("sample", is_descending=True)
        assert {key.pk for key in source.only(ids).keys(order, None, 1000)} == beta
        assert [key.pk for key in source.only(ids).keys(Order(), None, 3)] == sorted(beta)[:3]
        assert source.only([]).keys(order, None, 5) == []


def test_a_list_of_everything_asked_is_the_same_whether_the_analysis_is_whole(analyses: list[Analysis]) -> None:
    """Every filter with every order: from memory where the analysis knows all rollouts, else from columns."""
    analysis = analyses[0]
    every = listing.of_collection(analysis.collection, analysis)
    for given, order in product(FILTERS, [Order(name) for name in SORTS]):
        filters = RolloutFilter.parse(given)
        whole, part = (Asked(every, [analysis], filters, order, is_whole=is_whole) for is_whole in (True, False))
        assert [row["pk"] for row in whole.rows()] == [row["pk"] for row in part.rows()], (given, order)
        assert whole.count == part.count


def test_a_list_by_model_pages_by_its_links_and_loses_no_rollout(client: Client, project: Project) -> None:
    collection = analysed(project, Shape(models=("b", "a", "c"), n_samples=8)).collection  # 144 rollouts
    client.force_login(user_of(project, Role.VIEWER))
    url, seen = f"/p/{project.slug}/collections/{collection.pk}/rollouts/?sort=-model", []
    while url:
        shown = client.get(url).context["list"]
        seen += [line.pk for line in shown.lines]
        url = shown.after
    rows = Rollout.objects.filter(collection=collection).order_by("-model__name", "pk")
    assert seen == list(rows.values_list("pk", flat=True))
    assert len(seen) == 144


def test_a_place_of_a_name_that_is_gone_lies_between_its_neighbours() -> None:
    column = Column.of(pl.Series(["b", "d", "b", "f"]), sorted)
    assert column.numbers.tolist() == [0, 1, 0, 2]
    assert [column.number_of(name) for name in ("a", "b", "c", "z")] == [-0.5, 0, 0.5, 2.5]


@pytest.mark.parametrize("value", ["x", 2**63, -(2**70)])
def test_a_place_that_is_no_number_is_refused_where_numbers_are_sorted(value: Any) -> None:
    with pytest.raises(BadPlaceError):
        Column.of(pl.Series([1, 2]), sorted).number_of(value)


def test_undefined_values_and_kinds_of_values_survive_the_arrays() -> None:
    whole, parts = Column.of(pl.Series([3, None]), sorted), Column.of(pl.Series([0.5, None]), sorted)
    assert [whole.value_at(0), whole.value_at(1), parts.value_at(0), parts.value_at(1)] == [3, None, 0.5, None]
    assert isinstance(whole.value_at(0), int)
    assert np.isnan(whole.number_of(None))


def test_every_order_but_the_length_is_known_in_memory() -> None:
    assert set(SORTS) - {"length"} == set(COLUMNS) | {"id"}


def test_rows_of_an_empty_choice_are_none(analyses: list[Analysis]) -> None:
    nothing = known_of(analyses, RolloutFilter.parse({"model": "none such"}))
    every = listing.of_collection(analyses[0].collection, analyses[0])
    assert page(every, Order("model"), source=nothing).rows == []
    assert list(every_row(every, Order(), source=nothing)) == []
