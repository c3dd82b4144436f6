"""Figures of the feasibility task by hand, lists of tasks in replies, and SelfAware's rows."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from analysis.psychometrics.tasks.feasibility import (
    FEASIBILITY,
    NotSelfAware,
    problems,
    problems_of_self_aware,
    summarise,
)
from analysis.psychometrics.tasks.listed import tasks_in
from analysis.psychometrics.tasks.task import Figure

FIELD = {
    "wanted": 3.0,
    "named/feasible": 3.0, "decided/feasible": 2.0, "agreed/feasible": 2.0,
    "named/infeasible": 2.0, "decided/infeasible": 2.0, "agreed/infeasible": 1.0,
    "judged": 5.0, "consensus": 4.5,
}  # fmt: skip


def figures(rows: list[dict[str, float]]) -> dict[str, Figure]:
    return {figure.name: figure for figure in summarise(rows)}


def test_agreement_is_over_tasks_with_a_majority() -> None:
    found = figures([FIELD])
    # 6 wanted: 4 decided, 3 of them as they were named; 1 tied, 1 not named
    assert found["feasibility_agreement"] == Figure("feasibility_agreement", 0.75, 4, 2)
    assert found["agreement_feasible"] == Figure("agreement_feasible", 1.0, 2, 1)
    assert found["agreement_infeasible"] == Figure("agreement_infeasible", 0.5, 2, 1)
    assert found["feasibility_consensus"] == Figure("feasibility_consensus", 0.9, 5, 0)


def test_fields_pool_by_their_tasks() -> None:
    other = {"wanted": 3.0, "named/feasible": 1.0, "decided/feasible": 1.0, "agreed/feasible": 0.0}
    found = figures([FIELD, other])
    assert found["feasibility_agreement"] == Figure("feasibility_agreement", 0.6, 5, 7)  # 3 of 5; 12 wanted


def test_judged_once_there_is_no_consensus() -> None:
    row = {name: value for name, value in FIELD.items() if name not in ("judged", "consensus")}
    found = figures([row])["feasibility_consensus"]
    assert found.value is None
    assert "temperature 0" in found.reason


def test_f1_has_unanswerable_as_its_positive() -> None:
    # truth 1 1 1 0 0, judged 1 1 0 1 0: 2 hits, 1 false alarm, 1 miss: 4/(4 + 1 + 1); one was not read
    pairs = [(1, 1), (1, 1), (1, 0), (0, 1), (0, 0)]
    rows = [{"unanswerable": float(true), "judged_unanswerable": float(said)} for true, said in pairs]
    rows.append({"unanswerable": 1.0})
    assert figures(rows)["unanswerable_f1"] == Figure("unanswerable_f1", 4 / 6, 5, 1)


def test_f1_agrees_with_scikit_learn() -> None:
    draw = random.Random(1)
    pairs = [(draw.randrange(2), draw.randrange(2)) for _ in range(200)]
    rows = [{"unanswerable": float(true), "judged_unanswerable": float(said)} for true, said in pairs]
    truth, said = zip(*pairs, strict=True)
    assert figures(rows)["unanswerable_f1"].value == pytest.approx(f1_score(truth, said))


def test_without_an_unanswerable_question_f1_is_undefined_and_not_0() -> None:
    found = figures([{"unanswerable": 0.0, "judged_unanswerable": 0.0}])["unanswerable_f1"]
    assert (found.value, found.n) == (None, 1)
    assert found.reason


def test_nothing_gives_no_figure_but_a_reason_for_each() -> None:
    assert all(figure.value is None and figure.reason for figure in summarise([]))
    assert [figure.name for figure in summarise([])] == [behaviour.name for behaviour in FEASIBILITY.behaviours]


def test_there_are_fields_and_questions_of_both_kinds() -> None:
    asked = problems(2)
    assert Counter(problem.subject for problem in asked) == {"field": 10, "answerable": 12, "unanswerable": 12}
    assert len({problem.key for problem in asked}) == len({problem.question for problem in asked}) == 34
    assert problems(2) == asked != problems(3)


@pytest.mark.parametrize(
    ("reply", "tasks"),
    [
        ("1. Add two numbers.\n2. Write a short poem.", ("Add two numbers", "Write a short poem")),
        (
            "Sure! Here they are:\n\n- **Add two numbers**\n- Write a short poem",
            ("Add two numbers", "Write a short poem"),
        ),
        ('```json\n["Add two numbers", "Write a short poem"]\n```', ("Add two numbers", "Write a short poem")),
        ('{"tasks": [{"task": "Add two numbers"}, {"task": 3}]}', ("Add two numbers",)),
        ("Add two numbers\nWrite a short poem", ("Add two numbers", "Write a short poem")),
        ("1. Add two numbers (feasible)\n2. ADD TWO NUMBERS", ("Add two numbers",)),
        ("1. Say whether my plan is feasible", ("Say whether my plan is feasible",)),
        ("1. Add\n2. " + "x" * 400, ()),
        ("3.5 litres of milk to be poured", ("3.5 litres of milk to be poured",)),
        ("I'm an AI and cannot say what I can do.", ()),
        ("[1, 2, 3]", ()),
        ("", ()),
        ("[" * 5000, ()),
    ],
)
def test_tasks_are_read_from_lists_and_lines(reply: str, tasks: tuple[str, ...]) -> None:
    assert tasks_in(reply, 5) == tasks


def test_no_more_tasks_are_read_than_were_asked_for() -> None:
    assert tasks_in("\n".join(f"{n}. Write poem number {n}" for n in range(1, 9)), 2) == (
        "Write poem number 1", "Write poem number 2",
    )  # fmt: skip


@given(st.text(max_size=400))
def test_any_text_gives_tasks_of_a_length_that_can_be_asked(text: str) -> None:
    assert all(8 <= len(task) <= 300 for task in tasks_in(text, 9))


ROWS: list[dict[str, Any]] = [
    {"question_id": 1, "question": "Who wrote it?", "answerable": True, "answer": ["Ann", "A. B."], "source": "x"},
    {"question_id": 2, "question": "Who will win?", "answerable": "false", "answer": None, "source": "y"},
]


def test_rows_of_self_aware_become_problems_with_their_answerability_as_gold() -> None:
    first, second = problems_of_self_aware(ROWS)
    assert (first.key, first.subject, first.golds, first.problem_set) == (
        "1",
        "answerable",
        ("answerable",),
        "self_aware",
    )
    assert (second.subject, second.golds, second.level) == ("unanswerable", ("unanswerable",), "y")


def test_answers_can_be_kept_as_golds() -> None:
    first, second = problems_of_self_aware(ROWS, keeps_answers=True)
    assert (first.golds, second.golds) == (("Ann", "A. B."), ())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"answerable": True}, "row 1 has no question"),
        ({"question": " ", "answerable": True}, "row 1 has no question"),
        ({"question": 7, "answerable": True}, "row 1 has no question"),
        ({"question": "Who?"}, "answerable is 'None'"),
        ({"question": "Who?", "answerable": "perhaps"}, "answerable is 'perhaps'"),
        ({"question": "Who?", "answerable": 0.5}, "answerable is '0.5'"),
        ({"question": "Who?", "answerable": [True]}, "must be true or false"),
    ],
)
def test_a_row_that_is_no_question_is_refused_by_its_number(row: dict[str, Any], message: str) -> None:
    with pytest.raises(NotSelfAware, match=message):
        problems_of_self_aware([row])


def test_an_id_that_is_there_twice_is_refused() -> None:
    with pytest.raises(NotSelfAware, match="1 question_id"):
        problems_of_self_aware([ROWS[0], {**ROWS[1], "question_id": 1}])
