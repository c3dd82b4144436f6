"""First wrong steps of BIG-Bench Mistake (arXiv 2311.08516): JSON lines with steps and a 0-based mistake_index.

null says that no step is wrong. The text is the steps, one per line, as the importer stores them. There are no causes:
the value stays empty.
"""

from collections.abc import Iterable
from itertools import accumulate

from analysis.labelling.exchange.bounded import Line, lines_of, parsed
from analysis.labelling.exchange.fields import list_at, number_at, object_at, text_at
from analysis.labelling.exchange.gold.base import GivenFile, GoldReader, document_for, gold_row
from analysis.labelling.exchange.reading import Reading
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.shipped import SCHEMES

SCHEME = "first_wrong_step"


def read(files: Iterable[GivenFile]) -> Bundle:
    reading = Reading(SCHEMES[SCHEME])
    for file in files:
        with file.open() as source:
            for line in lines_of(source):
                _read_trace(reading, line, file.base)
    return reading.bundle()


def _read_trace(reading: Reading, line: Line, name: str) -> None:
    row = object_at(parsed(line.text, line.where), line.where)
    where = f"{name}, {line.where}"
    given = list_at(row.get("steps"), f"{where}: steps")
    steps = [text_at(step, f"{where}: steps") for step in given]
    document = document_for("\n".join(steps), f"{name}:{line.number}")
    reading.documents.append(document)
    if "mistake_index" not in row:
        raise BadFile(f"{where}: mistake_index is missing")
    if row["mistake_index"] is None:
        reading.take_new(gold_row(document, "no_mistake"), where)
        return
    start, end = _span(steps, number_at(row["mistake_index"], f"{where}: mistake_index"), where)
    reading.take_new(gold_row(document, "first_wrong", start, end), where)


def _span(steps: list[str], wrong: int, where: str) -> tuple[int, int]:
    """[start, end) of a step in the steps joined by newlines."""
    if wrong >= len(steps):
        raise BadFile(f"{where}: mistake_index {wrong}, and there are {len(steps)} steps")
    start = list(accumulate((len(step) + 1 for step in steps), initial=0))[wrong]
    return start, start + len(steps[wrong])


READER = GoldReader(SCHEME, read)
