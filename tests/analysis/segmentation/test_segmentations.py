r"""Steps are pure spans of code points: properties of every registered segmentation, and hand-made texts for each."""

import random

import pytest

from analysis.registry import UnknownName
from analysis.segmentation import DEFAULT, SEGMENTATIONS, VERSIONS

TEXTS = [
    "",
    "\n",
    "one",
    "a\n\nb",
    "a\r\nb\u2028c\x85d\n",
    "So x = 3.5. Right?\n\n  Yes, e.g. this. \n\t\n**Answer:** 4.",
    "𝔸 is a code point. Ω too.\nend",
    "." * 50,
]


def pieces(name: str, text: str) -> list[str]:
    return [text[step.start : step.end] for step in SEGMENTATIONS[name](text)]


@pytest.mark.parametrize("name", SEGMENTATIONS)
@pytest.mark.parametrize("text", TEXTS)
def test_steps_are_numbered_from_one_in_order_and_never_overlap(name: str, text: str) -> None:
    steps = SEGMENTATIONS[name](text)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    edges = [edge for step in steps for edge in (step.start, step.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.parametrize("name", SEGMENTATIONS)
@pytest.mark.parametrize("text", TEXTS)
def test_no_visible_character_is_lost_and_no_step_holds_a_paragraph_break(name: str, text: str) -> None:
    kept = "".join("".join(piece.split()) for piece in pieces(name, text))
    assert kept == "".join(text.split())
    assert not any("\n\n" in piece for piece in pieces(name, text))


def test_every_segmentation_has_a_version_and_the_default_is_known() -> None:
    assert set(VERSIONS) == set(SEGMENTATIONS)
    assert DEFAULT in SEGMENTATIONS


def test_an_unknown_segmentation_is_refused_with_the_known_names() -> None:
    with pytest.raises(UnknownName, match="known: line, paragraph, sentence"):
        SEGMENTATIONS["word"]


def test_lines_are_those_of_split_and_not_of_splitlines() -> None:
    text = "a\r\nb\x85c\u2028d\x0be\n\nf\n"
    assert pieces("line", text) == text.split("\n")
    assert len(text.splitlines()) != len(text.split("\n"))


def test_an_empty_text_is_one_empty_line_and_no_paragraph_and_no_sentence() -> None:
    assert pieces("line", "") == [""]
    assert pieces("paragraph", "") == []
    assert pieces("sentence", "") == []


def test_random_texts_are_rebuilt_from_their_lines() -> None:
    rng = random.Random(7)
    for _ in range(200):
        text = "".join(rng.choice("ab \n\r\u2028é𝔸.") for _ in range(rng.randrange(40)))
        assert "\n".join(pieces("line", text)) == text


def test_a_line_of_blanks_separates_paragraphs() -> None:
    assert pieces("paragraph", "a\nb\n \t\nc\n\n\nd") == ["a\nb", "c", "d"]


def test_sentences_end_at_a_stop_before_white_space_and_never_inside_a_number() -> None:
    assert pieces("sentence", "So x = 3.5. Right? Yes!") == ["So x = 3.5.", "Right?", "Yes!"]


def test_abbreviations_and_list_numbers_end_no_sentence() -> None:
    assert pieces("sentence", "1. Add them, e.g. by hand. Done") == ["1. Add them, e.g. by hand.", "Done"]


def test_a_closing_quote_stays_with_its_sentence() -> None:
    assert pieces("sentence", 'He said "no." Then he left.') == ['He said "no."', "Then he left."]
