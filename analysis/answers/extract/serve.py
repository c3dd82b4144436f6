"""Extraction as a process: one JSON line of texts in, one out, so that several cores can read. Starts no process."""

import gc
import sys
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import orjson

from analysis.answers.extract import EXTRACTORS
from analysis.types import AnswerType, Candidate, Problem


class Text(NamedTuple):
    """One text to be read."""

    extractor: str
    text: str
    problem: Problem
    final: str | None = None


def candidates_of(text: Text) -> list[Candidate]:
    return EXTRACTORS[text.extractor](text.text, text.problem, text.final)


def asked(texts: Sequence[Text]) -> bytes:
    """The line that asks for the candidates of some texts.

    >>> asked([Text("rules", "x", Problem("What is x?"))]).endswith(b"\\n")
    True
    """
    parts = [
        [extractor, text, final, problem.question, list(problem.options), problem.answer_type.value]
        for extractor, text, problem, final in texts
    ]
    return orjson.dumps(parts) + b"\n"


def answered(line: bytes) -> list[list[Candidate]]:
    """The candidates of each text, which a line of `serve` holds.

    >>> answered(b'[[[0,1,1,"4","box","it stands in a box"]],[]]')[0][0].value
    '4'
    """
    return [[Candidate(*row) for row in found] for found in orjson.loads(line)]


def serve(lines: IO[bytes], out: IO[bytes]) -> None:
    """Answer each line of `asked` with a line for `answered`, in order, until the input ends."""
    for line in lines:
        found = [candidates_of(_text(parts)) for parts in orjson.loads(line)]
        rows = [[[c.start, c.end, c.line, c.value, c.rule, c.because] for c in each] for each in found]
        out.write(orjson.dumps(rows) + b"\n")
        out.flush()


def _text(parts: Sequence[Any]) -> Text:
    extractor, text, final, question, options, answer_type = parts
    problem = Problem(question, options=tuple(options), answer_type=AnswerType(answer_type))
    return Text(extractor, text, problem, final)


if __name__ == "__main__":
    gc.set_threshold(100_000)  # what is read makes no cycles
    serve(sys.stdin.buffer, sys.stdout.buffer)
