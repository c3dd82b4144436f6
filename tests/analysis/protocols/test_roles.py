"""Critic, teacher, debaters and judges: who is asked what, and how their words are read."""

import json

import pytest

from analysis.asking import Reply
from analysis.protocols.conduct import Item, ProtocolFailed, Result
from analysis.protocols.debate import DEBATE, LEVELS, ruling_in
from analysis.protocols.extraction import EXTRACTION
from analysis.protocols.feedback import CRITIQUE, TEACHER, verdicts_in
from analysis.protocols.json_replies import find_list, find_object
from analysis.protocols.judge import JUDGE
from analysis.protocols.settings import SettingRefused
from analysis.types import Role

from .driving import drive, listed
from .test_every_protocol import BOTH
from .traces import ITEM, SUM

WRONG, RIGHT = "<think>17 + 25 = 41</think>\n\nThe answer is 41.", "The answer is 42."
CRITIQUE_TEXT = (
    "Step sentence: 17 + 25 = 41\nCorrectness of the step: Incorrect\nExplanation: 7 + 5 is 12.\n"
    "Correctness of the final answer: Wrong\nExplanation: it is 42."
)


def roles(result: Result) -> list[str]:
    return [turn.actor or turn.role.value for turn in result.rollouts[0].turns]


def test_a_critic_sees_the_visible_solution_and_the_solver_its_critique() -> None:
    result, driven = drive(CRITIQUE, Item(SUM), listed([WRONG, CRITIQUE_TEXT, RIGHT]))
    assert [ask.role for ask in driven.asks] == ["solver", "critic", "solver"]
    assert "The answer is 41." in driven.asks[1].messages[0].text
    assert "17 + 25 = 41" not in driven.asks[1].messages[0].text
    assert CRITIQUE_TEXT in driven.asks[2].messages[-1].text
    assert roles(result) == ["user", "assistant", "critic", "assistant"]
    assert dict(result.rollouts[0].scores) == {
        "n_rounds": 1, "critic_is_right": 1, "n_steps_called_wrong": 1, "n_unread_verdicts": 0,
    }  # fmt: skip


def test_a_critic_that_calls_a_wrong_answer_right_is_counted_as_wrong() -> None:
    approving = "Correctness of the final answer: Correct"
    result, _ = drive(CRITIQUE, Item(SUM), listed([WRONG, approving, RIGHT]))
    assert result.rollouts[0].scores["critic_is_right"] == 0
    _, driven = drive(CRITIQUE, Item(SUM), listed([WRONG, approving]), {"stop_when_approved": True, "rounds": 4})
    assert driven.n_requests == 2


@pytest.mark.parametrize("text", ["Looks fine to me.", "", "Correctness of the final answer: maybe"])
def test_a_critique_without_a_verdict_is_counted_as_unread(text: str) -> None:
    assert verdicts_in(text).is_right is None


def test_a_teacher_is_a_turn_of_its_own() -> None:
    result, driven = drive(TEACHER, Item(SUM), listed([WRONG, "Look at the units again.", RIGHT]))
    assert roles(result) == ["user", "assistant", "teacher", "assistant"]
    assert "Look at the units again." in driven.asks[2].messages[-1].text


def test_feedback_without_its_place_is_refused() -> None:
    with pytest.raises(SettingRefused, match=r"has no \{feedback\}"):
        CRITIQUE.settle({"refine": "Try again."})


def decided(answer: str, side: str = "negative") -> str:
    return json.dumps({"decided": True, "side": side, "reason": "", "answer": answer})


UNDECIDED = json.dumps({"decided": False, "side": "", "reason": "", "answer": ""})


def test_sides_speak_in_turn_and_see_all_that_was_said() -> None:
    replies = [WRONG, RIGHT, UNDECIDED, WRONG, RIGHT, decided("42")]
    result, driven = drive(DEBATE, Item(SUM), listed(replies))
    assert [ask.role for ask in driven.asks] == ["affirmative", "negative", "judge"] * 2
    assert LEVELS["2"] in driven.asks[0].messages[0].text
    assert "The answer is 41." in driven.asks[1].messages[1].text
    assert driven.asks[4].messages[1].text.count("side:\n") == 3
    assert roles(result) == ["user", *["affirmative", "negative", "judge"] * 2]


