"""The symbolic grader's process: it answers in order, outlives what kills it, and never makes its caller wait."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from analysis.types import Outcome
from apps.core import symbolic
from apps.core.symbolic import ROOT, SymbolicProcess

SLOW = (r"\int_0^1 \sin(x^{x}) e^{x^2} dx", "1")
"""Within the bounds, and not done within 40 seconds on a fast machine."""

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def process() -> Iterator[SymbolicProcess]:
    with SymbolicProcess() as shared:
        yield shared


def test_a_pair_is_graded(process: SymbolicProcess) -> None:
    assert process.grade("x+1", "1+x").outcome == Outcome.CORRECT


def test_many_pairs_come_back_in_order(process: SymbolicProcess) -> None:
    pairs = [(f"x+{i}", f"{i + i % 2}+x") for i in range(60)] * 2
    expected = [Outcome.INCORRECT if i % 2 else Outcome.CORRECT for i in range(60)] * 2
    assert [grade.outcome for grade in process.grade_many(pairs)] == expected


def test_no_pairs_need_no_process() -> None:
    assert SymbolicProcess().grade_many([]) == []


def test_pairs_longer_than_a_pipe_holds_do_not_block(process: SymbolicProcess) -> None:
    nested = "{" * 20 + "é" * 1_950
    long = [(nested + str(i), nested) for i in range(40)] + [("x" * 500_000, "y" * 500_000)]
    assert {grade.outcome for grade in process.grade_many(long)} == {Outcome.UNPARSED}


def test_a_pair_that_takes_too_long_is_timed_out_and_the_next_is_graded() -> None:
    with SymbolicProcess(limit_seconds=0.2) as process:
        process.grade("1", "1+0")
        began = time.monotonic()
        first = process.grade(*SLOW)
        waited = time.monotonic() - began
        assert first.outcome == Outcome.TIMED_OUT
        assert waited < 6
        process.limit_seconds = 30
        assert process.grade("x+1", "1+x").outcome == Outcome.CORRECT


def test_a_pair_that_waits_for_a_processor_is_not_timed_out() -> None:
    """Stopped for twice its limit by the clock, as on a crowded machine, it has used none of its processor time."""
    with SymbolicProcess(limit_seconds=1) as process:
        process.grade("x+1", "1+x")
        child = process._child
        assert child is not None
        child.send_signal(signal.SIGSTOP)
        going_on = threading.Timer(2, child.send_signal, [signal.SIGCONT])
        going_on.start()
        assert process.grade("x+2", "2+x").outcome == Outcome.CORRECT
        going_on.join()
        assert process._child is child


def test_the_shared_process_is_one_and_goes_on() -> None:
    assert symbolic.shared().grade("x+1", "1+x").outcome == Outcome.CORRECT
    child = symbolic.shared()._child
    assert symbolic.shared().grade("x+2", "2+x").outcome == Outcome.CORRECT
    assert symbolic.shared()._child is child


def test_a_process_that_has_graded_many_pairs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbolic, "MOST_PAIRS", 1)
    with SymbolicProcess() as process:
        process.grade_many([("x+1", "1+x"), ("x+2", "2+x")])
        first = process._child
        assert process.grade("x+3", "3+x").outcome == Outcome.CORRECT
        assert process._child is not first


def test_a_gold_that_is_slow_by_itself_costs_its_time_once_and_other_golds_are_graded() -> None:
    with SymbolicProcess(limit_seconds=1) as process:
        process.grade("1", "1+0")
        pairs = [(SLOW[0], f"x+{number}") for number in range(50)] + [("x+1", "1+x")]
        began = time.monotonic()
        *slow, last = process.grade_many(pairs)
        # 50 waits of a second would be 50 s; there are two, and two starts of the process.
        assert time.monotonic() - began < 40
    assert {grade.outcome for grade in slow} == {Outcome.TIMED_OUT}
    assert slow[1].reason == "not tried: its gold alone takes more than 1 seconds"
    assert last.outcome == Outcome.CORRECT


def test_a_slow_answer_does_not_make_its_gold_slow() -> None:
    with SymbolicProcess(limit_seconds=1) as process:
        process.grade("1", "1+0")
        outcomes = [grade.outcome for grade in process.grade_many([("x+1", SLOW[0]), ("x+1", "1+x")])]
    assert outcomes == [Outcome.TIMED_OUT, Outcome.CORRECT]


def test_a_process_that_is_killed_costs_one_pair_at_most(process: SymbolicProcess) -> None:
    process.grade("x+1", "1+x")
    assert process._child is not None
    os.kill(process._child.pid, signal.SIGKILL)
    process._child.wait()
    outcomes = [grade.outcome for grade in process.grade_many([("x+1", "1+x"), ("x+2", "2+x")])]
    assert outcomes[0] in (Outcome.ERROR, Outcome.CORRECT)
    assert outcomes[1] == Outcome.CORRECT


def test_threads_share_one_process(process: SymbolicProcess) -> None:
    found: dict[int, Outcome] = {}

    def ask(i: int) -> None:
        found[i] = process.grade(f"y+{i}", f"{i}+y").outcome

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(8), Outcome.CORRECT)


def test_closing_ends_the_process_and_asking_starts_it_again() -> None:
    process = SymbolicProcess(limit_seconds=30)
    process.grade("x+1", "1+x")
    child = process._child
    assert child is not None
    process.close()
    assert child.poll() is not None
    process.close()


FORKED = """
import os, sys
from apps.core.symbolic import SymbolicProcess
process = SymbolicProcess(limit_seconds=30)
assert process.grade("x+1", "1+x").outcome == "correct"
pid = os.fork()
if pid == 0:
    fine = process.grade("x+2", "2+x").outcome == "correct"
    process.close()
    os._exit(0 if fine else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert process.grade("x+3", "3+x").outcome == "correct"
process.close()
"""


def test_a_forked_child_has_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
