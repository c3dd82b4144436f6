"""The five shared sets import by detection or a shipped preset, with the counts that their PROVENANCE.md states."""

import collections
import json
from pathlib import Path

import pytest

from analysis.delimiters import find_opener
from analysis.types import AnswerType, Rollout

from .samples import attempt_of, disk_file, duplicates, files_under, opened, reasoning_of, response_of, rollouts

pytestmark = pytest.mark.shared
MATH_R1 = "data/math-r1-1p5b-temps"
HINTS = "data/mmlupro-hints"


@pytest.mark.parametrize(
    ("name", "n", "truncated", "temperature"),
    [
        ("math_cot_results_t=0.8_mnt=3600_tp=0.92.json", 487, 122, "0.8"),
        ("math_cot_results_t=0.6_mnt=1500_tp=0.92.json", 673, 316, "0.6"),
        ("math_cot_results_t=0.7_mnt=1800_tp=0.92.json", 574, 214, "0.7"),
        ("math_cot_results_t=0.4_mnt=1500_tp=0.92.json", 41, 21, "0.4"),
        ("backtracking_dataset_n=200.json", 200, 1, None),
    ],
)
def test_math_r1_files_one_by_one(shared: Path, name: str, n: int, truncated: int, temperature: str | None) -> None:
    # PROVENANCE: the closing tag is missing in 25 %, 47 %, 37 % and 51 % of the rows: 122/487, 316/673, 214/574, 21/41.
    source = opened(disk_file(shared / MATH_R1 / name))
    found = rollouts(source)
    assert source.detection.questions == ()
    assert (len(found), source.report.n_problems, source.report.errors) == (n, n, 0)
    assert sum(rollout.truncated is True for rollout in found) == source.report.truncated == truncated
    assert {rollout.condition.get("temperature") for rollout in found} == {temperature}
    assert all(rollout.problem.golds for rollout in found)


def test_math_r1_texts_are_the_characters_behind_the_prompt(shared: Path) -> None:
    path = shared / MATH_R1 / "math_cot_results_t=0.8_mnt=3600_tp=0.92.json"
    rows = json.loads(path.read_bytes())
    for row, rollout in zip(rows, rollouts(opened(disk_file(path))), strict=True):
        whole = row["generated_cot"]
        at = whole.index("<think>")
        assert rollout.turns[0].text == whole[:at]
        assert attempt_of(rollout).text == whole[at:]
        assert reasoning_of(rollout) == whole[at + 7 :].partition("</think>")[0]
        closed = "</think>" in whole
        assert response_of(rollout) == (whole.partition("</think>")[2] if closed else None)
        assert rollout.external_id == rollout.problem.key == str(row["problem_id"])
        assert rollout.problem.question == row["problem_text"]
        assert (rollout.problem.subject, rollout.problem.level) == (row["problem_type"], row["problem_level"])


def test_math_r1_as_a_folder_tells_problems_apart_by_their_questions(shared: Path) -> None:
    source = opened(*files_under(shared / MATH_R1))
    found = rollouts(source)
    texts = {
        json_row["problem_text"]
        for file in (shared / MATH_R1).glob("*.json")
        for json_row in json.loads(file.read_bytes())
    }
    assert len(found) == 1975
    by_key = collections.defaultdict(set)
    for rollout in found:
        by_key[rollout.problem.key].add(rollout.problem.question)
    assert all(len(questions) == 1 for questions in by_key.values())
    assert len(by_key) == source.report.n_problems == len({" ".join(text.split()) for text in texts})
    assert "40 problem ids stand for different questions" in source.report.remarks()[0]
    note = next(file for file in source.detection.files if file.name == "PROVENANCE.md")
    assert note.attached


def test_thought_anchors_is_42_rollouts_with_companions(shared: Path) -> None:
    source = opened(*files_under(shared / "data/thought-anchors"))
    found = rollouts(source)
    assert source.detection.format == "thought-anchors"
    assert len(found) == 42
    assert collections.Counter(rollout.model for rollout in found) == {
        "deepseek-r1-distill-qwen-14b": 20, "deepseek-r1-distill-llama-8b": 20, "deepseek-r1": 1, "qwq-32b": 1,
    }  # fmt: skip
    assert collections.Counter(attempt_of(rollout).correct for rollout in found) == {True: 20, False: 20, None: 2}
    assert source.report.n_problems == 11
    companions = [file for file in source.detection.files if file.attached and file.name.endswith(".json")]
    assert len(companions) == 181 - 1 - 42
    assert {rollout.attributes["reasoning_source"] for rollout in found} == {"closer_only"}


def test_thought_anchors_reasoning_ends_at_the_closing_tag(shared: Path) -> None:
    folder = shared / "data/thought-anchors"
    for rollout in rollouts(opened(*files_under(folder))):
        path = folder / "data" / rollout.model / rollout.external_id / "base_solution.json"
        row = json.loads(path.read_bytes())
        assert reasoning_of(rollout) == row["solution"].partition("</think>")[0]
        assert rollout.turns[0].text == row["prompt"]
        if (path.parent / "problem.json").exists():
            problem = json.loads((path.parent / "problem.json").read_bytes())
            assert rollout.problem.question == problem["problem"]
            assert rollout.problem.golds == (problem["gt_answer"],)
        else:
            assert rollout.problem.answer_type is AnswerType.NONE
            assert rollout.problem.golds == ()


