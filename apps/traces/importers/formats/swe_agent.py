"""SWE-agent trajectories (.traj, arXiv 2405.15793): one JSON object per run with `trajectory`, `history` and `info`.

The schema drifts: `thought` may be the start of `response` or all of it, calls of tools stand in `history` only,
`state` (not read) is a text or an object, and a demonstration may hold nothing but its `history`. What was submitted is
the answer.
Source: github SWE-agent/SWE-agent, docs/usage/trajectories.
"""

import re
from collections.abc import Iterator

from ..files import SourceFile
from ..mapping import Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import from_cell, to_number, to_text
from ..turns import read_content
from .own_rows import Message, Row, ShapeError, object_in, objects_in, own_mapping, reshaped, rows_have

MAPPING = own_mapping("swe-agent", "id problem_id problem answer_type turns condition scores attributes")
STATS = ("instance_cost", "tokens_sent", "tokens_received", "api_calls")
SETTINGS = {"temperature": re.compile(r"__t-([\d.]+)__"), "top_p": re.compile(r"__p-([\d.]+)__")}
ISSUE = re.compile(r"\bISSUE:\n(.+?)\n\nINSTRUCTIONS:\n", re.DOTALL)
NO_MODELS = ("replay", "human", "human_thought")
ROLES = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool", "demo": "user"}


class _SweAgent:
    def claim(self, sample: FileSample) -> Claim | None:
        is_named = sample.file.base.lower().endswith(".traj")
        keys = {"history", "trajectory"} if not is_named else {"history"}
        if sample.layout.kind not in ("object", "jsonl", "values") or not (
            rows_have(sample.rows, keys) or (is_named and rows_have(sample.rows, {"trajectory"}))
        ):
            return None
        is_told = any(_model(row, sample.file) for row in sample.rows)
        mapping = MAPPING.with_rules({"model": Rule("model")} if is_told else {})
        return Claim(preset_guess(mapping, "one agent run: thoughts, actions, observations"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        return reshaped(rows, lambda row: _rollout(row, file))


def _rollout(row: Row, file: SourceFile) -> dict[str, object]:
    run = file.folder.rpartition("/")[2]
    key = to_text(row.get("instance_id")) or file.base.removesuffix(".traj")
    history, steps = objects_in(row, "history"), objects_in(row, "trajectory")
    info = object_in(row, "info")
    turns = _from_steps(history, steps) if steps else [_message(message) for message in history]
    last = next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)
    if last is None:
        raise ShapeError("field trajectory: no step and no message of the agent")
    last |= {
        "is_attempt": True,
        "predicted": to_text(info.get("submission")),
        "finish_reason": to_text(info.get("exit_status")),
    }
    stats = object_in(info, "model_stats")
    settings = {name: found[1] for name, pattern in SETTINGS.items() if (found := pattern.search(run))}
    return {
        "id": key,
        "problem_id": key,
        "problem": _question(turns),
        "answer_type": "none",
        "model": _model(row, file),
        "turns": turns,
        "condition": ({"run": run} if run else {}) | settings,
        "scores": {**{name: to_number(stats.get(name)) for name in STATS}, "n_steps": len(steps) or None},
        "attributes": {"environment": to_text(row.get("environment"))},
    }


def _model(row: Row, file: SourceFile) -> str | None:
    """The model that the settings of the run name; what was replayed, or written by people, is no model's work."""
    if file.folder.rpartition("/")[2].startswith(NO_MODELS):
        return None
    settings = from_cell(row.get("replay_config"))
    config = object_in(object_in(settings, "agent"), "model") if isinstance(settings, dict) else {}
    name = to_text(config.get("name"))
    return None if name in NO_MODELS else name


def _from_steps(history: list[Row], steps: list[Row]) -> list[Message]:
    """What came before the first step from the history, then every step; calls of tools are those of the history."""
    said = [message for message in history if not _is_demonstration(message)]
    first = next((i for i, message in enumerate(said) if message.get("role") == "assistant"), len(said))
    calls = [message.get("tool_calls") for message in said if message.get("role") == "assistant"]
    demos = [_message(message) for message in history if _is_demonstration(message)]
    turns = [*demos, *(_message(message) for message in said[:first])]
    turns.sort(key=lambda turn: turn["role"] != "system")
    for number, step in enumerate(steps):
        turns.append(_action(step, calls[number] if number < len(calls) else None))
        if (observation := to_text(step.get("observation"))) is not None:
            turns.append({"role": "tool", "actor": "environment", "text": observation})
    return turns


def _is_demonstration(message: Row) -> bool:
    return message.get("is_demo") is True or message.get("role") == "demo"


def _action(step: Row, calls: object) -> Message:
    thought, response, action = (to_text(step.get(name)) for name in ("thought", "response", "action"))
    return _spoken(thought, response if response is not None else action, calls)


def _spoken(thought: str | None, whole: str | None, calls: object) -> Message:
    """A thought with which a longer text begins is its reasoning; one that is all of the text is the text."""
    spoken: Message = {"role": "assistant", "is_attempt": False}
    if isinstance(calls, list) and all(isinstance(call, dict) for call in calls):
        spoken["tool_calls"] = calls
    if thought and whole and whole != thought and whole.startswith(thought):
        return {**spoken, "reasoning": thought, "text": whole[len(thought) :]}
    if thought and not whole:
        return {**spoken, "text": thought}
    return {**spoken, "text": whole}


def _message(message: Row) -> Message:
    role = ROLES.get(to_text(message.get("role")) or "")
    if role is None:
        raise ShapeError(f"field history[].role: is {to_text(message.get('role'))!r}; known: {', '.join(ROLES)}")
    text = read_content(message.get("content"))[1]
    if role == "assistant":
        return _spoken(to_text(message.get("thought")), text, message.get("tool_calls"))
    actor = "demonstration" if _is_demonstration(message) else "environment" if role == "tool" else None
    return {"role": role, "actor": actor, "text": text}


def _question(turns: list[Message]) -> str | None:
    """The issue inside the first message of the user (the instructions around it belong to the prompt)."""
    spoken = (turn for turn in turns if turn["role"] == "user" and turn.get("actor") != "demonstration")
    text = to_text(next(spoken, {}).get("text"))
    found = ISSUE.search(text or "")
    return found[1] if found else text


FORMAT = _SweAgent()
