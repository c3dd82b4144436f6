"""Regenerate: what is asked and how a reply becomes a rollout."""

import pytest

from analysis.asking import Message, Reply, Token
from analysis.protocols.conduct import Item, ProtocolFailed, Source
from analysis.protocols.regenerate import REGENERATE
from analysis.protocols.settings import SettingRefused
from analysis.types import AnswerType, Problem, Role, Span

from .driving import drive, listed

SUM = Problem("What is 17 + 25?", ("42",), AnswerType.NUMBER)
ORGAN = Problem("Which organ makes bile?", ("B",), AnswerType.CHOICE, ("the heart", "the liver"))


def test_a_reply_becomes_one_rollout_with_reasoning_answer_and_confidence() -> None:
    reply = "<think>17 + 25 = 42</think>\n\nFINAL ANSWER: 42\nConfidence: 90%"
    result, driven = drive(REGENERATE, Item(SUM, sample=3, seed=11), listed([reply]), {"temperature": 0.7})
    (made,) = result.rollouts
    question, answer = made.turns
    assert (question.role, question.text) == (Role.USER, "What is 17 + 25?")
    assert (answer.reasoning, answer.answer, answer.confidence) == (Span(7, 19), "42", 0.9)
    assert (made.sample, dict(made.condition), made.truncated) == (3, {"temperature": "0.7"}, False)
    assert (driven.asks[0].seed, driven.asks[0].sampling.temperature) == (11, 0.7)


def test_system_prompt_and_persona_are_one_system_message_and_two_factors() -> None:
    settings = {"system_prompt": "Be brief.", "persona": "You are a pilot."}
    result, driven = drive(REGENERATE, Item(SUM), listed(["42"]), settings)
    assert driven.asks[0].messages[0] == Message(Role.SYSTEM, "Be brief.\n\nYou are a pilot.")
    assert dict(result.rollouts[0].condition) == settings


def test_the_completion_form_is_one_bare_text() -> None:
    _, driven = drive(REGENERATE, Item(SUM), listed(["42"]), {"form": "completion"})
    assert driven.asks[0].messages == ()
    assert driven.asks[0].text == "Question: What is 17 + 25?\nAnswer:"


def test_options_are_shown_unless_the_form_hides_them() -> None:
    _, shown = drive(REGENERATE, Item(ORGAN), listed(["B"]))
    _, hidden = drive(REGENERATE, Item(ORGAN), listed(["the liver"]), {"item_form": "generation"})
    assert shown.asks[0].messages[-1].text == "Which organ makes bile?\nA. the heart\nB. the liver"
    assert hidden.asks[0].messages[-1].text == "Which organ makes bile?"


def test_a_custom_template_is_filled() -> None:
    _, driven = drive(REGENERATE, Item(SUM), listed(["42"]), {"template": "Solve: {question} Use \\boxed{}."})
    assert driven.asks[0].messages[-1].text == "Solve: What is 17 + 25? Use \\boxed{}."


def test_the_rollouts_own_conversation_can_be_asked_again() -> None:
    then = (Message(Role.SYSTEM, "You are kind."), Message(Role.USER, "17+25?"))
    item = Item(SUM, Source(1, 2, "41", messages=then))
    _, driven = drive(REGENERATE, item, listed(["42"]), {"prompt_from": "rollout"})
    assert driven.asks[0].messages == then


def test_a_reply_at_its_limit_is_truncated() -> None:
    result, _ = drive(REGENERATE, Item(SUM), listed([Reply("<think>17 +", "length", n_tokens=3)]))
    assert result.rollouts[0].truncated
    assert result.rollouts[0].turns[-1].answer is None


def test_reasoning_tokens_are_those_that_begin_before_its_end() -> None:
    # "<think>", "a ", "b", "</think>", " 4": the reasoning ends with "b", the third token
    pieces = ("<think>", "a ", "b", "</think>", " 4")
    reply = Reply("".join(pieces), tokens=[Token(0, piece, None) for piece in pieces], n_tokens=5)
    result, _ = drive(REGENERATE, Item(SUM), listed([reply]))
    assert result.rollouts[0].turns[-1].n_reasoning_tokens == 3


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply("17 +", "error", error="the server closed the connection"), "the server closed the connection"),
        (Reply(""), "the solver's reply is empty"),
        (Reply(" \n"), "the solver's reply is empty"),
    ],
)
def test_a_reply_that_is_none_fails_the_item(reply: Reply, words: str) -> None:
    with pytest.raises(ProtocolFailed, match=words):
        drive(REGENERATE, Item(SUM), listed([reply]))


def test_what_cannot_be_stored_is_replaced_one_for_one() -> None:
    result, _ = drive(REGENERATE, Item(SUM), listed(["a\x00b\ud800c"]))
    assert result.rollouts[0].turns[-1].text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    ("problem", "settings", "words"),
    [
        (Problem(""), {}, "the problem has no question"),
        (SUM, {"item_form": "choice"}, "no multiple-choice form"),
        (SUM, {"prompt_from": "rollout"}, "no conversation before its answer"),
    ],
)
def test_an_item_that_cannot_be_asked_fails_with_the_reason(
    problem: Problem, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(ProtocolFailed, match=words):
        drive(REGENERATE, Item(problem), listed([]), settings)


def test_a_template_with_an_unknown_place_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(SettingRefused, match=r"asks for \{qestion\}"):
        REGENERATE.settle({"template": "{qestion}"})
