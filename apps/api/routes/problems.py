"""Problems and the correction of their golds; the models and the history of a project."""

from django.http import Http404
from ninja import Query, Router

from apps.accounts.permissions import Act
from apps.accounts.queries import changes_of
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of
from apps.api.schemas.kinds import PathId
from apps.api.schemas.problems import ChangeOut, GoldsIn, ModelOut, ProblemOut
from apps.api.writes import idempotent
from apps.traces.models import LanguageModel, Problem
from apps.traces.queries.reader import problems_in
from apps.traces.services import corrections

router = Router(tags=["problems"])


@router.get("/projects/{project}/problems", auth=allows(Act.VIEW), response=Page[ProblemOut])
def list_problems(
    request: ApiRequest, project: str, paging: Query[Paging], problem_set: str | None = None, key: str | None = None
) -> Page[ProblemOut]:
    """The problems of a project: all, those of a set, or those with a key."""
    rows = problems_in(request.project)
    if problem_set is not None:
        rows = rows.filter(problem_set__name=problem_set)
    if key is not None:
        rows = rows.filter(key=key)
    return page_of(request, rows, paging, ProblemOut.of)


@router.get("/projects/{project}/problems/{problem_id}", auth=allows(Act.VIEW), response=ProblemOut)
def get_problem(request: ApiRequest, project: str, problem_id: PathId) -> ProblemOut:
    """One problem."""
    return ProblemOut.of(reach(request, problem_id))


@router.put("/projects/{project}/problems/{problem_id}/golds", auth=allows(Act.CORRECT), response=ProblemOut)
@idempotent()
def correct_golds(request: ApiRequest, project: str, problem_id: PathId, body: GoldsIn) -> ProblemOut:
    """Replace the golds of a problem; every collection with a rollout of it is graded and measured anew."""
    problem = reach(request, problem_id)
    corrections.correct_gold(problem=problem, golds=body.golds, actor=request.user, reason=body.reason)
    return ProblemOut.of(problem)


@router.get("/projects/{project}/models", auth=allows(Act.VIEW), response=Page[ModelOut])
def list_models(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[ModelOut]:
    """The language models that rollouts of the project came from."""
    return page_of(request, LanguageModel.objects.filter(project=request.project), paging, ModelOut.of)


@router.get("/projects/{project}/history", auth=allows(Act.VIEW), response=Page[ChangeOut])
def list_history(
    request: ApiRequest, project: str, paging: Query[Paging], target: str | None = None
) -> Page[ChangeOut]:
    """Corrections and deletions in the project, newest first; of one thing with `target`, as `problem:7`."""
    return page_of(request, changes_of(request.project, target or ""), paging, ChangeOut.of, newest_first=True)


def reach(request: ApiRequest, pk: int) -> Problem:
    """The problem, reached through its project; 404 where there is none."""
    found = problems_in(request.project).filter(pk=pk).first()
    if found is None:
        raise Http404("no such problem")
    return found
