"""What suggestions were worth, as a table shows it."""

from collections.abc import Iterable
from typing import NamedTuple

from apps.annotation.models import Scheme
from apps.annotation.queries.suggesters import Worth


class Line(NamedTuple):
    """A label by its title and colour; all together have no colour."""

    title: str
    colour: int | None
    worth: Worth


def titled(scheme: Scheme, worths: Iterable[Worth]) -> list[Line]:
    kinds = {kind.name: kind for kind in scheme.plain.kinds}
    lines = []
    for worth in worths:
        kind = kinds.get(worth.name)
        title = kind.title if kind else worth.name or "all labels"
        lines.append(Line(title, kind.colour if kind else None, worth))
    return lines
