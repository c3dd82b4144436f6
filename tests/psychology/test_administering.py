"""Grids become drafts, once; what cannot be given is refused and nothing is made."""

import pytest
from django.test import Client

from apps.accounts.models import Membership, Project, Role, User
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.administrations import groups_of
from apps.psychology.services.administering import AdministrationRefused, Wanted, administer, start_all
from apps.psychology.services.instruments import take_shipped
from apps.runs.models import Engine, Run, RunState
from apps.runs.services.plans import Bound, bound
from apps.traces.models import Problem
from tests.traces import build

pytestmark = pytest.mark.django_db
GRID = {"system_prompts": ["", "Help."], "temperatures": [0.7], "repeats": 2, "max_tokens": 32}
MANNER = {"templates": ["rate", "agree"], "orders": ["", "reversed"], "directions": [""], "marks": "numbers"}


@pytest.fixture
def project() -> Project:
    return build.project("lab")


@pytest.fixture
def person(project: Project) -> User:
    found = User.objects.create_user("lea", password="x")
    Membership.objects.create(project=project, user=found, role=Role.MEMBER)
    return found


@pytest.fixture
def model() -> Bound:
    engine, _ = Engine.objects.get_or_create(name="scripted", kind="scripted")
    return bound(engine)


@pytest.fixture
def instrument(project: Project, person: User) -> Instrument:
    return take_shipped(project=project, user=person, shipped="afterthought-30")


def wanted(instrument: Instrument, model: Bound, **changes: object) -> Wanted:
    given: dict[str, object] = {
        "name": "first",
        "instruments": [instrument],
        "tasks": ["card_task"],
        "models": [model],
        "grid": GRID,
        "manner": MANNER,
    }
    return Wanted(**(given | changes))  # type: ignore[arg-type]


def test_each_instrument_and_task_becomes_one_draft_for_each_model(
    project: Project, person: User, instrument: Instrument, model: Bound
) -> None:
    """The inventory: 2 prompts x 2 templates x 2 orders x 2 repeats = 16 samples of 30 items; the task: 2 x 2 = 4 of
    27 cells."""
    made = administer(project=project, user=person, wanted=wanted(instrument, model))
    assert [(each.run.protocol, each.run.parameters["samples"]) for each in made if each.run] == [
        ("questionnaire", 16),
        ("card_task", 4),
    ]
    assert Problem.objects.filter(project=project).count() == 30 + 27
    assert start_all(project=project, name="first") == 2
    assert start_all(project=project, name="first") == 0
    assert sorted(Run.objects.values_list("n_total", flat=True)) == [4 * 27, 16 * 30]


def test_a_name_is_given_once_so_that_a_form_sent_twice_makes_one_set(
    project: Project, person: User, instrument: Instrument, model: Bound
) -> None:
    administer(project=project, user=person, wanted=wanted(instrument, model))
    with pytest.raises(AdministrationRefused, match="there is an administration named 'first'"):
        administer(project=project, user=person, wanted=wanted(instrument, model))
    assert Administration.objects.count() == 2
    assert [group.name for group in groups_of(project)] == ["first"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "a name of at most"),
        ({"models": []}, "choose at least one model"),
        ({"instruments": [], "tasks": []}, "choose at least one instrument or task"),
        ({"tasks": ["cards"]}, "unknown task 'cards'"),
        ({"grid": {**GRID, "temperatures": ["hot"]}}, "temperature 'hot' is no number"),
        ({"manner": {**MANNER, "templates": ["{statement}"]}}, "options"),
    ],
)
def test_what_cannot_be_given_is_refused_whole(
    project: Project, person: User, instrument: Instrument, model: Bound, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        administer(project=project, user=person, wanted=wanted(instrument, model, **changes))
    assert not Administration.objects.exists()
    assert not Run.objects.exists()


def test_an_instrument_whose_licence_nobody_confirmed_is_not_given(
    project: Project, person: User, instrument: Instrument, model: Bound
) -> None:
    instrument.licence_confirmed_at = None
    instrument.save()
    with pytest.raises(AdministrationRefused, match="licence"):
        administer(project=project, user=person, wanted=wanted(instrument, model))


def test_the_whole_form_is_one_problem_with_room_for_every_line(
    project: Project, person: User, instrument: Instrument, model: Bound
) -> None:
    asked = wanted(instrument, model, tasks=[], manner={**MANNER, "given": "form"})
    run = administer(project=project, user=person, wanted=asked)[0].run
    assert run is not None
    assert run.parameters["max_tokens"] >= 30 * 4
    assert Problem.objects.filter(project=project).count() == 1


def test_the_form_tells_what_is_wrong_and_keeps_what_was_written(
    client: Client, project: Project, person: User, model: Bound
) -> None:
    client.force_login(person)
    sent = {"name": "mine", "temperatures": "hot", "repeats": "2", "seed": "0", "max_tokens": "32", "task": "card_task"}
    page = client.post(f"/p/{project.slug}/psychology/new/", {**sent, "model": f"{model.engine.pk}:scripted"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "hot" in text
    assert 'value="mine"' in text
    odd = client.post(f"/p/{project.slug}/psychology/new/", {**sent, "own_personas": "grumpy"})
    assert "must be: name | trait | what the model is told" in odd.content.decode()


def test_what_is_not_started_can_be_thrown_away(
    client: Client, project: Project, person: User, instrument: Instrument, model: Bound
) -> None:
    made = administer(project=project, user=person, wanted=wanted(instrument, model))
    client.force_login(person)
    client.post(f"/p/{project.slug}/psychology/administrations/{made[0].pk}/act/", {"act": "discard"})
    assert not Run.objects.filter(state=RunState.DRAFT).exists()
    assert not Administration.objects.exists()
