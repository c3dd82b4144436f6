"""SRPO's five blocks and AutoMathCritique's step feedback."""

from dataclasses import replace

import pytest

from analysis.protocols.settings import SettingRefused
from analysis.training.traces import Trace

from .made import ASKED, FIVE, PROBLEM, RIGHT, WRONG, criticised, exported, last, one, plain, trained, two

SAYS_WRONG = "Correctness of the step: Wrong\nCorrectness of the final answer: Wrong"
HELPED = criticised("helped", "It is 5.", SAYS_WRONG, "It is 4.", WRONG, RIGHT)
SPOILT = criticised("spoilt", "It is 4.", SAYS_WRONG, "It is 5.", RIGHT, WRONG)


def test_five_blocks_that_end_right_are_one_message_that_is_trained_on() -> None:
    rows, counts = exported("srpo", one("whole", FIVE, RIGHT))
    assert trained(last(rows[0])) == [FIVE]
    assert counts.made == {"first answer unknown": 1}


def test_a_reply_that_was_stored_as_two_answers_is_put_together_again() -> None:
    cut = FIVE.index("<reflection>")
    halves = (ASKED, plain(FIVE[:cut]), plain(FIVE[cut:]))
    rows, counts = exported("srpo", Trace("halves", PROBLEM, halves, (WRONG, RIGHT)))
    assert last(rows[0])["content"] == FIVE
    assert counts.made == {"wrong first answer": 1}


def test_other_formats_wrong_ends_and_dialogues_are_no_five_blocks() -> None:
    _, counts = exported("srpo", one("a", "4", RIGHT), one("b", FIVE, WRONG), two("c", "5", "4", WRONG, RIGHT))
    assert counts.left_out == {
        "not the five blocks and nothing else": 1,
        "the final answer is not right": 1,
        "something was said between the answers": 1,
    }


def test_a_critique_that_mends_an_answer_is_learned_from_question_and_solution() -> None:
    rows, counts = exported("critiques", HELPED, SPOILT, look="Q: {question} S: {solution}")
    assert [message["content"] for message in rows[0]["messages"]] == ["Q: What is 2 + 2? S: It is 5.", SAYS_WRONG]
    assert [message["train_on"] for message in rows[0]["messages"]] == [False, True]
    assert counts.left_out == {"the critique mended nothing": 1}


def test_a_critique_may_be_kept_for_a_true_verdict_whatever_followed() -> None:
    stuck = replace(HELPED, source="stuck", outcomes=(WRONG, WRONG))
    rows, counts = exported("critiques", stuck, SPOILT, keep="true")
    assert [row["metadata"]["sources"] for row in rows] == [["stuck"]]
    assert counts.left_out == {"the critique's verdict is not true": 1}
    assert exported("critiques", stuck, SPOILT, keep="all")[1].made == {"of a wrong answer": 1, "of a right answer": 1}


def test_traces_without_a_critic_are_counted_and_the_words_need_their_places() -> None:
    assert exported("critiques", one("a", "4", RIGHT))[1].left_out == {"no critique": 1}
    for look, fault in (("{question}", "has no .solution"), ("{question} {solution} {odd}", "asks for .odd")):
        with pytest.raises(SettingRefused, match=fault):
            exported("critiques", look=look)
