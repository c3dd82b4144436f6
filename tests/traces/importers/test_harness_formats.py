"""Evaluation harnesses: what of their files becomes which part of a rollout."""

import pytest

from analysis.types import AnswerType, Role, Rollout
from apps.traces.importers.formats.lm_eval_rows import gold_of, uploaded_grade

from .samples import attempt_of, errors, opened, reasoning_of, response_of, rollouts
from .samples_of_formats import DATE, FORMATS, as_file
from .samples_of_harnesses import (
    helm_request,
    lighteval_row,
    lm_eval_choice,
    lm_eval_row,
    opencompass_predictions,
    opencompass_results,
    promptfoo_result,
)


def read(name: str) -> list[Rollout]:
    return rollouts(opened(*FORMATS[name].sources()))


def read_rows(name: str, *rows: dict[str, object]) -> list[Rollout]:
    return rollouts(opened(as_file(name, list(rows))))


def test_lm_eval_gives_one_rollout_per_document_and_response_not_per_filter() -> None:
    found = read("lm-eval with two filters")
    assert [rollout.external_id for rollout in found] == ["gsm8k/3", "gsm8k/4"]
    first = found[0]
    assert (first.model, first.problem.problem_set) == ("Qwen/Qwen3-8B", "gsm8k")
    assert (first.problem.question, first.problem.golds) == ("What is 3 plus 1?", ("4",))
    assert first.turns[0].text == "Question: What is 3 plus 1?\nAnswer:"
    assert first.condition == {"temperature": "0.0", "do_sample": "false", "max_new_tokens": "64"}
    # strict-match comes first in the file: it found no answer and graded 0; flexible-extract found 4 and graded 1.
    assert (attempt_of(first).correct, attempt_of(first).answer) == (False, None)
    assert first.scores == {"exact_match,strict-match": 0.0, "exact_match,flexible-extract": 1.0}
    assert first.attributes["filtered.flexible-extract"] == "4"


def test_lm_eval_filters_may_come_document_by_document() -> None:
    rows = [lm_eval_row(n, name) for n in (3, 4) for name in ("strict-match", "flexible-extract")]
    (one, two) = read_rows("samples_sums.jsonl", *rows)
    assert one.scores == two.scores == {"exact_match,strict-match": 0.0, "exact_match,flexible-extract": 1.0}


def test_lm_eval_a_document_that_the_first_filter_lacks_is_read_from_the_next() -> None:
    rows = [lm_eval_row(3, "strict-match"), lm_eval_row(4, "flexible-extract")]
    assert [rollout.external_id for rollout in read_rows("samples_sums.jsonl", *rows)] == ["sums/3", "sums/4"]


def test_lm_eval_repeats_are_samples_and_one_answer_for_all_grades_none() -> None:
    row = lm_eval_row(3, "maj@3", resps=[["It is 4.", "It is 5.", "It is 4."]], filtered_resps=["4"], exact_match=1.0)
    found = read_rows("samples_sums.jsonl", row)
    assert [(rollout.sample, attempt_of(rollout).text) for rollout in found] == [
        (0, "It is 4."), (1, "It is 5."), (2, "It is 4."),
    ]  # fmt: skip
    assert {attempt_of(rollout).correct for rollout in found} == {None}
    assert {rollout.scores["exact_match"] for rollout in found} == {1.0}


def test_lm_eval_multiple_choice_has_an_answer_and_a_grade_without_text() -> None:
    (rollout,) = read_rows("samples_places.jsonl", lm_eval_choice(3))
    turn = attempt_of(rollout)
    # -0.25 is the highest of -3.5, -0.25 and -7.0: the second option, which is the gold's place 1.
    assert (turn.text, turn.answer, turn.correct) == (None, "B", True)
    assert (rollout.problem.golds, rollout.problem.options) == (("B",), ("Rome", "Paris", "Oslo"))
    assert rollout.problem.answer_type is AnswerType.CHOICE
    assert rollout.scores == {"acc": 1.0, "acc_norm": 0.0}


