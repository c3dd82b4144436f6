"""Links by which somebody without an account reads a frozen report: made, opened, withdrawn. Knows no page."""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.core.jobs import database_now
from apps.core.models import JobState
from apps.reports.models import FrozenReport, ShareLink

SECRET_BYTES = 32
LONGEST_DAYS, USUAL_DAYS, MOST_LINKS = 365, 30, 50


class CannotShareError(UserError):
    """No link can be made."""


class Standing(StrEnum):
    UNKNOWN = "unknown"
    CLOSED = "closed"
    OPEN = "open"


class Opened(NamedTuple):
    """What a secret leads to; `frozen` only where the link is open."""

    standing: Standing
    frozen: FrozenReport | None = None


@transaction.atomic
def share(*, frozen: FrozenReport, user: User, days: int = USUAL_DAYS) -> tuple[ShareLink, str]:
    """A link and its secret, which is kept nowhere: who loses it makes another."""
    if frozen.state != JobState.DONE:
        raise CannotShareError("only a report that is frozen can be shared; this one is not ready")
    if not 1 <= days <= LONGEST_DAYS:
        raise CannotShareError(f"a link is open for 1 to {LONGEST_DAYS} days, not {days}")
    now = database_now()
    if sum(link.is_open(now) for link in frozen.links.all()) >= MOST_LINKS:
        raise CannotShareError(f"this report has {MOST_LINKS} open links; withdraw one first")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = ShareLink.objects.create(
        frozen=frozen, secret_sha256=hash_of(secret), created_by=user, expires_at=now + timedelta(days=days)
    )
    return link, secret


def withdraw(*, project: Project, pk: int) -> bool:
    """Close a link for good; False if the project has no such link or it is closed already."""
    links = ShareLink.objects.filter(pk=pk, frozen__report__project=project, withdrawn_at__isnull=True)
    return bool(links.update(withdrawn_at=database_now()))


def opened(secret: str) -> Opened:
    """The frozen report of a secret, if its link is neither withdrawn nor expired."""
    rows = ShareLink.objects.select_related("frozen__report__project", "frozen__content")
    link = rows.filter(secret_sha256=hash_of(secret), frozen__report__project__is_deleted=False).first()
    if link is None:
        return Opened(Standing.UNKNOWN)
    if not link.is_open(database_now()):
        return Opened(Standing.CLOSED)
    return Opened(Standing.OPEN, link.frozen)


def hash_of(secret: str) -> str:
    """A random secret of 256 bits needs no slow hash: it cannot be guessed from this."""
    return hashlib.sha256(secret.encode()).hexdigest()
