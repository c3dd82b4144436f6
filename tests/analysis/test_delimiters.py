"""Reasoning is exactly what stands between the delimiters that models write."""

import pytest

from analysis.delimiters import split_reasoning


def parts(text: str) -> tuple[str | None, str | None, str, bool | None]:
    found = split_reasoning(text)
    spans = [text[span.start : span.end] if span else None for span in (found.reasoning, found.response)]
    return spans[0], spans[1], found.source, found.truncated


@pytest.mark.parametrize(
    ("text", "reasoning", "response"),
    [
        ("<think>\nr\n</think>\n\na", "\nr\n", "\n\na"),
        ("<thinking>r</thinking>a", "r", "a"),
        ("<THINK>r</THINK>a", "r", "a"),
        ('<think type="deep">r</think>a', "r", "a"),
        ("<think>r <think>deeper</think> r</think>a", "r <think>deeper</think> r", "a"),
        ("<think>I should close <think> later</think>a", "I should close <think> later", "a"),
        ("Sure.\n<think>r</think>a", "r", "a"),
        ("<think></think>a", "", "a"),
        ("<|begin_of_thought|>r<|end_of_thought|>\n<|begin_of_solution|>a<|end_of_solution|>", "r", "a"),
        ("[THINK]r[/THINK]a", "r", "a"),
        ("◁think▷r◁/think▷a", "r", "a"),
        ("<|channel|>analysis<|message|>r<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>", "r", "a"),
    ],
)
def test_closed_reasoning_is_what_stands_inside(text: str, reasoning: str, response: str) -> None:
    assert parts(text) == (reasoning, response, "inline", False)


def test_a_closing_tag_alone_ends_a_reasoning_that_began_before() -> None:
    assert parts("r\n</think>\na") == ("r\n", "\na", "closer_only", False)


def test_of_several_closing_tags_alone_the_last_one_counts() -> None:
    assert parts("r</think>s</think>a") == ("r</think>s", "a", "closer_only", False)


@pytest.mark.parametrize("opener", ["<think>", "\n<thinking>", "<|begin_of_thought|>", "[THINK]"])
def test_an_opening_tag_that_never_closes_is_truncated(opener: str) -> None:
    assert parts(opener + "\nr") == ("\nr", None, "inline", True)


def test_an_analysis_channel_without_final_is_truncated() -> None:
    assert parts("<|channel|>analysis<|message|>r") == ("r", None, "inline", True)


@pytest.mark.parametrize("text", ["", "plain", "a < b and b > c", "use the <think> tag to think"])
def test_text_without_delimiters_is_all_response(text: str) -> None:
    assert parts(text) == (None, text, "none", None)


def test_many_tags_take_no_longer_than_their_length() -> None:
    assert split_reasoning("<think>" * 50_000).truncated is True
    assert split_reasoning("</think>" * 50_000).source == "closer_only"
