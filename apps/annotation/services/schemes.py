"""Schemes of a project: made from a shipped one or empty, changed with the labels carried along, deleted."""

from django.db import transaction

from analysis.errors import UserError
from analysis.labelling.shipped import SCHEMES
from apps.accounts.models import Project, User
from apps.accounts.services import record_change
from apps.annotation.models import Scheme


class SchemeRefused(UserError):
    """A scheme that cannot be made, changed or deleted; the message says why."""


@transaction.atomic
def create_scheme(*, project: Project, user: User | None, name: str = "", shipped: str = "") -> Scheme:
    """A copy of a shipped scheme, or one without labels; a name is needed where it is not the shipped one's."""
    if shipped and shipped not in SCHEMES:
        raise SchemeRefused(f"unknown scheme {shipped[:40]!r}; known: {', '.join(SCHEMES)}")
    name = checked_name(project, name or (SCHEMES.label(shipped) if shipped else ""))
    made = Scheme(project=project, name=name, made_from=shipped)
    if shipped:
        plain = SCHEMES[shipped]
        made.kinds = [kind.as_json() for kind in plain.kinds]
        made.description, made.many, made.segmentation = plain.description, plain.many, plain.segmentation
        made.source = plain.source
    made.save()
    record(made, user, "make a scheme", after={"made_from": shipped, "labels": len(made.kinds)})
    return made


def checked_name(project: Project, name: str, but: int = 0) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise SchemeRefused(f"a scheme needs a name of 1 to 100 characters, not {len(name)}")
    if Scheme.objects.filter(project=project, name=name).exclude(pk=but).exists():
        raise SchemeRefused(f"there is a scheme named {name!r} already")
    return name


def record(scheme: Scheme, user: User | None, verb: str, before: object = None, after: object = None) -> None:
    record_change(
        project=scheme.project,
        actor=user,
        verb=verb,
        target=f"scheme:{scheme.pk}",
        label=scheme.name,
        before=before,
        after=after,
    )
