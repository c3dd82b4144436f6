"""Questions of others for the feasibility task, as a problem set of the project. Knows formats, no run."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.errors import UserError
from analysis.psychometrics.tasks.feasibility import problems_of_self_aware
from analysis.types import Problem
from apps.accounts.models import Project
from apps.psychology.services.administering import SET_SIGN, in_set
from apps.runs.services import problem_files

TASK = "feasibility"
MOST_BYTES = 64_000_000
LONGEST_NAME = 100
FORMATS: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], Sequence[Problem]]] = {
    "self-aware": problems_of_self_aware,
}
"""SelfAware (Yin et al. 2023, arXiv 2305.18153): {"example": [{"question_id", "question", "answerable", ...}]}."""


class QuestionsRefused(UserError):
    """A file of questions that cannot be taken; the message says why."""


def add_questions(*, project: Project, content: bytes, format_name: str, name: str) -> tuple[str, int]:
    """Store a file's questions; returns the name of the problem set, and how many. Again makes nothing twice."""
    if format_name not in FORMATS:
        raise QuestionsRefused(f"unknown format {format_name!r}; known: {', '.join(FORMATS)}")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise QuestionsRefused(f"a name of at most {LONGEST_NAME} characters is needed")
    problems = FORMATS[format_name](rows_in(content))
    problem_set = f"{TASK}{SET_SIGN}{name.strip()}"
    stored = problem_files.stored(project=project, problems=[in_set(problem, problem_set) for problem in problems])
    return problem_set, len(set(stored))


def rows_in(content: bytes) -> list[Mapping[str, Any]]:
    """The rows of a JSON file: a list, or an object with a list under "example"."""
    if len(content) > MOST_BYTES:
        raise QuestionsRefused(f"the file has {len(content):,} bytes, may have {MOST_BYTES:,}")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QuestionsRefused(f"this is no JSON: {error}") from error
    rows = found.get("example") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise QuestionsRefused('a list of objects is needed, or an object with such a list under "example"')
    return rows
