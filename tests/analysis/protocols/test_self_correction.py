"""Rounds of review: what is said, what is remembered, when it ends, what is counted."""

from typing import Any

import pytest

from analysis.asking import Message, Reply
from analysis.protocols.chain import CHAIN, DIVERGE, IMPROVE
from analysis.protocols.conduct import Item, ProtocolFailed, Result
from analysis.protocols.reviews import REVIEWS
from analysis.protocols.self_correction import SELF_CORRECTION
from analysis.protocols.settings import SettingRefused
from analysis.protocols.tones import CRITICAL, ENCOURAGING, RETRY, TONES
from analysis.protocols.two_turns import REVIEWS as FOUR
from analysis.protocols.two_turns import TWO_TURNS
from analysis.types import Role

from .driving import drive, listed
from .traces import ITEM, ORGAN, SUM

WRONG, RIGHT = "<think>17 + 25 = 41</think>\n\nThe answer is 41.", "<think>I see.</think>\n\nThe answer is 42."


def answers(result: Result) -> list[str | None]:
    return [turn.answer for turn in result.rollouts[0].turns if turn.is_attempt]


def test_a_round_asks_the_question_again_after_the_visible_answer() -> None:
    result, driven = drive(SELF_CORRECTION, Item(SUM), listed([WRONG, RIGHT]))
    assert driven.asks[1].messages == (
        Message(Role.USER, "What is 17 + 25?"),
        Message(Role.ASSISTANT, "The answer is 41."),
        Message(Role.USER, "What is 17 + 25?"),
    )
    assert answers(result) == ["41", "42"]
    assert [turn.role for turn in result.rollouts[0].turns] == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT]
    assert result.rollouts[0].turns[1].text == WRONG


def test_the_whole_reply_can_be_kept_in_sight() -> None:
    _, driven = drive(SELF_CORRECTION, Item(SUM), listed([WRONG, RIGHT]), {"history": "whole"})
    assert driven.asks[1].messages[1].text == WRONG


def test_all_rounds_stay_in_the_history_and_have_seeds_of_their_own() -> None:
    _, driven = drive(SELF_CORRECTION, Item(SUM, seed=4), listed([WRONG, RIGHT, WRONG]), {"rounds": 2})
    assert [len(ask.messages) for ask in driven.asks] == [1, 3, 5]
    assert driven.asks[0].seed == 4
    assert len({ask.seed for ask in driven.asks}) == 3


def test_changes_of_the_answer_are_counted_by_value() -> None:
    # 41 -> 42 is a change, 42 -> 42.0 is none, 42.0 -> unread is one: 2 of 3 rounds
    replies = [WRONG, RIGHT, "The answer is $42.0$.", "I cannot tell any more of this"]
    result, _ = drive(SELF_CORRECTION, Item(SUM), listed(replies), {"rounds": 3})
    assert dict(result.rollouts[0].scores) == {"n_calls": 4, "n_rounds": 3, "n_changed_answers": 2}


def test_the_oracles_gate_ends_at_the_gold_and_says_so() -> None:
    result, driven = drive(SELF_CORRECTION, Item(SUM), listed([WRONG, RIGHT]), {"rounds": 5, "gate": "oracle"})
    assert driven.n_requests == 2
    assert result.rollouts[0].condition["gate"] == "oracle"
    assert "oracle-gated" in result.remarks[0]
    _, first = drive(SELF_CORRECTION, Item(SUM), listed([RIGHT]), {"rounds": 5, "gate": "oracle"})
    assert first.n_requests == 1


def test_a_repeated_answer_can_end_it() -> None:
    _, driven = drive(SELF_CORRECTION, Item(SUM), listed([WRONG, RIGHT, RIGHT]), {"rounds": 9, "stop_when_same": True})
    assert driven.n_requests == 3


def test_finding_problems_and_improving_are_two_calls_and_one_attempt() -> None:
    replies = [WRONG, "The sum is off by one: the answer is 43.", RIGHT]
    result, driven = drive(SELF_CORRECTION, Item(SUM), listed(replies), {"review": "find"})
    assert answers(result) == ["41", "42"]
    assert [ask.messages[-1].text for ask in driven.asks[1:]] == list(REVIEWS["find"].messages)


def test_own_words_are_filled() -> None:
    settings = {"review": "custom", "review_text": "Round {round}: is {answer} right?"}
    _, driven = drive(SELF_CORRECTION, Item(SUM), listed([WRONG, RIGHT]), settings)
    assert driven.asks[1].messages[-1].text == "Round 1: is 41 right?"


def test_the_rollouts_own_answer_can_be_the_first() -> None:
    result, driven = drive(SELF_CORRECTION, ITEM, listed(["The answer is 41."]), {"first": "rollout"})
    assert driven.n_requests == 1
    assert driven.asks[0].messages[1] == Message(Role.ASSISTANT, "The answer is 42.")
    assert answers(result) == ["42", "41"]


