"""Which rollouts match a query: few of them as ids, many as a test that a walk through a list asks page by page.

A rollout matches if every wanted term stands in one of its texts, and no unwanted one in any. Knows no page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from apps.traces.queries import search_index
from apps.traces.queries.asking import Asking, Term
from apps.traces.queries.keys import Source
from apps.traces.queries.patience import TookTooLongError, at_most
from apps.traces.queries.search_index import Blocks, Probe

FEW = 5_000
"""Blocks that are looked up before anything else; up to SOME where a walk found too little."""
SOME = 30_000
SLACK = 4
"""Of a word that its statistics do not know, PostgreSQL expects one in 200 blocks to hold it: it is asked all the same.
Not so of a phrase: each block that holds its words is read to see whether they follow one another."""
ROLLOUTS_A_BLOCK = 2
SECONDS = 2.0
"""No look-up may take longer, whatever was estimated."""


@dataclass(slots=True)
class Matching:
    """What matches among some rollouts. `ids` are all of it where it is few, else None: then ask with `keep`."""

    asking: Asking
    ids: set[int] | None
    _probes: dict[Term, Probe] = field(default_factory=dict)
    _blocks: Blocks = field(default_factory=dict)

    def keep(self, rollout_ids: Iterable[int]) -> set[int]:
        """Those of the rollouts that match."""
        kept = set(rollout_ids)
        if self.ids is not None:
            return self.ids & kept
        for term in self.asking.wanted:
            kept = self._holding(term, kept)
        for term in self.asking.unwanted:
            kept = kept - self._holding(term, kept)
        return kept

    def narrowed(self, source: Source) -> Source | None:
        """What of the source holds the rarest term, where that is soon told: what matches is among it."""
        for term in sorted(self.asking.wanted, key=search_index.estimated):
            ids = _looked_up(term, SOME)
            if ids is not None:
                return source.only(ids)
        return None

    def _holding(self, term: Term, rollout_ids: set[int]) -> set[int]:
        return self._probes.setdefault(term, Probe(term, self._blocks)).rollouts(rollout_ids)


def matching(asking: Asking, source: Source) -> Matching:
    """What of the source matches: the rarest terms first, each looked up no further than where it is many."""
    few = [source.ids_among(ids) for term in asking.wanted if (ids := _looked_up(term, FEW)) is not None]
    found = Matching(asking, None)
    if few:
        found.ids = Matching(asking, None).keep(set.intersection(*few))
    return found


def _looked_up(term: Term, most: int) -> set[int] | None:
    """All rollouts in which the term stands; None where it stands in more blocks or it takes long to say."""
    if search_index.estimated(term) > (SLACK * most if len(term.words) == 1 else FEW):
        return None
    try:
        with at_most(SECONDS):
            blocks = search_index.blocks_with(term, most + 1)
            if len(blocks) > most:
                return None
            ids = set(search_index.rollouts_of_blocks(blocks, ROLLOUTS_A_BLOCK * most + 1))
    except TookTooLongError:
        return None
    return None if len(ids) > ROLLOUTS_A_BLOCK * most else ids