def test_lm_eval_arguments_of_memory_and_of_chat_templates_are_read() -> None:
    chat = '[{"role": "system", "content": "Be short."}, {"role": "user", "content": "What is 3 plus 1?"}]'
    row = lm_eval_row(3, "none", arguments=[[[chat], {"temperature": 0.7}]], doc={"answer": "4"})
    (rollout,) = read_rows("samples_sums.jsonl", row)
    assert [turn.role for turn in rollout.turns] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
    assert (rollout.problem.question, rollout.condition) == ("What is 3 plus 1?", {"temperature": "0.7"})


def test_lm_eval_log_likelihoods_of_a_text_are_no_answer() -> None:
    row = lm_eval_row(
        3, "none", arguments={"gen_args_0": {"arg_0": "A long text."}}, resps=[["-12.5"]], filtered_resps=["-12.5"],
        metrics=["word_perplexity"], word_perplexity=[-12.5, 3], exact_match=None,
    )  # fmt: skip
    source = opened(as_file("samples_text.jsonl", [lm_eval_row(4, "none"), row]))
    assert len(rollouts(source)) == 1
    (error,) = errors(source)
    assert (error.line, "no response" in error.message) == (2, True)


@pytest.mark.parametrize(
    ("target", "options", "gold"),
    [
        ("so it is 72\n#### 72", (), "72"),
        (r"so it is $\boxed{\frac12}$", (), r"\frac12"),
        ("1", ("x", "y"), "B"),
        ("y", ("x", "y"), "B"),
        ("(B)", ("x", "y"), "B"),
        ("1", ("0", "1", "2"), "B"),
        ("7", ("x", "y"), "7"),
        ("['Paris', \"L'Aquila\"]", (), ["Paris", "L'Aquila"]),
        ("[0, 1)", (), "[0, 1)"),
        ("def check(f):\n    assert f(1) == 2\n" * 9, (), None),
        (None, (), None),
    ],
)
def test_the_gold_of_a_target(target: str | None, options: tuple[str, ...], gold: object) -> None:
    assert gold_of(target, options) == gold


@pytest.mark.parametrize(
    ("metrics", "grade"),
    [
        ({"f1": 1.0, "exact_match": 0.0}, False),
        ({"acc_norm": 1.0, "acc": 0.0}, False),
        ({"bleu": 1.0}, None),
        ({"my_check": 1.0}, True),
        ({"my_check": 0.5}, None),
        ({}, None),
    ],
)
def test_only_a_binary_metric_is_a_grade(metrics: dict[str, float], grade: bool | None) -> None:
    assert uploaded_grade(metrics) is grade


@pytest.mark.parametrize("name", ["lighteval 0.13", "lighteval 0.10"])
def test_lighteval_details_of_both_names_are_the_same_rollouts(name: str) -> None:
    first = read(name)[0]
    assert (first.external_id, first.problem.golds) == ("aime|0/3", ("4",))
    assert (reasoning_of(first), response_of(first)) == ("One more than 3.", "It is 4.")
    turn = attempt_of(first)
    assert (turn.correct, turn.n_tokens) == (True, 3)
    assert first.scores == {"exact_match": 1.0, "length": 9.0}
    assert first.model == ("Qwen/Qwen3-8B" if name == "lighteval 0.13" else "unknown")


def test_lighteval_details_of_the_flat_layout() -> None:
    first = read("lighteval of old")[0]
    assert (first.problem.question, first.problem.golds) == ("What is 3 plus 1?", ("4",))
    assert (first.turns[0].text, attempt_of(first).text) == ("Q: What is 3 plus 1? A:", "It is 4.")
    assert (attempt_of(first).correct, attempt_of(first).n_tokens) == (True, 2)


def test_lighteval_several_responses_share_no_grade() -> None:
    row = lighteval_row(3, dunder=False)
    row["model_response"] = {**row["model_response"], "text": ["It is 4.", "It is 5."], "reasonings": None}  # type: ignore[dict-item]
    found = read_rows("details.jsonl", row)
    assert [(rollout.sample, attempt_of(rollout).correct) for rollout in found] == [(0, None), (1, None)]


