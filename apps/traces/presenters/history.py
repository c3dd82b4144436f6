"""A line of a project's history in words. Knows targets by their kind, and where each has its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from apps.accounts.models import Change

PAGES = {"collection": "traces:dashboard", "rollout": "traces:rollout", "problem": "traces:problem"}
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """What a page shows of one change; `href` is empty where the target has gone or has no page."""

    at: datetime
    actor: str
    verb: str
    kind: str
    label: str
    href: str
    before: str
    after: str
    reason: str


def present_changes(changes: Iterable[Change]) -> list[Line]:
    return [_line(change) for change in changes]


def _line(change: Change) -> Line:
    kind, _, key = change.target.partition(":")
    has_page = kind in PAGES and key.isdigit() and "deleted" not in change.verb
    return Line(
        at=change.at,
        actor=change.actor.get_username() if change.actor else "the application",
        verb=change.verb,
        kind=kind,
        label=change.label or change.target,
        href=reverse(PAGES[kind], args=[change.project.slug, key]) if has_page else "",
        before=in_words(change.before),
        after=in_words(change.after),
        reason=change.reason,
    )


def in_words(value: object) -> str:
    """A stored value as people read it: lists joined, objects as "name value", nothing as a dash.

    >>> in_words(["1/2", "0.5"]), in_words({"rollouts": 60}), in_words(None), in_words([])
    ('1/2 or 0.5', 'rollouts 60', '–', '–')
    """
    if value is None or value in ([], {}, ""):
        return NOTHING
    if isinstance(value, list):
        return " or ".join(str(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return str(value)
