"""How sentences open around the first candidate, and the bounded vocabulary of a collection."""

import polars as pl
import pytest

from analysis import phrases
from analysis.features import Identity, build
from analysis.phrases import MOST_SENTENCES, Vocabulary, openings, pruned
from tests.analysis.measures.rollouts import reading_of


def test_a_sentence_opens_with_its_first_words_up_to_a_number_or_a_formula() -> None:
    text = "We know 3 things. So x = 4\nWait, maybe not: Let me check! \\frac{1}{2} is no word. - Then it’s 5."
    found = openings(text, len("We know 3 things. So x = 4\n"))
    assert dict(zip(found.phrases, zip(found.before, found.after, strict=True), strict=True)) == {
        "we know": (1, 0),
        "so": (1, 0),
        "wait maybe not": (0, 1),
        "let me check": (0, 1),
        "then it's": (0, 1),
    }
    assert (found.n_before, found.n_after) == (2, 3)


def test_only_so_many_sentences_nearest_to_the_candidate_are_counted() -> None:
    text = "far away. " * 500 + "near it.\n" + "close by. " * 500
    found = openings(text, text.index("close"))
    assert found.n_before == found.n_after == MOST_SENTENCES
    assert dict(zip(found.phrases, found.before, strict=True))["near it"] == 1


def test_a_rollout_without_a_candidate_has_no_openings_and_one_with_them_is_split_at_its_line() -> None:
    without = build(Identity(1, 1, 1, "m"), reading_of("", "T", tail="So it is done."))
    assert (without["phrases"], without["n_openings_after"]) == ([], 0)
    row = build(Identity(1, 1, 1, "m"), reading_of("T", "T", tail="So it is done. Wait now."))
    assert (row["phrases"], row["phrases_before"], row["phrases_after"]) == (["so it is", "wait now"], [0, 0], [1, 1])


def test_the_vocabulary_keeps_what_most_rollouts_hold_and_what_that_begins_with() -> None:
    words = Vocabulary()
    words.add([["so it is"]] * 3 + [["so it was"]] * 2 + [["wait"] * 9])
    assert words.kept() == {"so", "so it", "so it is"}


def test_a_vocabulary_stays_bounded_and_forgets_only_what_is_rare() -> None:
    words = Vocabulary()
    for part in range(30):
        words.add([[f"rare {part} {k}", "often seen"] for k in range(10_000)])
    assert "often seen" in words.kept()
    assert len(words._counts) <= phrases.MOST_COUNTED + 40_000


def test_cutting_to_the_vocabulary_keeps_every_count_of_a_kept_phrase() -> None:
    frame = pl.DataFrame(
        {
            "phrases": [["so it is", "so that", "wait now"], None, []],
            "phrases_before": [[1, 2, 3], None, []],
            "phrases_after": [[4, 5, 6], None, []],
        }
    )
    cut = pruned(frame, frozenset({"so", "wait", "wait now"}))
    assert cut.rows() == [(["so", "wait now"], [3, 3], [9, 6]), (None, None, None), ([], [], [])]
    assert pruned(frame.head(0), frozenset()).schema == frame.schema


@pytest.mark.parametrize("text", ["\n" * 50_000, "wait " * 50_000, "a. " * 50_000, "'" * 50_000, "-" * 50_000 + "a"])
def test_hostile_text_costs_no_more_than_its_window(text: str) -> None:
    found = openings(text, len(text) // 2)
    assert len(found.phrases) <= 2 * MOST_SENTENCES
