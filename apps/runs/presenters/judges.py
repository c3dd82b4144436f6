"""What a run's judges are worth, as sections of a page and rows of a CSV. Knows no request and no row."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.judging import Pairs, Worth, worth_of_pairs, worth_of_scores, worth_of_verdicts
from analysis.measures.statistics import Estimate
from analysis.resampling import Floats
from apps.core.templatetags.numbers import decimal, share
from apps.runs.models import Judgement, Run
from apps.runs.queries import judges as queries
from apps.runs.queries.judges import TRUTHS, Preferred, Said

SEED = 0
KEPT_PAGES = 64
MOST_AMISS = 12
COLUMNS = ("of", "against", "name", "estimate", "low", "high", "n", "n_problems", "unit", "reason")
AGAINST = {"counting": "the grades that count", "people": "grades that people gave"}
SHORT = {"counting": "grades", "people": "people"}
LABELS = {
    "agreement": ("Agreement", "share of rollouts on which judge and grade say the same"),
    "kappa": (
        "Cohen’s κ",
        "agreement beyond what their shares of “right” give by chance; 0 is chance, 1 is full",
    ),
    "finds_right": ("Right ones found right", "of the rollouts that are right"),
    "finds_wrong": ("Wrong ones found wrong", "of the rollouts that are wrong"),
    "auroc": (
        "Area under the curve",
        "chance that a right rollout has the higher score; 0.5 tells nothing",
    ),
    "mean_of_right": ("Mean score of right ones", ""),
    "mean_of_wrong": ("Mean score of wrong ones", ""),
    "wins": ("The first wins", "in every order in which the pair was judged"),
    "loses": ("The second wins", "in every order"),
    "neither": ("Neither wins", "ties, and pairs whose orders name different winners"),
    "preference": ("Mean preference for the first", "1 the first, 0 the second, a tie ½, mean over orders"),
    "is_consistent": ("Orders agree", "of pairs that were judged in both orders"),
    "picks_place_a": (
        "Place A is picked",
        "of verdicts but ties, pairs in both orders; 50 % is no bias",
    ),
}
SHARES = frozenset({"share"})


class Line(NamedTuple):
    """One number on a judge with its words."""

    label: str
    about: str
    worth: Worth

    @property
    def is_share(self) -> bool:
        return self.worth.unit in SHARES


class Section(NamedTuple):
    """What was judged, held against what, and the numbers; `n_unknown` have no such truth."""

    of: str
    against: str
    n_unknown: int
    lines: tuple[Line, ...]
    short: str = ""


class Page(NamedTuple):
    """All sections, and the verdicts that the counting grade contradicts: the first ones, and how many there are."""

    found: tuple[Section, ...]
    amiss: tuple[int, ...]
    n_amiss: int

    @property
    def judgements(self) -> list[Judgement]:
        return queries.judgements_of(self.amiss)


def page_of(run: Run) -> Page:
    """Read and estimated once for each state of judgements and grades, then remembered by this process."""
    state, known = queries.state_of(run), _pages.get(run.pk)
    if known is None or known[0] != state:
        while len(_pages) >= KEPT_PAGES:
            _pages.pop(next(iter(_pages)), None)
        known = _pages[run.pk] = state, _read(run)
    return known[1]


_pages: dict[int, tuple[queries.State, Page]] = {}


def _read(run: Run) -> Page:
    verdicts = queries.said(run, queries.VERDICT)
    found = sections(verdicts, queries.said(run, queries.SCORE), queries.preferred(run))
    amiss = [each.judgement_id for each in verdicts if each.is_contradicted]
    return Page(tuple(found), tuple(amiss[:MOST_AMISS]), len(amiss))


def sections(verdicts: Sequence[Said], scores: Sequence[Said], pairs: Sequence[Preferred]) -> list[Section]:
    """A section for verdicts and scores by each truth that any rollout has, and one for pairs."""
    found = [_held("verdicts", verdicts, truth, _of_verdicts) for truth in TRUTHS]
    found += [_held("scores", scores, truth, _of_scores) for truth in TRUTHS]
    return [each for each in found if each] + ([_pairs(pairs)] if pairs else [])


def finding_of(found: Sequence[Section]) -> str:
    """One sentence on the first section: what a reader should take from it."""
    if not found:
        return ""
    value = {line.worth.name: line.worth.estimate for line in found[0].lines}
    if found[0].of == "verdicts":
        kappa = value["kappa"].value
        chance = "" if kappa is None else f", κ {decimal(kappa, 2)}"
        return f"The judge agrees with the {found[0].short} on {share(value['agreement'].value)} of rollouts{chance}."
    if found[0].of == "scores":
        return (
            f"A right rollout has the higher score in {share(value['auroc'].value)} of pairs; 50 % would tell nothing."
        )
    wins, loses = share(value["wins"].value), share(value["loses"].value)
    return f"The first of two wins {wins} of pairs, the second {loses}{_lean(value)}."


def _lean(value: Mapping[str, Estimate]) -> str:
    """What the picks say of a preference for a place."""
    picks = value["picks_place_a"]
    if picks.low is None or picks.high is None:
        return ""
    if picks.low <= 0.5 <= picks.high:
        return "; no preference for a place shows"
    return f"; the answer shown {'first' if picks.low > 0.5 else 'second'} is preferred whatever it is"


def rows_of(found: Sequence[Section]) -> list[tuple[object, ...]]:
    """The numbers of all sections under COLUMNS, fractions as fractions."""
    return [
        (
            section.of, section.against, line.worth.name, e.value, e.low, e.high, e.n, e.n_problems, line.worth.unit,
            e.reason,
        )
        for section in found
        for line in section.lines
        for e in (line.worth.estimate,)
    ]  # fmt: skip


Ids = np.ndarray[tuple[int], np.dtype[np.int64]]


def _held(
    of: str, said: Sequence[Said], truth: str, worth: Callable[[Ids, Floats, Floats], list[Worth]]
) -> Section | None:
    """None where nothing was said or no rollout has that truth."""
    known = [(each.problem_id, each.value, right) for each in said if (right := each.truths[truth]) is not None]
    if not known:
        return None
    ids, values, rights = zip(*known, strict=True)
    found = worth(np.array(ids, np.int64), np.array(values, np.float64), np.array(rights, np.float64))
    return Section(of, AGAINST[truth], len(said) - len(known), _lines(found), SHORT[truth])


def _of_verdicts(ids: Ids, values: Floats, rights: Floats) -> list[Worth]:
    return worth_of_verdicts(ids, values, rights, np.random.default_rng(SEED))


def _of_scores(ids: Ids, values: Floats, rights: Floats) -> list[Worth]:
    return worth_of_scores(ids, values, rights, np.random.default_rng(SEED))


def _pairs(pairs: Sequence[Preferred]) -> Section:
    picks = [[_picks_a(value, order) for order, value in enumerate(pair.values) if value != 0.5] for pair in pairs]
    told = Pairs(
        np.array([pair.problem_id for pair in pairs], np.int64),
        np.array([sum(pair.values) / len(pair.values) for pair in pairs]),
        np.array([len(pair.values) for pair in pairs], np.float64),
        np.array([sum(each) for each in picks], np.float64),
        np.array([len(each) for each in picks], np.float64),
    )
    return Section("pairs", "the other order", 0, _lines(worth_of_pairs(told, np.random.default_rng(SEED))))


def _picks_a(value: float, order: int) -> bool:
    """In the first order the first stands at place A, in the second the second does."""
    return (value == 1.0) == (order == 0)


def _lines(found: Sequence[Worth]) -> tuple[Line, ...]:
    return tuple(Line(*LABELS[each.name], each) for each in found)
