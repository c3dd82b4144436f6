"""Instruments of a project as its pages need them."""

from django.db.models import Count, QuerySet

from apps.accounts.models import Project
from apps.psychology.models import Instrument


def instruments_of(project: Project) -> QuerySet[Instrument]:
    """Every instrument by name, the newest version first, each with `n_given`: how often it was given."""
    rows = Instrument.objects.filter(project=project).annotate(n_given=Count("administrations"))
    return rows.select_related("licence_confirmed_by", "key_confirmed_by", "created_by").order_by("name", "-pk")


def versions_of(instrument: Instrument) -> QuerySet[Instrument]:
    """The other versions, the newest first."""
    return instruments_of(instrument.project).filter(name=instrument.name).exclude(pk=instrument.pk)


def is_given(instrument: Instrument) -> bool:
    return instrument.administrations.exists()
