"""What a form gave for the fields of a kind of block."""

from typing import Any

from django.http import QueryDict

from apps.reports.blocks import KINDS


def given_of(data: QueryDict, kind: str) -> dict[str, Any]:
    """A text per field, a list where several can be ticked. Raises UnknownName for a kind that there is not."""
    fields = KINDS[kind].fields
    given = {one.name: data.getlist(one.name) if one.kind == "choices" else data.get(one.name, "") for one in fields}
    return given | {"title": data.get("title", ""), "id": data.get("id", "")}
