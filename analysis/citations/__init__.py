"""The literal table of sources that this application cites: what a citation of a measure or of the lab names.

Knows no measure. A new citation needs an entry here: a test holds that every citation of every registered measure and
of every card of the lab names one.
"""

from typing import Final

from analysis.citations.papers import PAPERS
from analysis.citations.source import Source
from analysis.citations.statistics import STATISTICS

SOURCES: Final[tuple[Source, ...]] = (*PAPERS, *STATISTICS)


def cited_in(words: str) -> list[Source]:
    """The sources that a citation or a sentence names, in the order of the table; [] where it names none.

    >>> [source.key for source in cited_in("McNemar (1947), exact; Holm (1979)")]
    ['mcnemar1947', 'holm1979']
    >>> cited_in("Own measure")
    []
    """
    return [source for source in SOURCES if source.is_named_in(words)]


def cited_in_all(citations: list[str]) -> list[Source]:
    """The sources that any of several citations names, each once, by first author and year.

    >>> [source.key for source in cited_in_all(["Wilson 1927", "Holm (1979)", "Wilson (1927), again"])]
    ['holm1979', 'wilson1927']
    """
    found = {source.key: source for words in citations for source in cited_in(words)}
    return sorted(found.values(), key=lambda source: (source.families or (source.title,), source.year))
