"""Where the analysis stands, in words, and what to do. Knows rows of jobs, no numbers of measures."""

from dataclasses import dataclass

from apps.core.models import JobState
from apps.core.templatetags.numbers import count
from apps.traces.models import Analysis
from apps.traces.queries.standing import Standing


@dataclass(frozen=True, slots=True)
class State:
    """`kind` is one of current, working, failed, none, old; `n_done` and `n_total` while it works."""

    kind: str
    title: str = ""
    words: str = ""
    n_done: int = 0
    n_total: int = 0

    @property
    def is_working(self) -> bool:
        return self.kind == "working"

    @property
    def may_ask(self) -> bool:
        """Whether asking for an analysis is what to do."""
        return self.kind in {"failed", "none", "old"}


def state_of(standing: Standing, *, is_importing: bool = False) -> State:
    newest = standing.newest
    if standing.is_current and (newest is None or not newest.is_open):
        return State("current")
    by_set = f", by {standing.extractor}" if standing.extractor else ""
    if newest is not None and newest.is_open:
        words = f"{count(newest.n_done)} of {count(newest.n_total)} rollouts. {_shows(standing)}"
        return State(
            "working", f"Analysis of revision {newest.revision}{by_set}:", words, newest.n_done, newest.n_total
        )
    if is_importing:
        return State("working", "Rollouts are being read.", "The analysis follows by itself.")
    if newest is not None and newest.state == JobState.FAILED:
        return State(
            "failed",
            f"The analysis of revision {newest.revision}{by_set} failed:",
            f"{_why(newest)} {_shows(standing)}",
        )
    if standing.shown is None and standing.extractor:
        return State("none", f"Not analysed by {standing.extractor} yet.", "Its figures appear once that is done.")
    if standing.shown is None:
        return State(
            "none", "Not analysed yet.", "The rollouts are stored and can be listed and read; ask for their analysis."
        )
    if standing.shown.revision == standing.collection.revision:
        return State("old", f"{standing.extractor} has read more since.", "Figures show what it had read before.")
    return State("old", f"The collection is at revision {standing.collection.revision}.", _shows(standing))


def _shows(standing: Standing) -> str:
    if standing.shown is None:
        return "Figures appear when it is done."
    return f"Figures show revision {standing.shown.revision}."


def _why(analysis: Analysis) -> str:
    error = analysis.error.strip() or "no reason was recorded"
    return error if error.endswith(".") else f"{error}."