def test_lighteval_choices_by_likelihood() -> None:
    row = lighteval_row(3, dunder=True)
    row["__doc__"] = {"query": "Which city?", "choices": [" Rome", " Paris"], "gold_index": [0], "id": "7"}
    row["__model_response__"] = {"input": "Which city?", "text": [], "logprobs": [-4.0, -1.0]}
    row["__metric__"] = {"acc": 0}
    (rollout,) = read_rows("details.jsonl", row)
    turn = attempt_of(rollout)
    # -1.0 is the higher one: Paris is chosen, Rome is right.
    assert (turn.text, turn.answer, turn.correct) == (None, "B", False)
    assert (rollout.problem.golds, rollout.problem.options) == (("A",), ("Rome", "Paris"))


def test_simple_evals_gold_answer_and_score_come_from_the_page_behind_its_results_heading() -> None:
    one, two = read("simple-evals")
    assert (one.problem.golds, attempt_of(one).answer, attempt_of(one).correct) == (("4",), "4", True)
    assert (two.problem.golds, attempt_of(two).answer, attempt_of(two).correct) == (("5 < 6",), None, False)
    assert (one.model, one.problem.problem_set) == ("gpt-4o", "math")
    assert [turn.text for turn in one.turns] == ["What is 3 plus 1?", "It is 4."]


def test_healthbench_scores_come_from_its_metadata() -> None:
    known = {"score": 0.25, "prompt_id": "h1", "completion": [{"role": "assistant", "content": "Rest."}]}
    whole = {
        "score": 0.25, "metrics": {}, "htmls": [""], "convos": [[{"role": "user", "content": "I cough."}]],
        "metadata": {"example_level_metadata": [known]},
    }  # fmt: skip
    (rollout,) = rollouts(opened(as_file("healthbench_gpt-4o_allresults.json", whole)))
    assert (rollout.external_id, rollout.scores) == ("h1", {"score": 0.25})
    assert (attempt_of(rollout).text, attempt_of(rollout).correct) == ("Rest.", None)


def test_opencompass_predictions() -> None:
    one, *two = read("OpenCompass predictions")
    assert (one.external_id, one.model, one.problem.golds) == ("sums/0", "qwen3-8b-hf", ("4",))
    assert (reasoning_of(one), response_of(one)) == ("One more than 3.", "It is 4.")
    assert one.problem.question == "What is 3 plus 1?"
    assert [(rollout.external_id, rollout.sample) for rollout in two] == [("sums/1", 0), ("sums/1", 1)]


def test_opencompass_details_are_read_once_where_predictions_are_given_too() -> None:
    source = opened(
        as_file("run/predictions/qwen3-8b/sums.json", opencompass_predictions()),
        as_file("run/results/qwen3-8b/sums.json", opencompass_results()),
    )
    (rollout,) = rollouts(source)
    assert (attempt_of(rollout).answer, attempt_of(rollout).correct) == ("4", True)
    predictions = source.detection.files[0]
    assert (predictions.attached, "read from their graded details" in predictions.not_rollouts) == (True, True)


def test_opencompass_results_without_details_hold_no_rollouts() -> None:
    source = opened(
        as_file("run/predictions/qwen3-8b/sums.json", opencompass_predictions()),
        as_file("run/results/qwen3-8b/sums.json", {"accuracy": 50.0}),
    )
    assert len(rollouts(source)) == 3
    assert source.detection.files[1].not_rollouts == "the aggregate results of an evaluation run"


def test_opencompass_choices_by_perplexity() -> None:
    record = {
        "label: A": {"testing input": "Which city? Rome", "PPL": 3.0},
        "label: B": {"testing input": "Which city? Paris", "PPL": 2.0},
        "prediction": "B",
        "gold": "B",
    }
    (rollout,) = rollouts(opened(as_file("predictions/m/c.json", {"0": record})))
    assert (attempt_of(rollout).text, attempt_of(rollout).answer, rollout.problem.golds) == (None, "B", ("B",))


