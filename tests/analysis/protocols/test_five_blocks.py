"""Think, answer, reflection, think, answer: parsed, made two attempts, scored by the published table."""

import math

import pytest

from analysis.asking import Reply, Token
from analysis.protocols.conduct import Item
from analysis.protocols.five_blocks import FIVE_BLOCKS, blocks_of, brevity, effect_of

from .driving import drive, listed
from .traces import SUM


def five(first: str, second: str) -> str:
    return (
        f"<think>aaaa</think>\n<answer>\\boxed{{{first}}}</answer>\n<reflection>Let me see.</reflection>\n"
        f"<think>bb</think>\n<answer>\\boxed{{{second}}}</answer>"
    )


@pytest.mark.parametrize(
    ("first", "second", "effect"), [("42", "42", 0.75), ("41", "42", 1.0), ("42", "41", 0.25), ("41", "40", 0.0)]
)
def test_the_effect_of_a_reflection_is_that_of_the_table(first: str, second: str, effect: float) -> None:
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed([five(first, second)]))
    scores = result.rollouts[0].scores
    assert scores["srpo_effect"] == effect
    assert scores["srpo_format"] == 0.5
    assert scores["srpo_score"] == pytest.approx(effect + 0.5 + scores["srpo_brevity"])


def test_the_two_answers_are_two_attempts_that_make_up_the_reply() -> None:
    text = five("41", "42")
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed([text]))
    asked, first, second = result.rollouts[0].turns
    assert (first.answer, second.answer) == ("41", "42")
    assert (first.text or "") + (second.text or "") == text
    assert first.reasoning is not None
    assert (first.text or "")[first.reasoning.start : first.reasoning.end] == "aaaa"
    assert "<reflection>" in (asked.text or "")


def test_brevity_is_greatest_at_twice_the_first_part() -> None:
    # first think 4 and answer 4 are 8; blocks of 16 in all are T: 0.1; of 20 are Tmax = 20: 0.1 / e
    def reply(n: int) -> str:
        middle = f"<reflection>{'r' * (n - 10)}</reflection>"
        return f"<think>aaaa</think><answer>1234</answer>{middle}<think>c</think><answer>1</answer>"

    assert brevity(blocks_of(reply(16))) == pytest.approx(0.1)
    assert brevity(blocks_of(reply(20))) == pytest.approx(0.1 / math.e)
    assert brevity(blocks_of("no blocks")) == 0


def test_lengths_are_tokens_where_the_engine_gives_them_and_a_remark_says_where_not() -> None:
    """The first think and answer are 4 + 1 tokens, all five blocks 4 + 1 + 3 + 1 + 1 = 10 = T: the most, 0.1.

    In characters they are 7 + 1 of 7 + 1 + 3 + 1 + 1 = 13, so (13 - 16) / 4 = -0.75: 0.1 exp(-0.5625).
    """
    pieces = ["<think>", "aaaa", "b", "b", "b", "</think><answer>", "7", "</answer><reflection>", "x", "y", "z",
              "</reflection><think>", "c", "</think><answer>", "7", "</answer>"]  # fmt: skip
    text = "".join(pieces)
    told = Reply(text, tokens=[Token(0, piece, None) for piece in pieces])
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed([told]))
    assert result.rollouts[0].scores["srpo_brevity"] == pytest.approx(0.1)
    assert result.remarks == ()
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed([text]))
    assert result.rollouts[0].scores["srpo_brevity"] == pytest.approx(0.1 * math.exp(-0.5625))
    assert result.remarks == (
        "the engine gave no tokens of this reply: the lengths behind srpo_brevity are in characters",
    )


@pytest.mark.parametrize(
    "text",
    [
        "<think>a</think><answer>1</answer>",
        five("1", "2") + " And more.",
        five("1", "2").replace("<reflection>", "<answer>").replace("</reflection>", "</answer>"),
        five("1", "2").removesuffix("</answer>"),
        "<think>" * 20_000,
        "",
    ],
)
def test_anything_else_is_out_of_format(text: str) -> None:
    assert not blocks_of(text).is_in_format


def test_a_single_right_answer_is_worth_half() -> None:
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed(["<think>a</think>\n\nThe answer is 42."]))
    assert result.rollouts[0].scores["srpo_effect"] == 0.5
    assert effect_of([False]) == 0


def test_a_reply_cut_in_its_reflection_is_one_truncated_attempt() -> None:
    cut = five("42", "42")[:70]
    result, _ = drive(FIVE_BLOCKS, Item(SUM), listed([Reply(cut, "length", n_tokens=9)]))
    assert result.rollouts[0].truncated
    assert len([turn for turn in result.rollouts[0].turns if turn.is_attempt]) == 1
