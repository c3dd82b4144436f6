"""The reflection dashboard: from a collection's measures to what its template shows. Knows no request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.answers.extract.measured import measured_for
from analysis.measures import MEASURES
from analysis.measures.base import Row
from apps.traces.models import Analysis
from apps.traces.presenters.conventions import Convention, convention_of
from apps.traces.presenters.facts import Fact, facts
from apps.traces.presenters.figures.agreement import agreement
from apps.traces.presenters.figures.candidates import candidates
from apps.traces.presenters.figures.card import Figure, Groups, Links, groups_of, lines_of
from apps.traces.presenters.figures.early_stop import early_stop
from apps.traces.presenters.figures.first_correct import first_correct
from apps.traces.presenters.figures.first_to_final import first_to_final
from apps.traces.presenters.figures.length import length
from apps.traces.presenters.figures.length_matched import length_matched
from apps.traces.presenters.figures.markers import markers
from apps.traces.presenters.figures.mined_phrases import mined_phrases
from apps.traces.presenters.figures.overthinking import overthinking
from apps.traces.presenters.figures.position import position
from apps.traces.presenters.figures.question_stop import question_stop
from apps.traces.presenters.figures.stability import stability
from apps.traces.presenters.figures.tokens import tokens
from apps.traces.presenters.figures.transitions import transitions
from apps.traces.presenters.figures.underthinking import underthinking
from apps.traces.presenters.filters import Select
from apps.traces.presenters.finding import Finding, finding, finding_without_golds
from apps.traces.presenters.methods import method_of
from apps.traces.presenters.tiles import Tile, tiles, tiles_without_golds
from apps.traces.services.measuring import Wanted
from apps.traces.services.questions import UNGROUPED, Question, settings_of
from apps.traces.services.summaries import Summary

MIXED = 0.01
"""Above this share of truncated rollouts the page says that they are a stratum of their own."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """How many rollouts were truncated, and the addresses of the page without them and of them alone."""

    share: float
    without: str
    only: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    facts: Sequence[Fact]
    finding: Finding
    tiles: Sequence[Tile]
    figures: Sequence[Figure]
    why_no_accuracy: str
    cut_off: CutOff | None
    convention: Convention | None = None

    @property
    def lines(self) -> list[list[Figure]]:
        """Figures as they stand on the page."""
        return lines_of(self.figures)


def by_select(columns: Mapping[str, str], by: str | None) -> Select | None:
    """The form's choice of what rows compare; None where there is nothing to choose."""
    options = list(columns.items())
    return Select("by", "Rows by", "", options, by or "") if len(options) > 1 else None


def dashboard(
    summary: Summary, analysis: Analysis, question: Question, rows: Mapping[Wanted, Sequence[Row]], links: Links
) -> Dashboard:
    """The page of a filtered, analysed, non-empty collection."""

    def of(name: str) -> Groups:
        settings = settings_of(name, question.no_candidate)
        parts = rows.get(Wanted(name, (question.by,), settings), ()) if question.by else ()
        return groups_of(name, rows[Wanted(name, (), settings)], parts, question.by)

    n_sets = len(summary.choices["problem_set"])
    if not question.has_gold:
        return _without_golds(summary, analysis, of, links, n_sets)
    return _with_golds(summary, analysis, of, links, n_sets, question.no_candidate)


Of = Callable[[str], Groups]


def _with_golds(
    summary: Summary, analysis: Analysis, of: Of, links: Links, n_sets: int, no_candidate: str
) -> Dashboard:
    accuracy, moves, spent, found = of("accuracy"), of("transitions"), of("tokens"), of("candidates")
    overall = (accuracy.everything, moves.everything, spent.everything, found.everything)
    convention = convention_of(accuracy.everything, links, accuracy.by, no_candidate)
    used, caps = analysis.candidate_set, of("early_stop")
    figures = [
        transitions(moves, links, measured_for(used.extractor, used.version)),
        early_stop(caps, links),
        agreement(of("agreement"), caps.everything, links),
        first_correct(of("first_correct"), links),
        position(of("position").everything, links),
        first_to_final(accuracy, moves, spent, links, convention),
        tokens(spent, links),
        candidates(found, links),
        length(of("length").everything, links),
        question_stop(of("question_stop").everything, links),
        length_matched(of("length_matched").everything, links),
        markers(of("markers"), links),
        mined_phrases(of("mined_phrases").everything, links),
        overthinking(of("overthinking"), links),
        underthinking(of("underthinking"), links),
    ]
    return Dashboard(
        facts(summary, analysis, links, no_candidate),
        finding(*overall[:3], convention, summary.n_truncated / summary.n_rollouts),
        tiles(*overall, links=links, n_sets=n_sets, convention=convention),
        [_worded(figure, accuracy.by, links, no_candidate) for figure in figures],
        "",
        cut_off_of(summary, links),
        convention,
    )


def _without_golds(summary: Summary, analysis: Analysis, of: Of, links: Links, n_sets: int) -> Dashboard:
    kept, spent, found = of("stability"), of("tokens"), of("candidates")
    overall = (kept.everything, spent.everything, found.everything)
    figures = [
        stability(kept, links),
        position(of("position").everything, links),
        candidates(found, links),
        tokens(spent, links),
        markers(of("markers"), links),
        mined_phrases(of("mined_phrases").everything, links),
    ]
    return Dashboard(
        facts(summary, analysis, links),
        finding_without_golds(kept.everything, spent.everything, summary.n_truncated / summary.n_rollouts),
        tiles_without_golds(*overall, links=links, n_sets=n_sets),
        [_worded(figure, kept.by, links) for figure in figures],
        "No rollout here has a gold answer, so accuracy, transitions and early stopping are not there. Give golds to "
        "the problems, or upload grades, and they appear.",
        cut_off_of(summary, links),
    )


def cut_off_of(summary: Summary, links: Links) -> CutOff | None:
    """Only where truncated and other rollouts are mixed, and often enough to move a number."""
    share = summary.n_truncated / summary.n_rollouts
    if not MIXED < share < 1:
        return None
    here = [links.filters.having(truncated=value).query for value in ("no", "yes")]
    return CutOff(share, *here)


def _worded(figure: Figure, by: str | None, links: Links, no_candidate: str = "") -> Figure:
    """With the measure's own words on how to read it, its source, and the address of its CSV."""
    measure = MEASURES[figure.measure]
    settings = settings_of(figure.measure, no_candidate) if no_candidate else ()
    csv = links.csv(figure.measure, None if figure.measure in UNGROUPED else by, settings)
    words = f"{figure.read} {measure.how_to_read}"
    return replace(figure, csv=csv, read=words, cite=measure.citation, method=method_of(measure, dict(settings)))
