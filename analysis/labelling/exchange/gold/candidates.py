"""Hand-labelled candidate answers: JSON lines with reasoning, candidates [{line, values}] and doubtful_lines.

Lines count from 1 and end at "\\n" alone. Source: the gold layer's own README and GUIDE.
"""

from collections.abc import Iterable
from typing import Any

from analysis.labelling.exchange.bounded import Line, lines_of, parsed
from analysis.labelling.exchange.fields import list_at, number_at, object_at, text_at
from analysis.labelling.exchange.gold.base import GivenFile, GoldReader, document_for, gold_row
from analysis.labelling.exchange.reading import Reading
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.shipped import SCHEMES
from analysis.segmentation.line import segment
from analysis.types import Step

SCHEME = "candidates"
BETWEEN = "; "
"""Between several values of one line."""


def read(files: Iterable[GivenFile]) -> Bundle:
    reading = Reading(SCHEMES[SCHEME])
    for file in files:
        with file.open() as source:
            for line in lines_of(source):
                _read_trace(reading, line)
    return reading.bundle()


def _read_trace(reading: Reading, line: Line) -> None:
    row = object_at(parsed(line.text, line.where), line.where)
    text = text_at(row.get("reasoning"), f"{line.where}: reasoning")
    document = document_for(text, text_at(row.get("id"), f"{line.where}: id"))
    reading.documents.append(document)
    steps = {step.number: step for step in segment(text)}
    for entry in list_at(row.get("candidates"), f"{line.where}: candidates"):
        step, value = _candidate(entry, steps, f"{line.where}: candidates")
        reading.take_new(gold_row(document, "candidate", step.start, step.end, value), line.where)
    for number in list_at(row.get("doubtful_lines"), f"{line.where}: doubtful_lines"):
        step = _step(number, steps, f"{line.where}: doubtful_lines")
        reading.take_new(gold_row(document, "doubtful", step.start, step.end), line.where)


def _candidate(entry: Any, steps: dict[int, Step], where: str) -> tuple[Step, str]:
    given = object_at(entry, where)
    values = [text_at(value, f"{where}: values") for value in list_at(given.get("values"), f"{where}: values")]
    return _step(given.get("line"), steps, where), BETWEEN.join(values)


def _step(number: Any, steps: dict[int, Step], where: str) -> Step:
    step = steps.get(number_at(number, f"{where}: line"))
    if step is None:
        raise BadFile(f"{where}: there is no line {number}; the trace has {len(steps)}")
    return step


READER = GoldReader(SCHEME, read)
