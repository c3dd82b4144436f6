"""What the pages of administrations show: the form's choices, a group's parts, how far each is. Knows no request."""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.protocols.lab.presenting import ITEM_TEMPLATES
from analysis.psychometrics.personas import ADJECTIVES, STRATEGIES
from analysis.psychometrics.tasks.table import TASKS
from apps.core.templatetags.numbers import count, plural
from apps.psychology.forms.grid import USUAL_PROMPTS, GridForm
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.administrations import Group
from apps.runs.models import RunState


class Choice(NamedTuple):
    """A box of the form."""

    value: str
    words: str
    note: str
    is_on: bool


class Part(NamedTuple):
    """One run of a group: what is given to whom, where it stands, and its doors."""

    pk: int
    what: str
    model: str
    state: str
    is_working: bool
    done: str
    failed: int
    run: int | None
    collection: int | None


class Row(NamedTuple):
    """A group in the list."""

    pk: int
    name: str
    what: str
    models: str
    state: str
    is_working: bool
    given_at: object


ORDERS = {"": "as they are", "reversed": "turned round"}
DIRECTIONS = {"": "as it is", "flipped": "numbers from the other end"}


def choices(
    form: GridForm, instruments: Sequence[Instrument], models: Sequence[tuple[str, str]], sets: Sequence[str] = ()
) -> dict[str, list[Choice]]:
    """Every list of boxes of the form."""
    prompts = [(each, each or "none", "") for each in USUAL_PROMPTS]
    return {
        "instruments": _boxes(form, "instrument", [(str(each.pk), str(each), _items(each)) for each in instruments]),
        "tasks": _boxes(form, "task", [*_tasks(), *(_questions(name) for name in sets)]),
        "models": _boxes(form, "model", [(value, words, "") for value, words in models]),
        "prompts": _boxes(form, "prompt", prompts),
        "targets": _boxes(form, "target", [(name, name.replace("_", "-"), _adjectives(name)) for name in ADJECTIVES]),
        "strategies": _boxes(form, "strategy", [(name, name, STRATEGIES[name]) for name in STRATEGIES]),
        "templates": _boxes(form, "template", [(name, name, "") for name in ITEM_TEMPLATES]),
        "orders": _boxes(form, "order", [(value, words, "") for value, words in ORDERS.items()]),
        "directions": _boxes(form, "direction", [(value, words, "") for value, words in DIRECTIONS.items()]),
    }


def _tasks() -> list[tuple[str, str, str]]:
    return [(name, TASKS.label(name), TASKS[name].purpose) for name in TASKS]


def _questions(problem_set: str) -> tuple[str, str, str]:
    name = problem_set.partition(" · ")[2]
    return f"feasibility:{problem_set}", f"{TASKS.label('feasibility')} on {name}", "questions that were brought here"


def _boxes(form: GridForm, name: str, rows: Sequence[tuple[str, str, str]]) -> list[Choice]:
    ticked = set(form.ticked(name))
    return [Choice(value, words, note, value in ticked) for value, words, note in rows]


def _items(instrument: Instrument) -> str:
    plain = instrument.plain
    return f"{plural(len(plain.items), 'item')}, {plural(len(plain.options), 'option')}"


def _adjectives(target: str) -> str:
    return plural(len(ADJECTIVES[target]), "set") + " of adjectives"


def rows_of(groups: Sequence[Group]) -> list[Row]:
    return [_row(group) for group in groups]


def _row(group: Group) -> Row:
    first = group.parts[0]
    whats = list(dict.fromkeys(what_of(each) for each in group.parts))
    models = list(dict.fromkeys(model_of(each) for each in group.parts if each.run is not None))
    return Row(
        first.pk, group.name, ", ".join(whats), ", ".join(models), _state(group), group.is_working, first.given_at
    )


def _state(group: Group) -> str:
    if group.n_drafts:
        return "not started" if group.n_drafts == len(group.parts) else f"{count(group.n_drafts)} not started"
    if group.is_working:
        return "running"
    failed = sum(each.run is not None and each.run.state == RunState.FAILED for each in group.parts)
    return f"{count(failed)} failed" if failed else "done"


def parts_of(group: Group) -> list[Part]:
    return [_part(each) for each in group.parts]


def _part(each: Administration) -> Part:
    run, replies = each.run, each.replies
    if run is None:
        n = replies.n_rollouts if replies else 0
        return Part(
            each.pk, what_of(each), "", "read in", False, plural(n, "sitting"), 0, None, replies.pk if replies else None
        )
    is_working = run.state in (RunState.QUEUED, RunState.RUNNING)
    done = "–" if run.state == RunState.DRAFT else f"{count(run.n_finished)} of {count(run.n_total or 0)}"
    state = run.get_state_display()
    return Part(
        each.pk,
        what_of(each),
        model_of(each),
        state,
        is_working,
        done,
        run.n_failed,
        run.pk,
        replies.pk if replies else None,
    )


def what_of(each: Administration) -> str:
    if each.instrument is not None:
        return str(each.instrument)
    if each.task:
        return TASKS.label(each.task) if each.task in TASKS else each.task
    return each.replies.name if each.replies is not None else "read in, and deleted since"


def model_of(each: Administration) -> str:
    found = each.run.roles.all()[0] if each.run is not None and each.run.roles.all() else None
    return found.model if found else ""


def conclusions_of(group: Group) -> list[tuple[str, str]]:
    """What each task's figures may and may not say, by its label."""
    names = dict.fromkeys(each.task for each in group.parts if each.task in TASKS)
    return [(TASKS.label(name), TASKS[name].may_conclude) for name in names]
