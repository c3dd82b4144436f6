"""Rows and objects as evaluation harnesses write them: the keys are the tools', the contents are ours."""

import json
from collections.abc import Mapping

QUESTION = "What is {} plus 1?"
THOUGHT = "<think>One more than {}.</think>It is {}."
ASKED = [{"role": "user", "content": QUESTION.format(3)}]


def lm_eval_row(n: int, filter_name: str = "strict-match", **changes: object) -> dict[str, object]:
    row = {
        "doc_id": n,
        "doc": {"question": QUESTION.format(n), "answer": f"One more.\n#### {n + 1}"},
        "target": f"One more.\n#### {n + 1}",
        "arguments": {
            "gen_args_0": {
                "arg_0": f"Question: {QUESTION.format(n)}\nAnswer:",
                "arg_1": {"until": ["Question:"], "do_sample": False, "temperature": 0.0, "max_gen_toks": 64},
            }
        },
        "resps": [[f"One more than {n} is {n + 1}."]],
        "filtered_resps": ["[invalid]" if filter_name == "strict-match" else str(n + 1)],
        "filter": filter_name,
        "metrics": ["exact_match"],
        "doc_hash": f"d{n}",
        "prompt_hash": f"p{n}",
        "target_hash": f"t{n}",
        "exact_match": 0.0 if filter_name == "strict-match" else 1.0,
    }
    return {**row, **changes}


def lm_eval_choice(n: int) -> dict[str, object]:
    scores = [["-3.5", "False"], ["-0.25", "True"], ["-7.0", "False"]]
    return lm_eval_row(
        n,
        "none",
        doc={"question": f"Which city? ({n})", "choices": ["Rome", "Paris", "Oslo"], "answer": 1, "subject": "places"},
        target="1",
        arguments={f"gen_args_{i}": {"arg_0": f"Which city? ({n})", "arg_1": f" {x}"} for i, x in enumerate("ABC")},
        resps=[[score] for score in scores],
        filtered_resps=scores,
        metrics=["acc", "acc_norm"],
        acc=1.0,
        acc_norm=0.0,
    )


def lighteval_row(n: int, *, dunder: bool) -> dict[str, object]:
    row = {
        "doc": {
            "query": QUESTION.format(n), "choices": [str(n + 1)], "gold_index": 0, "id": str(n), "task_name": "aime|0",
            "instruction": "", "specific": None, "num_samples": 1, "generation_size": 100,
        },
        "model_response": {
            "input": QUESTION.format(n), "input_tokens": [1], "text": [f"It is {n + 1}."], "output_tokens": [[4, 5, 6]],
            "text_post_processed": None, "reasonings": [f"One more than {n}."], "logprobs": [],
            "truncated_tokens_count": 0,
        },
        "metric": {"exact_match": 1.0, "length": 9},
    }  # fmt: skip
    return {f"__{key}__": value for key, value in row.items()} if dunder else dict(row)


def lighteval_flat(n: int) -> dict[str, object]:
    return {
        "example": QUESTION.format(n), "instruction": "", "full_prompt": f"Q: {QUESTION.format(n)} A:",
        "num_effective_few_shots": 0, "num_asked_few_shots": 0, "predictions": [f"It is {n + 1}."],
        "input_tokens": [[1]],
        "cont_tokens": [[2, 3]], "truncated": [0], "padded": [0], "gold": [str(n + 1)], "pred_logits": [],
        "choices": [],
        "gold_index": [], "metrics": {"qem": 1}, "specifics": None,
    }  # fmt: skip


def simple_evals_object() -> dict[str, object]:
    shown = "<p>Correct Answer: {}</p><p>Extracted Answer: {}</p><p>Score: {}</p>"
    page = "<h3>Prompt</h3><p>Score: 9</p><h3>Results</h3>" + shown
    return {
        "score": 0.5,
        "metrics": {"chars": 10.0},
        "htmls": [page.format("4", "4", "1.0"), page.format("5 &lt; 6", "None", "0.0")],
        "convos": [
            [*ASKED, {"role": "assistant", "content": "It is 4."}],
            [{"role": "user", "content": QUESTION.format(4)}, {"role": "assistant", "content": "Hm."}],
        ],
        "metadata": None,
    }


def opencompass_predictions() -> dict[str, object]:
    chat = [{"role": "HUMAN", "prompt": QUESTION.format(3)}, {"role": "BOT", "prompt": ""}]
    return {
        "0": {"origin_prompt": chat, "prediction": THOUGHT.format(3, 4), "gold": "4"},
        "1": {"origin_prompt": QUESTION.format(4), "prediction": ["It is 5.", "It is 6."], "gold": ["5"]},
    }


def opencompass_results() -> dict[str, object]:
    chat = [{"role": "HUMAN", "prompt": QUESTION.format(3)}]
    told = {"origin_prediction": THOUGHT.format(3, 4), "predictions": "4", "references": "4", "correct": True}
    return {"accuracy": 50.0, "type": "GEN", "details": {"type": "GEN", "0": {"prompt": chat, **told}}}


