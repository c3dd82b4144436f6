"""A filter selects the same rollouts in SQL and in the features, refuses what it does not know, says what it does."""

import pytest

from apps.traces.models import Analysis
from apps.traces.queries import listing
from apps.traces.queries.filter_fields import NONE, BadFilterError
from apps.traces.queries.filters import FIELDS, RolloutFilter
from apps.traces.queries.listing import Order
from apps.traces.queries.ranges import Range, address
from apps.traces.services import measuring
from apps.traces.services.asked import Asked
from tests.traces.analysed import analysed, make_project

EXAMPLES = {
    "model": ["alpha", "nobody"],
    "problem_set": ["easy"],
    "subject": ["algebra", NONE],
    "level": ["3"],
    "condition": ["temperature 0.6", NONE],
    "outcome": ["correct", "incorrect", "unparsed"],
    "first_outcome": ["correct", "incorrect", "no_candidate"],
    "truncated": ["yes", "no"],
    "transition": ["tt", "ffs", "ffd", "tf", "ft"],
    "candidates": ["none", "one", "many", "3", "2..5", "..2", "4.."],
    "changes": ["0", "1.."],
    "tokens": ["1000..2000", "..900"],
    "position": ["10..40", "50..", "..5"],
    "at": ["95..", "10..15"],
    "read_tokens": ["500..1500"],
    "stable": ["yes", "no"],
    "marker": ["Wait", "Hold on"],
    "flow": ["cc", "ci", "ic", "ii"],
}
PAIRS = [(name, value) for name, values in EXAMPLES.items() for value in values]


@pytest.fixture
def analysis(db: None) -> Analysis:
    return analysed(make_project())


def selected_by_sql(analysis: Analysis, filters: RolloutFilter) -> set[int]:
    asked = Asked(listing.of_collection(analysis.collection, analysis), [analysis], filters, Order())
    selected = {row["pk"] for row in asked.rows()}
    whole = Asked(asked.every, [analysis], filters, Order(), is_whole=True)
    assert {row["pk"] for row in whole.rows()} == selected
    assert whole.count == asked.count == (len(selected), False)
    return selected


def test_every_field_has_examples() -> None:
    assert set(EXAMPLES) | {"problem", "q", "extractor"} == set(
        FIELDS
    )  # q: test_search; extractor: test_candidate_sets


@pytest.mark.parametrize(("name", "value"), PAIRS)
def test_sql_and_features_select_the_same_rollouts(analysis: Analysis, name: str, value: str) -> None:
    filters = RolloutFilter.parse({name: value})
    by_features = set(measuring.matching_ids([analysis], filters))
    assert selected_by_sql(analysis, filters) == by_features
    n = analysis.n_total
    assert len(by_features) < n or (name, value) in {("condition", "temperature 0.6")}


def test_the_examples_select_something(analysis: Analysis) -> None:
    empty = {pair for pair in PAIRS if not measuring.matching_ids([analysis], RolloutFilter.parse(dict([pair])))}
    assert empty == {("model", "nobody"), ("condition", NONE)}


def test_a_problem_is_selected_by_its_id(analysis: Analysis) -> None:
    problem = analysis.collection.rollouts.first().problem  # type: ignore[union-attr]
    filters = RolloutFilter.parse({"problem": str(problem.pk)})
    assert selected_by_sql(analysis, filters) == set(measuring.matching_ids([analysis], filters))
    assert len(selected_by_sql(analysis, filters)) == 6  # 2 models x 3 samples


def test_several_fields_select_what_all_of_them_select(analysis: Analysis) -> None:
    filters = RolloutFilter.parse({"model": "alpha", "outcome": "incorrect", "stable": "no"})
    alone = [set(measuring.matching_ids([analysis], part)) for _, part in filters]
    assert len(alone) == 3
    assert selected_by_sql(analysis, filters) == set.intersection(*alone)


def test_no_field_selects_every_rollout(analysis: Analysis) -> None:
    assert len(selected_by_sql(analysis, RolloutFilter())) == analysis.n_total


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outcome": "right"}, "outcome cannot be 'right'; known: correct, incorrect"),
        ({"transition": "xx"}, "known: tt, ffs, ffd, tf, ft"),
        ({"tokens": "many"}, "tokens cannot be 'many'; write low..high"),
        ({"candidates": "some"}, "or none, one, many"),
        ({"position": "9..1"}, "position cannot be '9..1'"),
        ({"tokens": "nan"}, "tokens cannot be 'nan'"),
        ({"model": "m" * 301}, "301 characters"),
    ],
)
def test_a_value_that_a_field_does_not_take_is_refused_with_what_it_does(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadFilterError, match=message.replace("(", r"\(")):
        RolloutFilter.parse(given)


def test_empty_and_foreign_parameters_are_no_filter() -> None:
    assert not RolloutFilter.parse({"model": " ", "sort": "tokens"})


def test_an_address_is_read_back_as_the_same_filter() -> None:
    filters = RolloutFilter.parse({"model": "a&b", "tokens": "5..10"})
    assert filters.query == "?model=a%26b&tokens=5..10"
    assert RolloutFilter().query == ""


def test_a_filter_says_what_it_selects() -> None:
    filters = RolloutFilter.parse(
        {"model": "alpha", "outcome": "incorrect", "transition": "ft", "candidates": "2..5", "position": "95.."}
    )
    answers = "model alpha, final answer incorrect, with F→T"
    assert filters.words == f"{answers}, 2 to under 5 candidates, first candidate at 95 % of the lines or more"


@pytest.mark.parametrize("text", ["5..10", "0.5..", "..7", "3"])
def test_a_range_is_written_as_it_was_read(text: str) -> None:
    found = Range.find(text)
    assert found is not None
    assert address(found.low, found.high) == text