def test_generation_and_multiple_choice_are_two_forms_of_one_item() -> None:
    choice, asked = drive(SELF_CORRECTION, Item(ORGAN), listed(["The answer is A.", "The answer is B."]))
    open_form, hidden = drive(
        SELF_CORRECTION, Item(ORGAN), listed(["the heart", "the liver"]), {"item_form": "generation"}
    )
    assert answers(choice) == ["A", "B"]
    assert answers(open_form) == ["the heart", "the liver"]
    assert "B. the liver" in asked.asks[1].messages[-1].text
    assert "liver" not in hidden.asks[1].messages[-1].text


def test_an_empty_second_reply_fails_the_item() -> None:
    with pytest.raises(ProtocolFailed, match="the solver's reply is empty"):
        drive(SELF_CORRECTION, Item(SUM), listed([WRONG, ""]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"review": "custom"}, "review_text is empty"),
        ({"review_text": "{gold}"}, r"asks for \{gold\}"),
        ({"review": "beg"}, "review is 'beg', must be one of reask"),
        ({"rounds": 0}, "rounds is 0, must be at least 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingRefused, match=words):
        SELF_CORRECTION.settle(settings)


@pytest.mark.parametrize(
    ("first", "second", "kind"), [("42", "42", 1), ("41", "42", 2), ("42", "41", 3), ("41", "40", 4)]
)
def test_a_pair_between_marks_has_one_of_four_types(first: str, second: str, kind: int) -> None:
    result, driven = drive(TWO_TURNS, Item(SUM), listed([f"I say ##{first}##.", f"Then ## {second} ##"]))
    assert result.rollouts[0].scores["scl_type"] == kind
    assert answers(result) == [first, second]
    assert any(driven.asks[1].messages[-1].text.startswith(text) for text in FOUR)


def test_the_review_prompt_is_drawn_by_the_seed_and_each_comes_up() -> None:
    drawn = {
        drive(TWO_TURNS, Item(SUM, seed=seed), listed(["##1##"] * 2))[0].rollouts[0].condition["review"]
        for seed in range(40)
    }
    assert drawn == {f"scl {number}" for number in (1, 2, 3, 4)}


def test_a_chain_shows_the_last_solution_only() -> None:
    result, driven = drive(CHAIN, Item(SUM), listed([WRONG, "It is 40. The answer is 40.", RIGHT]), {"steps": 2})
    assert [len(ask.messages) for ask in driven.asks] == [1, 1, 1]
    assert driven.asks[2].messages[0].text == f"What is 17 + 25?\n\n{IMPROVE}\n\nIt is 40. The answer is 40."
    assert dict(result.rollouts[0].scores) == {"right_at_step/0": 0, "right_at_step/1": 0, "right_at_step/2": 1}


def test_a_chain_goes_another_way_as_often_as_it_is_told() -> None:
    _, never = drive(CHAIN, Item(SUM), listed([RIGHT] * 3), {"steps": 2, "p_diverge": 0})
    _, always = drive(CHAIN, Item(SUM), listed([RIGHT] * 3), {"steps": 2, "p_diverge": 1})
    assert all(IMPROVE in ask.messages[0].text for ask in never.asks[1:])
    assert all(DIVERGE in ask.messages[0].text for ask in always.asks[1:])


@pytest.mark.parametrize(
    ("arm", "phrases"),
    [
        ("neutral", [{RETRY}, {RETRY}]),
        ("anger", [{f"{CRITICAL['anger']} {RETRY}"}] * 2),
        ("alternating", [{f"{p} {RETRY}" for p in CRITICAL.values()}, {f"{p} {RETRY}" for p in ENCOURAGING.values()}]),
    ],
)
def test_an_arm_says_its_feeling_and_the_same_request(arm: str, phrases: list[set[str]]) -> None:
    _, driven = drive(TONES, Item(SUM), listed([WRONG] * 3), {"arm": arm, "regime": "last"})
    assert all(ask.messages[-1].text in wanted for ask, wanted in zip(driven.asks[1:], phrases, strict=True))


def test_the_commonest_candidate_goes_on_and_the_synthesis_sees_all() -> None:
    # after 41, candidates 40, 42, 42: 42 goes on; the synthesis reads four answers
    replies = [WRONG, "The answer is 40.", RIGHT, RIGHT, "The answer is 42."]
    result, driven = drive(TONES, Item(SUM), listed(replies), {"rounds": 1, "candidates": 3})
    assert answers(result) == ["41", "42", "42"]
    assert [f"Answer {n}:" in driven.asks[-1].messages[-1].text for n in range(1, 6)] == [True] * 4 + [False]
    assert result.rollouts[0].scores["n_calls"] == 5


def test_the_oracle_picks_the_right_candidate_and_stops() -> None:
    replies: list[Reply | str] = [WRONG, "The answer is 40.", RIGHT, "The answer is 40."]
    result, driven = drive(TONES, Item(SUM), listed(replies), {"rounds": 4, "candidates": 3, "regime": "oracle"})
    assert answers(result) == ["41", "42"]
    assert driven.n_requests == 4
    assert "oracle-gated" in result.remarks[0]
