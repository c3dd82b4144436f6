"""InterCode result files (arXiv 2306.14898): one object per task with parallel arrays of actions and observations.

Two shapes: tasks by number, or {"meta": settings, "logs": tasks by number}. Array n is turn n; `thoughts` (ReAct) and
`steps` (plan and solve) are the reasoning of a turn. Source: github princeton-nlp/intercode, data/results.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_number, to_text
from .own_rows import Message, Row, ShapeError, list_in, object_in, own_mapping, reshaped, rows_have, texts_in

MAPPING = own_mapping(
    "intercode", "id problem_id problem answer_type problem.set problem.level turns condition scores attributes"
)
PARALLEL = ("observations", "rewards", "valid_action", "thoughts")
SUMMARY = ("max_reward", "max_reward_idx", "turns_taken", "turns_max", "num_submissions")


class _InterCode:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = [row for raw in sample.rows[:20] for row in _tasks(raw)]
        if not rows_have(rows, {"turn_history"}):
            return None
        return Claim(preset_guess(MAPPING, "one task of InterCode per row, turn by turn"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        for raw in rows:
            tasks = [] if raw.error else _tasks(raw.value)
            yield from reshaped([raw] if raw.error else [raw._replace(value=task) for task in tasks], _rollout)


def _tasks(row: Row) -> list[dict[str, object]]:
    """The tasks of one raw row: itself, those of `logs`, none of `meta`."""
    if row.get("(key)") == "meta" and "turn_history" not in row:
        return []
    if row.get("(key)") == "logs" and "turn_history" not in row:
        return [dict(task) if isinstance(task, dict) else {} for key, task in row.items() if key != "(key)"]
    return [dict(row)]


def _rollout(row: Row) -> dict[str, object]:
    history, summary = row.get("turn_history"), object_in(row, "summary")
    if not isinstance(history, dict):
        raise ShapeError("field turn_history: is missing or no object")
    query = to_text(row.get("query")) or ""
    name = PurePosixPath(to_text(row.get("dataset")) or "").stem or to_text(row.get("environment")) or ""
    number = to_text(row.get("task_id"))
    key = f"{name}/{number}" if name and number is not None else number
    rewards = [to_number(reward) for reward in list_in(history, "rewards", "turn_history.rewards")]
    given = {label: to_number(summary.get(label)) for label in SUMMARY}
    n_invalid = sum(to_flag(valid) is False for valid in list_in(history, "valid_action", "turn_history.valid_action"))
    return {
        "id": key,
        "problem_id": key,
        "problem": query,
        "answer_type": "none",
        "problem.set": name,
        "problem.level": to_text(row.get("hardness")),
        "turns": [{"role": "user", "text": query}, *_turns(history)],
        "condition": _condition(history, given["turns_max"]),
        "scores": {**given, "reward": next(iter(rewards[-1:]), None), "n_invalid_actions": n_invalid},
        "attributes": {"environment": to_text(row.get("environment"))},
    }


def _condition(history: Row, turns_max: float | None) -> dict[str, str]:
    strategy = "react" if "thoughts" in history else "plan and solve" if "steps" in history else "multi-turn"
    return {"strategy": strategy} | ({"turns_max": f"{turns_max:g}"} if turns_max is not None else {})


def _turns(history: Row) -> list[Message]:
    """An assistant turn per action with its thought and reward, and a tool turn per observation.

    The last action is the attempt; it is right where its reward is 1 and wrong below.
    """
    actions = texts_in(history, "actions", "turn_history.actions")
    if not actions:
        raise ShapeError("field turn_history.actions: is missing or empty")
    lists = {name: list_in(history, name, f"turn_history.{name}") for name in PARALLEL if name in history}
    for name, items in lists.items():
        if len(items) != len(actions):
            raise ShapeError(f"field turn_history.{name}: has {len(items)} values where actions has {len(actions)}")
    thoughts = texts_in(history, "thoughts", "turn_history.thoughts") or _steps(history, len(actions))
    observations = texts_in(history, "observations", "turn_history.observations")
    rewards = [to_number(reward) for reward in lists.get("rewards", [])]
    turns: list[Message] = []
    for number, action in enumerate(actions):
        reward = rewards[number] if rewards else None
        is_last = number == len(actions) - 1
        turns.append({"role": "assistant", "text": action, "reasoning": thoughts[number], "reward": reward})
        turns[-1] |= {"is_attempt": is_last, "correct": reward == 1 if is_last and reward is not None else None}
        if observations:
            turns.append({"role": "tool", "actor": "environment", "text": observations[number]})
    return turns


def _steps(history: Row, n_actions: int) -> list[str]:
    """The plan's steps; the actions after the plan (refinements) have none."""
    steps = texts_in(history, "steps", "turn_history.steps")
    if len(steps) > n_actions:
        raise ShapeError(f"field turn_history.steps: has {len(steps)} values where actions has {n_actions}")
    return steps + [""] * (n_actions - len(steps))


FORMAT = _InterCode()
