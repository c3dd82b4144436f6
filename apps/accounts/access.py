"""The gate of every project page: a stranger gets 404, a member without the right 403."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from apps.accounts.models import Membership, Project, User
from apps.accounts.permissions import Act, may
from apps.accounts.queries import acts_of, find_membership

P = ParamSpec("P")


class ProjectRequest(HttpRequest):
    """A request that has passed the gate."""

    user: User
    project: Project
    membership: Membership
    acts: frozenset[Act]


def project_page(
    act: Act,
) -> Callable[[Callable[Concatenate[ProjectRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Give a view `request.project` and `request.membership`, for members whose role allows `act`."""

    def decorate(view: Callable[Concatenate[ProjectRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def gate(request: ProjectRequest, project: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            membership = find_membership(request.user, project)
            if membership is None:
                raise Http404("no such project")
            if not may(membership.role, act):
                raise PermissionDenied(f"as {membership.role} of this project you may not {act} here")
            request.project, request.membership = membership.project, membership
            request.acts = acts_of(membership)
            return view(request, *args, **kwargs)

        gate.act = act  # type: ignore[attr-defined]
        return gate

    return decorate
