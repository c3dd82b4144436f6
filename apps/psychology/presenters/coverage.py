"""What was measured of the inference for designs of so many models, in a sentence. Knows results of proofs only."""

from collections.abc import Sequence

from analysis.psychometrics.link import Link


def words_for(links: Sequence[Link]) -> str:
    """How far intervals and false positives hold for as many models as there are."""
    n_models = max((link.n_models for link in links), default=0)
    if n_models >= 40:
        return "From 40 models on intervals and corrected tests hold what they promise."
    return f"With {n_models} models they rest on few cases: see docs/proofs.md for what was measured."
