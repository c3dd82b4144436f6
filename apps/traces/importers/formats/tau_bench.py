"""tau-bench result files (arXiv 2406.12045): tool-using dialogues, several trials per task, a reward of 0 or 1.

`traj` holds OpenAI messages; the user is simulated. The expected actions stand in a judge's turn at the end, so that no
attempt carries them. Source: github sierra-research/tau-bench, historical_trajectories.
"""

from collections.abc import Iterator

from ..filenames import value_in_name
from ..files import SourceFile
from ..mapping import Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow, type_in_words
from ..transforms import to_json, to_number, to_text
from .own_rows import (
    Message,
    Row,
    ShapeError,
    object_in,
    objects_in,
    own_mapping,
    reshaped,
    rows_have,
    texts_in,
)

DOMAINS = ("airline", "retail", "telecom")
KEYS = {"task_id", "trial", "reward", "info", "traj"}
MAPPING = own_mapping("tau-bench", "id problem_id problem answer_type sample turns scores")


class _TauBench:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        patterns = [f"{{}}-{domain}.json" for domain in DOMAINS]
        named = [pattern for pattern in patterns if value_in_name(pattern, sample.file.name)]
        rules = {"model": Rule(named[0], "file name")} if named else {}
        return Claim(preset_guess(MAPPING.with_rules(rules), "tool-using dialogues with a reward"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, _rollout)


def _rollout(row: Row) -> dict[str, object]:
    info, task = object_in(row, "info"), object_in(object_in(row, "info"), "task")
    reward = to_number(row.get("reward"))
    messages = [dict(message) for message in objects_in(row, "traj")]
    if not messages:
        raise ShapeError("field traj: is missing or empty")
    _grade_last(messages, reward)
    number = to_text(row.get("task_id"))
    return {
        "id": number,
        "problem_id": f"tau-bench/{number}" if number is not None else None,
        "problem": to_text(task.get("instruction")),
        "answer_type": "none",
        "sample": row.get("trial"),
        "turns": [*map(_named, messages), *_expected(task, reward)],
        "scores": {
            "reward": reward,
            "user_cost": to_number(info.get("user_cost")),
            "n_tool_calls": sum(_n_calls(message) for message in messages),
        },
    }


def _grade_last(messages: list[Message], reward: float | None) -> None:
    """The attempt is the last message of the assistant that says something; it has the reward of the dialogue.

    Many dialogues end in a call of a tool (a transfer to people), which has no text. 1 is right, 0 is wrong.
    """
    replies = [message for message in messages if message.get("role") == "assistant"]
    for message in replies:
        message["is_attempt"] = False
    spoken = [message for message in replies if to_text(message.get("content"))]
    if last := (spoken or replies)[-1:]:
        correct = None if reward is None else {1.0: True, 0.0: False}.get(reward)
        last[0].update(is_attempt=True, reward=reward, correct=correct)


def _named(message: Message) -> Message:
    return {**message, "actor": "simulated user"} if message.get("role") == "user" else message


def _n_calls(message: Row) -> int:
    calls = message.get("tool_calls")
    if calls is not None and not isinstance(calls, list):
        raise ShapeError(f"field traj[].tool_calls: holds {type_in_words(calls)}, not a list")
    if any(not isinstance(call, dict) for call in calls or []):
        raise ShapeError("field traj[].tool_calls: a call is no object")
    return len(calls or [])


def _expected(task: Row, reward: float | None) -> list[Message]:
    """What the task wanted done, as the turn of a judge; none where the file does not say."""
    actions = objects_in(task, "actions", "info.task.actions")
    outputs = texts_in(task, "outputs", "info.task.outputs")
    if not actions and not outputs:
        return []
    calls = [_call(action) for action in actions]
    text = "\n".join(outputs) or None
    return [{"role": "judge", "actor": "expected actions", "text": text, "tool_calls": calls, "reward": reward}]


def _call(action: Row) -> Message:
    arguments = to_json(action.get("kwargs"))
    return {"type": "function", "function": {"name": to_text(action.get("name")) or "", "arguments": arguments}}


FORMAT = _TauBench()
