"""Read and graded from the responses alone, the totals of four data sets are those that their authors published."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.answers.final import final_answer
from analysis.answers.grade import gold_of, grade
from analysis.answers.symbolic import grade_symbolic
from analysis.types import AnswerType, Outcome, Problem

pytestmark = pytest.mark.shared

# File, right of 200 by the authors' "FINAL ANSWER: X" (PROVENANCE.md), right by ours. Ours also reads "the correct
# answer is C", which the authors count as unparseable: four more right in one file of Kimi's, five in the other.
HINTS = [
    ("baseline_claude_4.5_haiku", 165, 165),
    ("baseline_kimi_k2_thinking", 156, 160),
    ("sycophancy_v1_incorrect_claude_4.5_haiku", 160, 160),
    ("sycophancy_v1_incorrect_kimi_k2_thinking", 160, 165),
    ("metadata_correct_qwen3_next", 187, 187),
]
SYSTEMS = {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def is_right(response: str, gold: str, problem: Problem) -> bool:
    found = final_answer(response, problem)
    value = found.value if found else None
    given = grade((gold,), value, problem.answer_type, problem.options, symbolic=grade_symbolic)
    return given.outcome == Outcome.CORRECT


@pytest.mark.parametrize(("name", "authors", "ours"), HINTS)
def test_the_marked_letters_of_mmlu_pro_give_the_authors_totals(
    shared: Path, name: str, authors: int, ours: int
) -> None:
    right: Counter[str] = Counter()
    for row in lines(shared / f"data/mmlupro-hints/all_responses/mmlu_pro_test200_verbalize_{name}.jsonl"):
        options = tuple(row["meta"]["candidates"])
        found = final_answer(
            row["result"].get("response") or "", Problem(answer_type=AnswerType.CHOICE, options=options)
        )
        if found:
            given = grade((row["meta"]["answer"],), found.value, AnswerType.CHOICE, options, symbolic=grade_symbolic)
            right[found.rule] += given.outcome == Outcome.CORRECT
    assert right["marked_letter"] == authors
    assert right.total() == ours


@pytest.mark.parametrize(("system", "n_right"), list(SYSTEMS.items()))
def test_gsm8k_is_right_where_its_authors_say_so(shared: Path, system: str, n_right: int) -> None:
    found = [
        (is_right(row[system]["solution"], gold_of(row["ground_truth"]), Problem(answer_type=AnswerType.NUMBER)), row)
        for row in lines(shared / "data/gsm8k-gpt3-4systems/example_model_solutions.jsonl")
    ]
    assert sum(right for right, _ in found) == n_right
    assert all(right == row[system]["is_correct"] for right, row in found)


def test_math_is_right_where_its_score_says_so_but_for_one_sample(shared: Path) -> None:
    """The one: gold `10{,}000`, answer `10000`; wrong by the file's score, right by Math-Verify and us: 728 + 1."""
    differ, n_right = [], 0
    for row in lines(shared / "data/math100x8-qwen-rm/math_cot_100.jsonl"):
        for response, score in zip(row["response"], row["score"], strict=True):
            right = is_right(response, row["gt"], Problem(row["question"]))
            n_right += right
            differ += [(row["gt"], right)] if right != score else []
    assert differ == [("10{,}000", True)]
    assert n_right == 729


def test_all_forty_traces_of_thought_anchors_are_graded_as_labelled(shared: Path) -> None:
    found = []
    for path in sorted((shared / "data/thought-anchors/data").glob("**/base_solution.json")):
        trace = json.loads(path.read_text(encoding="utf-8"))
        if "is_correct" in trace:
            problem = json.loads(path.with_name("problem.json").read_text(encoding="utf-8"))
            response = trace["solution"].split("</think>")[-1]
            found.append(is_right(response, problem["gt_answer"], Problem(problem["problem"])) == trace["is_correct"])
    assert len(found) == 40
    assert all(found)