def promptfoo_result(n: int, *, success: bool = True) -> dict[str, object]:
    return {
        "id": f"res-{n}",
        "promptIdx": 0,
        "testIdx": n,
        "testCase": {"vars": {"question": QUESTION.format(n)}, "assert": [{"type": "equals", "value": str(n + 1)}]},
        "promptId": "p",
        "provider": {"id": "openai:gpt-4o-mini", "label": ""},
        "prompt": {"raw": f"Answer: {QUESTION.format(n)}", "label": "Answer: {{question}}"},
        "vars": {"question": QUESTION.format(n)},
        "response": {
            "output": f"It is {n + 1}.",
            "tokenUsage": {"total": 12, "prompt": 5, "completion": 7},
            "cached": False,
        },
        "error": None if success else "Expected output to equal",
        "failureReason": 0 if success else 1,
        "success": success,
        "score": 1 if success else 0,
        "latencyMs": 5,
        "gradingResult": {"pass": success, "score": 1, "reason": "", "componentResults": [{"pass": success}]},
        "namedScores": {"tone": 0.5},
    }


def promptfoo_object() -> dict[str, object]:
    failed = {
        **promptfoo_result(5, success=False), "response": {"error": "rate limited"}, "error": "rate limited",
        "failureReason": 2,
    }  # fmt: skip
    results = [promptfoo_result(3), promptfoo_result(4, success=False), failed]
    return {
        "evalId": "e",
        "results": {"version": 3, "timestamp": "t", "prompts": [], "results": results, "stats": {}},
        "config": {},
    }


def promptfoo_table() -> dict[str, object]:
    line = {
        "outputs": [{"pass": True, "score": 1, "text": "It is 4.", "prompt": QUESTION.format(3), "namedScores": {}}],
        "vars": [QUESTION.format(3)],
        "test": {
            "vars": {"question": QUESTION.format(3), "answer": "4"},
            "assert": [{"type": "contains", "value": "4"}],
        },
    }
    heads = {"prompts": [{"raw": "{{question}}", "label": "bare", "provider": "openai:gpt-4o"}], "vars": ["question"]}
    return {"version": 4, "table": {"head": heads, "body": [line]}, "config": {}}


def helm_request(name: str, result: Mapping[str, object]) -> dict[str, object]:
    references = [{"output": {"text": "Rome"}, "tags": []}, {"output": {"text": "Paris"}, "tags": ["correct"]}]
    return {
        "instance": {"id": name, "input": {"text": "Which city?"}, "split": "test", "references": references},
        "reference_index": None,
        "request_mode": None,
        "train_trial_index": 0,
        "output_mapping": {"A": "Rome", "B": "Paris"},
        "request": {"model": "openai/gpt-4o", "prompt": "Which city?\nA. Rome\nB. Paris", "temperature": 0.0},
        "result": result,
    }


def helm_state() -> dict[str, object]:
    told = {
        "text": "B",
        "logprob": -0.5,
        "tokens": [{"text": "B", "logprob": -0.5}],
        "finish_reason": {"reason": "length"},
        "thinking": {"text": "It is in France."},
    }
    answered = helm_request("id3", {"success": True, "cached": False, "completions": [told]})
    failed = helm_request("id4", {"success": False, "completions": [], "error": "refused"})
    adapter = {"method": "multiple_choice_joint", "model": "openai/gpt-4o"}
    return {"adapter_spec": adapter, "request_states": [answered, failed]}


HELM_PREDICTIONS = [
    {
        "instance_id": f"id{n}", "perturbation": None, "train_trial_index": 0, "predicted_text": "B",
        "thinking_text": "Hm.",
        "truncated_predicted_text": "B", "mapped_output": "Paris", "stats": {"exact_match": 1.0,
        "num_output_tokens": 1},
    }
    for n in range(2)
]  # fmt: skip


def scout_row(n: int) -> dict[str, object]:
    blocks = [{"type": "reasoning", "reasoning": "One more."}, {"type": "text", "text": f"It is {n + 1}."}]
    messages = [{"role": "user", "content": QUESTION.format(n)}, {"role": "assistant", "content": blocks}]
    return {
        "transcript_id": f"t{n}", "source_type": "eval_log", "source_id": "s", "source_uri": "logs/a.eval",
        "date": "2025",
        "task_set": "sums", "task_id": str(n), "task_repeat": 1, "agent": "solver", "agent_args": None,
        "model": "anthropic/claude", "model_options": json.dumps({"temperature": 0.5}), "score": 1.0, "success": True,
        "message_count": 2, "total_time": 1.0, "total_tokens": 30, "error": None, "limit": None, "metadata": None,
        "messages": json.dumps(messages), "events": "[]",
    }  # fmt: skip
