"""The routes of the API, a file per subject. To add some:

1. A file here with `router = Router(tags=["subject"])` and functions under `@router.get("/projects/{project}/things",
   auth=allows(Act.VIEW), response=Page[ThingOut])`. The function takes `(request: ApiRequest, project: str, ...)`;
   `request.project`, `request.membership` and `request.user` (the token's owner) are set by the gate; its name is the
   operation's id, so it is unique in the whole API; its docstring's first line is what the reference says.
2. What it sends and takes are `Schema` classes in `apps/api/schemas/subject.py`; a list returns `page_of(...)`.
3. What writes has `@idempotent()` between the router's line and the function, and `response={201: ThingOut}` with
   `return Status(201, ...)` where it makes something. Errors are raised: `Http404`, any `UserError`, `Refused`.
4. A line in the table below. The tests of every operation (tests/api/test_every_operation.py) and schemathesis
   (tests/api/test_schemathesis.py) then run over it; its own tests say what it does.
"""

from ninja import Router

from apps.api.routes import (
    administrations,
    candidates,
    collections,
    exports,
    imports,
    labels,
    measures,
    problems,
    projects,
    reports,
    rollouts,
    runs,
    search,
)

ROUTERS: dict[str, Router] = {
    "projects": projects.router,
    "collections": collections.router,
    "imports": imports.router,
    "problems": problems.router,
    "rollouts": rollouts.router,
    "candidates": candidates.router,
    "measures": measures.router,
    "search": search.router,
    "runs": runs.router,
    "labels": labels.router,
    "administrations": administrations.router,
    "exports": exports.router,
    "reports": reports.router,
}
