"""Instruments and tasks given to models over one grid: a run for each of them and each model, made together.

The problems are made here (an item or a whole form is one), the runs are drafts until somebody starts them. Knows rows
and protocols' settings, no engine's code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db import transaction

from analysis.errors import UserError
from analysis.psychometrics.instrument import Instrument as Plain
from analysis.psychometrics.tasks.table import TASKS
from analysis.types import AnswerType, Problem
from apps.accounts.models import Project, User
from apps.psychology.models import Administration, Instrument
from apps.runs.models import Run, RunState
from apps.runs.services import drafts, problem_files, running
from apps.runs.services.plans import Bound, Plan, conductor_of

QUESTIONNAIRE = "questionnaire"
SET_SIGN = " · "
"""Between a task's name and that of its problems."""
FORM = "form"
LONGEST_NAME = 100
MOST_RUNS = 200
TOKENS_A_LINE = 12


class AdministrationRefused(UserError):
    """What cannot be given as asked; the message says what and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants given to whom. `grid` holds for all, `manner` (templates, orders ...) for questionnaires."""

    name: str
    instruments: Sequence[Instrument] = ()
    tasks: Sequence[str] = ()
    models: Sequence[Bound] = ()
    grid: Mapping[str, Any] = field(default_factory=dict)
    manner: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


class _Part(NamedTuple):
    """One run to be: what is given, its protocol, problems and settings."""

    label: str
    protocol: str
    problem_set: str
    problems: Sequence[Problem]
    settings: Mapping[str, Any]
    instrument: Instrument | None = None
    task: str = ""


@transaction.atomic
def administer(*, project: Project, user: User | None, wanted: Wanted) -> list[Administration]:
    """Drafts of all runs, in the order instruments, tasks, and of each its models.

    Raises UserError where anything of it cannot be given; then nothing is made. A name is used once, so that what is
    sent twice is made once.
    """
    Project.objects.select_for_update().get(pk=project.pk)
    _refuse(project, wanted)
    parts = [
        *(_of_instrument(each, wanted) for each in wanted.instruments),
        *(_of_task(each, wanted) for each in wanted.tasks),
    ]
    return [_drafted(project, user, wanted, part, model) for part in parts for model in wanted.models]


def _refuse(project: Project, wanted: Wanted) -> None:
    if not wanted.name or len(wanted.name) > LONGEST_NAME:
        raise AdministrationRefused(f"a name of at most {LONGEST_NAME} characters is needed")
    if Administration.objects.filter(project=project, name=wanted.name).exists():
        raise AdministrationRefused(f"there is an administration named {wanted.name!r}; choose another name")
    if not wanted.models:
        raise AdministrationRefused("choose at least one model")
    n_runs = (len(wanted.instruments) + len(wanted.tasks)) * len(wanted.models)
    if not n_runs:
        raise AdministrationRefused("choose at least one instrument or task")
    if n_runs > MOST_RUNS:
        raise AdministrationRefused(f"this would be {n_runs} runs; at most {MOST_RUNS} are made at once")
    for instrument in wanted.instruments:
        instrument.refresh_from_db()
        if lacks := instrument.hindrance:
            raise AdministrationRefused(f"{instrument} cannot be given yet: {lacks}")


def _of_instrument(instrument: Instrument, wanted: Wanted) -> _Part:
    plain = instrument.plain
    settings = {**wanted.grid, **wanted.manner, "options": [[each.value, each.label] for each in plain.options]}
    settings["own_options"] = [
        [item.id, [[each.value, each.label] for each in item.options]] for item in plain.items if item.options
    ]
    name = instrument.problem_set
    if wanted.manner.get("given") != FORM:
        return _Part(str(instrument), QUESTIONNAIRE, name, items_of(plain, name), settings, instrument)
    if settings["own_options"]:
        raise AdministrationRefused(f"{instrument} has items with options of their own: give it one item a call")
    settings["items"] = [item.id for item in plain.items]
    settings["max_tokens"] = max(int(settings.get("max_tokens", 0)), TOKENS_A_LINE * len(plain.items))
    whole = f"{name} · whole form"
    return _Part(str(instrument), QUESTIONNAIRE, whole, [form_of(plain, whole)], settings, instrument)


