"""One trace in a report: the reader's candidates and transitions on plain text, cut where it is long, never HTML."""

from typing import Any

import pytest

from analysis.errors import UserError
from analysis.types import Outcome, Problem, Role, Turn
from apps.reports.blocks.block import Made
from apps.reports.blocks.lines import MOST_CHARACTERS, MOST_IN_LINE, MOST_LINES
from apps.reports.blocks.trace import KIND
from apps.reports.content import Trace
from apps.traces.models import Candidate, Rollout
from apps.traces.services.deletions import delete_collection
from tests.reports.blocks.making import made, stored
from tests.traces.analysed import Shape, analysed, make_project
from tests.traces.build import attempt, project, rollout
from tests.traces.build import stored as kept
from tests.traces.build_reader import read

pytestmark = pytest.mark.django_db

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
HOSTILE = '<script>alert(1)</script>" onmouseover="alert(2)'


def one(reasoning: str, **given: Any) -> Rollout:
    turns = (Turn(Role.USER, "What is 2 + 2?"), attempt(reasoning))
    return kept([rollout(turns=turns, **given)]).rollouts.get()


def shown(of: Rollout, **given: Any) -> Made:
    return made(of.collection.project, "trace", rollout=str(of.pk), **given)


def trace_of(found: Made) -> Trace:
    assert found.section.trace is not None, found.section.missing
    return found.section.trace


def words(trace: Trace) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in trace.lines]


def test_candidates_transitions_and_markers_stand_in_their_lines() -> None:
    found = one("2 + 2 is 5.\nWait, let me check.\n2 + 2 is 4.")
    read(found, [(1, "5", WRONG), (3, "4", RIGHT)])
    made_of_it = shown(found)
    trace = trace_of(made_of_it)
    assert words(trace) == ["2 + 2 is 5.", "Wait, let me check.", "2 + 2 is 4."]
    assert [[(piece.text, piece.mark) for piece in line.pieces] for line in trace.lines] == [
        [("2 + 2 is 5.", "incorrect")],
        [("Wait", "marker"), (", ", ""), ("let me check", "marker"), (".", "")],
        [("2 + 2 is 4.", "correct")],
    ]
    assert [line.transition for line in trace.lines] == ["", "", "F→T"]  # wrong, then right
    assert "conclusion" in trace.lines[0].pieces[0].title
    assert (trace.question, trace.golds, trace.model, trace.left_out) == ("What is 2 + 2?", ["4"], "m", "")
    facts = {fact.label: fact.value for fact in made_of_it.section.facts}
    assert (facts["candidates"], facts["transitions"]) == ("2", "1 F→T")
    assert [(source.candidate_set, source.n_chosen) for source in made_of_it.sources] == [("rules@4", 1)]


def test_a_candidate_within_a_line_is_cut_out_of_it_and_ungraded_ones_are_unknown() -> None:
    found = one("But so the answer is 4, wait.")
    read(found, [(1, "4", None)])
    text = found.turns.get(is_attempt=True)
    start = len("But so the answer is ")
    Candidate.objects.update(start=(text.reasoning_start or 0) + start, end=(text.reasoning_start or 0) + start + 1)
    (line,) = trace_of(shown(found)).lines
    assert ("4", "unknown") in [(piece.text, piece.mark) for piece in line.pieces]
    assert "".join(piece.text for piece in line.pieces) == "But so the answer is 4, wait."


def test_hostile_text_stays_text() -> None:
    found = one(f"{HOSTILE}\nso 4", problem=Problem(HOSTILE, (HOSTILE,), key=HOSTILE), model=HOSTILE)
    read(found, [(2, HOSTILE, WRONG)])
    made_of_it = shown(found)
    trace = trace_of(made_of_it)
    assert words(trace)[0] == HOSTILE
    assert (trace.question, trace.golds, trace.model) == (HOSTILE, [HOSTILE], HOSTILE)
    assert made_of_it.section.html == ""


