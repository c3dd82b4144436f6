"""The API as a whole: its routers, its error handlers, its addresses and its OpenAPI document."""

from functools import cache
from typing import Any

from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.operation import Operation

from apps.api.door import behind_door
from apps.api.errors import ErrorBody, handle_errors
from apps.api.gate import Bearer
from apps.api.parsing import StrictParser
from apps.api.routes import ROUTERS

ROOT = "api/v1/"
WRITES = frozenset({"post", "put", "patch", "delete"})
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request gives the first answer again, for 24 hours.",
}
ERROR = {
    "description": "Refused",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
}


class Api(NinjaAPI):
    """Operations are named by their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def made() -> Api:
    """The API with every router of the table."""
    api = Api(
        title="Afterthought",
        version="1",
        description="What a model thinks after it already has an answer, measured.",
        openapi_url=None,
        docs_url=None,
        urls_namespace="v1",
        parser=StrictParser(),
    )
    handle_errors(api)
    for router in ROUTERS.values():
        api.add_router("", router)
    return api


API = made()


def addresses() -> list[URLPattern]:
    """The addresses of all operations, each behind the door; ninja's own root is left out."""
    patterns = [pattern for pattern in API.urls[0] if isinstance(pattern, URLPattern)]
    return [behind_door(pattern) for pattern in patterns if pattern.name != "api-root"]


def operations() -> list[Operation]:
    """Every operation of the table."""
    return [
        operation
        for bound in API._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]


def gate_of(operation: Operation) -> Bearer | None:
    """The gate before an operation; None where it has none, which a test forbids."""
    gates = [each for each in operation.auth_callbacks if isinstance(each, Bearer)]
    return gates[0] if gates else None


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document: ninja's, with the scope of each operation, its errors and the idempotency key."""
    document: dict[str, Any] = dict(API.get_openapi_schema(path_prefix=ROOT))
    scopes = {each.view_func.__name__: gate.scope for each in operations() if (gate := gate_of(each))}
    for methods in document["paths"].values():
        for method, operation in methods.items():
            scope = scopes.get(operation["operationId"])
            operation["security"] = [{"Bearer": [scope.value] if scope else []}]
            operation["responses"]["4XX"] = ERROR
            if method in WRITES:
                operation["parameters"].append(IDEMPOTENCY_KEY)
    schemas = ErrorBody.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"].update(schemas.pop("$defs"), ErrorBody=schemas)
    document["servers"] = [{"url": "/"}]
    return document
