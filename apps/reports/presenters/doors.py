"""Where each part of the application is begun: a part that a method names, to a label and an address. Knows no request.

A kind of part is a line of KINDS, with the names that there are. The names are those of the registries, read from them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.urls import reverse

from analysis.answers.extract import EXTRACTORS
from analysis.catalogue import PROTOCOLS
from analysis.labelling.shipped import SCHEMES
from analysis.measures import MEASURES
from analysis.methods.method import Reference
from analysis.psychometrics.shipped import INSTRUMENTS
from analysis.psychometrics.tasks.table import TASKS
from analysis.training.table import TRAINING_SETS
from apps.accounts.permissions import Act
from apps.psychology.published.table import STUDIES
from apps.traces.importers.presets import IMPORTERS
from apps.traces.seams import PROJECT_MEASURES
from apps.traces.services.families import ASKS


class Place(NamedTuple):
    """The project and collection that doors lead into, and what the reader may do there."""

    slug: str
    acts: frozenset[Act]
    collection: int | None = None


class Door(NamedTuple):
    """A link that begins something; without an address the reader may not do it there."""

    words: str
    href: str


class Kind(NamedTuple):
    """A kind of part: labels by name, what a button says before them, who may, and the address."""

    labels: Mapping[str, str]
    verb: str
    act: Act
    address: Callable[[Place, str], str]


PAGES = {"traces:planning": "Plan a comparison", "psychology:instruments": "Instruments"}
LAB_PAGES = {
    "stability": "reliability",
    "link": "link",
    "alignment": "link",
    "persona_effect": "dissociation",
    "reliability": "reliability",
}
FAMILY_OF = {name: family for family, asks in ASKS.items() for name in asks.names}


def _at(view: str) -> Callable[[Place, str], str]:
    return lambda place, name: reverse(view, args=[place.slug])


def _run(place: Place, name: str) -> str:
    return f"{reverse('runs:new', args=[place.slug])}?protocol={name}"


def _figure(place: Place, name: str) -> str:
    """On the page of the collection that has the measure; without a collection, where one is uploaded."""
    if place.collection is None:
        return reverse("traces:collections", args=[place.slug])
    if name in FAMILY_OF:
        return f"{reverse('traces:family', args=[place.slug, place.collection, FAMILY_OF[name]])}#{name}"
    return f"{reverse('traces:dashboard', args=[place.slug, place.collection])}#{name}"


def _page(place: Place, name: str) -> str:
    return reverse(name, args=[place.slug])


def _training_set(place: Place, name: str) -> str:
    of = "" if place.collection is None else f"&collection={place.collection}"
    return f"{reverse('reports:training_sets', args=[place.slug])}?method={name}{of}"


def _lab(place: Place, name: str) -> str:
    return reverse(f"psychology:{LAB_PAGES[name]}", args=[place.slug])


KINDS: Mapping[str, Kind] = {
    "protocol": Kind(dict(PROTOCOLS.choices()), "Run", Act.RUN, _run),
    "measure": Kind(dict(MEASURES.choices()), "See", Act.VIEW, _figure),
    "extractor": Kind(dict(EXTRACTORS.choices()), "See candidates by", Act.VIEW, _figure),
    "task": Kind(dict(TASKS.choices()), "Give", Act.RUN, _at("psychology:new")),
    "instrument": Kind(dict(INSTRUMENTS.choices()), "Take", Act.VIEW, _at("psychology:instruments")),
    "lab": Kind(dict(PROJECT_MEASURES.choices()), "See", Act.VIEW, _lab),
    "study": Kind(dict(STUDIES.choices()), "Read in", Act.UPLOAD, _at("psychology:published")),
    "scheme": Kind(dict(SCHEMES.choices()), "Label by", Act.LEAD, _at("annotation:new_scheme")),
    "format": Kind(dict(IMPORTERS.choices()), "Upload", Act.UPLOAD, _at("traces:collections")),
    "export": Kind(dict(TRAINING_SETS.choices()), "Make a training set", Act.VIEW, _training_set),
    "page": Kind(PAGES, "Open", Act.VIEW, _page),
}


def door_of(reference: Reference, place: Place | None) -> Door:
    """The button of a part. Outside of any project it leads to the list of projects.

    >>> door_of(Reference("page", "traces:planning"), None)
    Door(words='Open: Plan a comparison', href='/')
    """
    kind = KINDS[reference.kind]
    words = f"{kind.verb}: {kind.labels[reference.name]}"
    if place is None:
        return Door(words, reverse("traces:projects"))
    return Door(words, kind.address(place, reference.name) if kind.act in place.acts else "")
