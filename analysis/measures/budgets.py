"""Arms at equal cost: the vote of k samples against the tokens that they take, and pairs at equal calls and tokens.

Knows no test. The vote of k is exact over all subsets (analysis.sampling.voting); a budget between two whole numbers of
samples is a mixture of both, so that it costs as much on average.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.measures.arms import Arms
from analysis.measures.estimates import estimate
from analysis.measures.sets import curves
from analysis.measures.statistics import Estimate, Known, Mean, Share
from analysis.resampling import Floats
from analysis.sampling.voting import Ties

POWERS = (1, 2, 4, 8, 16, 32, 64)
NO_VOTES = "no answers were kept, or no problem that all arms have: votes cannot be counted"
NO_TOKENS = "no problem whose tokens are known in both"


class Budget(NamedTuple):
    """A pair at equal cost: accuracy of each per problem, 1 where it is known, why it is not, and what was spent."""

    first: Floats
    second: Floats
    counted: Floats
    empty: str
    words: str = ""


@dataclass(frozen=True)
class Budgets:
    """Votes of k samples of each arm: `votes[arm]` is problems x (k = 1, 2, ...), `known` problems x arms."""

    votes: Mapping[int, Floats]
    known: Floats
    ks: tuple[int, ...]
    words: dict[tuple[int, int, str], str]

    def curves(self, arms: Arms) -> Iterator[Known]:
        """Per arm the accuracy of votes of k and what k samples cost, over the problems that all arms have."""
        everywhere = self.known.min(axis=1, initial=1.0) if arms.labels else np.zeros(arms.n_problems)
        nothing = Estimate(0, 0, None, reason=NO_VOTES)
        if not everywhere.any():
            for k in self.ks:
                yield Known(f"votes@{k}", nothing, "share")
                yield Known(f"votes_tokens@{k}", nothing, "tokens")
            return
        for arm, label in enumerate(arms.labels):
            yield from self._curve(arms, arm, label, everywhere)

    def _curve(self, arms: Arms, arm: int, label: str, everywhere: Floats) -> Iterator[Known]:
        has_tokens = everywhere * (arms.n_tokens[:, arm] > 0)
        zeros = np.zeros(arms.n_problems)
        ratios: list[Share | Mean] = []
        for k in self.ks:
            votes, fits = self.votes[arm], float(k <= self.votes[arm].shape[1])
            won = votes[:, k - 1] * everywhere if fits else zeros
            few = f"fewer than {k} samples per problem"
            ratios.append(Share(f"votes@{k}", won, everywhere * fits, few))
            spent = k * arms.mean_tokens[:, arm] * has_tokens * fits
            ratios.append(Mean(f"votes_tokens@{k}", spent, has_tokens * fits, "tokens", few if not fits else NO_TOKENS))
        for ratio, found in zip(ratios, estimate(ratios, arms.strata), strict=True):
            yield Known(ratio.name, found, ratio.unit, label)

    def between(self, a: int, b: int, arms: Arms) -> dict[str, Budget]:
        """The pair at equal calls, and at equal tokens."""
        both = self.known[:, a] * self.known[:, b]
        found = {
            "equal_calls_difference": self._calls(a, b, both),
            "equal_tokens_difference": self._tokens(a, b, both, arms),
        }
        self.words.update({(a, b, name): budget.words for name, budget in found.items()})
        return found

    def reasons(self, a: int, b: int, rows: Mapping[str, Estimate]) -> dict[str, Estimate]:
        """The rows at equal cost, with what was spent where there is a number."""
        spent = {name: self.words.get((a, b, name), "") for name in rows}
        return {name: _noted(rows[name], words) for name, words in spent.items() if words}

    def _calls(self, a: int, b: int, both: Floats) -> Budget:
        k = min(self.votes[a].shape[1], self.votes[b].shape[1])
        if not both.any() or not k:
            return _nothing(both, NO_VOTES)
        return Budget(self.votes[a][:, k - 1], self.votes[b][:, k - 1], both, NO_VOTES, f"votes of {k} each")

    def _tokens(self, a: int, b: int, both: Floats, arms: Arms) -> Budget:
        counted = both * (arms.n_tokens[:, a] > 0) * (arms.n_tokens[:, b] > 0)
        if not counted.any():
            return _nothing(both, NO_TOKENS if both.any() else NO_VOTES)
        spent_a, spent_b = (float((arms.mean_tokens[:, arm] * counted).sum()) for arm in (a, b))
        if min(spent_a, spent_b) <= 0:
            return _nothing(both, NO_TOKENS)
        many_a, many_b = max(1.0, spent_b / spent_a), max(1.0, spent_a / spent_b)
        first, second = _mixed(self.votes[a], many_a), _mixed(self.votes[b], many_b)
        if first is None or second is None:
            return _nothing(both, f"the cheaper arm would need {max(many_a, many_b):.1f} samples of each problem")
        return Budget(first, second, counted, NO_VOTES, f"votes of {many_a:.2f} against {many_b:.2f} samples")


def budgets_of(arms: Arms, k_most: int, ties: Ties) -> Budgets:
    """Votes of every k up to the usual number of an arm's samples and `k_most`, on problems that have as many."""
    known = np.zeros(arms.n.shape)
    votes: dict[int, Floats] = {}
    for arm in range(len(arms.labels)):
        usual = arms.usual(arm)
        most = min(usual, k_most)
        problems = np.flatnonzero(arms.n[:, arm] >= usual)
        places = arms.set_at[problems, arm]
        usable = (arms.sets.is_votable[places] > 0) | (usual <= 1)
        votes[arm] = np.zeros((arms.n_problems, most))
        votes[arm][problems[usable]] = curves(arms.sets, places[usable], range(1, most + 1), ties)
        known[problems[usable], arm] = 1.0
    return Budgets(votes, known, tuple(k for k in POWERS if k <= k_most), {})


def _mixed(votes: Floats, many: float) -> Floats | None:
    """Accuracy of `many` samples' votes, a fraction of a sample being a share of the next; None for too many."""
    low = int(many + 1e-9)
    share = max(0.0, many - low)
    if low + (share > 1e-9) > votes.shape[1]:
        return None
    return votes[:, low - 1] * (1 - share) + (votes[:, low] * share if share > 1e-9 else 0.0)


def _nothing(like: Floats, why: str) -> Budget:
    return Budget(np.zeros(len(like)), np.zeros(len(like)), np.zeros(len(like)), why)


def _noted(found: Estimate, words: str) -> Estimate:
    if found.value is None:
        return found
    reason = f"{words}; {found.reason}" if found.reason else words
    return Estimate(found.n, found.n_problems, found.value, found.low, found.high, reason, found.n_events)
