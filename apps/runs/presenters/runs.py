"""What the pages of runs show beside progress: what was asked, who answers, the latest rollouts, the dry run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analysis.catalogue import PROTOCOLS
from apps.core.models import Worker
from apps.runs.models import RoleBinding, Run, RunState
from apps.runs.presenters.progress import Chip, chip_of
from apps.runs.queries.workers import Service
from apps.runs.services.drafts import plain
from apps.traces.models import Rollout, Turn
from apps.traces.services.texts import contents

LONGEST = 200


class Line(NamedTuple):
    """A name with its value; `note` stands beside it."""

    name: str
    value: str
    note: str = ""


class Latest(NamedTuple):
    """A rollout just stored: its own words and the end of its text."""

    rollout: Rollout
    label: str
    tail: str
    answer: str


@dataclass(frozen=True, slots=True)
class Row:
    """A run in the list."""

    run: Run
    chip: Chip
    protocol: str
    models: str


def row_of(run: Run) -> Row:
    models = ", ".join(dict.fromkeys(each.model for each in run.roles.all()))
    label = PROTOCOLS.label(run.protocol) if run.protocol in PROTOCOLS else run.protocol
    return Row(run, chip_of(run), label, models)


def asked_of(run: Run, bindings: Sequence[RoleBinding]) -> list[Line]:
    """What the run was made from; settings at their defaults are left to the provenance."""
    label = PROTOCOLS.label(run.protocol) if run.protocol in PROTOCOLS else run.protocol
    lines = [Line("protocol", label, f"{run.protocol}@{run.protocol_version}")]
    lines += [Line(each.role, each.model, f"on {each.engine.name}") for each in bindings]
    lines.append(Line("about", run.source.get("words", ""), _limit(run)))
    n_samples = int(run.parameters.get("samples", 1))
    last = run.first_seed + n_samples - 1
    lines.append(Line("seeds", f"{run.first_seed}" if n_samples == 1 else f"{run.first_seed} to {last}"))
    lines += [Line(name[:1].lower() + name[1:], value) for name, value in changed_settings(run)]
    if code := run.provenance.get("code"):
        lines.append(Line("code", f"{run.provenance.get('application', '')} · {str(code)[:12]}"))
    return lines


def are_alike(run: Run) -> bool:
    """Whether all samples of an item will be the same: several are wanted of the likeliest tokens."""
    return int(run.parameters.get("samples", 1)) > 1 and run.parameters.get("temperature") == 0


def _limit(run: Run) -> str:
    return f"the first {run.source['limit']}" if run.source.get("limit") else ""


def changed_settings(run: Run) -> list[tuple[str, str]]:
    """Settings that are not at their default, by their labels."""
    if run.protocol not in PROTOCOLS:
        return [(name, _short(value)) for name, value in run.parameters.items()]
    usual = plain(PROTOCOLS[run.protocol].settle({}))
    labels = {each.name: each.label for each in PROTOCOLS[run.protocol].parameters}
    return [
        (labels.get(name, name), _short(value))
        for name, value in run.parameters.items()
        if name not in usual or value != usual[name]
    ]


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def answered_by(run: Run) -> list[Line]:
    """What the engines said of themselves, each line once however many workers there were."""
    lines: dict[Line, None] = {}
    for said in run.provenance.get("workers", {}).values():
        for role, about in said.items():
            for name, value in about.items():
                lines[Line(f"{role} {name}".replace("_", " "), _short(value))] = None
    return list(lines)


def promise_of(run: Run) -> str:
    """What a seed is worth on these engines, in their own words."""
    said = [about.get("seeds", "") for each in run.provenance.get("workers", {}).values() for about in each.values()]
    return "; ".join(dict.fromkeys(str(each) for each in said if each))


def latest_of(rollouts: Sequence[Rollout]) -> list[Latest]:
    """The end of each rollout's last answering turn, in two queries."""
    turns = Turn.objects.filter(rollout__in=[each.pk for each in rollouts], is_attempt=True).order_by("index")
    last = {turn.rollout_id: turn for turn in turns}
    texts = contents(turn.text_id for turn in last.values() if turn.text_id)
    return [
        Latest(
            rollout,
            f"{rollout.problem.key[:24]} · {rollout.sample}",
            " ".join(texts.get(turn.text_id or 0, "")[-240:].split()) if turn else "",
            (turn.answer or "")[:40] if turn else "",
        )
        for rollout, turn in ((each, last.get(each.pk)) for each in rollouts)
    ]


class Served(NamedTuple):
    """A worker as the run's page names it."""

    name: str
    engines: str
    is_able: bool


def served_by(service: Service, workers: Sequence[Worker]) -> list[Served]:
    """Workers of the run's queue."""
    return [
        Served(each.name, ", ".join(each.engines), each.name in service.able)
        for each in workers
        if service.queue in each.queues
    ]


def acts_of(run: Run) -> dict[str, bool]:
    """Which buttons a run's page has."""
    state = RunState(run.state)
    is_over = state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)
    return {
        "may_pause": state in (RunState.QUEUED, RunState.RUNNING),
        "may_resume": state == RunState.PAUSED,
        "may_cancel": state in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED),
        "may_retry": is_over and (run.n_failed > 0 or state != RunState.DONE),
        "is_over": is_over,
    }


def provenance_of(run: Run, bindings: Sequence[RoleBinding]) -> dict[str, Any]:
    """The whole provenance as it is given out, with the run's own numbers."""
    about: dict[str, Any] = {
        "run": run.pk,
        "name": run.name,
        "state": run.state,
        "created_at": run.created_at.isoformat(),
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "created_by": str(run.created_by) if run.created_by else None,
        "output_collection": run.output_id,
        "units": {"total": run.n_total, "done": run.n_done, "failed": run.n_failed},
        "requests": run.n_requests,
        "tokens": {"new": run.n_tokens, "prompt": run.n_prompt_tokens},
        "roles_now": {each.role: each.model for each in bindings},
    }
    return about | dict(run.provenance)
