"""Writes to people, projects and roles."""

from django.db import transaction
from django.utils.text import slugify

from analysis.errors import UserError
from apps.accounts.models import Change, Membership, Project, Role, User


class LastOwner(UserError):
    """A project needs an owner."""


class UnknownUser(UserError):
    """No such person."""


@transaction.atomic
def create_project(*, name: str, owner: User | None, slug: str = "", is_sample: bool = False) -> Project:
    """Make a project; a taken slug gets a number behind it."""
    slug = free_slug(slug or slugify(name) or "project")
    project = Project.objects.create(name=name, slug=slug, is_sample=is_sample)
    if owner is not None:
        Membership.objects.create(project=project, user=owner, role=Role.OWNER)
    return project


def free_slug(wanted: str) -> str:
    """A slug that no project has; a taken one gets a number behind it."""
    wanted, slug, number = wanted[:50], wanted[:50], 1
    while Project.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def set_role(*, project: Project, username: str, role: str) -> Membership:
    """Give a person a role in a project; the last owner stays one."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnknownUser(f"there is no user named {username!r}")
    current = Membership.objects.filter(project=project, user=user).first()
    if current and current.role == Role.OWNER and role != Role.OWNER:
        _refuse_last_owner(project, user)
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": Role(role)})
    return membership


@transaction.atomic
def remove_member(*, project: Project, user: User) -> None:
    _refuse_last_owner(project, user)
    Membership.objects.filter(project=project, user=user).delete()


def record_change(
    *,
    project: Project,
    actor: User | None,
    verb: str,
    target: str,
    label: str = "",
    before: object = None,
    after: object = None,
    reason: str = "",
) -> Change:
    """Add a line to the project's history."""
    return Change.objects.create(
        project=project,
        actor=actor,
        verb=verb,
        target=target,
        label=label[:200],
        before=before,
        after=after,
        reason=reason,
    )


def _refuse_last_owner(project: Project, user: User) -> None:
    others = Membership.objects.filter(project=project, role=Role.OWNER).exclude(user=user)
    if Membership.objects.filter(project=project, role=Role.OWNER, user=user).exists() and not others.exists():
        raise LastOwner(f"{user} is the last owner of {project}; make someone else an owner first")
