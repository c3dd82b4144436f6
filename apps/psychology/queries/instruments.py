"""Instruments of a project as its pages need them."""

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Project
from apps.psychology.models import Instrument
from apps.traces.models import ProblemSet


def instruments_of(project: Project) -> QuerySet[Instrument]:
    """Every instrument by name, the newest version first, each with `n_given`: how often it was given."""
    rows = Instrument.objects.filter(project=project).annotate(n_given=Count("administrations"))
    return rows.select_related("licence_confirmed_by", "key_confirmed_by", "created_by").order_by("name", "-pk")


def versions_of(instrument: Instrument) -> QuerySet[Instrument]:
    """The other versions, the newest first."""
    return instruments_of(instrument.project).filter(name=instrument.name).exclude(pk=instrument.pk)


def is_given(instrument: Instrument) -> bool:
    """Whether replies to it are there, or its items as problems of an administration that was deleted since."""
    name = instrument.problem_set
    named = ProblemSet.objects.filter(Q(name=name) | Q(name__startswith=f"{name} · "), project=instrument.project)
    return instrument.administrations.exists() or named.exists()
