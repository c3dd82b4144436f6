"""A worker's part in trials: a dry run of three items, or one reply of an engine. Stores nothing but what is shown."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from analysis.asking import Ask, Message, Sampling
from analysis.errors import UserError
from analysis.types import Role
from apps.core import jobs
from apps.core.keeping import Keeping
from apps.core.models import JobState
from apps.runs.models import RoleBinding, Run, Trial
from apps.runs.services import trials
from apps.runs.services.plans import conductor_of
from apps.runs.services.storable import clean
from workers.conducting import Ensemble
from workers.held import HELD, kinds_here
from workers.running import Open

MOST_LOOKED_AT = 20
logger = logging.getLogger(__name__)


def answer_one(run: Run) -> None:
    """Between the steps of a run: the trial that has waited longest on its queue, if its engines are at hand here."""
    waiting = Trial.objects.filter(queue=run.queue, state=JobState.QUEUED).select_related("engine", "run__project")
    trial = next((each for each in waiting.order_by("pk")[:MOST_LOOKED_AT] if _is_at_hand(each)), None)
    if trial is None:
        return
    try:
        execute(trial.pk)
    except Exception:  # recorded at the trial; the run, which it is no part of, goes on
        logger.exception("trial %s broke beside run %s", trial.pk, run.pk)


def _is_at_hand(trial: Trial) -> bool:
    bindings = bindings_of(trial)
    return _can_drive(bindings) and HELD.is_at_hand(bindings)


def _can_drive(bindings: Sequence[RoleBinding]) -> bool:
    return {each.engine.kind for each in bindings} <= set(kinds_here())


def execute(trial_id: int, opened: Open = HELD.for_roles) -> None:
    """Do a trial once; one whose engines this worker lacks is left to another."""
    found = Trial.objects.filter(pk=trial_id).select_related("engine", "run__project").first()
    if found is None or not _can_drive(bindings_of(found)):
        return
    trial = jobs.claim(Trial, trial_id)
    if trial is None:
        return
    with jobs.recorded(trial), Keeping(lambda: jobs.keep(trial)).at_work():
        try:
            trials.show(trial, _dry_run(trial, opened) if trial.run else [_reply(trial, opened)])
        except UserError as error:
            jobs.finish(trial, JobState.FAILED, str(error))


def bindings_of(trial: Trial) -> list[RoleBinding]:
    """The engines that a trial asks, as a run binds them."""
    if trial.run is not None:
        return list(trial.run.roles.select_related("engine").order_by("pk"))
    assert trial.engine is not None
    return [RoleBinding(role="solver", engine=trial.engine, model=trial.asked.get("model", ""))]


def _dry_run(trial: Trial, opened: Open) -> list[dict[str, Any]]:
    run = trial.run
    assert run is not None
    conductor, items = conductor_of(run.protocol), trials.dry_items(run)
    ensemble: Ensemble[int] = Ensemble(opened(bindings_of(trial)))
    for number, item in enumerate(items):
        ensemble.begin(number, conductor.conduct(item, run.parameters))
    shown: dict[int, dict[str, Any]] = {}
    while ensemble.is_at_work:
        for each in ensemble.round():
            shown[each.key] = trials.shown_item(items[each.key], each.result, each.error, each.usage.n_tokens)
    return [shown[number] for number in sorted(shown)]


def _reply(trial: Trial, opened: Open) -> dict[str, Any]:
    asked = trial.asked
    engine = opened(bindings_of(trial))["solver"]
    told = [(Role.SYSTEM, asked.get("system", "")), (Role.USER, asked.get("prompt", ""))]
    messages = tuple(Message(role, text) for role, text in told if text)
    sampling = Sampling(max_tokens=int(asked["max_tokens"]), temperature=float(asked["temperature"]))
    began = time.monotonic()
    _, reply = next(iter(engine.complete([Ask(messages, sampling=sampling, seed=int(asked["seed"]))])))
    seconds = time.monotonic() - began
    return {
        "text": clean(reply.text)[: trials.MOST_CHARS],
        "finish_reason": reply.finish_reason,
        "error": clean(reply.error)[:4000],
        "n_tokens": reply.n_tokens,
        "n_prompt_tokens": reply.n_prompt_tokens,
        "seconds": round(seconds, 3),
        "about": {name: str(value)[:300] for name, value in engine.about().items()},
    }
