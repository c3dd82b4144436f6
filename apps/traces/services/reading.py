"""Reads a batch of attempts: extract, grade, count, and turn each into one row of features. Writes verdicts only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from analysis import features, types
from analysis.answers.extract import READS_FINAL
from analysis.answers.extract.serve import Text
from analysis.answers.final import final_answer
from analysis.types import Outcome, TokenSource
from apps.core.extraction import Extraction
from apps.traces.models import Candidate, CandidateSet
from apps.traces.models.collections import GradeSource
from apps.traces.services.attempts import Attempt
from apps.traces.services.earlier import Settled, answering_of, classes_of
from apps.traces.services.verdicts import Question, Verdicts, question_of

UNDECIDED = {Outcome.NO_GOLD, Outcome.UNPARSED}


@dataclass(slots=True)
class Found:
    """What reading one attempt gave; candidate offsets are in the text that was read."""

    attempt: Attempt
    candidates: list[types.Candidate]
    is_new: bool
    final: types.Grade
    counting: Outcome
    candidate_outcomes: list[Outcome]
    candidate_classes: list[int]
    final_class: int | None
    final_value: str | None
    earlier: list[Settled]
    attempt_classes: list[int]
    attempt_outcomes: list[Outcome]


class Batch:
    """Some attempts whose texts are being read while another batch is graded and stored."""

    def __init__(self, attempts: Sequence[Attempt], candidate_set: CandidateSet, extraction: Extraction) -> None:
        self.attempts = attempts
        self.finals = [_final_value(attempt) for attempt in attempts]
        self._stored = _stored_candidates(attempts, candidate_set)
        pairs = zip(attempts, self.finals, strict=True)
        new = [(attempt, final) for attempt, final in pairs if attempt.rollout.pk not in self._stored]
        told = candidate_set.extractor in READS_FINAL
        texts = [
            Text(candidate_set.extractor, attempt.read_text, attempt.problem, final if told else None)
            for attempt, final in new
        ]
        self._new = [attempt.rollout.pk for attempt, _ in new]
        self._reading = extraction.submit(texts)

    def found(self, verdicts: Verdicts, counting: str) -> list[Found]:
        """Everything the analysis stores about these attempts; waits for their texts to be read."""
        read = dict(zip(self._new, chain.from_iterable(future.result() for future in self._reading), strict=True))
        known = self._stored | read
        candidates = [known[attempt.rollout.pk] for attempt in self.attempts]
        rows = list(zip(self.attempts, candidates, self.finals, strict=True))
        grades = verdicts.of(_questions(rows))
        return [
            _judge(attempt, given, attempt.rollout.pk in read, final, grades, verdicts, counting)
            for attempt, given, final in rows
        ]


def feature_row(found: Found) -> dict[str, Any]:
    """The attempt as one row of the features file."""
    attempt, turn = found.attempt, found.attempt.turn
    row = features.build(
        _identity(attempt),
        features.Reading(
            text=attempt.read_text if attempt.text else None,
            read_from=attempt.read_from,
            final_outcome=found.counting,
            has_gold=_has_gold(attempt),
            candidates=found.candidates,
            candidate_outcomes=found.candidate_outcomes,
            candidate_classes=found.candidate_classes,
            final_class=found.final_class,
            truncated=attempt.rollout.truncated,
            n_attempt_chars=len(attempt.reasoning) + len(attempt.response),
            n_tokens=turn.n_tokens if turn else None,
            token_source=TokenSource((turn and turn.token_source) or TokenSource.UPLOADED),
            n_reasoning_tokens=turn.n_reasoning_tokens if turn else None,
            answering=answering_of(
                attempt,
                found.earlier,
                found.attempt_classes,
                found.final_value,
                found.attempt_outcomes,
                attempt.scores,
            ),
        ),
    )
    return row | {"first_outcome": row["first_outcome"] or _first_attempt_outcome(attempt)}


def _identity(attempt: Attempt) -> features.Identity:
    rollout = attempt.rollout
    return features.Identity(
        rollout_id=rollout.pk,
        problem_id=rollout.problem_id,
        collection_id=rollout.collection_id,
        model=rollout.model.name,
        problem_set=attempt.problem.problem_set,
        subject=attempt.problem.subject,
        level=attempt.problem.level,
        condition=rollout.condition.label,
        sample=rollout.sample,
        parent=rollout.parent_id is not None,
        question=attempt.problem.question,
    )


def counting_outcome(attempt: Attempt, ours: Outcome, counting: str) -> Outcome:
    """Which grade counts: a person's overrule, then the collection's setting, then whichever source has one."""
    if attempt.overruled is not None:
        return attempt.overruled
    uploaded = attempt.uploaded.get(attempt.turn.index) if attempt.turn else None
    return _counting(uploaded, ours, counting, bool(attempt.text))


def _counting(uploaded: Outcome | None, ours: Outcome, counting: str, has_text: bool) -> Outcome:
    if uploaded is None:
        return ours
    if counting == GradeSource.UPLOADED or ours == Outcome.NO_GOLD or not (has_text or ours == Outcome.ERROR):
        return uploaded
    return ours


def _stored_candidates(attempts: Sequence[Attempt], candidate_set: CandidateSet) -> dict[int, list[types.Candidate]]:
    """Candidates of those attempts that the set's extractor has read before; none found is a finding too."""
    spans = {each.rollout.pk: (each.read_offset, each.read_offset + len(each.read_text)) for each in attempts}
    read = candidate_set.readings.filter(rollout_id__in=spans).values_list("rollout_id", flat=True)
    stored: dict[int, list[types.Candidate]] = {pk: [] for pk in read}
    rows = Candidate.objects.filter(candidate_set=candidate_set, rollout_id__in=stored).order_by("rollout_id", "index")
    for row in rows:
        start, end = spans[row.rollout_id]
        if start <= row.start <= row.end <= end:  # a model may have named a place beside the text that is read
            stored[row.rollout_id].append(
                types.Candidate(row.start - start, row.end - start, row.line, row.value, row.rule, row.because)
            )
    return stored


