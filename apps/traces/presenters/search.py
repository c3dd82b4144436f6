"""A search over a project as its page shows it: collections, how many match in each, the first in their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.core.templatetags.numbers import count, plural
from apps.traces.models import Collection
from apps.traces.presenters.rollouts import short_question
from apps.traces.presenters.snippets import Snippet
from apps.traces.services.searching import Group, Groups


@dataclass(frozen=True, slots=True)
class Hit:
    pk: int
    question: str
    about: str
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Found:
    """One collection: `words` say how many match, `n_more` is whether the list holds more than is shown."""

    collection: Collection
    words: str
    has_more: bool
    hits: Sequence[Hit]


def present_groups(found: Groups, snippets: Mapping[int, Snippet]) -> list[Found]:
    return [
        Found(
            group.collection,
            _words(group),
            bool(group.n_looked) or group.count.is_bound or group.count.n > len(group.rows),
            [
                Hit(
                    row["pk"],
                    short_question(row),
                    ", ".join(part for part in (row["model__name"], row["condition__label"]) if part),
                    snippets.get(row["pk"]),
                )
                for row in group.rows
            ],
        )
        for group in found.groups
    ]


def _words(group: Group) -> str:
    if group.n_looked:
        return f"{count(len(group.rows))} of the first {plural(group.n_looked, 'rollout')}; no more were looked at"
    return f"{plural(group.count.n, 'rollout')}{' or more' if group.count.is_bound else ''}"


def query_of(q: str) -> str:
    return f"?{urlencode({'q': q})}"
