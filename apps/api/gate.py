"""The gate of every route: a token, its rate, its project, its scope, its owner's role, in this order.

Without a token 401; too many requests 429; a project that the owner is not in, or that is not the token's, 404; a scope
that the token lacks 403 with the scope's name; a role that does not allow the act 403. It runs before anything that was
sent is looked at. The project is the one whose slug stands in the address as `{project}`.
"""

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from apps.accounts.access import ProjectRequest
from apps.accounts.permissions import Act, may
from apps.accounts.queries import acts_of, find_membership
from apps.api.errors import Refused
from apps.api.models import Token
from apps.api.scopes import SCOPE_OF, Scope
from apps.api.services.tokens import use_token


class ApiRequest(ProjectRequest):
    """A request that has passed the gate; `user` is the token's owner."""

    token: Token


class Bearer(HttpBearer):
    """The gate for one act; None: any open token may pass."""

    def __init__(self, act: Act | None) -> None:
        super().__init__()
        self.act = act

    @property
    def scope(self) -> Scope | None:
        return None if self.act is None else SCOPE_OF[self.act]

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        use = use_token(token)
        if use is None:
            return None
        if use.wait_seconds is not None:
            raise Refused(429, "too many requests in this minute", Retry_After=str(use.wait_seconds))
        request.user = use.token.owner
        request.token = use.token  # type: ignore[attr-defined]
        self._enter(request, use.token)
        return use.token

    def _enter(self, request: HttpRequest, token: Token) -> None:
        match = request.resolver_match
        slug = match.kwargs.get("project") if match is not None else None
        if slug is not None:
            enter(request, token, slug)
        if self.scope is not None and self.scope not in token.scopes:
            raise Refused(403, f"this token lacks the scope {self.scope.value!r}", code="scope_missing")
        if self.act is not None and slug is not None:
            _require_role(request, self.act)


def allows(act: Act) -> Bearer:
    """`auth=allows(Act.VIEW)`: the scope of the act, and a role in the project that allows it."""
    return Bearer(act)


any_token = Bearer(None)


def enter(request: HttpRequest, token: Token, slug: str) -> None:
    """Give the request its project; 404 where the token's owner is not in it or the token is for another."""
    membership = find_membership(token.owner, slug)
    if membership is None or token.project_id not in (None, membership.project_id):
        raise Http404("no such project")
    request.project, request.membership = membership.project, membership  # type: ignore[attr-defined]
    request.acts = acts_of(membership)  # type: ignore[attr-defined]


def _require_role(request: HttpRequest, act: Act) -> None:
    role = request.membership.role  # type: ignore[attr-defined]
    if not may(role, act):
        raise Refused(403, f"as {role} of this project you may not {act} here")
