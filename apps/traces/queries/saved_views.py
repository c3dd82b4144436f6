"""Which saved views a person may see: their own, and those that others share in the project."""

from django.db.models import Q, QuerySet

from apps.accounts.models import Project, User
from apps.traces.models import Collection, SavedView


def views_for(project: Project, user: User) -> QuerySet[SavedView]:
    views = SavedView.objects.filter(project=project).filter(Q(owner=user) | Q(is_shared=True))
    live = Q(collection__isnull=True) | Q(collection__is_deleted=False)
    return views.filter(live).select_related("collection", "owner").order_by("name", "pk")


def views_of_list(project: Project, user: User, collection: Collection | None) -> list[SavedView]:
    """Those of one list: of a collection, or of the whole project."""
    return list(views_for(project, user).filter(collection=collection))
