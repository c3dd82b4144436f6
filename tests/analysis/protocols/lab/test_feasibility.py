"""Tasks are named in one context and judged in others: what each sees, and what becomes of what cannot be read."""

from collections.abc import Callable

import pytest

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Item, Made, ProtocolFailed
from analysis.protocols.lab.feasibility import FEASIBILITY
from analysis.psychometrics.tasks.feasibility import problems_of_self_aware, summarise
from analysis.types import AnswerType, Problem

from ..driving import Driven, by, drive, listed

FIELD = Item(Problem("Tasks of this field: music", (), AnswerType.NONE, subject="field"), seed=5)
CAN = "1. Name the notes of a chord.\n2. Write words for a song."
CANNOT = "1. Hum a tune to me.\n2. Tune my piano by hand."


def asked(answer: Callable[[Ask], Reply | str], **settings: object) -> tuple[Made, Driven]:
    result, driven = drive(FEASIBILITY, FIELD, by(answer), {"n_tasks": 2, **settings})
    return result.rollouts[0], driven


def knowing(ask: Ask) -> str:
    """A model that knows that it can neither hum nor tune, and stays with it."""
    said = ask.messages[-1].text
    if "Name 2 different tasks" in said:
        return CANNOT if "could not do" in said else CAN
    return "infeasible" if "Hum" in said or "piano" in said else "Feasible."


def bare(rollout: Made) -> dict[str, float]:
    return {name.removeprefix("feasibility/"): value for name, value in rollout.scores.items()}


def test_a_model_that_knows_itself_agrees_with_itself() -> None:
    rollout, driven = asked(knowing, k=3, temperatures=[1])
    assert driven.n_requests == 2 + 4 * 3
    assert bare(rollout) == {
        "wanted": 2, "named/feasible": 2, "decided/feasible": 2, "agreed/feasible": 2, "named/infeasible": 2,
        "decided/infeasible": 2, "agreed/infeasible": 2, "judged": 4, "consensus": 4,
    }  # fmt: skip
    assert [figure.value for figure in summarise([bare(rollout)])] == [1, 1, 1, 1, None]


def test_a_judgement_sees_its_task_and_nothing_else() -> None:
    _, driven = asked(knowing)
    judging = [ask.messages for ask in driven.asks[2:]]
    assert all(len(messages) == 1 for messages in judging)
    assert "Hum a tune to me" in judging[2][0].text
    assert "could not" not in judging[2][0].text
    assert "music" not in judging[2][0].text


def test_at_temperature_0_each_task_is_judged_once() -> None:
    rollout, driven = asked(knowing, k=5)
    assert driven.n_requests == 2 + 4
    assert "feasibility/consensus" not in rollout.scores


def test_a_model_that_calls_everything_feasible_agrees_by_half() -> None:
    rollout, _ = asked(lambda ask: knowing(ask) if "Name 2" in ask.messages[-1].text else "feasible")
    assert [figure.value for figure in summarise([bare(rollout)])][:3] == [0.5, 1.0, 0.0]


def test_ties_and_unread_judgements_decide_nothing() -> None:
    replies = [CAN, "", "feasible", "not feasible", "As an AI", ""]  # two tasks, k = 2: a tie, and nothing read
    result, _ = drive(FEASIBILITY, FIELD, listed(replies), {"n_tasks": 2, "k": 2, "temperatures": [1]})
    found = bare(result.rollouts[0])
    assert (found["named/feasible"], found["decided/feasible"], found["named/infeasible"]) == (2, 0, 0)
    assert (found["judged"], found["consensus"]) == (1, 0.5)
    assert summarise([found])[0].value is None


@pytest.mark.parametrize("said", ["", "As an AI language model, I cannot list tasks.", "{" * 3000, "はい"])
def test_no_list_is_data_and_nothing_is_judged(said: str) -> None:
    rollout, driven = asked(lambda _: said)
    assert driven.n_requests == 2
    assert (rollout.scores["feasibility/wanted"], rollout.scores["feasibility/named/feasible"]) == (2, 0)


@pytest.mark.parametrize(
    ("said", "judged"),
    [("Unanswerable.", 1.0), ("answerable", 0.0), ("not answerable", 1.0), ("It depends", None), ("", None)],
)
def test_a_question_is_judged_itself(said: str, judged: float | None) -> None:
    problem = problems_of_self_aware([{"question": "Who will win?", "answerable": False}])[0]
    result, driven = drive(FEASIBILITY, Item(problem), listed([said]))
    assert driven.n_requests == FEASIBILITY.estimate(Item(problem), {}).n_requests == 1
    assert "Who will win?" in driven.asks[0].messages[-1].text
    assert result.rollouts[0].scores.get("feasibility/judged_unanswerable") == judged
    assert result.rollouts[0].scores["feasibility/unanswerable"] == 1


def test_lists_have_a_token_limit_of_their_own() -> None:
    _, driven = asked(knowing, list_tokens=300, max_tokens=9)
    assert [ask.sampling.max_tokens for ask in driven.asks] == [300, 300, 9, 9, 9, 9]
    estimate = FEASIBILITY.estimate(FIELD, {"n_tasks": 2, "list_tokens": 300, "max_tokens": 9})
    assert (estimate.n_requests, estimate.n_tokens) == (6, 636)


def test_an_error_in_a_judgement_fails_the_unit() -> None:
    broken = Reply(finish_reason="error", error="down")
    with pytest.raises(ProtocolFailed, match="down"):
        asked(lambda ask: knowing(ask) if "Name 2" in ask.messages[-1].text else broken)
