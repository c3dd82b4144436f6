"""One-word answers and confidences from 0 to 10: read, or not read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.psychometrics.tasks.confidences import answer_of, confidence_of, declines


@pytest.mark.parametrize(
    ("said", "answer", "confidence"),
    [
        ("Answer: Paris\nConfidence: 9", "Paris", 90.0),
        ("**Answer:** Paris\n**Confidence:** 9/10", "Paris", 90.0),
        ("Answer: Paris, Confidence: 0", "Paris", 0.0),
        ("Answer: Paris. Confidence (0-10): 8", "Paris", 80.0),
        ("Answer:\nParis\nConfidence: 5", "Paris", 50.0),
        ("Answer: 206\nConfidence: 10 out of 10", "206", 100.0),
        ("Answer: Paris\nConfidence: 95%", "Paris", 95.0),
        ("Answer: Paris\nConfidence: 7.5", "Paris", 75.0),
        ("Paris\n9", "Paris", 90.0),
        ("Paris, 9", "Paris", 90.0),
        ("Paris 9", "Paris", 90.0),
        ("Paris", "Paris", None),
        ("Answer: Apollo 11", "Apollo 11", None),
        ("Answer: 12", "12", None),
        ("Answer: Paris\nConfidence: 95", "Paris", None),
        ("Answer: Paris\nConfidence: 0.9", "Paris", None),
        ("Answer: Paris\nConfidence: high", "Paris", None),
        ("Answer: Paris\nConfidence: 7-8", "Paris", None),
        ("Answer: Paris\nConfidence: 4 or 5", "Paris", None),
        ("Answer: Paris\nConfidence: 7, maybe 8", "Paris", None),
        ("Answer: Paris\nConfidence: 9\nAnswer: Rome\nConfidence: 3", "Paris", None),
        ("Confidence: 3", None, 30.0),
        ("My confidence is 8", None, 80.0),
        ("It is a city which many of us have seen once", None, None),
        ("", None, None),
        (" \n ", None, None),
    ],
)
def test_a_first_call_is_read_as_answer_and_confidence(said: str, answer: str | None, confidence: float | None) -> None:
    assert (answer_of(said), confidence_of(said)) == (answer, confidence)


@pytest.mark.parametrize(
    ("said", "confidence"),
    [
        ("8", 80.0),
        ("8.", 80.0),
        ("0", 0.0),
        ("10", 100.0),
        ("I would say 8 out of 10.", 80.0),
        ("70 %", 70.0),
        ("11", None),
        ("-1", None),
        ("-3", None),
        ("7/5", None),
        ("1e5", None),
        ("0-10", None),
        ("٣ and ٤", None),
        ("strongly sure!", None),
        ("As an AI, I have no confidence. 5", None),
        ("9" * 400, None),
    ],
)
def test_a_second_call_is_a_number_from_0_to_10_or_nothing(said: str, confidence: float | None) -> None:
    assert confidence_of(said) == confidence


@pytest.mark.parametrize(
    "said", ["unknown", "Unknown.", "I don’t know", "none", "no such country", "does not exist", "I can't answer that"]
)
def test_declining_is_told_from_answering(said: str) -> None:
    assert declines(said)
    assert answer_of(f"Answer: {said}") is not None


@given(st.text(max_size=300))
def test_any_text_gives_a_confidence_in_bounds_or_none(said: str) -> None:
    found = confidence_of(said)
    assert found is None or 0 <= found <= 100
    assert answer_of(said) != ""