def test_the_judge_ends_a_debate_early_and_its_answer_is_the_last_attempt() -> None:
    result, driven = drive(DEBATE, Item(SUM), listed([WRONG, RIGHT, decided("42")]), {"rounds": 3})
    (made,) = result.rollouts
    assert driven.n_requests == 3
    assert [turn.answer for turn in made.turns if turn.is_attempt] == ["41", "42", "42"]
    assert (made.scores["broke_early"], made.scores["n_rounds"], made.scores["disagreement"]) == (1, 1, 1)
    assert result.remarks == ("the judge sided with the negative side",)


def test_after_the_last_round_the_judge_lists_and_chooses() -> None:
    replies = [WRONG, WRONG, UNDECIDED, "41 and nothing else", "One answer stands. The answer is 41."]
    result, driven = drive(DEBATE, Item(SUM), listed(replies), {"rounds": 1})
    assert "41 and nothing else" in driven.asks[-1].messages[0].text
    made = result.rollouts[0]
    assert (made.turns[-1].role, made.turns[-1].answer) == (Role.JUDGE, "41")
    assert (made.scores["broke_early"], made.scores["disagreement"], made.scores["n_calls"]) == (0, 0, 5)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"Whether there is a preference": "Yes", "Supported Side": "Negative", "debate_answer": "42"}', "42"),
        ("Both are fine.", ""),
        ('{"decided": true, "answer": null}', ""),
        ('{"decided": true, "answer": ["42"]}', ""),
        ("{" * 5000, ""),
        ('<think>{"answer": "1"}</think>{"answer": "2"}', "2"),
    ],
)
def test_a_ruling_is_read_or_there_is_none(text: str, answer: str) -> None:
    assert ruling_in(text).answer == answer


def test_a_verdict_is_compared_with_the_gold() -> None:
    # the source answers 42, which is right; a judge that finds it wrong disagrees with the gold
    result, _ = drive(JUDGE, ITEM, listed(["It is off.\nVERDICT: **incorrect**"]))
    assert dict(result.scores) == {"judge_correct": 0, "judge_agrees_with_gold": 0}
    (said,) = result.judgements
    assert (said.verdict, said.rationale) == ("incorrect", "It is off.")


def test_a_score_must_stand_on_its_scale() -> None:
    result, driven = drive(JUDGE, ITEM, listed(["Sound.\nSCORE: 3.5/5"]), {"form": "score", "high": 5})
    assert result.scores["judge_score"] == 3.5
    assert "SCORE: a number from 1 to 5" in driven.asks[0].messages[0].text
    for text in ("SCORE: 11", "It is good", "SCORE: 1e400", "SCORE: -3"):
        with pytest.raises(ProtocolFailed, match="gives no score from 1 to 10"):
            drive(JUDGE, ITEM, listed([text]), {"form": "score"})


@pytest.mark.parametrize(
    ("replies", "prefers", "is_consistent", "place_a"),
    [
        (["VERDICT: A", "VERDICT: B"], 1.0, 1, 0.5),
        (["VERDICT: A", "VERDICT: A"], 0.5, 0, 1.0),
        (["VERDICT: B", "VERDICT: B"], 0.5, 0, 0.0),
        (["VERDICT: tie", "VERDICT: A"], 0.25, 0, 1.0),
    ],
)
def test_a_pair_is_judged_in_both_orders(
    replies: list[str], prefers: float, is_consistent: float, place_a: float
) -> None:
    result, driven = drive(JUDGE, BOTH, listed(replies), {"form": "pair"})
    assert dict(result.scores) == {
        "judge_prefers_first": prefers, "judge_is_consistent": is_consistent, "judge_picks_place_a": place_a,
    }  # fmt: skip
    first, second = (ask.messages[0].text for ask in driven.asks)
    assert first.index("The answer is 42.") < first.index("The answer is 41.")
    assert second.index("The answer is 41.") < second.index("The answer is 42.")


def test_a_pair_needs_two_texts() -> None:
    with pytest.raises(ProtocolFailed, match="has 1 attempts with text, a pair needs two"):
        drive(JUDGE, ITEM, listed([]), {"form": "pair"})


def test_by_likelihood_the_likelier_verdict_is_taken_and_nothing_written() -> None:
    # e^-1 against e^-2: .731 for correct
    result, driven = drive(JUDGE, ITEM, listed([Reply(continuations=(-1.0, -2.0))]), {"read_by": "likelihood"})
    assert (driven.asks[0].prefix, driven.asks[0].continuations) == ("VERDICT:", (" correct", " incorrect"))
    assert driven.n_tokens == 0
    assert result.scores["judge_correct"] == 1
    assert result.scores["judge_p_correct"] == pytest.approx(0.7310586)


