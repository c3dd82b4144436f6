"""Reflexion's programming results (arXiv 2303.11366): final code per task, whether it passed, and the reflections.

The file's name is the run: `<run>__<problem set>._<strategy>_<n>_<model>_pass_at_…`. Reference solutions and tests are
not golds (code is right by passing) and are not read. Source: github noahshinn/reflexion, programming_runs/root.
"""

from collections.abc import Iterator

from ..filenames import value_in_name
from ..files import SourceFile
from ..mapping import Rule
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_text
from .own_rows import Message, Row, ShapeError, own_mapping, reshaped, rows_have, texts_in

KEYS = {"prompt", "test", "solution", "is_solved", "entry_point"}
MODEL = "{gpt-*}"
MAPPING = own_mapping("reflexion-programming", "id problem_id problem answer_type turns condition scores attributes")


class _ReflexionProgramming:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        rules = {"model": Rule(MODEL, "file name")} if value_in_name(MODEL, sample.file.base) else {}
        return Claim(preset_guess(MAPPING.with_rules(rules), "final code with its grade and reflections"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        run = file.base.partition("__")[0].partition(".")[0]
        return reshaped(rows, lambda row: _rollout(row, run))


def _rollout(row: Row, run: str) -> dict[str, object]:
    prompt, solution, solved = (to_text(row.get(name)) for name in ("prompt", "solution", "is_solved"))
    reflections = texts_in(row, "reflections")
    if solution is None and solved is None:
        raise ShapeError("field solution: there is neither a solution nor a grade")
    key = to_text(row.get("task_id")) or to_text(row.get("name"))
    turns: list[Message] = [{"role": "user", "text": prompt}] if prompt else []
    turns += [{"role": "critic", "actor": "self", "text": text} for text in reflections]
    return {
        "id": key,
        "problem_id": key,
        "problem": prompt,
        "answer_type": "code",
        "turns": [*turns, {"role": "assistant", "text": solution, "correct": to_flag(row.get("is_solved"))}],
        "condition": {"run": run},
        "scores": {"n_reflections": len(reflections)},
        "attributes": {"entry_point": to_text(row.get("entry_point")), "language": to_text(row.get("language"))},
    }


FORMAT = _ReflexionProgramming()
