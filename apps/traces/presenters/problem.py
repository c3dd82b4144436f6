"""A problem's page: the question with its maths, the golds and who changed them, and the rollouts of it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from apps.accounts.queries import changes_of
from apps.traces.models import Problem, Rollout
from apps.traces.presenters.formulas import Budget, answer_html, text_html
from apps.traces.presenters.history import Line, present_changes
from apps.traces.presenters.marks import Mark, mark_of
from apps.traces.presenters.titles import short_title, title_html
from apps.traces.queries.reader import counting_outcomes, rollouts_of

ROLLOUTS = 200
CHANGES = 50


class Row(NamedTuple):
    rollout: Rollout
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Page:
    problem: Problem
    title: SafeString
    short_title: str
    question: SafeString
    golds: list[SafeString]
    gold_lines: str
    rows: list[Row]
    more: bool
    changes: list[Line]


def problem_page(problem: Problem) -> Page:
    budget = Budget()
    rollouts = rollouts_of(problem, ROLLOUTS + 1)
    outcomes = counting_outcomes(rollouts)
    return Page(
        problem=problem,
        title=title_html(problem.question, problem.key),
        short_title=short_title(problem.question, problem.key),
        question=mark_safe(text_html(problem.question, budget)),  # noqa: S308
        golds=[mark_safe(answer_html(gold, budget)) for gold in problem.golds],  # noqa: S308
        gold_lines="\n".join(" ".join(gold.split()) for gold in problem.golds),
        rows=[Row(row, mark_of(outcomes[row.pk]) if row.pk in outcomes else None) for row in rollouts[:ROLLOUTS]],
        more=len(rollouts) > ROLLOUTS,
        changes=present_changes(changes_of(problem.project, f"problem:{problem.pk}").order_by("-pk")[:CHANGES]),
    )
