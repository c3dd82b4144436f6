"""Rollouts that were read and graded, row by row, for tests of the reader: no extractor and no grader has run."""

from collections.abc import Sequence

from analysis import types
from analysis.types import Outcome
from apps.core.models import JobState
from apps.traces.models import Analysis, Candidate, CandidateSet, Collection, Grade, Reading, Rollout, Verdict
from apps.traces.queries.verdicts import key_of
from apps.traces.services.attempts import load_attempts
from apps.traces.services.verdicts import GRADER_NAME


def analysed(collection: Collection) -> CandidateSet:
    """A candidate set of the collection with a finished analysis, holding nothing yet."""
    candidate_set, _ = CandidateSet.objects.get_or_create(collection=collection, extractor="rules", version=4)
    Analysis.objects.get_or_create(
        collection=collection,
        revision=collection.revision,
        candidate_set=candidate_set,
        grader=GRADER_NAME,
        defaults={"state": JobState.DONE},
    )
    return candidate_set


def read(rollout: Rollout, found: Sequence[tuple[int, str, Outcome | None]]) -> None:
    """Candidates (line, value, verdict) of the text that an analysis reads; no verdict where it is None."""
    attempt = load_attempts([rollout])[0]
    candidate_set = analysed(rollout.collection)
    starts = [0]
    for words in attempt.read_text.split("\n"):
        starts.append(starts[-1] + len(words) + 1)
    Reading.objects.create(
        candidate_set=candidate_set, rollout=rollout, read_from=attempt.read_from, n_candidates=len(found)
    )
    for index, (line, value, outcome) in enumerate(found):
        Candidate.objects.create(
            candidate_set=candidate_set,
            rollout=rollout,
            turn_index=attempt.turn.index if attempt.turn else 0,
            index=index,
            start=attempt.read_offset + starts[line - 1],
            end=attempt.read_offset + starts[line] - 1,
            line=line,
            value=value,
            rule="conclusion",
            because=f"line {line} says so",
        )
        if outcome is not None:
            judge(attempt.problem, value, outcome)


def judge(problem: types.Problem, value: str, outcome: Outcome, reason: str = "equal strings") -> None:
    key = key_of(GRADER_NAME, problem.golds, problem.answer_type, problem.options, value)
    Verdict.objects.get_or_create(key=key, defaults={"outcome": outcome, "value": value, "reason": reason})


def graded(rollout: Rollout, source: str, outcome: Outcome, **given: object) -> Grade:
    attempt = load_attempts([rollout])[0]
    turn_index = attempt.turn.index if attempt.turn else 0
    grader = {"ours": GRADER_NAME, "uploaded": "uploaded", "person": "person"}[source]
    return Grade.objects.create(
        rollout=rollout, turn_index=turn_index, source=source, grader=grader, outcome=outcome, **given
    )
