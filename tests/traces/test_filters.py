"""A filter selects the same rollouts in SQL and in the features, refuses what it does not know, says what it does."""

import polars as pl
import pytest

from analysis import features
from apps.traces.models import Analysis
from apps.traces.queries import listing
from apps.traces.queries.filter_fields import NONE, BadFilterError
from apps.traces.queries.filters import FIELDS, RolloutFilter
from apps.traces.queries.orders import Order
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
    "band": ["medium", "hardest", "queue"],
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
    assert set(EXAMPLES) | {"problem", "q", "extractor", "confidence"} == set(
        FIELDS
    )  # q: test_search; extractor: test_candidate_sets; confidence: below


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


def test_a_confidence_is_read_as_calibration_reads_it() -> None:
    frame = sure_frame(stated=[95.0, 80.0, 90.0, None, 30.0], outcomes=["correct"] * 3 + ["incorrect", "no_gold"])

    def chosen(value: str) -> list[int]:
        return frame.filter(RolloutFilter.parse({"confidence": value}).expression())["rollout_id"].to_list()

    assert chosen("[80..90)") == [1]
    assert chosen("[80..90]") == [1, 2]
    assert chosen("(80..100]") == [0, 2]
    assert chosen("[0..100]") == [0, 1, 2]  # none stated, and no gold: in no bin
    assert chosen("stated@share:[0..100]") == []  # 95 is no share
    assert RolloutFilter(confidence="(80..100]").words == "stated confidence above 80.0 to 100.0 %"


@pytest.mark.parametrize("value", ["80..90", "[90..80]", "[a..b]", "guess:[1..2]", "[1.2.3..4]", "[80..101]", "["])
def test_what_is_no_interval_of_confidence_is_refused(value: str) -> None:
    with pytest.raises(BadFilterError, match="confidence cannot be"):
        RolloutFilter.parse({"confidence": value})


def test_bands_are_of_all_samples_of_a_set_and_the_queue_of_all_models() -> None:
    frame = sure_frame(
        stated=[None] * 10,
        outcomes=["correct"] * 3 + ["incorrect"] + ["incorrect"] * 6,
        problems=[1] * 4 + [2] * 3 + [1] * 2 + [3],
        models=["a"] * 7 + ["b"] * 3,
    )

    def chosen(band: str, **more: str) -> list[int]:
        return frame.filter(RolloutFilter.parse({"band": band, **more}).expression())["rollout_id"].to_list()

    assert chosen("easy") == [0, 1, 2, 3]  # problem 1 by a: 3 of 4
    assert chosen("easy", outcome="incorrect") == [3]
    assert chosen("hardest") == [4, 5, 6, 7, 8]  # problem 3 has one sample: no band
    assert chosen("queue") == [4, 5, 6]  # a solves problem 1
    assert chosen("medium") == chosen("hard") == []


def sure_frame(
    stated: list[float | None],
    outcomes: list[str],
    problems: list[int] | None = None,
    models: list[str] | None = None,
) -> pl.DataFrame:
    n = len(outcomes)
    columns = {
        "rollout_id": list(range(n)),
        "problem_id": problems or [1] * n,
        "collection_id": [1] * n,
        "model": models or ["a"] * n,
        "condition": [""] * n,
        "has_gold": [outcome != "no_gold" for outcome in outcomes],
        "final_outcome": outcomes,
        "confidence": stated,
    }
    return features.completed(pl.DataFrame(columns))
