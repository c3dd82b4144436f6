"""Suggestions by rules: what the words of a step say, and candidates on the steps in which they stand."""

from dataclasses import replace

import pytest

from analysis.labelling.scheme import Kind, Scheme, Target
from analysis.labelling.shipped import SCHEMES
from analysis.labelling.suggesting import (
    SILENT,
    TABLE,
    Suggestion,
    by_candidates,
    by_rules,
    candidate_kind,
    names_by_rules,
)
from analysis.labelling.worth import Of, share_of
from analysis.markers import MARKERS
from analysis.types import Candidate

REFLECTION = SCHEMES["reflection"]
TEXT = "So x = 5.\nWait, is that right?\nLet me check it.\nI forgot the sign.\nIt should be 4.\nAlternatively, count."


def named(text: str, scheme: Scheme = REFLECTION) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.name) for each in by_rules(text, scheme)]


def test_each_step_is_suggested_what_its_words_say() -> None:
    assert named(TEXT) == [
        ("Wait, is that right?", "doubt"),
        ("Let me check it.", "verify"),
        ("I forgot the sign.", "locate_error"),
        ("It should be 4.", "repair"),
        ("Alternatively, count.", "new_approach"),
    ]


def test_words_are_whole_words_and_doubt_is_heard_in_the_opening_only() -> None:
    assert named("The checkered board awaits.") == []
    assert named("x = 3, which holds for all numbers that are positive; I can wait.") == []
    assert named("WAIT’s over") == [("WAIT’s over", "doubt")]


def test_where_a_step_carries_one_label_the_first_rule_of_the_table_gives_it() -> None:
    text = "Wait, I made a mistake, let me check."
    assert {name for _, name in named(text)} == {"locate_error", "verify", "doubt"}
    assert named(text, replace(REFLECTION, many=False)) == [(text, "locate_error")]


@pytest.mark.parametrize("shipped", list(SCHEMES))
def test_rules_suggest_labels_of_steps_that_the_scheme_has(shipped: str) -> None:
    scheme = SCHEMES[shipped]
    steps = {kind.name for kind in scheme.on(Target.STEP)}
    assert names_by_rules(scheme) <= steps
    assert {each.name for each in by_rules(TEXT, scheme)} <= names_by_rules(scheme)
    found = by_rules(TEXT, scheme)
    assert len({(each.start, each.name) for each in found}) == len(found)


def test_every_marker_is_in_the_table_or_said_to_be_silent() -> None:
    words = {word for rule in TABLE.values() for word in rule.words}
    assert {marker.lower() for marker in MARKERS} - words == set(SILENT)


def candidate(start: int, value: str) -> Candidate:
    return Candidate(start, start + 1, 1, value, "rule", "because")


def test_candidates_stand_on_their_steps_with_their_values_from_left_to_right() -> None:
    """Two candidates on the first line, one value twice on the second; one that begins between them is the next's."""
    text = "a 1 or b 2\nc 3, so 3."
    found = by_candidates(text, REFLECTION, [candidate(*each) for each in ((9, "2"), (2, "1"), (13, "3"), (10, "3"))])
    assert found == [Suggestion(0, 10, "candidate", "1; 2"), Suggestion(11, 21, "candidate", "3")]


def test_candidates_stand_on_their_own_spans_where_spans_are_labelled() -> None:
    spans = Scheme("s", (Kind("candidate", "C", "1", 1, on=Target.SPAN, has_value=True),))
    assert by_candidates("a 1", spans, [candidate(2, "1")]) == [Suggestion(2, 3, "candidate", "1")]


@pytest.mark.parametrize(
    "kind",
    [
        Kind("answer", "A", "1", 1, has_value=True),
        Kind("candidate", "A", "1", 1),
        Kind("candidate", "A", "1", 1, on=Target.ROLLOUT, has_value=True),
        Kind("candidate", "A", "1", 1, has_value=True, values=("A", "B")),
    ],
)
def test_a_scheme_without_a_label_for_candidates_gets_none(kind: Kind) -> None:
    scheme = Scheme("s", (kind,))
    assert candidate_kind(scheme) is None
    assert by_candidates("a 1", scheme, [candidate(2, "1")]) == []


def test_a_share_over_rollouts_that_are_all_or_nothing_counts_rollouts() -> None:
    """Two rollouts with 10 of 10 and two with 0 of 10: p = 0.5; variance 4/3 · 4·25/40² = 1/12, so n = 0.25·12 = 3.
    Wilson at 3: 0.5 ± 1.96 · √(0.25/3 + 1.96²/36) / (1 + 1.96²/3) = 0.5 ± 0.3747."""
    found = share_of([Of(10, 10), Of(0, 10), Of(10, 10), Of(0, 10)])
    assert (found.value, found.k, found.n, found.n_rollouts) == (0.5, 20, 40, 4)
    assert [found.low, found.high] == pytest.approx([0.1253, 0.8747], abs=1e-4)


def test_of_nothing_there_is_no_share_and_a_reason() -> None:
    assert share_of([]).value is None
    assert share_of([Of(0, 0)]).reason == "nothing to count"