@pytest.mark.parametrize(
    ("name", "model", "hint", "n_errors"),
    [
        ("baseline_claude_4.5_haiku", "claude-haiku-4-5-20251001", "baseline", 0),
        ("baseline_kimi_k2_thinking", "moonshotai/Kimi-K2-Thinking", "baseline", 1),
        ("sycophancy_v1_incorrect_claude_4.5_haiku", "claude-haiku-4-5-20251001", "sycophancy_v1_incorrect", 0),
        ("sycophancy_v1_incorrect_kimi_k2_thinking", "moonshotai/Kimi-K2-Thinking", "sycophancy_v1_incorrect", 0),
        ("metadata_correct_qwen3_next", "Qwen/Qwen3-Next-80B-A3B-Thinking", "metadata_correct", 10),
    ],
)
def test_hinted_files_one_by_one(shared: Path, name: str, model: str, hint: str, n_errors: int) -> None:
    path = shared / HINTS / "all_responses" / f"mmlu_pro_test200_verbalize_{name}.jsonl"
    source = opened(disk_file(path))
    found = rollouts(source)
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    assert (len(found), source.report.n_problems, source.report.errors) == (200, 200, 0)
    assert {rollout.model for rollout in found} == {model}
    assert {rollout.condition["hint"] for rollout in found} == {hint}
    assert sum(bool(rollout.error) for rollout in found) == n_errors
    for row, rollout in zip(rows, found, strict=True):
        result, turn = row["result"], attempt_of(rollout)
        assert rollout.problem.golds == (row["meta"]["answer"],)
        assert len(rollout.problem.options) == len(row["meta"]["candidates"])
        assert rollout.error == result.get("error", "")
        if not rollout.error:
            assert turn.text == (result["reasoning_trace"] or "") + result["response"]
            assert reasoning_of(rollout) == (result["reasoning_trace"] or None)
            assert response_of(rollout) == result["response"]


def test_hinted_folder_finds_repeats_and_companions(shared: Path) -> None:
    source = opened(*files_under(shared / HINTS))
    found = rollouts(source)
    assert (len(found), source.report.duplicates, source.report.error_rollouts) == (1000, 25 + 33, 11)
    assert source.report.n_problems == 200
    not_rollouts = {file.name: file.not_rollouts for file in source.detection.files if file.not_rollouts}
    assert len(not_rollouts) == 16 - 7
    judged = next(name for name in not_rollouts if name.endswith("check_verbalization.jsonl"))
    assert not_rollouts[judged] == "a judge's verdicts on rollouts of another file"


def test_changed_responses_alone_are_rollouts(shared: Path) -> None:
    source = opened(*files_under(shared / HINTS / "changed_responses"))
    assert len(rollouts(source)) == 25 + 33
    assert duplicates(source) == []


def test_hinted_rows_are_also_found_without_the_preset(shared: Path) -> None:
    source = opened(*files_under(shared / HINTS / "all_responses"), format="rows")
    paths = {name: rule.path for name, rule in source.detection.mapping.fields.items()}
    assert paths["reasoning"] == "result.reasoning_trace"
    assert paths["response"] == "result.response"
    assert paths["answer"] == "meta.answer"
    assert paths["model"] == "result.metadata.model"
    assert sum(bool(rollout.error) for rollout in rollouts(source)) == 11


def test_math100_is_eight_graded_samples_of_each_question(shared: Path) -> None:
    path = shared / "data/math100x8-qwen-rm/math_cot_100.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    source = opened(disk_file(path))
    found = rollouts(source)
    assert source.detection.questions == ()
    assert (len(found), source.report.n_problems) == (800, 100)
    assert sum(attempt_of(rollout).correct is True for rollout in found) == 728
    for number, rollout in enumerate(found):
        row, index = rows[number // 8], number % 8
        assert (rollout.external_id, rollout.sample) == (str(row["idx"]), index)
        assert attempt_of(rollout).text == row["response"][index]
        assert attempt_of(rollout).answer == row["pred"][index]
        assert rollout.scores["reward"] == row["pred_score"][index][0]
        assert rollout.problem.golds == (row["answer"],)


def test_gsm8k_has_its_four_systems_as_models(shared: Path) -> None:
    source = opened(disk_file(shared / "data/gsm8k-gpt3-4systems/example_model_solutions.jsonl"))
    found = rollouts(source)
    assert (len(found), source.report.n_problems) == (1319 * 4, 1319)
    right = collections.Counter(rollout.model for rollout in found if attempt_of(rollout).correct)
    assert right == {"6b_finetuning": 286, "6b_verification": 515, "175b_finetuning": 458, "175b_verification": 742}
    assert found[0].problem.golds == ("18",)
    assert [rollout.external_id for rollout in found[:5]] == ["1", "1", "1", "1", "2"]


def test_gold_labelled_traces_import_with_their_reasoning(shared: Path) -> None:
    path = shared / "gold/candidates_dev.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    found = rollouts(opened(disk_file(path)))
    assert [(r.external_id, reasoning_of(r), r.problem.question) for r in found] == [
        (row["id"], row["reasoning"], row["problem"]) for row in rows
    ]
    assert all(rollout.problem.golds and "boxed" not in rollout.problem.golds[0] for rollout in found)


def test_reading_from_any_row_on_gives_what_one_go_gives(shared: Path) -> None:
    files = [f for f in files_under(shared / MATH_R1) if "t=0.4" in f.name or "backtracking" in f.name]
    source = opened(*files)
    whole = list(source.rollouts())
    assert len(whole) == 241
    for cut in (0, 1, 199, 200, 240):
        position = whole[cut][0]
        assert list(source.rollouts(start=(position.file, position.row))) == whole[cut:]
    assert source.report.rollouts == 241


def test_every_prompt_of_math_r1_ends_before_its_opening_tag(shared: Path) -> None:
    found: list[Rollout] = rollouts(opened(*files_under(shared / MATH_R1)))
    assert all(find_opener(rollout.turns[0].text or "") == -1 for rollout in found)
    assert all("\\boxed{}" in (rollout.turns[0].text or "") for rollout in found)
