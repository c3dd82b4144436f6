"""Samples of lm-evaluation-harness: samples_<task>_<date>.jsonl, a row per document and filter.

Source: lm_eval/evaluator.py and loggers/evaluation_tracker.py (0.4 to 0.4.9); peers_and_formats §3.1. The rows of a
file come filter by filter, so where its last row has another filter than its first, what all filters say of a document
is collected in a first pass (answers and metrics only); each document's first row then becomes its rollouts.
One rollout per response; how a row is read is in lm_eval_rows.py.
Reasoning that the harness cut away (`think_end_token`) is not in the file and cannot be told from its absence.
"""

import re
from collections.abc import Iterator

from ..decode import UnreadableError, decode_json
from ..files import SourceFile
from ..presets import Claim, FileSample, preset_guess
from ..readers import RawRow, find_layout, read_rows
from .lm_eval_rows import FilterResult, document_of, filter_of, result_of, rollout_rows
from .raw_values import Row, list_of, object_of, own_mapping, shaped

NAMES = (
    "problem_id", "problem", "answer", "options", "problem.set", "problem.subject", "turns", "prompt", "response",
    "predicted", "correct", "sample", "condition", "score", "attribute",
)  # fmt: skip
SAMPLE_KEYS = {"doc_id", "doc", "resps", "filtered_resps"}
RESULT_KEYS = {"results", "configs", "versions"}
ENDING = re.compile(r"\.(?:jsonl?|parquet|arrow)$")
TAIL_BYTES = 4 << 20


class _LmEval:
    def claim(self, sample: FileSample) -> Claim | None:
        rows = sample.rows[:20]
        if rows and all(set(row) >= RESULT_KEYS and not object_of(row.get("samples")) for row in rows):
            return Claim(companion="the aggregate results of an evaluation run", is_attached=True)
        found = [sample_row for row in rows for sample_row, _ in _samples(row)][:20]
        if not found or not all(map(_is_sample, found)):
            return None
        names = ("model", *NAMES) if model_in_folder(sample.file.name) else NAMES
        return Claim(preset_guess(own_mapping("lm-eval", names), "one row per document and filter"))

    def shape(self, rows: Iterator[RawRow], file: SourceFile) -> Iterator[RawRow]:
        model, named = model_in_folder(file.name), task_in_name(file.name)
        filters = _Filters(file)
        for raw in rows:
            if raw.error:
                yield raw
                continue
            for row, task in _samples(raw.value):
                results = filters.of(row, task)
                if results[0].name == filter_of(row):
                    yield from rollout_rows(shaped(raw, row), results, {"model": model, "task": task or named})


def _samples(row: Row) -> Iterator[tuple[Row, str]]:
    """(sample, task) of a row: itself, or every sample of a results object that was saved with its samples."""
    tasks = object_of(row.get("samples")) if set(row) >= RESULT_KEYS else {}
    if not tasks:
        yield row, ""
    for task, samples in tasks.items():
        yield from ((object_of(sample), task) for sample in list_of(samples))


class _Filters:
    """What all filters say of each document, read from the whole file when the first document asks."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._found: dict[str, list[FilterResult]] | None = None

    def of(self, row: Row, task: str) -> list[FilterResult]:
        """A result per filter in the file's order, the row's own alone where it is the only one or they repeat."""
        if self._found is None:
            self._found = {} if _last_filter(self._file) == filter_of(row) else _filter_results(self._file)
        results = self._found.get(task + document_of(row), [])
        return results if results and len({result.name for result in results}) == len(results) else [result_of(row)]


def _filter_results(file: SourceFile) -> dict[str, list[FilterResult]]:
    found: dict[str, list[FilterResult]] = {}
    for raw in read_rows(file, find_layout(file)):
        for row, task in () if raw.error else _samples(raw.value):
            found.setdefault(task + document_of(row), []).append(result_of(row))
    return found


def _last_filter(file: SourceFile) -> str | None:
    """The filter of a file's last row; None where that cannot be read from its end."""
    with file.open() as stream:
        if not file.base.endswith(".jsonl") or not stream.seekable():
            return None
        stream.seek(max(0, file.size - TAIL_BYTES))
        last = stream.read().rstrip().rpartition(b"\n")[2]
    try:
        row = decode_json(last).value
    except UnreadableError:
        return None
    return filter_of(row) if isinstance(row, dict) else None


def _is_sample(row: Row) -> bool:
    return set(row) >= SAMPLE_KEYS and isinstance(row["resps"], list) and bool({"target", "arguments"} & set(row))


def model_in_folder(name: str) -> str:
    """The model that the folder names: `org__model` stands for org/model; '' where no folder does.

    >>> model_in_folder("out/Qwen__Qwen3-8B/samples_gsm8k_2025.jsonl"), model_in_folder("a/samples_x.jsonl")
    ('Qwen/Qwen3-8B', '')
    """
    folder = name.rpartition("/")[0].rpartition("/")[2]
    return folder.replace("__", "/", 1) if "__" in folder.strip("_") else ""


def task_in_name(name: str) -> str:
    """The task of a samples file.

    >>> task_in_name("m/samples_mmlu_anatomy_2025-01-01T10-00-00.123.jsonl"), task_in_name("rows.jsonl")
    ('mmlu_anatomy', '')
    >>> task_in_name("samples_gsm8k_2025-01-01T10-00-00.123.parquet")
    'gsm8k'
    """
    base = ENDING.sub("", name.rpartition("/")[2])
    if not base.startswith("samples_"):
        return ""
    task, _, date = base.removeprefix("samples_").rpartition("_")
    return task if task and date[:4].isdigit() else base.removeprefix("samples_")


FORMAT = _LmEval()
