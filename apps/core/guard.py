"""Ends process groups: for a supervisor that stops, and as a process of its own for one that was killed.

Run as a program it reads `+PID` and `-PID` lines from stdin and ends the groups at EOF. The pipe closes however its
writer dies, so `kill -9` of a supervisor leaves nothing behind on any POSIX system. Knows nothing of what it ends.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

GRACE_SECONDS = 7.0


def is_alive(group: int) -> bool:
    """True while a process of the group is left; a zombie that nobody has waited for counts."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def ask_leader(group: int) -> bool:
    """TERM to the leader alone: a worker finishes its task if its own children do not get the signal too."""
    try:
        os.kill(group, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


def ask_orphans(group: int) -> None:
    """TERM to what a leader that is gone left behind."""
    with suppress(ProcessLookupError):
        os.kill(group, 0)
        return
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)


def end(groups: Iterable[int], reap: Callable[[], object] = lambda: None) -> None:
    """Ask first, kill what is left after the grace; `reap` waits for processes that have ended."""
    left = [group for group in groups if ask_leader(group) or is_alive(group)]
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        reap()
        left = [group for group in left if is_alive(group)]
        for group in left:
            ask_orphans(group)
    for group in left:
        kill(group)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    end(groups)


if __name__ == "__main__":
    main()
