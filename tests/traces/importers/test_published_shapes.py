"""One small sample of each shape that published tools write: which path becomes which field."""

import pytest

from .samples import QUESTION, attempt_of, jsonl, opened, rollouts

BODY = {"model": "gpt-4o", "usage": {"completion_tokens": 12, "completion_tokens_details": {"reasoning_tokens": 7}}}
SHAPES: dict[str, tuple[list[dict[str, object]], dict[str, str]]] = {
    "OpenAI batch output": (
        [
            {
                "id": f"b{n}",
                "custom_id": f"q{n}",
                "response": {
                    "status_code": 200,
                    "body": {
                        **BODY,
                        "choices": [
                            {"message": {"role": "assistant", "content": f"It is {n}."}, "finish_reason": "stop"}
                        ],
                    },
                },
            }
            for n in range(5)
        ],
        {
            "response": "replies[].text",
            "model": "response.body.model",
            "n_tokens": "replies[].n_tokens",
            "finish_reason": "replies[].finish_reason",
            "id": "custom_id",
        },
    ),
    "lm-eval samples": (
        [
            {
                "doc_id": n,
                "doc": {"question": QUESTION.format(n), "answer": f"work\n#### {n}"},
                "target": f"work\n#### {n}",
                "resps": [[f"so it is {n}"]],
                "exact_match": 1.0,
            }
            for n in range(5)
        ],
        {"response": "resps[][0]", "problem": "doc.question", "problem_id": "doc_id", "correct": "exact_match"},
    ),
    "verl": (
        [
            {"input": QUESTION.format(n), "output": f"<think>h</think>It is {n}", "gts": str(n), "score": n % 2}
            for n in range(5)
        ],
        {"response": "output", "reasoning": "output", "prompt": "input", "answer": "gts", "correct": "score"},
    ),
    "OpenR1": (
        [
            {
                "problem": QUESTION.format(n),
                "answer": str(n),
                "uuid": f"u{n}",
                "generations": [f"<think>a</think>It is {n}", "<think>b</think>It is 5"],
                "correctness_math_verify": [True, False],
            }
            for n in range(5)
        ],
        {
            "response": "generations[]",
            "reasoning": "generations[]",
            "id": "uuid",
            "correct": "correctness_math_verify[]",
        },
    ),
    "OpenThoughts": (
        [
            {
                "problem": QUESTION.format(n),
                "deepseek_reasoning": "hm hm hm",
                "deepseek_solution": f"It is {n}",
                "ground_truth_solution": f"so \\boxed{{{n}}}",
                "domain": "math",
            }
            for n in range(5)
        ],
        {"reasoning": "deepseek_reasoning", "response": "deepseek_solution", "answer": "ground_truth_solution"},
    ),
    "HELM predictions": (
        [{"instance_id": f"i{n}", "predicted_text": f"It is {n}", "thinking_text": "let me see"} for n in range(5)],
        {"problem_id": "instance_id", "response": "predicted_text", "reasoning": "thinking_text"},
    ),
    "TRL completions": (
        [
            {"step": 1, "prompt": QUESTION.format(n), "completion": f"It is {n}", "advantage": 0.25 * n}
            for n in range(5)
        ],
        {"prompt": "prompt", "problem": "prompt", "response": "completion", "score.advantage": "advantage"},
    ),
    "columns named after models": (
        [
            {"question": QUESTION.format(n), "reference": str(n), "gpt-4": "It is 4, I say", "llama-3-8b": "It is 3"}
            for n in range(5)
        ],
        {"response": "{model}", "problem": "question", "answer": "reference"},
    ),
    "a prompt of messages beside a response": (
        [
            {"prompt": [{"role": "user", "content": QUESTION.format(n)}], "response": f"It is {n}", "answer": str(n)}
            for n in range(5)
        ],
        {"turns": "prompt", "response": "response", "answer": "answer"},
    ),
    "one column with tags": (
        [{"trace_id": f"t{n}", "trace": f"<think>\nfirst\n</think>\nIt is {n}", "ref": str(n)} for n in range(5)],
        {"id": "trace_id", "reasoning": "trace", "response": "trace", "answer": "ref"},
    ),
    "several rollouts of one task": (
        [
            {
                "example_id": n,
                "rollout_idx": k,
                "task": QUESTION.format(n),
                "trajectory": f"hm, so it must be {k}.",
                "policy": "ckpt-1",
            }
            for n in range(3)
            for k in range(2)
        ],
        {
            "problem_id": "example_id",
            "sample": "rollout_idx",
            "problem": "task",
            "response": "trajectory",
            "model": "policy",
        },
    ),
}


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_published_shape_is_mapped_without_a_question(name: str) -> None:
    rows, expected = SHAPES[name]
    source = opened(jsonl(rows))
    paths = {field: rule.path for field, rule in source.detection.mapping.fields.items()}
    assert source.detection.questions == ()
    assert {field: paths.get(field) for field in expected} == expected
    found = rollouts(source)
    assert len(found) >= len(rows)
    assert source.report.errors == source.report.duplicates == 0
    assert all(attempt_of(rollout).text for rollout in found)
