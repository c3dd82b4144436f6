"""Workers for tests that kill many: forked from a process that has imported all they need, which takes most of a start.

`python -m tests.nursery` reads one line of worker options after the other and answers with the pid of the worker that
it forked: the real one, the leader of a process group of its own. Whoever asked kills it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.processes import ROOT, runs, wait_for

OPTIONS = ("-P", "solo", "--without-mingle", "--without-gossip")
END_SECONDS = 20.0


class Nursery:
    """Starts workers of one site, whose environment is `variables`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "tests.nursery"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, env=dict(variables), stdin=pipe, stdout=pipe, text=True)

    @contextmanager
    def worker(self, *options: str) -> Iterator[int]:
        """The pid of a worker that lives as long as the block, and is then killed with all that it started."""
        pid = self._born(options)
        try:
            yield pid
        finally:
            os.killpg(pid, signal.SIGKILL)
            wait_for(lambda: not runs(pid), END_SECONDS, f"the end of worker {pid}")

    def close(self) -> None:
        self._process.communicate(timeout=END_SECONDS)

    def _born(self, options: tuple[str, ...]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(options) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(variables: Mapping[str, str]) -> Iterator[Nursery]:
    made = Nursery(variables)
    try:
        yield made
    finally:
        made.close()


def main() -> None:
    from workers import celery, tasks  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who are killed
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            be_worker(line.split())
        os.setpgid(pid, pid)
        print(pid, flush=True)


def be_worker(options: list[str]) -> None:
    """The forked process, which never returns to the loop."""
    from workers.celery import app

    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    app.worker_main(["worker", *OPTIONS, *options])
    os._exit(0)


if __name__ == "__main__":
    main()
