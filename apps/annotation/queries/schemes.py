"""Schemes of a project as people see them: a lead all of them, an annotator those of their queues."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import Project, User
from apps.annotation.models import Label, Layer, Scheme


def schemes_of(project: Project) -> QuerySet[Scheme]:
    """Every scheme of the project by name, each with `n_queues` and `n_labels` that stand."""
    standing = Label.objects.filter(layer__scheme=OuterRef("pk"), removed_at=None)
    standing = standing.exclude(layer__kind=Layer.Kind.SUGGESTER)
    n_labels = standing.order_by().values("layer__scheme").annotate(n=Count("pk")).values("n")
    schemes = Scheme.objects.filter(project=project)
    return schemes.annotate(
        n_queues=Count("queues", distinct=True),
        n_labels=Coalesce(Subquery(n_labels, output_field=IntegerField()), 0),
    ).order_by("name")


def schemes_for(project: Project, user: User) -> QuerySet[Scheme]:
    """Those of the queues that the person is among the people of."""
    return schemes_of(project).filter(pk__in=user.queues.values("scheme"))


def n_labels_by_name(scheme: Scheme) -> dict[str, int]:
    """How many labels of each name stand in the scheme's layers; suggestions are none."""
    rows = given_in(scheme).order_by().values("name")
    return dict(rows.annotate(n=Count("pk")).values_list("name", "n"))


def given_in(scheme: Scheme) -> "QuerySet[Label]":
    """Labels that stand, but for suggestions."""
    return Label.objects.filter(layer__scheme=scheme, removed_at=None).exclude(layer__kind=Layer.Kind.SUGGESTER)


def n_crowded(scheme: Scheme) -> int:
    """At how many places one layer has several labels that stand; relations are none."""
    standing = given_in(scheme).filter(first=None, rollout__isnull=False).order_by()
    places = standing.values("layer", "rollout", "turn_index", "start", "end").annotate(n=Count("pk"))
    return places.filter(n__gt=1).count()
