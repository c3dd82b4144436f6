"""Candidate sets of a collection by their names, `extractor@version`: those that are stored, those that rules can make.

The default set is that of the default extractor; its name is empty in addresses. Knows no numbers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from analysis.answers.extract import DEFAULT, EXTRACTORS, VERSIONS
from analysis.errors import UserError
from apps.traces.models import CandidateSet, Collection

OF_DEFAULT = Q(candidate_set__extractor=DEFAULT)
"""Analyses of the default set, of whatever version: an older one is shown until the newer is done."""


class UnknownSetError(UserError):
    """A name of no candidate set of the collection; the message lists those that there are."""


class SetName(NamedTuple):
    """An extractor and its version, as addresses and commands write them."""

    extractor: str
    version: int

    def __str__(self) -> str:
        return f"{self.extractor}@{self.version}"

    @property
    def is_made_by_rules(self) -> bool:
        """Whether today's rules can read with it; other sets hold what somebody else read, and no more."""
        return VERSIONS.get(self.extractor) == self.version


class SetChoice(NamedTuple):
    """A set that a page offers; `n_read` rollouts are in it, None where rules read them all when it is analysed."""

    name: str
    words: str
    n_read: int | None


def find_name(text: str) -> SetName | None:
    """
    >>> find_name("boxed"), str(find_name("extraction:m@7")), find_name("no such rule"), find_name("x@-1")
    (SetName(extractor='boxed', version=1), 'extraction:m@7', None, None)
    """
    if text in VERSIONS:
        return SetName(text, VERSIONS[text])
    extractor, at, version = text.rpartition("@")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    return SetName(extractor, int(version)) if at and extractor and is_number else None


def name_of(candidate_set: CandidateSet) -> SetName:
    return SetName(candidate_set.extractor, candidate_set.version)


def get_name(collection: Collection, text: str) -> SetName:
    """The name of a set that is stored or that rules can make; raises UnknownSetError for any other."""
    name = find_name(text)
    if name is not None and (name.is_made_by_rules or _rows(collection, name).exists()):
        return name
    known = ", ".join(choice.name for choice in choices_of(collection))
    raise UnknownSetError(f"{collection.name!r} has no candidate set {text[:80]!r}; known: {known}")


def of_name(name: SetName) -> Q:
    """Analyses of the set with this name."""
    return Q(candidate_set__extractor=name.extractor, candidate_set__version=name.version)


def n_read(collection: Collection, name: SetName) -> int | None:
    """How many rollouts a set holds that nobody reads any further; None for one that rules fill."""
    if name.is_made_by_rules:
        return None
    return int(_rows(collection, name).aggregate(n=Count("readings"))["n"])


def choices_of(collection: Collection) -> list[SetChoice]:
    """Every set that a dashboard can be computed on: today's rules, then what models, people or older rules read."""
    return [*_by_rules(), *_stored(collection)]


def _by_rules() -> Iterator[SetChoice]:
    for extractor, label in EXTRACTORS.choices():
        yield SetChoice(str(SetName(extractor, VERSIONS[extractor])), label, None)


def _stored(collection: Collection) -> Iterator[SetChoice]:
    """What rules fill is not counted: it holds as many readings as the collection has rollouts."""
    sets = CandidateSet.objects.filter(collection=collection)
    others = [row.pk for row in sets if not name_of(row).is_made_by_rules]
    for row in sets.filter(pk__in=others).annotate(n_read=Count("readings")).order_by("-pk") if others else ():
        if row.n_read:
            yield SetChoice(str(row), f"{row} by {row.get_source_display()}", row.n_read)


def _rows(collection: Collection, name: SetName) -> QuerySet[CandidateSet]:
    return CandidateSet.objects.filter(collection=collection, extractor=name.extractor, version=name.version)
