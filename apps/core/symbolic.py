"""The symbolic grader as a process of its own: fed pairs by pipe, ended when one takes too long, started again.

Knows no mathematics (that is `analysis.answers.symbolic`) and no database. Works in any thread and in Celery's prefork
children, which may not use multiprocessing but may start a subprocess.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from analysis.types import Grade, Outcome

LIMIT_SECONDS = 5.0
"""Processor time of one pair."""
LEAST_WALL_SECONDS = 60.0
WALL_TIMES = 12
"""By the clock, so many times the limit: for a process that neither computes nor answers."""
START_SECONDS = 120.0
MOST_PAIRS = 20_000
"""Pairs of one process, so that what it keeps of them stays small."""
WINDOW_BYTES = 16_000
MAX_CHARACTERS = 2_000
PLAIN = "1"
"""An answer that costs nothing to read."""
ROOT = Path(__file__).resolve().parents[2]

Pair = tuple[str, str]


class SymbolicProcessFailed(RuntimeError):
    """The process could not be started; the message holds its last words."""


class SymbolicProcess:
    """A grader that never hangs: each pair has `limit_seconds` of processor time, after which it is TIMED_OUT and the
    next one is asked.

    >>> with SymbolicProcess() as process:
    ...     process.grade("x+1", "1+x").outcome.value
    'correct'
    """

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self.limit_seconds = limit_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._unread = b""
        self._lock = threading.Lock()
        self._slow_golds: set[str] = set()
        self._n_asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def grade(self, gold: str, answer: str) -> Grade:
        """The grade of one pair, within the limit (and the start of the process, the first time)."""
        return self.grade_many([(gold, answer)])[0]

    def grade_many(self, pairs: Sequence[Pair]) -> list[Grade]:
        """The grade of each pair, in order; equal pairs are asked once, and the next are sent while one is computed."""
        wanted = list(dict.fromkeys(pairs))
        with self._lock:
            found = dict(zip(wanted, self._grade_distinct(wanted), strict=True))
        return [found[pair] for pair in pairs]

    def close(self) -> None:
        """End the process; it starts again when it is asked again."""
        with self._lock:
            self._end()

    def _grade_distinct(self, pairs: Sequence[Pair]) -> list[Grade]:
        grades: list[Grade] = []
        while len(grades) < len(pairs):
            gold, answer = pairs[len(grades)]
            if gold in self._slow_golds:
                reason = f"not tried: its gold alone takes more than {self.limit_seconds:g} seconds"
                grades.append(Grade(Outcome.TIMED_OUT, answer, reason))
                continue
            try:
                self._start()
                self._exchange(self._until_slow(pairs, len(grades)), grades)
            except (TimeoutError, BrokenPipeError, EOFError) as error:
                grades.append(self._failed(*pairs[len(grades)], error))
        return grades

    def _until_slow(self, pairs: Sequence[Pair], start: int) -> Sequence[Pair]:
        """The pairs before the next one whose gold is known to be slow."""
        slow = (number for number in range(start, len(pairs)) if pairs[number][0] in self._slow_golds)
        return pairs[: next(slow, len(pairs))] if self._slow_golds else pairs

    def _failed(self, gold: str, answer: str, error: Exception) -> Grade:
        """The grade of the pair on which the process ended or stopped answering."""
        used_up = isinstance(error, TimeoutError) or self._used_up()
        self._end()
        if not used_up:
            return Grade(Outcome.ERROR, answer, "the symbolic route's process died on it")
        self._time_gold(gold)
        return Grade(Outcome.TIMED_OUT, answer, f"no verdict within {self.limit_seconds:g} seconds")

    def _used_up(self) -> bool:
        """Whether the process, which closed its pipes, was ended by its own timer."""
        return self._child is not None and self._child.wait() == -signal.SIGPROF

    def _time_gold(self, gold: str) -> None:
        """After a timeout: whether the gold is the cause, so that its other answers need not wait for theirs."""
        try:
            self._start()
            self._exchange([(gold, PLAIN)], [])
        except (TimeoutError, BrokenPipeError, EOFError):
            self._slow_golds.add(gold)
            self._end()

    def _exchange(self, pairs: Sequence[Pair], grades: list[Grade]) -> None:
        """Ask from the first ungraded pair on, with as many bytes ahead as a pipe surely holds."""
        ahead: deque[int] = deque()
        sent = len(grades)
        while len(grades) < len(pairs):
            while sent < len(pairs) and (not ahead or sum(ahead) < WINDOW_BYTES):
                line = _line(pairs[sent])
                self._write(line)
                ahead.append(len(line))
                sent += 1
            outcome, value, reason = self._read(max(LEAST_WALL_SECONDS, WALL_TIMES * self.limit_seconds))
            grades.append(Grade(Outcome(outcome), value, reason))
            self._n_asked += 1
            ahead.popleft()

    def _start(self) -> None:
        if self._owner != os.getpid():
            self._child, self._owner = None, os.getpid()
        if self._n_asked > MOST_PAIRS:
            self._end()
        if self._child is not None:
            return
        self._n_asked = 0
        self._child = subprocess.Popen(
            [sys.executable, "-m", "analysis.answers.symbolic", str(self.limit_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
        self._unread = b""
        try:
            self._read(START_SECONDS)
        except (TimeoutError, EOFError):
            self._end()
            raise SymbolicProcessFailed(f"no sign of life within {START_SECONDS:g} seconds of its start") from None

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()

    def _write(self, line: bytes) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        os.write(self._child.stdin.fileno(), line)

    def _read(self, seconds: float) -> list[str]:
        """The next line of the process, decoded; TimeoutError after `seconds`, EOFError when it has ended."""
        assert self._child is not None
        assert self._child.stdout is not None
        descriptor, deadline = self._child.stdout.fileno(), time.monotonic() + seconds
        while b"\n" not in self._unread:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"no line within {seconds:g} seconds")
            data = os.read(descriptor, 65_536)
            if not data:
                raise EOFError("the process ended")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        found: list[str] = json.loads(line)
        return found


_SHARED = SymbolicProcess()
atexit.register(_SHARED.close)


def shared() -> SymbolicProcess:
    """The one grader of this process: Math-Verify's parser is slow until it has seen most forms, so it is kept."""
    return _SHARED


def _line(pair: Pair) -> bytes:
    """The pair as one line of JSON; what is over the bound is cut just past it, so that it is still refused."""
    return json.dumps([text[: MAX_CHARACTERS + 1] for text in pair]).encode() + b"\n"
