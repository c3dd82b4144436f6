"""What stopping rules would have decided at a probe. Knows values and likelihoods, no trace and no engine.

DEER: arXiv 2504.15895 and iie-ycx/DEER. Dynasor-CoT: hao-ai-lab/Dynasor, core/cot.py. CGRS: arXiv 2508.05337v2; its
exact probe text was not available. Convergence: arXiv 2506.02536.
"""

import math
from collections.abc import Sequence

from analysis.asking import Token
from analysis.protocols.probe_values import Forced
from analysis.protocols.verdicts import are_same
from analysis.types import Problem

UNSURE = ("wait", "hold", "but", "okay", "no", "hmm")
"""Dynasor-CoT looks for these as parts of words too: "no" is in "not"."""


def deer_confidence(tokens: Sequence[Token], is_geometric: bool) -> float | None:
    """DEER's C: the mean probability of the answer's tokens; None where one is not known.

    The probability of a greedily drawn token is the greatest there is. The caller leaves out the first token, which
    opens the box.
    """
    known = [token.log_probability for token in tokens if token.log_probability is not None]
    if not known or len(known) != len(tokens):
        return None
    if is_geometric:
        return math.exp(sum(known) / len(known))
    return sum(math.exp(value) for value in known) / len(known)


def dynasor_stops(answers: Sequence[Forced], texts: Sequence[str], window: int, problem: Problem) -> bool:
    """Whether the last `window` answers are given, equal and none of their probes sounds unsure."""
    if len(answers) < window:
        return False
    values = [answer.value for answer in answers[-window:]]
    if not all(values) or any(word in text.lower() for text in texts[-window:] for word in UNSURE):
        return False
    return all(are_same(problem, values[0], value) for value in values[1:])


def cgrs_certainty(mean_entropy: float, n_vocabulary: int) -> float:
    """CGRS's C = 1 - mean token entropy / log |V|, both in nats.

    >>> [round(cgrs_certainty(h, 151_936), 5) for h in (0, 0.1, 0.3, 0.5, 1.0)]
    [1.0, 0.99162, 0.97486, 0.95809, 0.91619]
    """
    return 1 - mean_entropy / math.log(n_vocabulary)


def cgrs_suppression(certainty: float, delta: float = 0.9) -> float:
    """The probability with which CGRS suppresses reflection from here to the next checkpoint.

    >>> [round(cgrs_suppression(1 - h / 11.931204), 4) for h in (0, 0.1, 0.3, 0.5, 1.0, 1.2)]
    [1.0, 0.9162, 0.7486, 0.5809, 0.1619, 0.0]
    """
    return max(0.0, (certainty - delta) / (1 - delta))


def convergence(values: Sequence[str], final: str, problem: Problem) -> int | None:
    """The first place from which every forced answer equals the final one; None where the last does not.

    >>> convergence(["1", "2", "1", "2", "2"], "2", Problem()), convergence(["2", "1"], "2", Problem())
    (3, None)
    """
    first = len(values)
    while first > 0 and values[first - 1] and are_same(problem, final, values[first - 1]):
        first -= 1
    return first if first < len(values) else None
