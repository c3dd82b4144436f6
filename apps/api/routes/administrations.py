"""The psychology lab: instruments, tasks, givings of them, and what their answers amount to."""

from django.http import Http404, QueryDict
from ninja import Query, Router, Status

from analysis.psychometrics.tasks.table import TASKS
from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows, any_token
from apps.api.paging import Page, Paging, page_of, page_of_known
from apps.api.routes.measures import settings_in
from apps.api.schemas.administrations import (
    AdministrationIn,
    AdministrationOut,
    FiguresOut,
    InstrumentOut,
    LabMeasureOut,
    TaskOut,
)
from apps.api.schemas.kinds import PathId
from apps.api.writes import idempotent
from apps.psychology.forms.grid import USUAL, GridForm
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.administrations import Group, find_group, groups_of, ready_instruments
from apps.psychology.services import administering
from apps.runs.queries.runs import engines_for_runs
from apps.runs.services.plans import bound, find_engine
from apps.traces.seams import PROJECT_MEASURES

router = Router(tags=["administrations"])
ONE = "/projects/{project}/administrations/{administration_id}"


class UnknownInstrument(administering.AdministrationRefused):
    """An instrument that the project has not, or that cannot be given yet."""


@router.get("/tasks", auth=any_token, response=Page[TaskOut])
def list_tasks(request: ApiRequest, paging: Query[Paging]) -> Page[TaskOut]:
    """Every behavioural task."""
    return page_of_known(request, [task_out(name) for name in TASKS], paging)


@router.get("/lab-measures", auth=any_token, response=Page[LabMeasureOut])
def list_lab_measures(request: ApiRequest, paging: Query[Paging]) -> Page[LabMeasureOut]:
    """Every measure of the lab."""
    known = [LabMeasureOut(name=name, label=label) for name, label in PROJECT_MEASURES.choices()]
    return page_of_known(request, known, paging)


@router.get("/projects/{project}/lab-measures/{name}", auth=allows(Act.VIEW), response=FiguresOut)
def compute_lab_measure(
    request: ApiRequest,
    project: str,
    name: str,
    setting: Query[list[str]] = [],  # noqa: B006  ninja copies it
) -> FiguresOut:
    """Rows of reliability, link, alignment, persona_effect or stability, with settings as `setting=name=value`."""
    if name not in PROJECT_MEASURES:
        raise Http404(f"no measure {name[:60]!r}; /lab-measures lists them")
    rows = PROJECT_MEASURES[name](request.project, settings_in(setting))
    return FiguresOut(measure=name, rows=[row.as_object() for row in rows])


@router.get("/projects/{project}/instruments", auth=allows(Act.VIEW), response=Page[InstrumentOut])
def list_instruments(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[InstrumentOut]:
    """The instruments of a project, every version."""
    return page_of(request, Instrument.objects.filter(project=request.project), paging, InstrumentOut.of)


@router.get("/projects/{project}/administrations", auth=allows(Act.VIEW), response=Page[AdministrationOut])
def list_administrations(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[AdministrationOut]:
    """What was given to whom, the latest first; answers and figures are tables (`export_table`)."""
    return page_of_known(request, [AdministrationOut.of(each) for each in groups_of(request.project)], paging)


@router.post("/projects/{project}/administrations", auth=allows(Act.RUN), response={201: AdministrationOut})
@idempotent()
def create_administration(request: ApiRequest, project: str, sent: AdministrationIn) -> Status[AdministrationOut]:
    """Make drafts of runs that give instruments and tasks to models over a grid."""
    form = form_of(request, sent)
    made = administering.administer(project=request.project, user=request.user, wanted=form.wanted())
    return Status(201, AdministrationOut.of(reach(request, made[0].pk)))


@router.get(ONE, auth=allows(Act.VIEW), response=AdministrationOut)
def get_administration(request: ApiRequest, project: str, administration_id: PathId) -> AdministrationOut:
    """One administration, and how far each of its runs is."""
    return AdministrationOut.of(reach(request, administration_id))


@router.post(f"{ONE}/start", auth=allows(Act.RUN), response={202: AdministrationOut})
@idempotent()
def start_administration(request: ApiRequest, project: str, administration_id: PathId) -> Status[AdministrationOut]:
    """Start every run of it that is a draft; again is no harm."""
    administering.start_all(project=request.project, name=reach(request, administration_id).name)
    return Status(202, AdministrationOut.of(reach(request, administration_id)))


@router.post(f"{ONE}/discard", auth=allows(Act.RUN), response={204: None})
@idempotent()
def discard_administration(request: ApiRequest, project: str, administration_id: PathId) -> Status[None]:
    """Throw away those of its runs that are drafts."""
    administering.discard_all(project=request.project, name=reach(request, administration_id).name)
    return Status(204, None)


def form_of(request: ApiRequest, sent: AdministrationIn) -> GridForm:
    """The form of the page, filled; fields that were not sent are as usual."""
    ready = {each.pk: each for each in ready_instruments(request.project)}
    if missing := [pk for pk in sent.instruments if pk not in ready]:
        raise UnknownInstrument(f"there is no instrument {missing[0]} in this project that can be given")
    players = [bound(find_engine(each.engine), each.model) for each in sent.models]
    data = QueryDict(mutable=True)
    for name, values in {**USUAL, **sent.fields_}.items():
        data.setlist(name, values)
    data["name"] = sent.name
    data.setlist("instrument", [str(pk) for pk in sent.instruments])
    data.setlist("task", sent.tasks)
    data.setlist("model", [f"{each.engine.pk}:{each.model}" for each in players])
    return GridForm(data, list(ready.values()), engines_for_runs())


def task_out(name: str) -> TaskOut:
    task = TASKS[name]
    behaviours = [each.name for each in task.behaviours]
    return TaskOut(name=name, label=TASKS.label(name), protocol=task.protocol, behaviours=behaviours)


def reach(request: ApiRequest, pk: int) -> Group:
    """What was made together with it, reached through its project; 404 where there is none."""
    one = Administration.objects.filter(project=request.project, pk=pk).first()
    found = find_group(request.project, one.name) if one else None
    if found is None:
        raise Http404("no such administration")
    return found