def items_of(plain: Plain, problem_set: str) -> list[Problem]:
    """Every item as a problem without a gold."""
    return [
        Problem(item.text, answer_type=AnswerType.NONE, key=item.id, problem_set=problem_set, subject=item.scale[:120])
        for item in plain.items
    ]


def form_of(plain: Plain, problem_set: str) -> Problem:
    """The whole form as one problem: its items in numbered lines."""
    lines = [f"{number}. {item.text}" for number, item in enumerate(plain.items, 1)]
    return Problem("\n".join(lines), answer_type=AnswerType.NONE, key=FORM, problem_set=problem_set)


def _of_task(wanted_task: str, wanted: Wanted) -> _Part:
    """A task with its own problems, or, as `TASK:SET`, with those of a problem set that is here already."""
    name, _, given_set = wanted_task.partition(":")
    if name not in TASKS:
        raise AdministrationRefused(f"unknown task {name!r}; known: {', '.join(TASKS)}")
    task = TASKS[name]
    known = {each.name for each in conductor_of(task.protocol).parameters}
    settings = {key: value for key, value in wanted.grid.items() if key in known and key != "max_tokens"}
    if given_set:
        if not given_set.startswith(f"{name}{SET_SIGN}"):
            raise AdministrationRefused(f"{given_set!r} are no problems of {name}")
        return _Part(f"{TASKS.label(name)}: {given_set}", task.protocol, given_set, (), settings, task=name)
    problem_set = f"{name}{SET_SIGN}seed {wanted.seed}"
    problems = [in_set(problem, problem_set) for problem in task.problems(wanted.seed)]
    return _Part(TASKS.label(name), task.protocol, problem_set, problems, settings, task=name)


def in_set(problem: Problem, problem_set: str) -> Problem:
    return replace(problem, problem_set=problem_set)


def _drafted(project: Project, user: User | None, wanted: Wanted, part: _Part, model: Bound) -> Administration:
    for _ in problem_files.stored(project=project, problems=part.problems):
        pass
    plan = Plan(
        part.protocol,
        dict.fromkeys(conductor_of(part.protocol).roles, model),
        {"kind": "problems", "problem_set": part.problem_set},
        part.settings,
        wanted.seed,
        f"{wanted.name}: {part.label} · {model.model}",
    )
    run = drafts.create_draft(project=project, user=user, plan=plan)
    return Administration.objects.create(
        project=project, name=wanted.name, run=run, instrument=part.instrument, task=part.task, created_by=user
    )


def start_all(*, project: Project, name: str) -> int:
    """Start every draft of an administration; pressed twice they are started once. Returns how many it started."""
    n = 0
    for run in Run.objects.filter(administration__project=project, administration__name=name, state=RunState.DRAFT):
        with transaction.atomic():
            running.start(run=run)
        n += 1
    return n


def discard_all(*, project: Project, name: str) -> int:
    """Throw away the drafts of an administration; what was started stays."""
    drafts_ = Run.objects.filter(administration__project=project, administration__name=name, state=RunState.DRAFT)
    n = 0
    for run in drafts_:
        drafts.discard(run=run)
        n += 1
    return n


class Estimated(NamedTuple):
    """What the drafts of an administration will ask for at most."""

    n_replies: int
    n_requests: int
    n_tokens: int


def estimate_all(*, project: Project, name: str) -> Estimated:
    """Over every draft; raises UserError where one of them cannot be run any more."""
    runs = Run.objects.filter(administration__project=project, administration__name=name, state=RunState.DRAFT)
    found = [drafts.estimate(run) for run in runs.select_related("project")]
    return Estimated(
        sum(each.n_units for each in found),
        sum(each.n_requests for each in found),
        sum(each.n_tokens for each in found),
    )
