"""Projects, and the token that asks."""

from ninja import Query, Router, Status

from apps.accounts import services
from apps.accounts.models import Membership
from apps.accounts.permissions import Act
from apps.api.errors import Refused
from apps.api.gate import ApiRequest, allows, any_token
from apps.api.paging import Page, Paging, page_of
from apps.api.schemas.projects import ProjectIn, ProjectOut, TokenOut
from apps.api.writes import idempotent

router = Router(tags=["projects"])


@router.get("/token", auth=any_token, response=TokenOut)
def get_token(request: ApiRequest) -> TokenOut:
    """The token that asks, without its secret."""
    return TokenOut.of(request.token)


@router.get("/projects", auth=allows(Act.VIEW), response=Page[ProjectOut])
def list_projects(request: ApiRequest, paging: Query[Paging]) -> Page[ProjectOut]:
    """The projects that the token opens."""
    rows = Membership.objects.filter(user=request.user, project__is_deleted=False).select_related("project")
    if request.token.project_id is not None:
        rows = rows.filter(project=request.token.project_id)
    return page_of(request, rows, paging, ProjectOut.of)


@router.post("/projects", auth=allows(Act.MANAGE), response={201: ProjectOut})
@idempotent()
def create_project(request: ApiRequest, body: ProjectIn) -> Status[ProjectOut]:
    """Make a project that the token's owner owns; not with a token that is for one project."""
    if request.token.project_id is not None:
        raise Refused(403, "this token is for one project; a new one needs a token for all", code="scope_missing")
    project = services.create_project(name=body.name, owner=request.user)
    return Status(201, ProjectOut.of(Membership.objects.select_related("project").get(project=project)))


@router.get("/projects/{project}", auth=allows(Act.VIEW), response=ProjectOut)
def get_project(request: ApiRequest, project: str) -> ProjectOut:
    """One project."""
    return ProjectOut.of(request.membership)