def test_a_long_trace_is_cut_around_its_candidates() -> None:
    found = one("\n".join(f"line {n}" for n in range(1, 2001)))
    read(found, [(1000, "5", WRONG)])
    trace = trace_of(shown(found))
    numbers = [line.number for line in trace.lines]
    assert len(numbers) == MOST_LINES
    assert {1, 1000, 2000} <= set(numbers)
    assert words(trace) == [f"line {n}" for n in numbers]
    assert trace.left_out.replace("\u202f", " ").startswith("1 600 of 2 000 lines are left out")


def test_a_range_of_lines_is_kept_to_and_one_past_the_end_says_so() -> None:
    found = one("a\nb\nc\nd")
    read(found, [])
    part = trace_of(shown(found, lines="2-3"))
    assert words(part) == ["b", "c"]
    assert part.left_out == "2 of 4 lines are left out: those asked for are shown."
    past = trace_of(shown(found, lines="9-12"))
    assert past.lines == []
    assert "none of those asked for" in past.left_out


def test_very_long_lines_are_cut_and_the_whole_is_bounded() -> None:
    found = one("\n".join("x" * 10_000 for _ in range(100)))
    read(found, [])
    trace = trace_of(shown(found))
    assert sum(len(text) for text in words(trace)) < MOST_CHARACTERS + 100 * len(trace.lines)
    assert words(trace)[0].startswith("x" * MOST_IN_LINE + "…")


def test_an_earlier_attempt_is_read_when_it_is_asked_for() -> None:
    turns = (Turn(Role.USER, "?"), attempt("it is 5"), Turn(Role.USER, "Sure?"), attempt("it is 4"))
    found = kept([rollout(turns=turns)]).rollouts.get()
    assert [words(trace_of(shown(found, attempt=number))) for number in ("1", "2", "")] == [
        ["it is 5"], ["it is 4"], ["it is 4"],
    ]  # fmt: skip
    assert "no attempt 3" in shown(found, attempt="3").section.missing


def test_the_first_rollout_that_a_filter_selects_is_picked() -> None:
    own = make_project()
    collection = analysed(own, Shape()).collection
    picked = made(own, "trace", collection=str(collection.pk), query="model=beta")
    first = collection.rollouts.filter(model__name="beta").order_by("pk").first()
    assert first is not None
    assert picked.sources[0].filter == f"rollout {first.external_id}"
    assert "no text" in trace_of(picked).left_out
    assert "No rollout" in made(own, "trace", collection=str(collection.pk), query="model=nobody").section.missing


def test_a_rollout_or_a_collection_that_is_gone_is_said() -> None:
    found = one("a")
    own = found.collection.project
    named = stored(own, "trace", rollout=str(found.pk))
    picked = stored(own, "trace", collection=str(found.collection_id))
    assert "no finished analysis" in KIND.made(own, picked).section.missing
    delete_collection(collection=found.collection, actor=None)
    assert all("not there any more" in KIND.made(own, block).section.missing for block in (named, picked))


@pytest.mark.parametrize(
    "given",
    [
        {"rollout": "0"},
        {"rollout": "99999999"},
        {"rollout": "<b>"},
        {"rollout": "9" * 30},
        {"collection": "99999999"},
        {"lines": "9-2"},
        {"lines": "0"},
        {"lines": "all"},
        {"attempt": "0"},
        {"attempt": "last"},
        {"query": "transition=up"},
        {},
    ],
)
def test_wrong_values_are_refused(given: dict[str, str]) -> None:
    found = one("a")
    usual = {"rollout": str(found.pk)} if given and "collection" not in given else {}
    with pytest.raises(UserError):
        KIND.checked(found.collection.project, usual | given)


def test_a_rollout_of_another_project_is_refused() -> None:
    found = one("a")
    with pytest.raises(UserError, match="of this project"):
        KIND.checked(project("other"), {"rollout": str(found.pk)})
