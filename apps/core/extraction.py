"""Extractors on several cores: child processes that each read a few texts at a time. Knows no rows.

Celery's prefork children may not fork through multiprocessing, so these are plain child processes, each served by a
thread of its own; they end with their pipes when this process ends, however it ends.
"""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from analysis.answers.extract.serve import Text, answered, asked, candidates_of
from analysis.types import Candidate

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 8
"""Texts of one message: few enough that the readers end a batch at about the same time."""


class ExtractionFailed(RuntimeError):
    """A reading process ended without an answer."""


class Reader:
    """One child process; one message at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "analysis.answers.extract.serve"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def read(self, texts: Sequence[Text]) -> list[list[Candidate]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(asked(texts))
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ExtractionFailed(f"a reading process ended with status {self._process.wait()}")
        return answered(line)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Extraction:
    """A few readers, started when the first text comes; with none, texts are read in this process at once."""

    def __init__(self, n_readers: int) -> None:
        self._n_readers = n_readers
        self._readers: list[Reader] = []
        self._idle: SimpleQueue[Reader] = SimpleQueue()
        self._threads = ThreadPoolExecutor(max(n_readers, 1), thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def submit(self, texts: Sequence[Text]) -> "list[Future[list[list[Candidate]]]]":
        """Start reading, AT_ONCE texts to a future, in the order of the texts."""
        groups = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        if not self._n_readers:
            return [_done([candidates_of(text) for text in group]) for group in groups]
        if texts and not self._readers:
            self._readers = [Reader() for _ in range(self._n_readers)]
            for reader in self._readers:
                self._idle.put(reader)
        return [self._threads.submit(self._read, group) for group in groups]

    def _read(self, texts: Sequence[Text]) -> list[list[Candidate]]:
        reader = self._idle.get()
        try:
            return reader.read(texts)
        finally:
            self._idle.put(reader)


def _done(found: list[list[Candidate]]) -> "Future[list[list[Candidate]]]":
    future: Future[list[list[Candidate]]] = Future()
    future.set_result(found)
    return future
