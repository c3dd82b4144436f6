"""Small files made by hand, and short ways to read them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.types import Rollout, Turn
from apps.traces.importers.files import SourceFile
from apps.traces.importers.identity import Duplicate
from apps.traces.importers.readers import source_from_bytes
from apps.traces.importers.report import RowError
from apps.traces.importers.source import Source, open_source

QUESTION = "What is the sum of the first {} odd numbers?"


def jsonl(rows: Sequence[Mapping[str, object]], name: str = "rows.jsonl") -> SourceFile:
    return source_from_bytes(name, b"".join(json.dumps(row).encode() + b"\n" for row in rows))


def text_file(name: str, text: str | bytes) -> SourceFile:
    return source_from_bytes(name, text if isinstance(text, bytes) else text.encode())


def files_under(folder: Path) -> list[SourceFile]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [disk_file(path, str(path.relative_to(folder))) for path in paths]


def disk_file(path: Path, name: str = "") -> SourceFile:
    return SourceFile(name or path.name, lambda: path.open("rb"), path.stat().st_size)


def opened(*files: SourceFile, **options: object) -> Source:
    return open_source(files, **options)  # type: ignore[arg-type]


def rollouts(source: Source) -> list[Rollout]:
    return [item for _, item in source.rollouts() if isinstance(item, Rollout)]


def errors(source: Source) -> list[RowError]:
    return [item for _, item in source.rollouts() if isinstance(item, RowError)]


def duplicates(source: Source) -> list[Duplicate]:
    return [item for _, item in source.rollouts() if isinstance(item, Duplicate)]


def attempt_of(rollout: Rollout) -> Turn:
    return [turn for turn in rollout.turns if turn.is_attempt][-1]


def reasoning_of(rollout: Rollout) -> str | None:
    turn = attempt_of(rollout)
    return turn.text[turn.reasoning.start : turn.reasoning.end] if turn.text is not None and turn.reasoning else None


def response_of(rollout: Rollout) -> str | None:
    turn = attempt_of(rollout)
    return turn.text[turn.response.start : turn.response.end] if turn.text is not None and turn.response else None


def own_row(**changes: object) -> dict[str, object]:
    """One row of our own format."""
    row = {
        "id": "a",
        "model": "m",
        "problem": "What is 1+1?",
        "answer": "2",
        "reasoning": "One and one.",
        "response": "2",
    }
    return {**row, **changes}
