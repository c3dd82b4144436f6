"""What every attempt of a rollout came to stands in the features: outcomes, equal answers, edits, confidences."""

from typing import Any

import pytest

from analysis.types import Role, Turn
from apps.traces.models import Collection, Grade
from apps.traces.services.analyses import ensured_analysis
from apps.traces.services.measuring import features_of
from tests.traces import build

pytestmark = pytest.mark.django_db(transaction=True)
REVIEW = Turn(Role.USER, "Check your answer.")


def answered(*responses: str, **given: Any) -> Any:
    """A rollout whose attempts state these responses, a request to check between them."""
    first, *later = (build.attempt("", response, confidence=0.5) for response in responses)
    more = [turn for attempt in later for turn in (REVIEW, attempt)]
    return build.rollout(turns=(Turn(Role.USER, "What is 2 + 2?"), first, *more), **given)


def row_of(collection: Collection) -> dict[str, Any]:
    return features_of([ensured_analysis(collection=collection)]).row(0, named=True)


def test_each_attempt_is_graded_and_compared_with_the_one_before() -> None:
    collection = build.stored([answered("The answer is 5.", "The answer is 4.", "The answer is 4.0")])
    row = row_of(collection)
    assert row["attempt_outcomes"] == ["incorrect", "correct", "correct"]
    assert row["attempt_classes"] == [0, 1, 1]
    # 16 characters each, one differs: 1/32; then "4." becomes "4.0": one of 16 + 17 is added
    assert row["attempt_edits"] == pytest.approx([1 / 32, 1 / 33])
    assert row["attempt_confidences"] == [0.5, 0.5, 0.5]
    assert row["answer_key"] == "4"
    grades = Grade.objects.filter(source="ours").order_by("turn_index")
    assert list(grades.values_list("turn_index", "outcome", "value")) == [
        (1, "incorrect", "5"),
        (3, "correct", "4"),
        (5, "correct", "4.0"),
    ]


def test_uploaded_grades_of_attempts_count_where_the_collection_says_so() -> None:
    first = build.attempt("", "The answer is 5.", correct=True)
    last = build.attempt("", "The answer is 4.", correct=False)
    collection = build.stored([build.rollout(turns=(Turn(Role.USER, "?"), first, REVIEW, last))])
    assert row_of(collection)["attempt_outcomes"] == ["incorrect", "correct"]
    Collection.objects.filter(pk=collection.pk).update(counting_grade="uploaded", revision=2)
    collection.refresh_from_db()
    assert row_of(collection)["attempt_outcomes"] == ["correct", "incorrect"]


def test_an_attempt_without_an_answer_has_no_class() -> None:
    row = row_of(build.stored([answered("I do not know yet.", "The answer is 4.")]))
    assert row["attempt_outcomes"] == ["unparsed", "correct"]
    assert row["attempt_classes"] == [-1, 0]


def test_a_rollout_that_answers_once_has_one_attempt() -> None:
    row = row_of(build.stored([build.rollout()]))
    assert (row["attempt_outcomes"], row["attempt_classes"], row["attempt_edits"]) == (["correct"], [0], [])


def test_numbers_on_the_last_attempt_are_read_by_their_names() -> None:
    scores = {"logit_perplexity_confidence": 0.75, "prm_score": 3.5}
    stated = build.attempt("", "The answer is 4.", confidence=95.0)
    row = row_of(
        build.stored([build.rollout(turns=(Turn(Role.USER, "?"), stated), scores=scores, condition={"gate": "oracle"})])
    )
    assert (row["confidence"], row["token_confidence"], row["reward"]) == (95.0, 0.75, 3.5)
    assert row["oracle_gated"] is True
