"""Which projects a person may see, and in which role."""

from django.db.models import QuerySet

from apps.accounts.models import Change, Membership, Project, User
from apps.accounts.permissions import Act, may


def projects_of(user: User) -> QuerySet[Project]:
    return Project.objects.filter(members=user, is_deleted=False).order_by("name")


def find_membership(user: User, slug: str) -> Membership | None:
    memberships = Membership.objects.select_related("project", "user")
    return memberships.filter(user=user, project__slug=slug, project__is_deleted=False).first()


def acts_of(membership: Membership) -> frozenset[Act]:
    return frozenset(act for act in Act if may(membership.role, act))


def members_of(project: Project) -> QuerySet[Membership]:
    return project.memberships.select_related("user").order_by("user__username")


def changes_of(project: Project, target: str = "") -> QuerySet[Change]:
    changes = Change.objects.filter(project=project).select_related("actor")
    return changes.filter(target=target) if target else changes
