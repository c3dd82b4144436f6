"""A file of problems, one JSON object a line, into problems of a project. Knows no run.

Fields are `problem` (or question, prompt), `answer` (or gold, golds, target), `options` (or choices), `answer_type`,
`id` (or problem_id, key), `problem_set`, `subject`, `level`; the rest is passed over.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from analysis.errors import UserError
from analysis.types import Problem
from apps.accounts.models import Project
from apps.core import blobs
from apps.core.models import Blob
from apps.traces.importers.assemble import problem as assembled
from apps.traces.importers.identity import ProblemKeys
from apps.traces.importers.packed import fitting
from apps.traces.models import Problem as Row
from apps.traces.models import ProblemSet
from apps.traces.services.imports import known_problems

MOST = 200_000
LONGEST_LINE = 1_000_000
MOST_DEPTH_ERRORS = (ValueError, RecursionError)
STEP = 200
FIELDS: Mapping[str, tuple[str, ...]] = {
    "problem": ("problem", "question", "prompt", "input"),
    "answer": ("answer", "golds", "gold", "target", "final_answer"),
    "options": ("options", "choices"),
    "answer_type": ("answer_type",),
    "problem.set": ("problem_set", "dataset"),
    "problem.subject": ("subject",),
    "problem.level": ("level", "difficulty"),
}
IDS = ("id", "problem_id", "key", "unique_id")


class BadProblems(UserError):
    """A file of problems that cannot be read; the message names the line."""


def read(blob_id: int, name: str) -> Iterator[Problem]:
    """The problems of a stored file, each with its key (empty where it has no id). Raises BadProblems."""
    with blobs.open_blob(Blob.objects.get(pk=blob_id)) as file:
        yield from problems_in(file, name)


def problems_in(lines: Iterable[bytes], name: str) -> Iterator[Problem]:
    """The problems of some lines of JSON; blank lines are passed over."""
    n = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        n += 1
        if n > MOST:
            raise BadProblems(f"{name}: more than {MOST:,} problems")
        yield _problem(line, f"{name}, line {number}")
    if not n:
        raise BadProblems(f"{name}: there is no problem in it")


def _problem(line: bytes, where: str) -> Problem:
    row = _row(line, where)
    given = {field: row[name] for field, names in FIELDS.items() for name in reversed(names) if name in row}
    found = assembled(given)
    if not found.question.strip():
        known = ", ".join(FIELDS["problem"])
        raise BadProblems(f"{where}: there is no question; it is looked for in {known}")
    key = next((str(row[name]) for name in IDS if isinstance(row.get(name), str | int)), "")
    return Problem(
        _clean(found.question), tuple(map(_clean, found.golds)), found.answer_type, tuple(map(_clean, found.options)),
        fitting(_clean(key)), fitting(_clean(found.problem_set)), found.subject[:120], found.level[:60],
    )  # fmt: skip


def _row(line: bytes, where: str) -> Mapping[str, object]:
    if len(line) > LONGEST_LINE:
        raise BadProblems(f"{where}: {len(line):,} bytes; a line may have {LONGEST_LINE:,}")
    try:
        row = json.loads(line)
    except MOST_DEPTH_ERRORS as error:
        raise BadProblems(f"{where}: this is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadProblems(f"{where}: this is no JSON object")
    return row


def _clean(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def stored(*, project: Project, problems: Iterable[Problem]) -> Iterator[int]:
    """Ids of the problems in the project, made where they are not there yet; the same again gives the same ids."""
    keys = ProblemKeys(known_problems(project, None))
    named = iter(problems)
    while batch := list(islice(named, STEP)):
        wanted = [(each, keys.key_for(each, each.key, 0) or f"q-{number}") for number, each in enumerate(batch)]
        sets = {name: _set_id(project, name) for name in {each.problem_set for each in batch}}
        Row.objects.bulk_create([_new(project, sets, *each) for each in wanted], ignore_conflicts=True)
        rows = Row.objects.filter(project=project, key__in=[key for _, key in wanted])
        ids = {(row.problem_set_id, row.key): row.merged_into_id or row.pk for row in rows}
        yield from dict.fromkeys(ids[sets[each.problem_set], key] for each, key in wanted)


def _set_id(project: Project, name: str) -> int:
    found, _ = ProblemSet.objects.get_or_create(project=project, name=name)
    return found.pk


def _new(project: Project, sets: Mapping[str, int], problem: Problem, key: str) -> Row:
    return Row(
        project=project,
        problem_set_id=sets[problem.problem_set],
        key=key,
        question=problem.question,
        golds=list(problem.golds),
        answer_type=problem.answer_type,
        options=list(problem.options),
        subject=problem.subject,
        level=problem.level,
    )
