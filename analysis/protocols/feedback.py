"""Somebody looks at an answer, then the solver answers again: a critic or a teacher, as a table of stages.

Critic → refine: AutoMathCritique (arXiv 2411.16579), step by step in its line format. Teacher → student: ThinkTuning
(arXiv 2508.07616), feedback that corrects without giving the answer away. The words are ours; the labels of the
critic's lines are the format that its parsers read.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from analysis.asking import Ask, Message
from analysis.protocols.conduct import Estimate, Item, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, Dialogue, shown
from analysis.protocols.prompting import check_prompting, variables_of
from analysis.protocols.reading import good, only, remark_of, visible
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.self_correction import (
    ASKING,
    FIRST,
    GATE,
    ROUNDS,
    is_gated,
    is_over,
    remarks_of,
    started,
    starts_from_rollout,
)
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.protocols.verdicts import is_right
from analysis.types import Role

STEP = re.compile(r"Correctness of the step\W{0,6}(correct|wrong|incorrect)\b", re.IGNORECASE)
FINAL = re.compile(r"Correctness of the final answer\W{0,6}(correct|wrong|incorrect)\b", re.IGNORECASE)


class Stage(NamedTuple):
    """Who looks at the answer, what it is told, what the solver is then told."""

    role: Role
    look: str
    refine: str


STAGES: Mapping[str, Stage] = {
    "critic": Stage(
        Role.CRITIC,
        "Question:\n{question}\n\nSolution, one step a line:\n{solution}\n\n"
        "Judge the solution. For every step write three lines:\n"
        "Step sentence: the step\nCorrectness of the step: Correct or Wrong\nExplanation: why\n"
        "and at the end two lines:\nCorrectness of the final answer: Correct or Wrong\nExplanation: why",
        "Somebody checked your solution:\n\n{feedback}\n\nSolve the question again with that in mind, and end "
        "with your final answer.",
    ),
    "teacher": Stage(
        Role.TEACHER,
        "Question:\n{question}\n\nA student wrote:\n{solution}\n\n"
        "Give the student feedback: say what is sound, where the thinking goes wrong, and what to look at next. Do not "
        "tell the answer.",
        "Your teacher says:\n\n{feedback}\n\nContinue from there, and end with your final answer.",
    ),
}


class Verdicts(NamedTuple):
    """What a critique says: of the final answer (None where it does not), and how many steps it calls wrong."""

    is_right: bool | None
    n_steps: int
    n_wrong: int


def verdicts_in(critique: str) -> Verdicts:
    """The labels of a critique; "Incorrect" counts as "Wrong".

    >>> verdicts_in("Correctness of the step: Incorrect\\nCorrectness of the final answer: Wrong")
    Verdicts(is_right=False, n_steps=1, n_wrong=1)
    >>> verdicts_in("Looks fine.")
    Verdicts(is_right=None, n_steps=0, n_wrong=0)
    """
    steps = [label.lower() == "correct" for label in STEP.findall(critique)]
    final = FINAL.findall(critique)
    return Verdicts(final[-1].lower() == "correct" if final else None, len(steps), steps.count(False))


def _parameters(stage: Stage) -> tuple[Parameter, ...]:
    return (
        SAMPLES,
        ROUNDS,
        GATE,
        Parameter("stop_when_same", "Stop when an answer is repeated", "flag", False),
        Parameter("stop_when_approved", f"Stop when the {stage.role.value} finds the answer right", "flag", False),
        FIRST,
        HISTORY,
        Parameter(
            "look", f"What the {stage.role.value} is told", "long_text", stage.look, "{question} and {solution}."
        ),
        Parameter("refine", "What the solver is told then", "long_text", stage.refine, "Place: {feedback}."),
        *ASKING,
        *decoding(),
    )


def _conducting(stage: Stage, item: Item, settings: Settings) -> Conducting:
    talk = started(item, settings)
    if not talk.attempts:
        talk.hear(only((yield [talk.ask()])))
    said: list[Verdicts] = []
    right: list[bool | None] = []
    for number in range(1, settings["rounds"] + 1):
        if is_over(talk):
            break
        right.append(is_right(talk.problem, talk.answer))
        look = good(only((yield [_look(stage, talk, number)])), stage.role.value)
        talk.turns.append(remark_of(look, stage.role))
        said.append(verdicts_in(visible(look.text)))
        if settings["stop_when_approved"] and said[-1].is_right:
            break
        _tell(talk, fill(settings["refine"], {"feedback": visible(look.text).strip() or look.text}))
        talk.hear(only((yield [talk.ask()])))
    factors = {"feedback": stage.role.value, "gate": settings["gate"]} | condition_of(settings)
    return Result((talk.made(factors, scores_of(said, right)),), remarks=tuple(remarks_of(talk)))


def _look(stage: Stage, talk: Dialogue, number: int) -> Ask:
    values = {
        "question": variables_of(talk.item.problem, talk.settings["item_form"])["question"],
        "solution": shown(talk.attempts[-1].text or "", talk.settings),
    }
    asked = (Message(Role.USER, fill(talk.settings["look"], values)),)
    role = stage.role.value
    return Ask(asked, sampling=sampling_of(talk.settings), seed=seed_of(talk.item, role, number), role=role)


def _tell(talk: Dialogue, text: str) -> None:
    """The feedback reaches the solver as a user's message; in the rollout it stands as its author's turn already."""
    talk.messages.append(Message(Role.USER, text))


def scores_of(said: list[Verdicts], right: list[bool | None]) -> dict[str, float]:
    """How many rounds, and of the verdicts on answers that can be compared with the gold the share that is true.

    That share over all items is the critic's discriminability (Acc@Dis of arXiv 2411.16579's follow-up).
    """
    scores: dict[str, float] = {"n_rounds": len(said)}
    pairs = [(verdict.is_right, truth) for verdict, truth in zip(said, right, strict=True)]
    known = [verdict == truth for verdict, truth in pairs if verdict is not None and truth is not None]
    if known:
        scores["critic_is_right"] = sum(known) / len(known)
    if said:
        scores["n_steps_called_wrong"] = said[0].n_wrong
        scores["n_unread_verdicts"] = sum(verdict.is_right is None for verdict in said)
    return scores


def _check(settings: Settings) -> None:
    check_prompting(settings)
    refuse_unknown(settings["look"], ("question", "solution"))
    refuse_without(settings["look"], "solution")
    refuse_unknown(settings["refine"], ("feedback",))
    refuse_without(settings["refine"], "feedback")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = 2 * settings["rounds"] + (settings["first"] == "ask")
    return Estimate(n, n * settings["max_tokens"])


def _declared(name: str) -> Declared:
    stage = STAGES[name]
    return Declared(
        version="1",
        needs="problem",
        roles=("solver", name),
        parameters=_parameters(stage),
        conducting=lambda item, settings: _conducting(stage, item, settings),
        at_most=_at_most,
        gated=is_gated,
        check=_check,
        starts_from_rollout=starts_from_rollout,
    )


CRITIQUE = _declared("critic")
TEACHER = _declared("teacher")
