"""Runs a few commands side by side until it is told to stop: restarts those that die, and leaves no process behind.

Knows nothing of Django, Celery or HTTP. Each service gets a process group of its own, so that Ctrl-C in a terminal
reaches only the supervisor, and whole groups are ended with it.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from apps.core import guard

TICK_SECONDS = 0.1
STEADY_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(frozen=True)
class Service:
    """A command to keep running."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


def say(text: str) -> None:
    print(f"afterthought: {text}", file=sys.stderr, flush=True)


def pause_seconds(n_deaths: int) -> float:
    """How long to wait before the next start: 0.5, 1, 2 ... seconds, at most 30."""
    return float(min(0.5 * 2 ** min(n_deaths - 1, 10), LONGEST_PAUSE_SECONDS))


class Guard:
    """The process that ends our groups should we be killed."""

    def __init__(self) -> None:
        command = [sys.executable, "-S", guard.__file__]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)

    def tell(self, sign: str, group: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{sign}{group}\n")
        self.process.stdin.flush()

    def dismiss(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Child:
    """A service's current process, or the time of its next start."""

    service: Service
    guard: Guard
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    n_deaths: int = 0

    def keep_alive(self, now: float) -> None:
        """Note a death; start again when the pause is over."""
        if self.process is not None and self.process.poll() is not None:
            self.bury(now)
        if self.process is None and now >= self.start_at:
            self.start(now)

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(
            self.service.command,
            cwd=self.service.folder,
            env=dict(self.service.environment),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            start_new_session=True,
        )
        self.guard.tell("+", self.process.pid)
        self.started_at = now

    def bury(self, now: float) -> None:
        """What the dead process left in its group is ended too, or it might hold the port or a job."""
        assert self.process is not None
        guard.kill(self.process.pid)
        self.guard.tell("-", self.process.pid)
        self.n_deaths = 1 if now - self.started_at > STEADY_SECONDS else self.n_deaths + 1
        pause = pause_seconds(self.n_deaths)
        say(f"{self.service.name} ended with status {self.process.returncode}; it starts again in {pause:g} s")
        self.process, self.start_at = None, now + pause


@dataclass
class Supervisor:
    """`run` returns after SIGINT, SIGTERM or SIGHUP, or when `stop` was called, with every service ended."""

    services: Sequence[Service]
    stopping: bool = False
    children: list[Child] = field(default_factory=list)

    def stop(self) -> None:
        self.stopping = True

    def run(self, tick: Callable[[], None] = lambda: None) -> None:
        """Keep the services running and call `tick` ten times a second. To be called from the main thread."""
        with caught_signals(self.stop):
            watcher = Guard()
            self.children = [Child(service, watcher) for service in self.services]
            try:
                while not self.stopping:
                    self.keep_alive()
                    tick()
                    time.sleep(TICK_SECONDS)
            finally:
                self.end()
                watcher.dismiss()

    def keep_alive(self) -> None:
        for child in self.children:
            child.keep_alive(time.monotonic())

    def end(self) -> None:
        processes = [child.process for child in self.children if child.process is not None]
        guard.end([process.pid for process in processes], reap=lambda: [process.poll() for process in processes])
        for process in processes:
            process.wait()


@contextmanager
def caught_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on SIGINT and SIGTERM, even where a script's background made us ignore SIGINT, and on SIGHUP."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to be left alone
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