def test_promptfoo_results() -> None:
    right, wrong, failed = read("promptfoo")
    assert (right.external_id, right.model) == ("3", "openai:gpt-4o-mini")
    assert (right.problem.question, right.problem.golds) == ("What is 3 plus 1?", ("4",))
    assert right.turns[0].text == "Answer: What is 3 plus 1?"
    assert (attempt_of(right).correct, attempt_of(right).n_tokens) == (True, 7)
    assert right.scores == {"score": 1.0, "tone": 0.5}
    assert (attempt_of(wrong).correct, wrong.error) == (False, "")
    assert (attempt_of(failed).correct, failed.error) == (None, "rate limited")


def test_promptfoo_success_without_an_assertion_is_no_grade() -> None:
    row = {**promptfoo_result(3), "testCase": {"vars": {}}, "gradingResult": None}
    (rollout,) = read_rows("output.jsonl", row)
    assert (attempt_of(rollout).correct, rollout.scores["score"]) == (None, 1.0)


def test_promptfoo_prompts_of_messages_are_turns_and_objects_are_kept_as_json() -> None:
    row = promptfoo_result(3)
    row["prompt"] = {"raw": '[{"role": "system", "content": "Be short."}, {"role": "user", "content": "3+1?"}]'}
    row["response"] = {"output": {"sum": 4}}
    (rollout,) = read_rows("output.jsonl", row)
    assert [turn.role for turn in rollout.turns] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
    assert attempt_of(rollout).text == '{"sum":4}'


def test_helm_scenario_states() -> None:
    told, failed = read("HELM scenario state")
    assert (told.external_id, told.model, told.problem.question) == ("id3", "openai/gpt-4o", "Which city?")
    assert (told.problem.golds, told.problem.options) == (("B",), ("Rome", "Paris"))
    assert (reasoning_of(told), response_of(told), told.truncated) == ("It is in France.", "B", True)
    assert (told.scores, told.condition) == ({"logprob": -0.5}, {"temperature": "0.0"})
    assert (failed.error, attempt_of(failed).text) == ("refused", None)


def test_helm_references_are_golds_as_texts_where_there_are_no_letters() -> None:
    request = {**helm_request("id1", {"completions": [{"text": "Paris"}]}), "output_mapping": None}
    (rollout,) = rollouts(opened(as_file("scenario_state.json", {"request_states": [request]})))
    assert (rollout.problem.golds, rollout.problem.options) == (("Paris",), ())


def test_helm_predictions_are_read_where_no_scenario_state_stands_beside_them() -> None:
    first = read("HELM predictions")[0]
    assert (first.external_id, reasoning_of(first), response_of(first)) == ("id0", "Hm.", "B")
    assert (attempt_of(first).answer, attempt_of(first).correct) == ("Paris", True)
    both = {**FORMATS["HELM predictions"].files, **FORMATS["HELM scenario state"].files}
    source = opened(*(as_file(name, content) for name, content in both.items()))
    assert len(rollouts(source)) == 2
    assert source.detection.files[0].not_rollouts == "predictions that are read from scenario_state.json"


def test_scout_transcripts() -> None:
    first = read("Scout")[0]
    assert (first.external_id, first.problem.key, first.model) == ("t3", "sums/3", "anthropic/claude")
    assert (reasoning_of(first), response_of(first)) == ("One more.", "It is 4.")
    assert (attempt_of(first).correct, first.scores["score"], first.sample) == (True, 1.0, 1)
    assert first.condition == {"agent": "solver", "temperature": "0.5"}


def test_the_results_beside_samples_are_companions() -> None:
    shapes: tuple[dict[str, object], ...] = (
        {"results": {}, "configs": {}, "versions": {}},
        {"config_general": {}, "results": {}},
    )
    for results in shapes:
        files = {f"m/results_{DATE}.json": results, f"m/samples_sums_{DATE}.jsonl": [lm_eval_row(3, "none")]}
        source = opened(*(as_file(name, content) for name, content in files.items()))
        companion = source.detection.files[0]
        assert (companion.attached, companion.not_rollouts) == (True, "the aggregate results of an evaluation run")
        assert len(rollouts(source)) == 1
