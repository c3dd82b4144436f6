"""Makes, uses and withdraws tokens, and counts what each asks in a minute. Knows no route."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, F, Value, When

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.accounts.queries import projects_of
from apps.api.models import Token
from apps.api.queries.tokens import hash_of, with_secret
from apps.api.scopes import Scope
from apps.core.jobs import database_now

MARK = "at_"
"""What every secret begins with, so that scanners of leaked keys know it."""
WINDOW = timedelta(minutes=1)


class BadToken(UserError):
    """A token that cannot be made so."""


class Made(NamedTuple):
    """A new token and its secret, which is shown once and not kept."""

    token: Token
    secret: str


class Use(NamedTuple):
    """One use of a token: None to wait, or the seconds until its next minute begins."""

    token: Token
    wait_seconds: int | None


def make_token(
    *, owner: User, name: str, scopes: Iterable[str], project: Project | None = None, days: int | None = None
) -> Made:
    """A token of a person for one of their projects, or for all of them; `days` None: it does not expire."""
    chosen = list(dict.fromkeys(scopes))
    if unknown := [each for each in chosen if each not in set(Scope)]:
        raise BadToken(f"there is no scope {unknown[0]!r}; known: {', '.join(Scope)}")
    if not chosen:
        raise BadToken("a token without a scope opens nothing; choose at least one")
    if project is not None and not projects_of(owner).filter(pk=project.pk).exists():
        raise BadToken(f"{owner} is not in the project {project}")
    secret = MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        owner=owner,
        project=project,
        name=name.strip()[:80] or "unnamed",
        prefix=secret[: len(MARK) + 6],
        sha256=hash_of(secret),
        scopes=chosen,
        expires_at=None if days is None else database_now() + timedelta(days=days),
    )
    return Made(token, secret)


def withdraw(token: Token) -> None:
    """It opens nothing from now on; the row stays, to say that it was there."""
    Token.objects.filter(pk=token.pk, withdrawn_at=None).update(withdrawn_at=database_now())


def use_token(secret: str) -> Use | None:
    """The open token with this secret, this use counted; None if there is none."""
    now = database_now()
    minute = now.replace(second=0, microsecond=0)
    rows = with_secret(secret)
    n = Case(When(window=minute, then=F("n_in_window") + 1), default=Value(1))
    if not rows.update(n_in_window=n, window=minute, last_used_at=minute):
        return None
    token = rows.select_related("owner", "project").first()
    if token is None or not token.is_open(now):
        return None
    is_over = token.n_in_window > settings.API_REQUESTS_PER_MINUTE
    return Use(token, _until(minute + WINDOW, now) if is_over else None)


def _until(then: datetime, now: datetime) -> int:
    return max(1, round((then - now).total_seconds()))
