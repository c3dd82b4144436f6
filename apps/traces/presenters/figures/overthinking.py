"""How much of a right rollout comes after it first had the right answer: η, κ and the score, by group."""

from apps.traces.presenters.figures.card import Cell, Figure, Group, Groups, Links, Table, cell, head, left_out
from apps.traces.presenters.figures.dots import Series, dots

COLUMNS = {
    "eta_s": "η_s, lines",
    "eta_t": "η_t, tokens",
    "kappa_paper": "κ, words",
    "kappa_repo": "κ, substrings",
    "score_paper": "score, words",
    "score_repo": "score, substrings",
    "overthinking_share_paper": "score above threshold %",
    "xi_ut": "ξ_UT, wrong ones",
}
LEGEND = [("mark circle", "●", "markers counted as words"), ("mark square", "■", "markers counted as substrings")]


def overthinking(groups: Groups, links: Links) -> Figure:
    def href(group: Group) -> str:
        return links.to(**group.filter, outcome="correct")

    series = [
        Series("score_paper", "markers counted as words", href, shift=0.14),
        Series("score_repo", "markers counted as substrings", href, "--l2", "square", -0.14),
    ]
    plot = dots(groups.both, series, "overthinking score, mean over right rollouts")
    return Figure(
        name="overthinking",
        measure="overthinking",
        title="How much comes after the first right answer",
        sentence="Mean overthinking score with its interval, by both ways of counting markers. The same numbers stand "
        "in the table.",
        table=_table(groups, links),
        plot=plot,
        legend=LEGEND if plot else (),
        read="Higher is more overthinking; a dot opens the right rollouts of its line.",
        is_wide=True,
        reason=groups.everything["eta_s"].reason or "" if not plot else "",
    )


def _table(groups: Groups, links: Links) -> Table:
    columns = [(groups.head, False), *((label, True) for label in COLUMNS.values())]
    without = groups.everything["without_right_candidate_share"]
    said = left_out(without, "the right rollouts have no right candidate and are left out")
    rows = [_row(group, links) for group in groups.both]
    return Table("overthinking, candidate-based", columns, rows, f"{said} {groups.note}".strip())


def _row(group: Group, links: Links) -> list[Cell]:
    return [head(group, links), *(cell(group[name]) for name in COLUMNS)]
