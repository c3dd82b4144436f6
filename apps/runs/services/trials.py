"""A few requests to see what comes: the dry run of a draft, and what an administrator tries on an engine.

Done by a worker, shown on a page, stored in no collection. Knows no engine's code.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from analysis.protocols.conduct import Item, Made, Result
from apps.accounts.models import User
from apps.core import jobs
from apps.core.models import JobState
from apps.core.queue import enqueue_on_commit
from apps.runs.models import Engine, Run, RunState, Trial
from apps.runs.services.drafts import first_items, given_of, limit_of
from apps.runs.services.plans import PlanRefused, settings_for
from apps.runs.services.rivals import rival_collection
from apps.runs.services.storable import clean

N_ITEMS = 3
MOST_CHARS = 20_000
MOST_SHOWN = 50


@transaction.atomic
def request_dry_run(*, run: Run, user: User | None, wake: bool = True) -> Trial:
    """Have a worker try the first three items of a draft; one that waits or runs is not asked for twice."""
    if run.state != RunState.DRAFT:
        raise PlanRefused("a dry run is for a run that was not started yet")
    waiting = Trial.objects.filter(run=run, state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    return waiting or _queued(Trial(run=run, queue=run.queue, created_by=user), wake)


@transaction.atomic
def request_reply(*, engine: Engine, user: User, asked: dict[str, Any], wake: bool = True) -> Trial:
    """Have a worker ask an engine one thing. Raises PlanRefused for a model that the engine does not have."""
    settings_for(engine, asked.get("model", ""))
    Trial.objects.filter(engine=engine, run__isnull=True, state__in=[JobState.DONE, JobState.FAILED]).delete()
    return _queued(Trial(engine=engine, queue=engine.queue, asked=asked, created_by=user), wake)


def _queued(trial: Trial, wake: bool) -> Trial:
    trial.save()
    if wake:
        enqueue_on_commit(Trial.task_name, to=trial.queue, trial_id=trial.pk)
    return trial


def dry_items(run: Run) -> list[Item]:
    """The first items of a draft, with the first seed."""
    against = rival_collection(run.project, run.parameters)
    items = first_items(given_of(run), limit_of(run.source), N_ITEMS, against)
    return [replace(each, seed=run.first_seed) for each in items[:N_ITEMS]]


def show(trial: Trial, shown: Sequence[dict[str, Any]]) -> None:
    """Keep what came and end the trial."""
    jobs.keep(trial, shown=list(shown), n_done=len(shown), n_total=len(shown))
    jobs.finish(trial, JobState.DONE)


def shown_item(item: Item, result: Result | None, error: str, n_tokens: int) -> dict[str, Any]:
    """What came of one item of a dry run, in values that JSON holds."""
    said: dict[str, Any] = {"about": _short(item.problem.question, 600), "n_tokens": n_tokens, "error": _short(error)}
    if result is None:
        return said
    return said | {
        "rollouts": [_shown_rollout(made) for made in result.rollouts[:MOST_SHOWN]],
        "n_rollouts": len(result.rollouts),
        "probes": [
            {"offset": each.offset, "value": _short(each.value, 200), "log_probability": each.log_probability}
            for each in result.probes[:MOST_SHOWN]
        ],
        "n_probes": len(result.probes),
        "candidates": [{"line": each.line, "value": _short(each.value, 200)} for each in (result.candidates or ())],
        "scores": {_short(name, 100): value for name, value in result.scores.items()},
        "remarks": [_short(remark, 1000) for remark in result.remarks],
    }


def _shown_rollout(made: Made) -> dict[str, Any]:
    return {
        "turns": [{"role": turn.role.value, "text": _short(turn.text or "")} for turn in made.turns],
        "answer": _short(made.turns[-1].answer or "", 300) if made.turns else "",
        "truncated": made.truncated,
    }


def _short(text: str, most: int = MOST_CHARS) -> str:
    text = clean(text)
    return text if len(text) <= most else text[:most] + " …"
