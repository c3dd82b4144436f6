"""Projects, and the token that asks."""

from ninja import Query, Router

from apps.accounts.models import Membership
from apps.accounts.permissions import Act
from apps.api.gate import ApiRequest, allows, any_token
from apps.api.paging import Page, Paging, page_of
from apps.api.schemas.projects import ProjectOut, TokenOut

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


@router.get("/projects/{project}", auth=allows(Act.VIEW), response=ProjectOut)
def get_project(request: ApiRequest, project: str) -> ProjectOut:
    """One project."""
    return ProjectOut.of(request.membership)
