"""The OpenAPI document as a page shows it: a table of operations per subject. Knows documents, no request."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Shown(NamedTuple):
    """One operation: what it is called, asks and takes."""

    name: str
    method: str
    path: str
    says: str
    more: str
    scope: str
    takes: list[tuple[str, str]]
    body: list[str]


def subjects_of(document: Mapping[str, Any], root: str) -> list[tuple[str, list[Shown]]]:
    """Operations by their tag, in the document's order; their addresses without the root."""
    found: dict[str, list[Shown]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault((operation.get("tags") or ["other"])[0], []).append(
                _shown(path.removeprefix(root), method, operation)
            )
    return list(found.items())


def _shown(path: str, method: str, operation: Mapping[str, Any]) -> Shown:
    first, _, more = str(operation.get("description", operation["summary"])).partition("\n")
    scopes = [scope for need in operation["security"] for each in need.values() for scope in each]
    takes = [
        (each["name"], _kind(each["schema"])) for each in operation["parameters"] if each["in"] in ("query", "header")
    ]
    return Shown(
        operation["operationId"], method.upper(), path, first, more.strip(), ", ".join(scopes), takes,
        list(_bodies(operation)),
    )  # fmt: skip


def _bodies(operation: Mapping[str, Any]) -> Iterator[str]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{media}: {_kind(content['schema'])}"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "object" and "properties" in schema:
        return ", ".join(schema["properties"])
    return str(schema.get("type", "any"))
