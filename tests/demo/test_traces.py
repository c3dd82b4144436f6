"""The pretended thinker that the demo model learns from: what it writes, how it slips, what its checks are worth."""

import random
import re

import pytest

from analysis.transitions import classify
from analysis.types import Outcome, Transition
from demo.corpus import confidence, traces
from demo.corpus.problems import LEVELS, Step, Sum, draw
from demo.corpus.traces import Pass, Trace, check_again, full, glance, quick, think

PENS = Sum(47, (Step(1, 18), Step(-1, 9)), level=2)
WRITTEN = re.compile(r"(\d+) ([+-]) (\d+) = (\d+)")


@pytest.fixture
def careful(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """A thinker that never slips."""
    for name in ("P_SLIP_ONE_DIGIT", "P_SLIP_TWO_DIGITS", "P_SLIP_CHECK"):
        monkeypatch.setattr(traces, name, 0.0)
    return random.Random(0)


def thought(n: int, seed: int) -> list[tuple[Sum, Trace]]:
    rng = random.Random(seed)
    drawn = [draw(rng, LEVELS[number % len(LEVELS)]) for number in range(n)]
    return [(problem, think(problem, rng)) for problem in drawn]


def test_the_quick_way_does_each_step_at_once(careful: random.Random) -> None:
    assert quick(PENS, careful).lines == ("47 + 18 = 65.", "65 - 9 = 56.")


def test_a_full_check_goes_tens_first(careful: random.Random) -> None:
    assert full(PENS, careful).lines == ("47 + 10 = 57, 57 + 8 = 65.", "65 - 9 = 56.")


def test_a_glance_redoes_the_last_step_from_where_the_thinker_stood(careful: random.Random) -> None:
    before = Pass("quick", ("47 + 18 = 75.", "75 - 9 = 66."), (47, 75, 66))
    seen = glance(PENS, before, careful)
    assert seen.lines == ("75 - 9 = 66.",)
    assert seen.value == 66  # the slip was in the first step, so the glance keeps it


def test_a_thinker_who_never_slips_is_always_right(careful: random.Random) -> None:
    for _ in range(200):
        problem = draw(careful, 5)
        assert {one.value for one in think(problem, careful).passes} == {problem.answer}


def test_a_written_step_is_right_or_off_by_one_or_ten() -> None:
    found = set()
    for _, trace in thought(3_000, seed=1):
        for one in trace.passes:
            for a, sign, b, c in WRITTEN.findall(" ".join(one.lines)):
                found.add(int(c) - (int(a) + int(b) if sign == "+" else int(a) - int(b)))
    assert found == {-10, -1, 0, 1, 10}


def test_every_step_begins_where_the_one_before_ended() -> None:
    for problem, trace in thought(500, seed=2):
        for one in trace.passes:
            if one.kind != "glance":
                steps = WRITTEN.findall(" ".join(one.lines))
                ends = [int(step[3]) for step in steps]
                assert [int(step[0]) for step in steps] == [problem.start, *ends[:-1]]
                assert ends[-1] == one.value


def test_all_five_transitions_occur() -> None:
    found: set[Transition] = set()
    for problem, trace in thought(4_000, seed=3):
        values = [one.value for one in trace.passes]
        outcomes = [Outcome.CORRECT if value == problem.answer else Outcome.INCORRECT for value in values]
        found |= set(classify(outcomes, values).transitions)
    assert found == set(Transition)


def test_checking_really_helps() -> None:
    made = thought(5_000, seed=4)
    first = sum(trace.passes[0].value == problem.answer for problem, trace in made) / len(made)
    final = sum(trace.answer == problem.answer for problem, trace in made) / len(made)
    # A slip has 0.06 (one digit) or 0.13 (two): right 0.91 of the time with one step, about 0.66 with four long ones.
    assert 0.75 < first < 0.85
    assert final > first + 0.1


def test_the_same_seed_thinks_the_same() -> None:
    assert thought(50, seed=5) == thought(50, seed=5)
    assert thought(50, seed=5) != thought(50, seed=6)


def test_a_second_turn_begins_from_the_answer_before(careful: random.Random) -> None:
    again = check_again(PENS, 66, careful)
    assert [one.value for one in again.passes][:2] == [66, 56]
    assert again.pattern.startswith("full!")


def test_the_pattern_tells_each_check_and_whether_it_changed_the_answer() -> None:
    wrong, right = Pass("quick", ("1 + 1 = 3.",), (1, 3)), Pass("full", ("1 + 1 = 2.",), (1, 2))
    assert Trace((wrong, right, right)).pattern == "full! full="
    assert Trace((wrong,)).pattern == ""


def test_deserved_confidence_follows_checks_and_level() -> None:
    for level in LEVELS:
        assert confidence.deserved(level, "full=") > confidence.deserved(level, "")
    assert confidence.deserved(1, "") > confidence.deserved(5, "")
    assert all(5 <= percent <= 99 for percent in confidence.table().values())
    assert confidence.deserved(3, "never seen") == 50
