"""Extraction as a process: one JSON line in, one out, so that several cores can read. Starts no process itself."""

import gc
import sys
from typing import IO

import orjson

from analysis.answers.extract import EXTRACTORS
from analysis.types import AnswerType, Candidate, Problem


def asked(extractor: str, text: str, problem: Problem, final: str | None) -> bytes:
    """The line that asks for the candidates of `text`.

    >>> asked("rules", "x", Problem("What is x?"), None).endswith(b"\\n")
    True
    """
    parts = [extractor, text, final, problem.question, list(problem.options), problem.answer_type.value]
    return orjson.dumps(parts) + b"\n"


def answered(line: bytes) -> list[Candidate]:
    """The candidates that a line of `serve` holds.

    >>> answered(b'[[0,1,1,"4","box","it stands in a box"]]')[0].value
    '4'
    """
    return [Candidate(*row) for row in orjson.loads(line)]


def serve(lines: IO[bytes], out: IO[bytes]) -> None:
    """Answer each line of `asked` with a line for `answered`, in order, until the input ends."""
    for line in lines:
        extractor, text, final, question, options, answer_type = orjson.loads(line)
        problem = Problem(question, options=tuple(options), answer_type=AnswerType(answer_type))
        found = EXTRACTORS[extractor](text, problem, final)
        out.write(orjson.dumps([[c.start, c.end, c.line, c.value, c.rule, c.because] for c in found]) + b"\n")
        out.flush()


if __name__ == "__main__":
    gc.set_threshold(100_000)  # what is read makes no cycles
    serve(sys.stdin.buffer, sys.stdout.buffer)
