"""Which rollouts match a query: few of them as ids, many as a test that a walk through a list asks page by page.

A rollout matches if every wanted term stands in one of its texts, and no unwanted one in any. Knows no page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from apps.traces.models import Rollout
from apps.traces.queries import search_index
from apps.traces.queries.asking import Asking, Term
from apps.traces.queries.many import among
from apps.traces.queries.search_index import Probe

FEW_BLOCKS = 5_000
FEW_ROLLOUTS = 10_000


@dataclass(slots=True)
class Matching:
    """What matches among some rollouts. `ids` are all of it where it is few, else None: then ask with `keep`."""

    asking: Asking
    ids: set[int] | None
    _probes: dict[Term, Probe] = field(default_factory=dict)

    def keep(self, rollout_ids: Sequence[int]) -> set[int]:
        """Those of the rollouts that match."""
        if self.ids is not None:
            return self.ids.intersection(rollout_ids)
        pairs = search_index.blocks_of_rollouts(rollout_ids)
        for term in self.asking.wanted:
            holding = self._holding(term, pairs)
            pairs = [pair for pair in pairs if pair[0] in holding]
        for term in self.asking.unwanted:
            holding = self._holding(term, pairs)
            pairs = [pair for pair in pairs if pair[0] not in holding]
        return {rollout for rollout, _ in pairs}

    def settled(self, rollouts: QuerySet[Rollout]) -> set[int]:
        """All that matches among the rollouts, looked up whole, however many they are."""
        if self.ids is None:
            wanted = [set(search_index.rollouts_with(term)) for term in self.asking.wanted]
            ids = set.intersection(*wanted)
            for term in self.asking.unwanted:
                ids -= set(search_index.rollouts_with(term))
            self.ids = set(rollouts.order_by().values_list("pk", flat=True)) & ids
        return self.ids

    def _holding(self, term: Term, pairs: Sequence[tuple[int, int]]) -> set[int]:
        """The rollouts of the pairs (rollout, block) in one of whose blocks the term stands."""
        hits = self._probes.setdefault(term, Probe(term)).hits({block for _, block in pairs})
        return {rollout for rollout, block in pairs if block in hits}


def matching(asking: Asking, rollouts: QuerySet[Rollout]) -> Matching:
    """What of the rollouts matches: the rarest terms first, each looked up no further than where it is many."""
    found = Matching(asking, None)
    few = [ids for term in asking.wanted if (ids := _few_with(term, rollouts)) is not None]
    if few:
        found.ids = Matching(asking, None).keep(sorted(set.intersection(*few)))
    return found


def _few_with(term: Term, rollouts: QuerySet[Rollout]) -> set[int] | None:
    blocks = search_index.blocks_with(term, FEW_BLOCKS + 1)
    if len(blocks) > FEW_BLOCKS:
        return None
    ids = set(search_index.rollouts_of_blocks(blocks, FEW_ROLLOUTS + 1))
    if len(ids) > FEW_ROLLOUTS:
        return None
    return set(rollouts.filter(among("pk", ids)).values_list("pk", flat=True))
