"""The function of each sentence of Thought Anchors (arXiv 2506.19143): chunks_labeled.json beside base_solution.json.

Each chunk is looked for in the solution after the one before it; runs of white space count as alike, since chunks were
cut with theirs folded. A chunk that is not there, and the tag "unknown", which is no label, are listed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.labelling.exchange.bounded import parsed, whole_text
from analysis.labelling.exchange.fields import list_at, object_at, text_at
from analysis.labelling.exchange.gold.base import GivenFile, GoldReader, document_for, gold_row
from analysis.labelling.exchange.reading import Reading
from analysis.labelling.exchange.types import BadFile, Bundle, Document
from analysis.labelling.shipped import SCHEMES

SCHEME = "thought_anchors"
BASE, CHUNKS = "base_solution.json", "chunks_labeled.json"
AUTHOR = "thought-anchors labeller (GPT)"


def read(files: Iterable[GivenFile]) -> Bundle:
    """One trace a folder; raises BadFile where a folder has chunks and no solution, or nothing has chunks."""
    reading = Reading(SCHEMES[SCHEME])
    by_name = {file.name: file for file in files}
    chunked = [file for file in by_name.values() if file.base == CHUNKS]
    if not chunked:
        raise BadFile(f"there is no {CHUNKS} in what was given")
    for file in chunked:
        _read_trace(reading, file, by_name)
    return reading.bundle()


def _read_trace(reading: Reading, file: GivenFile, by_name: Mapping[str, GivenFile]) -> None:
    base = by_name.get(f"{file.folder}/{BASE}".lstrip("/"))
    if base is None:
        raise BadFile(f"{file.name}: there is no {BASE} beside it")
    solution = object_at(_json(base), base.name)
    document = document_for(text_at(solution.get("solution"), f"{base.name}: solution"), file.folder)
    reading.documents.append(document)
    at = 0
    for number, chunk in enumerate(list_at(_json(file), file.name)):
        at = _read_chunk(reading, document, object_at(chunk, file.name), at, f"{file.name}, chunk {number}")


def _read_chunk(reading: Reading, document: Document, chunk: dict[str, Any], at: int, where: str) -> int:
    """Where the next chunk is looked for."""
    words = text_at(chunk.get("chunk"), f"{where}: chunk").split()
    found = re.compile(r"\s*".join(map(re.escape, words))).search(document.text or "", at) if words else None
    if found is None:
        reading.leave(where, f"{' '.join(words)[:60]!r} is not in the solution after the chunk before it")
        return at
    for tag in list_at(chunk.get("function_tags"), f"{where}: function_tags"):
        name = text_at(tag, f"{where}: function_tags")
        reading.take_new(gold_row(document, name, found.start(), found.end(), author=AUTHOR), where)
    return found.end()


def _json(file: GivenFile) -> Any:
    with file.open() as source:
        return parsed(whole_text(source), file.name)


READER = GoldReader(SCHEME, read)
