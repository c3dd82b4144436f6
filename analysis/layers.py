"""How early and how surely the layers of a model agree on its answer, from the answer that each layer would give.

Knows no model: somebody (a logit lens, say) read an answer from every layer. Source: latent consistency in the Internal
Consistency survey (arXiv 2407.14507), section 3.
"""

from collections.abc import Sequence

from analysis.sampling.diversity import entropy

LATENT_AGREEMENT, LATENT_SETTLED, LATENT_ENTROPY = "latent_agreement", "latent_settled", "latent_entropy"


def scores_of(answers: Sequence[object]) -> dict[str, float]:
    """Of the layers' answers, lowest layer first; {} for fewer than two.

    latent_agreement: share of the layers below the last that answer as it does. latent_settled: how far up, as a share
    of the layers, the answer stands from which on it stays (0: from the first). latent_entropy: of all layers, in bits.

    >>> found = scores_of([0, 0, 5, 4, 4, 4])           # arXiv 2407.14507: H = 1.459 bits
    >>> [round(found[name], 3) for name in (LATENT_AGREEMENT, LATENT_SETTLED, LATENT_ENTROPY)]
    [0.4, 0.6, 1.459]
    """
    if len(answers) < 2:
        return {}
    below, last = list(answers[:-1]), answers[-1]
    other = [k for k, answer in enumerate(below) if answer != last]
    return {
        LATENT_AGREEMENT: 1 - len(other) / len(below),
        LATENT_SETTLED: (other[-1] + 1) / len(below) if other else 0.0,
        LATENT_ENTROPY: entropy(answers, base=2),
    }
