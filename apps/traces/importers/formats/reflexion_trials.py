"""Reflexion's question-answering trials (arXiv 2303.11366): one row per trial and question, parsed from its text logs.

A trial is a condition: each repeats every question, and questions that are solved repeat unchanged. Reflections written
so far are critic turns before the steps. Source: github noahshinn/reflexion, hotpotqa_runs/root.
"""

import re
from collections.abc import Iterator

from ..files import SourceFile
from ..identity import question_hash
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_text
from .own_rows import Message, Row, objects_in, own_mapping, reshaped, rows_have, texts_in

KEYS = {"trial", "outcome", "question", "reflections", "steps", "gold"}
ACTION = re.compile(r"\s*(?P<name>\w+)\[(?P<argument>.*)\]\s*", re.DOTALL)
ENDING = re.compile(r"(_\d+trials)?(\.parsed)?\.jsonl?$")
OUTCOMES = {"correct": True, "incorrect": False, "halted": False}
MAPPING = own_mapping("reflexion-trials", "problem answer answer_type turns condition scores")


class _ReflexionTrials:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        return Claim(preset_guess(MAPPING, "trials with written reflections"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        agent = ENDING.sub("", file.base)
        before: dict[str, str] = {}
        return reshaped(rows, lambda row: _rollout(row, agent, before))


def _rollout(row: Row, agent: str, before: dict[str, str]) -> dict[str, object]:
    question, trial = to_text(row.get("question")) or "", to_text(row.get("trial")) or ""
    turns = _turns(row, question)
    said, hashed = question_hash(repr(row.get("steps"))), question_hash(question)
    is_carried, before[hashed] = before.get(hashed) == said, said
    return {
        "problem": question,
        "answer": to_text(row.get("gold")),
        "answer_type": "text",
        "turns": turns,
        "condition": {"agent": agent, "trial": trial},
        "scores": {"carried_over": is_carried, "n_reflections": len(texts_in(row, "reflections"))},
    }


def _turns(row: Row, question: str) -> list[Message]:
    """Context, question, reflections, then each action with its thought and observation; the last action attempts."""
    context = to_text(row.get("context"))
    turns: list[Message] = [{"role": "user", "text": text} for text in (context, question) if text]
    turns += [{"role": "critic", "actor": "self", "text": text} for text in texts_in(row, "reflections")]
    steps = objects_in(row, "steps")
    for step in steps:
        turns.append(_action(step))
        if (observation := to_text(step.get("observation"))) is not None:
            turns.append({"role": "tool", "actor": "environment", "text": observation})
    outcome = (to_text(row.get("outcome")) or "").lower()
    verdict = {
        "predicted": to_text(row.get("final_answer")),
        "correct": OUTCOMES.get(outcome),
        "finish_reason": outcome if outcome == "halted" else None,
    }
    last = next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)
    if last is None:
        turns.append({"role": "assistant", **verdict})
    else:
        last.update(verdict, is_attempt=True)
    return turns


def _action(step: Row) -> Message:
    """The thought as reasoning, `Name[argument]` as a call of a tool; what is finished with is also the response."""
    action = to_text(step.get("action"))
    turn: Message = {"role": "assistant", "is_attempt": False, "reasoning": to_text(step.get("thought"))}
    found = ACTION.fullmatch(action or "")
    if found is None:
        return turn | {"text": action}
    called = {"type": "function", "function": {"name": found["name"], "arguments": found["argument"]}}
    return turn | {"tool_calls": [called], "text": found["argument"] if found["name"] == "Finish" else None}


FORMAT = _ReflexionTrials()
