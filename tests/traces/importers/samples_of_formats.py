"""One small hand-written upload per published format: the keys are the tools', the contents are ours.

FORMATS: name -> Sample(the format that must claim it, the files by name with their rows or their one object).
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from apps.traces.importers.files import SourceFile
from apps.traces.importers.readers import source_from_bytes

from .samples_of_harnesses import (
    ASKED,
    HELM_PREDICTIONS,
    QUESTION,
    THOUGHT,
    helm_state,
    lighteval_flat,
    lighteval_row,
    lm_eval_choice,
    lm_eval_row,
    opencompass_predictions,
    opencompass_results,
    promptfoo_object,
    promptfoo_result,
    promptfoo_table,
    scout_row,
    simple_evals_object,
)


class Sample(NamedTuple):
    """Files by name: a list is rows of JSON lines (or of an array, for .json), an object is one JSON object."""

    format: str
    files: Mapping[str, object]

    def sources(self) -> list[SourceFile]:
        return [as_file(name, content) for name, content in self.files.items()]


def as_file(name: str, content: object) -> SourceFile:
    if name.endswith(".jsonl") and isinstance(content, list):
        return source_from_bytes(name, b"".join(json.dumps(row).encode() + b"\n" for row in content))
    return source_from_bytes(name, json.dumps(content).encode())


def batch_request(n: int) -> dict[str, object]:
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": QUESTION.format(n)}]
    body = {"model": "gpt-4o-mini", "messages": messages, "temperature": 0.6}
    return {"custom_id": f"q{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def completion(n: int, *texts: str) -> dict[str, object]:
    message = {"role": "assistant", "reasoning_content": f"One more than {n}."}
    return {
        "id": f"chatcmpl-{n}",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o-mini-2024",
        "choices": [
            {"index": k, "message": {**message, "content": text}, "finish_reason": "length" if k else "stop"}
            for k, text in enumerate(texts or (f"It is {n + 1}.",))
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 12, "completion_tokens_details": {"reasoning_tokens": 7}},
    }


def batch_output(n: int, *texts: str) -> dict[str, object]:
    response = {"status_code": 200, "request_id": f"r{n}", "body": completion(n, *texts)}
    return {"id": f"batch_req_{n}", "custom_id": f"q{n}", "response": response, "error": None}


BATCH_ERROR = {
    "id": "batch_req_9",
    "custom_id": "q3",
    "response": {"status_code": 400, "request_id": "r9", "body": {"error": {"message": "too long", "code": None}}},
    "error": None,
}
EXPIRED = {"id": "b", "custom_id": "q4", "response": None, "error": {"code": "batch_expired", "message": "not in time"}}


def responses_body(n: int) -> dict[str, object]:
    return {
        "id": f"resp_{n}",
        "object": "response",
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "model": "o4-mini",
        "output": [
            {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "One more."}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": f"It is {n + 1}."}]},
        ],
        "usage": {"output_tokens": 20, "output_tokens_details": {"reasoning_tokens": 15}},
    }


def anthropic_result(n: int) -> dict[str, object]:
    message = {
        "id": f"msg_{n}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4",
        "content": [
            {"type": "thinking", "thinking": f"One more than {n}.", "signature": "s"},
            {"type": "text", "text": f"It is {n + 1}."},
        ],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 4, "output_tokens": 9},
    }
    return {"custom_id": f"q{n}", "result": {"type": "succeeded", "message": message}}


def vllm_output(n: int) -> dict[str, object]:
    return {
        "request_id": str(n),
        "prompt": f"<|user|>{QUESTION.format(n)}<|assistant|><think>\n",
        "prompt_token_ids": [1, 2],
        "outputs": [
            {
                "index": 0,
                "text": f"One more.\n</think>\n\nIt is {n + 1}.",
                "token_ids": [1, 2, 3],
                "finish_reason": "stop",
            },
            {"index": 1, "text": "One more and", "token_ids": [1, 2], "finish_reason": "length"},
        ],
        "finished": True,
    }


def openr1_row(n: int) -> dict[str, object]:
    return {
        "problem": QUESTION.format(n), "solution": f"$\\boxed{{{n + 1}}}$", "answer": str(n + 1),
        "problem_type": "Algebra",
        "question_type": "math-word-problem", "source": "sums", "uuid": f"u{n}", "is_reasoning_complete": [True, False],
        "generations": [f"<think>\nOne more.\n</think>\n\nIt is \\boxed{{{n + 1}}}.", "<think>\nOne more and"],
        "correctness_math_verify": [True, False], "correctness_llama": None, "finish_reasons": ["stop", "length"],
        "correctness_count": 1, "messages": [{"role": "user", "content": QUESTION.format(n)}],
    }  # fmt: skip


def verl_row(n: int, output: str = "") -> dict[str, object]:
    return {
        "input": f"user\n{QUESTION.format(n)}\nassistant\n", "output": output or THOUGHT.format(n, n + 1),
        "gts": str(n + 1),
        "score": 1.0, "step": 20, "acc": True, "pred": str(n + 1), "format": 0.5, "request_id": f"r{n}",
    }  # fmt: skip


def trl_row(n: int) -> dict[str, object]:
    return {
        "step": 5, "prompt": QUESTION.format(n), "completion": THOUGHT.format(n, n + 1), "accuracy_reward": 1.0,
        "format_reward": 0.25, "advantage": -0.5,
    }  # fmt: skip


def trl_chat_row(n: int) -> dict[str, object]:
    prompt = [{"role": "system", "content": "Think."}, {"role": "user", "content": QUESTION.format(n)}]
    return {**trl_row(n), "prompt": prompt, "completion": [{"role": "assistant", "content": THOUGHT.format(n, n + 1)}]}


def openthoughts_row(n: int) -> dict[str, object]:
    answer = (
        f"<|begin_of_thought|>\n\nOne more than {n}.\n\n<|end_of_thought|>\n\n"
        f"<|begin_of_solution|>\n\nIt is {n + 1}.\n\n<|end_of_solution|>"
    )
    turns = [{"from": "user", "value": QUESTION.format(n)}, {"from": "assistant", "value": answer}]
    return {"system": "Think, then solve.", "conversations": turns}


def openthoughts_columns(n: int) -> dict[str, object]:
    return {
        "problem": QUESTION.format(n), "deepseek_reasoning": f"One more than {n}.",
        "deepseek_solution": f"It is {n + 1}.",
        "ground_truth_solution": f"so $\\boxed{{{n + 1}}}$", "domain": "math", "source": "sums", "test_cases": None,
        "starter_code": None,
    }  # fmt: skip


def openthoughts_math(n: int) -> dict[str, object]:
    return {
        **openthoughts_row(n), "problem": QUESTION.format(n), "solution": f"so $\\boxed{{{n + 1}}}$", "source": "sums",
        "generated_token_count": 30, "correct": n == 3,
    }  # fmt: skip


def sharegpt_row(n: int) -> dict[str, object]:
    turns = [{"from": "human", "value": QUESTION.format(n)}, {"from": "gpt", "value": f"It is {n + 1}."}]
    return {"id": f"s{n}", "conversations": turns, "system": "Be short."}


def tool_messages(n: int) -> dict[str, object]:
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": json.dumps({"a": n})}}
    messages = [
        {"role": "user", "content": QUESTION.format(n)},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": str(n + 1)},
        {"role": "assistant", "content": f"It is {n + 1}."},
    ]
    return {"messages": messages, "tools": [{"type": "function", "function": {"name": "add"}}]}


DATE = "2025-06-01T10-00-00.123456"
FORMATS: dict[str, Sample] = {
    "two graded answers": Sample(
        "answer-pairs",
        {
            "gsm8k_log.jsonl": [
                {"id": n, "answer1": "It is 5.", "answer2": "It is 4.", "correct1": False, "correct2": n > 1}
                for n in (1, 2, 2)
            ]
        },
    ),
    "answers round after round": Sample(
        "answer-iterations",
        {
            "Qwen2.5-3B_gen.json": {
                f"q{n}": {
                    "question": QUESTION.format(n),
                    "answers": {f"iter_{k}": f"The final answer is: {n + (k < 1)}." for k in range(6)},
                    "gold": n,
                }
                for n in (1, 2)
            }
        },
    ),
    "probabilities of options": Sample(
        "option-probabilities",
        {
            "boolq.jsonl": [
                {"id": n, "answer": 0, "probs1": [0.6, 0.4], "probs2_list": [[0.9, 0.1], [0.35, 0.65]]} for n in (1, 2)
            ]
        },
    ),
    "lm-eval with two filters": Sample(
        "lm-eval",
        {
            f"out/Qwen__Qwen3-8B/samples_gsm8k_{DATE}.jsonl": [
                lm_eval_row(n, name) for name in ("strict-match", "flexible-extract") for n in (3, 4)
            ],
            f"out/Qwen__Qwen3-8B/results_{DATE}.json": {"results": {}, "configs": {}, "versions": {}, "n-shot": {}},
        },
    ),
    "lm-eval multiple choice": Sample("lm-eval", {"samples_places.jsonl": [lm_eval_choice(n) for n in (3, 4)]}),
    "lm-eval results with samples": Sample(
        "lm-eval",
        {
            "results.json": {
                "results": {},
                "configs": {},
                "versions": {},
                "samples": {
                    "sums": [lm_eval_row(3, "none"), lm_eval_row(4, "none")],
                    "places": [lm_eval_choice(3)],
                },
            }
        },
    ),
    "OpenAI batch with its input": Sample(
        "chat-api",
        {
            "in.jsonl": [batch_request(n) for n in (1, 2, 3, 4)],
            "out.jsonl": [batch_output(2), batch_output(1, "It is 2.", "It is 3."), BATCH_ERROR, EXPIRED],
        },
    ),
    "vLLM batch of old": Sample(
        "chat-api",
        {"out.jsonl": [{"id": "b", "custom_id": f"q{n}", "response": completion(n), "error": None} for n in (1, 2)]},
    ),
    "Responses batch": Sample(
        "chat-api",
        {
            "out.jsonl": [
                {
                    "id": "b",
                    "custom_id": f"q{n}",
                    "response": {"status_code": 200, "body": responses_body(n)},
                    "error": None,
                }
                for n in (1, 2)
            ]
        },
    ),
    "Anthropic batch": Sample(
        "chat-api",
        {
            "in.jsonl": [
                {"custom_id": f"q{n}", "params": {"model": "claude", "max_tokens": 9, "messages": ASKED}} for n in (3,)
            ],
            "out.jsonl": [
                anthropic_result(3),
                {
                    "custom_id": "q5",
                    "result": {
                        "type": "errored",
                        "error": {"type": "error", "error": {"type": "x", "message": "busy"}},
                    },
                },
                {"custom_id": "q6", "result": {"type": "expired"}},
            ],
        },
    ),
    "completion objects": Sample("chat-api", {"answers.jsonl": [completion(n) for n in (3, 4)]}),
    "one completion object": Sample("chat-api", {"answer.json": completion(3, "It is 4.", "It is")}),
    "vLLM request outputs": Sample("vllm-offline", {"outputs.jsonl": [vllm_output(n) for n in (3, 4)]}),
    "lighteval 0.13": Sample(
        "lighteval",
        {f"details/Qwen/Qwen3-8B/{DATE}/details_aime|0_{DATE}.jsonl": [lighteval_row(n, dunder=False) for n in (3, 4)]},
    ),
    "lighteval 0.10": Sample("lighteval", {"details.jsonl": [lighteval_row(n, dunder=True) for n in (3, 4)]}),
    "lighteval of old": Sample("lighteval", {"details.jsonl": [lighteval_flat(n) for n in (3, 4)]}),
    "simple-evals": Sample("simple-evals", {"math_gpt-4o_20250601_allresults.json": simple_evals_object()}),
    "OpenCompass predictions": Sample("opencompass", {"predictions/qwen3-8b-hf/sums.json": opencompass_predictions()}),
    "OpenCompass results": Sample("opencompass", {"results/qwen3-8b-hf/sums.json": opencompass_results()}),
    "promptfoo": Sample("promptfoo", {"output.json": promptfoo_object()}),
    "promptfoo lines": Sample("promptfoo", {"output.jsonl": [promptfoo_result(n) for n in (3, 4)]}),
    "promptfoo table": Sample("promptfoo", {"table.json": promptfoo_table()}),
    "HELM scenario state": Sample("helm", {"run/scenario_state.json": helm_state()}),
    "HELM predictions": Sample("helm", {"run/display_predictions.json": HELM_PREDICTIONS}),
    "Scout": Sample("scout", {"transcripts.jsonl": [scout_row(n) for n in (3, 4)]}),
    "OpenR1-Math": Sample("openr1", {"train.jsonl": [openr1_row(n) for n in (3, 4)]}),
    "verl": Sample("verl", {"rollouts/20.jsonl": [verl_row(3), verl_row(3), verl_row(4)]}),
    "TRL": Sample("trl", {"completions/completions_00005.jsonl": [trl_row(3), trl_row(3), trl_row(4)]}),
    "TRL messages": Sample("trl", {"completions_00005.jsonl": [trl_chat_row(n) for n in (3, 4)]}),
    "OpenThoughts": Sample("openthoughts", {"train.jsonl": [openthoughts_row(n) for n in (3, 4)]}),
    "OpenThoughts columns": Sample("openthoughts", {"metadata.jsonl": [openthoughts_columns(n) for n in (3, 4)]}),
    "OpenThoughts math": Sample("openthoughts", {"math.jsonl": [openthoughts_math(n) for n in (3, 4)]}),
    "ShareGPT": Sample("sharegpt", {"chats.jsonl": [sharegpt_row(n) for n in (3, 4)]}),
    "messages with tools": Sample("sharegpt", {"chats.jsonl": [tool_messages(n) for n in (3, 4)]}),
}
