"""The supervisor on its own: what it starts, it ends, whatever ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.supervisor import pause_seconds
from tests.processes import ROOT, runs, wait_for

PROGRAM = """
import os, sys
from pathlib import Path
from apps.core.supervisor import Service, Supervisor

scripts = sys.argv[1:]
Supervisor([Service(f"s{n}", ["sh", "-c", text], Path.cwd(), os.environ) for n, text in enumerate(scripts)]).run()
"""
FAMILY = "echo $$ >>pids; sleep 600 & echo $! >>pids; wait"
STUBBORN = "trap '' TERM; echo $$ >>pids; while :; do sleep 1; done"
SHORT_LIVED = "sleep 600 & echo $! >>pids; exit 3"


class Supervised:
    """A supervisor in a process of its own, whose services note their process ids in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file, self.log = folder, folder / "pids", folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *scripts: str, before: str = "") -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", PROGRAM, *scripts]
        if before:
            command = ["sh", "-c", before + ' exec "$@"', "sh", *command]
        with self.log.open("wb") as log:
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stderr=log, start_new_session=True
            )
        return self.process

    def pids(self) -> list[int]:
        return [int(line) for line in self.file.read_text().split()] if self.file.exists() else []

    def alive(self) -> list[int]:
        return [pid for pid in self.pids() if runs(pid)]

    def wait_for_pids(self, n: int) -> None:
        wait_for(lambda: len(self.pids()) >= n, 20, f"{n} processes")

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    started = Supervised(tmp_path)
    yield started
    if started.process is not None:
        started.process.kill()
        started.process.wait()
    for pid in started.alive():
        os.kill(pid, signal.SIGKILL)


def test_term_ends_every_service_and_its_children(supervised: Supervised) -> None:
    process = supervised.start(FAMILY, FAMILY)
    supervised.wait_for_pids(4)
    process.terminate()
    assert process.wait(30) == 0
    assert supervised.alive() == []


def test_ctrl_c_works_where_a_scripts_background_made_it_ignored(supervised: Supervised) -> None:
    process = supervised.start(FAMILY, before="trap '' INT;")
    supervised.wait_for_pids(2)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert supervised.alive() == []


def test_nohup_keeps_it_running_when_the_terminal_closes(supervised: Supervised) -> None:
    process = supervised.start(FAMILY, before="trap '' HUP;")
    supervised.wait_for_pids(2)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    assert len(supervised.alive()) == 2


def test_a_closed_terminal_ends_it_otherwise(supervised: Supervised) -> None:
    # a shell cannot take back that its own caller ignores hang-ups, as nohup does; env can
    process = supervised.start(FAMILY, before='set -- env --default-signal=HUP "$@";')
    supervised.wait_for_pids(2)
    process.send_signal(signal.SIGHUP)
    assert process.wait(30) == 0
    assert supervised.alive() == []


def test_kill_9_of_the_supervisor_leaves_nothing(supervised: Supervised) -> None:
    process = supervised.start(FAMILY, STUBBORN)
    supervised.wait_for_pids(3)
    process.kill()
    wait_for(lambda: not supervised.alive(), 10, "the end of every service")


def test_a_service_that_ignores_term_is_killed_within_ten_seconds(supervised: Supervised) -> None:
    process = supervised.start(STUBBORN)
    supervised.wait_for_pids(1)
    process.terminate()
    assert process.wait(10) == 0
    assert supervised.alive() == []


def test_a_service_that_dies_is_started_again_said_on_stderr_and_cleaned_up_after(supervised: Supervised) -> None:
    supervised.start(SHORT_LIVED)
    supervised.wait_for_pids(2)
    assert "s0 ended with status 3; it starts again in 0.5 s" in supervised.said()
    first, *_ = supervised.pids()
    assert not runs(first)


def test_the_pause_before_a_restart_doubles_up_to_half_a_minute() -> None:
    assert [pause_seconds(n) for n in (1, 2, 3, 6, 7, 8, 5000)] == [0.5, 1, 2, 16, 30, 30, 30]
