"""Reflexion's results in ALFWorld and WebShop (arXiv 2303.11366): per environment whether it was solved, and memory.

One file per trial; the folder names the run. The actions themselves were not published: an attempt is a grade without
text, and the reflections that it was given are critic turns. Source: github noahshinn/reflexion.
"""

import re
from collections.abc import Iterator

from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow
from ..transforms import to_flag, to_text
from .own_rows import Message, Row, ShapeError, own_mapping, reshaped, rows_have, texts_in

KEYS = {"name", "memory", "is_success"}
TRIAL = re.compile(r"trial_(\d+)")
MAPPING = own_mapping("reflexion-environments", "id problem_id problem.set answer_type turns condition scores")


class _ReflexionEnvironments:
    def claim(self, sample: FileSample) -> Claim | None:
        if not rows_have(sample.rows, KEYS):
            return None
        return Claim(preset_guess(MAPPING, "grades per environment, with the reflections so far"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        folders = file.folder.split("/")
        trial = TRIAL.search(file.base)
        condition = {"run": folders[-1]} if file.folder else {}
        condition |= {"trial": trial[1]} if trial else {}
        world = next((folder.removesuffix("_runs") for folder in folders if folder.endswith("_runs")), "")
        return reshaped(rows, lambda row: _rollout(row, world, condition))


def _rollout(row: Row, world: str, condition: dict[str, str]) -> dict[str, object]:
    name, solved, memory = to_text(row.get("name")), to_flag(row.get("is_success")), texts_in(row, "memory")
    if solved is None:
        raise ShapeError("field is_success: is neither true nor false")
    key = f"{world}/{name}" if world and name else name
    turns: list[Message] = [{"role": "critic", "actor": "self", "text": text} for text in memory]
    return {
        "id": key,
        "problem_id": key,
        "problem.set": world,
        "answer_type": "none",
        "turns": [*turns, {"role": "assistant", "correct": solved}],
        "condition": condition,
        "scores": {"n_reflections": len(memory)},
    }


FORMAT = _ReflexionEnvironments()