def _final_value(attempt: Attempt) -> str | None:
    """The final answer's value: read from the response; an uploaded one where there is no text to read."""
    if attempt.response:
        answer = final_answer(attempt.response, attempt.problem)
        return answer.value if answer else None
    return attempt.turn.answer if attempt.turn and not attempt.text else None


def _questions(rows: Sequence[tuple[Attempt, list[types.Candidate], str | None]]) -> list[Question]:
    questions = []
    for attempt, candidates, final in rows:
        if attempt.problem.golds:
            values = {candidate.value for candidate in candidates} | ({final} if final else set())
            values |= {value for value in _earlier_values(attempt) if value}
            questions += [question_of(attempt.problem, value) for value in values]
    return questions


def _judge(
    attempt: Attempt,
    candidates: list[types.Candidate],
    is_new: bool,
    final: str | None,
    grades: Mapping[Question, types.Grade],
    verdicts: Verdicts,
    counting: str,
) -> Found:
    def outcome_of(value: str) -> types.Grade:
        if not attempt.problem.golds:
            return types.Grade(Outcome.NO_GOLD, value, "the problem has no gold")
        return grades[question_of(attempt.problem, value)]

    ours = _final_grade(attempt, final, outcome_of(final) if final else None)
    values = [candidate.value for candidate in candidates]
    classes = verdicts.classes([*values, final] if final else values, attempt.problem)
    counting_last = counting_outcome(attempt, ours.outcome, counting)
    earlier = _settled(attempt, outcome_of)
    said = [*(each.value for each in earlier), final or None]
    return Found(
        attempt=attempt,
        candidates=candidates,
        is_new=is_new,
        final=ours,
        counting=counting_last,
        candidate_outcomes=[outcome_of(value).outcome for value in values],
        candidate_classes=classes[: len(values)],
        final_class=_class_of_final(classes, len(values)) if final else None,
        final_value=final,
        earlier=earlier,
        attempt_classes=classes_of(said, verdicts.classes([value for value in said if value], attempt.problem)),
        attempt_outcomes=[*_outcomes(attempt, earlier, counting), counting_last],
    )


def _settled(attempt: Attempt, outcome_of: Callable[[str], types.Grade]) -> list[Settled]:
    """The attempts before the last, each with our grade."""
    values = _earlier_values(attempt)
    grades = [_final_grade(attempt, value, outcome_of(value) if value else None) for value in values]
    given = zip(attempt.earlier, values, grades, strict=True)
    return [Settled(each.turn, each.text, value, grade) for each, value, grade in given]


def _earlier_values(attempt: Attempt) -> list[str | None]:
    return [each.value(attempt.problem) or None for each in attempt.earlier]


def _outcomes(attempt: Attempt, earlier: Sequence[Settled], counting: str) -> list[Outcome]:
    return [
        _counting(attempt.uploaded.get(each.turn.index), each.grade.outcome, counting, bool(each.text))
        for each in earlier
    ]


def _final_grade(attempt: Attempt, final: str | None, given: types.Grade | None) -> types.Grade:
    if attempt.rollout.error:
        return types.Grade(Outcome.ERROR, "", attempt.rollout.error[:300])
    if given is not None:
        return given
    if not attempt.problem.golds:
        return types.Grade(Outcome.NO_GOLD, "", "the problem has no gold")
    reason = "cut off before a final answer" if attempt.rollout.truncated else "no final answer was found"
    return types.Grade(Outcome.UNPARSED, final or "", reason)


def _class_of_final(classes: list[int], n_candidates: int) -> int:
    """The class that the final answer shares with a candidate, -1 if it shares none."""
    return classes[-1] if classes[-1] in classes[:n_candidates] else -1


def _has_gold(attempt: Attempt) -> bool:
    return bool(attempt.problem.golds) or bool(attempt.uploaded) or attempt.overruled is not None


def _first_attempt_outcome(attempt: Attempt) -> Outcome | None:
    """For grades that came without text: the first attempt's, where there were several."""
    if attempt.text or len(attempt.attempt_indexes) < 2:
        return None
    return attempt.uploaded.get(attempt.attempt_indexes[0])