def test_by_likelihood_a_score_is_the_mean_over_the_scale() -> None:
    # equal weights on 1, 2, 3: 2
    settings = {"form": "score", "read_by": "likelihood", "high": 3}
    result, _ = drive(JUDGE, ITEM, listed([Reply(continuations=(-5.0, -5.0, -5.0))]), settings)
    assert result.scores["judge_score"] == pytest.approx(2)


def test_an_engine_without_log_probabilities_cannot_judge_by_likelihood() -> None:
    with pytest.raises(ProtocolFailed, match="gives no log-probabilities"):
        drive(JUDGE, ITEM, listed([Reply(continuations=(None, None))]), {"read_by": "likelihood"})


def test_the_gold_is_shown_only_where_it_is_asked_for() -> None:
    replies = ["VERDICT: correct"]
    _, hidden = drive(JUDGE, ITEM, listed(replies))
    _, shown = drive(JUDGE, ITEM, listed(replies), {"shows_gold": True})
    assert "Reference answer:\n42" in shown.asks[0].messages[0].text
    assert "Reference" not in hidden.asks[0].messages[0].text.split("Decide by")[0]


def test_an_extractor_names_lines_and_values() -> None:
    # lines of the reasoning: 1 blank, 2 "17 + 25 = 41." (8..21), 3 blank, 4 "Wait, ...", 5 "So it is 42." (42..54)
    reply = 'Lines 2 and 5 state it.\n[[2, "41"], [5, "42"]]'
    result, driven = drive(EXTRACTION, ITEM, listed([reply]))
    assert result.candidates is not None
    assert [(c.start, c.end, c.line, c.value) for c in result.candidates] == [(18, 20, 2, "41"), (51, 53, 5, "42")]
    assert "2: 17 + 25 = 41.\n3: \n4: Wait, 7 + 5 is 12." in driven.asks[0].messages[0].text
    assert "The answer is 42" not in driven.asks[0].messages[0].text


def test_a_value_that_is_not_written_in_its_line_stands_for_the_line() -> None:
    result, _ = drive(EXTRACTION, ITEM, listed(["[(2, '\\\\frac{82}{2}')]"]))
    assert result.candidates is not None
    assert [(c.start, c.end, c.value) for c in result.candidates] == [(8, 21, "\\frac{82}{2}")]


def test_several_values_of_one_line_are_found_from_left_to_right() -> None:
    result, _ = drive(EXTRACTION, ITEM, listed(['[[2, "17"], [2, "25"], [2, "41"]]']))
    assert result.candidates is not None
    assert [c.start for c in result.candidates] == [8, 13, 18]


def test_entries_that_cannot_be_used_are_counted() -> None:
    reply = '[[2, "41"], [99, "1"], ["x", "2"], [2], 7, [2, null], [2, ""], [true, "41"], [5, ["42"]]]'
    result, _ = drive(EXTRACTION, ITEM, listed([reply]))
    assert result.candidates is not None
    assert len(result.candidates) == 1
    assert result.remarks == ("8 of 9 entries name no line of the trace or no value",)


def test_no_candidates_are_an_empty_list_and_no_list_is_a_failure() -> None:
    assert drive(EXTRACTION, ITEM, listed(["None of them.\n[]"]))[0].candidates == ()
    with pytest.raises(ProtocolFailed, match="holds no list"):
        drive(EXTRACTION, ITEM, listed(["__import__('os')"]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[(1, "[2, 3)")]', [(1, "[2, 3)")]),
        ('see [1] then [[2, "x"]]', [[2, "x"]]),
        ('[[1, "it\'s"]]', [[1, "it's"]]),
        ("[" * 100_000, None),
        ("['" + "a" * 100_000, None),
        ("[__import__('os').system('id')]", None),
        ("[1e999999]", [float("inf")]),
    ],
)
def test_lists_are_found_without_evaluating_anything(text: str, found: object) -> None:
    assert find_list(text) == found


def test_the_last_object_counts() -> None:
    assert find_object('{"a": 1} or rather {"a": 2}') == {"a": 2}


def test_a_failed_judge_names_its_role() -> None:
    with pytest.raises(ProtocolFailed, match="the judge's reply failed: 429"):
        drive(DEBATE, Item(SUM), listed([WRONG, RIGHT, Reply(finish_reason="error", error="429")]))
