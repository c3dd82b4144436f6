"""How reliable answers are, as rows with method and source. Knows no project and computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.psychometrics.item_shares import Portion
from analysis.psychometrics.item_tests import ItemTest
from analysis.psychometrics.reliability import Index
from analysis.psychometrics.scores import Reliability
from analysis.psychometrics.sensitivity import OrderBias, Refusals, Sensitivity, Symmetry
from apps.psychology.services.rows import Figure

TRAIT: Final = "TRAIT (arXiv 2406.14703)"
UNRELIABLE: Final = "Self-Assessment Tests are Unreliable (arXiv 2309.08163)"
OVER_ITEMS: Final = "Wilson's interval on the trials that items allow for"
INDEXES: Final[Mapping[str, tuple[str, str]]] = {
    "alpha": (
        "Cronbach's alpha over givings, Feldt's interval",
        "Cronbach (1951); Feldt (1965), Psychometrika 30, 357",
    ),
    "omega": ("McDonald's omega of one factor over givings", "McDonald (1999), Test Theory, ch. 6"),
    "consistency": ("correlation of plain and reversed items over givings, Fisher's interval", "Fisher (1921)"),
    "acquiescence": (
        "lean to agreeing, from -1 to 1, plain and reversed items alike; interval over items",
        "Welch (1947)",
    ),
    "icc": ("ICC(2,1) of scores over repeats, cells as rows", "Shrout and Fleiss (1979), Psychol. Bull. 86, 420"),
}
More = dict[str, float | int | str | bool | None]


def of_refusals(found: Sequence[Refusals]) -> list[Figure]:
    return [
        _share(name, each.model, each.instrument, share, {}, f"share of replies; {OVER_ITEMS}", TRAIT)
        for each in found
        for name, share in (("refused", each.refused), ("unread", each.unread))
    ]


def of_sensitivities(found: Sequence[Sensitivity]) -> list[Figure]:
    words = "share of items on another side of the scale's middle (the middle is a side), mean over pairs of variants"
    return [
        _share(
            f"sensitivity to {each.way}",
            each.model,
            each.instrument,
            each.share,
            {
                "n_pairs": each.n_pairs,
                "n_unread": each.n_unread,
                "chance": each.chance,
                "shuffled": each.shuffled,
                "may_be_noise": each.may_be_noise,
            },
            f"{words}; {OVER_ITEMS}",
            TRAIT,
        )
        for each in found
    ]


def of_symmetries(found: Sequence[Symmetry]) -> list[Figure]:
    return [
        _share(
            "symmetry",
            each.model,
            each.instrument,
            each.share,
            {"n_unread": each.n_unread, "chance": each.chance, "shuffled": each.shuffled},
            f"share of items with the same answer in reversed order; {OVER_ITEMS}",
            UNRELIABLE,
        )
        for each in found
    ]


def _share(name: str, model: str, instrument: str, share: Portion, more: More, method: str, citation: str) -> Figure:
    return Figure(
        "reliability",
        name,
        {"model": model, "instrument": instrument},
        share.estimate,
        share.low,
        share.high,
        share.n,
        1,
        reason=share.reason,
        method=method,
        citation=citation,
        more={"n_items": share.n_items, **more},
    )


def of_order_biases(found: Sequence[OrderBias]) -> list[Figure]:
    return [
        Figure(
            "reliability",
            "order bias",
            {"model": each.model, "instrument": each.instrument},
            each.estimate,
            each.low,
            each.high,
            each.n,
            1,
            reason=each.reason,
            method="answers that fall to the first option because it is first; Student's interval over items",
            citation=UNRELIABLE,
            more={"n_items": each.n_items},
        )
        for each in found
    ]


def of_item_tests(found: Sequence[ItemTest]) -> list[Figure]:
    return [
        Figure(
            "reliability",
            f"shift by {each.way}",
            {"model": each.model, "instrument": each.instrument, "trait": each.trait, "versus": each.versus},
            each.shift,
            n=each.n_items,
            n_models=1,
            p=each.p,
            q=each.p_holm,
            reason=each.reason or "a test of items: no interval",
            method="mean shift of keyed answers; exact signed-rank test over items, q by Holm over the model's tests",
            citation=UNRELIABLE,
            more={"n_moved": each.n_moved},
        )
        for each in found
    ]


def of_reliability(found: Sequence[Reliability]) -> list[Figure]:
    return [_index(each, name, getattr(each, name)) for each in found for name in INDEXES]


def _index(each: Reliability, name: str, index: Index) -> Figure:
    method, citation = INDEXES[name]
    group = {"model": each.model, "instrument": each.instrument, "trait": each.trait}
    more: More = {"n_givings": each.n_givings, "n_items": each.n_items}
    return Figure(
        "reliability",
        name,
        group,
        index.value,
        index.low,
        index.high,
        index.n,
        1,
        reason=index.reason,
        method=method,
        citation=citation,
        more=more,
    )
