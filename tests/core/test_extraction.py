"""Texts read by child processes: what comes back, in which order, and what happens when one of them dies."""

import os
import signal

import pytest

from analysis.answers.extract import EXTRACTORS
from analysis.answers.extract.serve import Text
from analysis.types import AnswerType, Candidate, Problem
from apps.core.extraction import AT_ONCE, Extraction, ExtractionFailed

HOSTILE = 'So x = 4.\n"]\u2028\x00 \U0001f600\nThe answer is 5.'
TEXTS = [
    Text("rules", HOSTILE, Problem("What is $x$?")),
    Text("rules+final", "It has 24 sides.", Problem("How many sides has it?"), "24"),
    Text("rules", "", Problem("")),
    Text("rules", "It is C.", Problem("Which?", options=("a", "b", "c"), answer_type=AnswerType.CHOICE)),
    *(Text("rules", f"So x = {n}.", Problem("What is $x$?")) for n in range(3 * AT_ONCE)),
]


def read(n_readers: int) -> list[list[Candidate]]:
    with Extraction(n_readers) as extraction:
        return [found for future in extraction.submit(TEXTS) for found in future.result()]


def test_children_find_what_this_process_finds_in_the_order_of_the_texts() -> None:
    plain = [EXTRACTORS[text.extractor](text.text, text.problem, text.final) for text in TEXTS]
    assert [found[0].value for found in plain[4:]] == [str(n) for n in range(3 * AT_ONCE)]
    assert read(0) == plain
    assert read(2) == plain


def test_nothing_to_read_starts_no_process() -> None:
    with Extraction(2) as extraction:
        assert extraction.submit([]) == []
        assert extraction._readers == []


def test_a_child_that_dies_is_an_error_and_not_an_empty_finding() -> None:
    with Extraction(1) as extraction:
        extraction.submit(TEXTS[:1])[0].result()
        os.kill(extraction._readers[0]._process.pid, signal.SIGKILL)
        extraction._readers[0]._process.wait()
        with pytest.raises((ExtractionFailed, BrokenPipeError)):
            extraction.submit(TEXTS[:1])[0].result()
