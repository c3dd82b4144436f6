"""What the API says of a search over a project."""

from collections.abc import Mapping
from typing import Any

from ninja import Schema
from pydantic import Field

from apps.traces.presenters.snippets import Snippet
from apps.traces.services.searching import Group


class SearchIn(Schema):
    """Words, "phrases", prefix* and -excluded."""

    q: str = Field(min_length=1, max_length=400)
    cursor: str = Field("", max_length=4000)


class HitOut(Schema):
    """A rollout that matches, and a few words around the first match."""

    rollout_id: int
    external_id: str
    model: str
    condition: str
    snippet: str | None


class HitsOut(Schema):
    """A collection with matches: how many, or (`is_bound`) at least so many; the first of them."""

    collection_id: int
    collection: str
    n: int
    is_bound: bool
    hits: list[HitOut]

    @classmethod
    def of(cls, group: Group, snippets: Mapping[int, Snippet]) -> "HitsOut":
        return cls(
            collection_id=group.collection.pk,
            collection=group.collection.name,
            n=group.count.n,
            is_bound=group.count.is_bound or bool(group.n_looked),
            hits=[_hit(row, snippets.get(row["pk"])) for row in group.rows],
        )


def _hit(row: Mapping[str, Any], snippet: Snippet | None) -> HitOut:
    return HitOut(
        rollout_id=row["pk"],
        external_id=row["external_id"],
        model=row["model__name"],
        condition=row["condition__label"],
        snippet=None if snippet is None else "".join(piece.text for piece in snippet.pieces),
    )
