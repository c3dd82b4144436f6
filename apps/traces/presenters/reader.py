"""The trace reader's page: one rollout's text that was read, what was found in it, and what stands beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from analysis import tokens, types
from analysis.answers.final import final_answer
from analysis.types import TokenSource
from apps.core.models import JobState
from apps.traces.models import Analysis, Grade, Reading, Rollout, Score, Turn
from apps.traces.presenters.candidates import shown_candidates
from apps.traces.presenters.formulas import Budget, answer_html, text_html
from apps.traces.presenters.grades import Grades, grades_on
from apps.traces.presenters.layers import Drawn, drawn, layers_on
from apps.traces.presenters.marks import TRANSITIONS, Mark, mark_of
from apps.traces.presenters.strip import Strip, strip_of
from apps.traces.presenters.titles import short_title, title_html
from apps.traces.presenters.trace import Fold, Lines, Shown, folds
from apps.traces.presenters.turns import MAX_CHARS, Beside, other_turns, rest_of_attempt
from apps.traces.queries import reader as queries
from apps.traces.queries.asking import Asking
from apps.traces.queries.standing import Standing, standing_of
from apps.traces.services.attempts import Attempt, load_attempts
from apps.traces.services.texts import contents
from apps.traces.services.verdicts import GRADER_NAME

PAGE_LINES = 12_000

KEYS = [
    (("J", "K"), "next line, line before"),
    (("C", "⇧C"), "next candidate, candidate before"),
    (("R", "⇧R"), "next reflection, reflection before"),
    (("F", "⇧F"), "fold or unfold, all of them"),
    (("M",), "maths or raw text"),
    (("]", "["), "next sample of this problem, sample before"),
    (("Y",), "copy the link to this line"),
    (("↵", "⇧↵"), "in the find field: next hit, hit before"),
    (("Esc",), "in the find field: back to the trace"),
]


@dataclass(frozen=True, slots=True)
class View:
    """How the reader asked to see it: formulas as text, everything rendered, a line, a turn."""

    raw: bool = False
    all_maths: bool = False
    line: int | None = None
    turn: int | None = None
    asking: Asking | None = None
    extractor: str = ""

    def href(self, **changes: object) -> str:
        """This page's address with some of the choices changed; what is left at its default stays out."""
        maths = "all" if self.all_maths else ""
        chosen = {"raw": int(self.raw), "maths": maths, "turn": self.turn, "q": self.q, "extractor": self.extractor}
        chosen |= changes
        return "?" + urlencode({name: value for name, value in chosen.items() if value not in (None, 0, "")})

    @property
    def q(self) -> str:
        """The query of the search that led here."""
        return self.asking.text if self.asking else ""


class Window(NamedTuple):
    """The lines that stand on the page: all of them, or those of a very long trace around a line."""

    first: int
    last: int
    n_lines: int
    view: View

    @property
    def is_part(self) -> bool:
        return self.last - self.first + 1 < self.n_lines

    def href(self, line: int) -> str:
        return f"#L{line}" if self.first <= line <= self.last else f"{self.view.href(line=line)}#L{line}"

    @property
    def before(self) -> str:
        return self.href(self.first - 1) if self.first > 1 else ""

    @property
    def after(self) -> str:
        return self.href(self.last + 1) if self.last < self.n_lines else ""


class Tokens(NamedTuple):
    to_first: int | None
    after: int | None
    n: int | None
    source: TokenSource | None


class Final(NamedTuple):
    """The final answer, its mark, and where it stands and which rule read it."""

    value: str
    mark: Mark
    where: str


class Neighbour(NamedTuple):
    pk: int
    label: str


@dataclass(slots=True)
class Page:
    """Everything the template reads; nothing is queried or computed while it renders but what is cached here."""

    rollout: Rollout
    problem: types.Problem
    view: View
    attempt: Attempt
    turns: Sequence[Turn]
    lines: Lines
    source: str
    window: Window
    shown: Sequence[Shown]
    folds: Sequence[Fold]
    strip: Strip
    before: Sequence[Beside]
    after: Sequence[Beside]
    budget: Budget
    standing: Standing
    reading: Reading | None
    readings: Sequence[Reading]
    grades: Grades
    siblings: queries.Siblings
    next_problem: int | None
    question: SafeString
    golds: Sequence[SafeString]
    layers: Sequence[Drawn] = ()
    scores: Sequence[tuple[str, str]] = ()
    labels: Sequence[tuple[str, str]] = ()

    @property
    def title(self) -> str:
        return short_title(self.problem.question, self.problem.key)

    @property
    def title_html(self) -> SafeString:
        return title_html(self.problem.question, self.problem.key)

    @property
    def first(self) -> Shown | None:
        return self.shown[0] if self.shown else None

    @property
    def position(self) -> float | None:
        """Where the first candidate stands, as a share of the lines."""
        return self.shown[0].line / self.lines.n if self.shown else None

    @property
    def n_candidate_lines(self) -> int:
        return len({candidate.line for candidate in self.shown})

    @property
    def transitions(self) -> list[tuple[str, str, int]]:
        counted = Counter(candidate.transition for candidate in self.shown if candidate.transition)
        return [(kind.value, words, counted[kind]) for kind, words in TRANSITIONS.items() if counted[kind]]

    @property
    def by_line(self) -> list[tuple[int, str, list[Shown]]]:
        """Candidates line by line, with the line's address."""
        lines: dict[int, list[Shown]] = {}
        for candidate in self.shown:
            lines.setdefault(candidate.line, []).append(candidate)
        return [(line, self.window.href(line), candidates) for line, candidates in lines.items()]

    @property
    def final(self) -> Final | None:
        return _final(self.attempt, self.grades.ours)

    @property
    def final_reason(self) -> str:
        """Why there is no final answer."""
        if self.rollout.error:
            return "an error instead of an answer"
        return "none: the text ends before it" if self.rollout.truncated else "none was found"

    @property
    def tokens(self) -> Tokens:
        return _tokens(self)

    @property
    def finish_reason(self) -> str:
        return self.attempt.turn.finish_reason if self.attempt.turn else ""

    @property
    def has_text(self) -> bool:
        return bool(self.lines.text)

    @property
    def analysis_words(self) -> str:
        """Why there are no candidates yet, or that grades may still change; empty where all is done."""
        newest = self.standing.newest
        if not self.has_text:
            return ""
        if self.reading is not None:
            return f"Being analysed anew: {_state_words(newest)}." if newest is not None and newest.is_open else ""
        return f"Not analysed yet: {_state_words(self.standing.newest)}."

    @property
    def neighbours(self) -> tuple[Neighbour | None, Neighbour | None]:
        here, before, after = self.siblings.here, self.siblings.before, self.siblings.after
        return (_neighbour(before, here), _neighbour(after, here))

    @property
    def place(self) -> tuple[int, int]:
        return self.siblings.place + 1, len(self.siblings.samples)

    @property
    def maths_href(self) -> str:
        return self.view.href(raw=0) or "?"

    @property
    def raw_href(self) -> str:
        return self.view.href(raw=1)

    @property
    def other_sets(self) -> list[tuple[str, str]]:
        """The other candidate sets that have read this rollout, each with the address of this page by it."""
        names = [str(each.candidate_set) for each in self.readings if each != self.reading]
        return [(name, self.view.href(extractor=name)) for name in names]

    @property
    def all_maths_href(self) -> str:
        return self.view.href(raw=0, maths="all")


def reader_page(rollout: Rollout, view: View) -> Page:
    """Read one rollout for the page, in a number of queries that does not grow with the trace."""
    turns = queries.turns_of(rollout)
    attempt = attempt_of(rollout, turns, view)
    text, source = read_part(attempt)
    lines = Lines(text)
    if view.asking is not None and view.line is None:
        view = replace(view, line=_line_of_match(lines, view.asking))
    standing = standing_of(rollout.collection)
    readings = queries.readings_of(rollout)
    reading = reading_of(readings, view)
    shown = shown_in(attempt, reading, standing, lines)
    window = window_of(lines.n, view)
    shown = [replace(candidate, href=window.href(candidate.line)) for candidate in shown]
    budget = Budget(seconds=float("inf")) if view.all_maths else Budget()
    question = mark_safe(text_html(attempt.problem.question, Budget()))  # noqa: S308
    golds = [mark_safe(answer_html(gold, Budget())) for gold in attempt.problem.golds]  # noqa: S308
    formulas = None if view.raw else budget
    trace = folds(lines, shown, formulas, range(window.first, window.last + 1)) if text else []
    near_before, near_after = rest_of_attempt(attempt, formulas)
    far_before, far_after = other_turns(turns, attempt.turn, formulas)
    return Page(
        rollout=rollout,
        problem=attempt.problem,
        view=view,
        attempt=attempt,
        turns=turns,
        lines=lines,
        source=source,
        window=window,
        shown=shown,
        folds=trace,
        strip=strip_of(lines, shown),
        before=[*far_before, *near_before],
        after=[*near_after, *far_after],
        budget=budget,
        standing=standing,
        reading=reading,
        readings=readings,
        grades=grades_on(attempt, queries.grades_of(rollout, attempt.turn.index if attempt.turn else 0)),
        siblings=queries.siblings_of(rollout),
        next_problem=queries.find_next_problem(rollout),
        question=question,
        golds=golds,
        layers=_layers(rollout, attempt, lines, window),
        scores=[(_score_name(score), f"{score.value:.6g}") for score in queries.scores_of(rollout)],
        labels=[(name.replace("_", " "), str(value)) for name, value in (rollout.attributes or {}).items()],
    )


def reading_of(readings: Sequence[Reading], view: View) -> Reading | None:
    """By the set that was asked for, else by the default one, else by the newest."""
    named = (each for each in readings if str(each.candidate_set) == view.extractor)
    return next(named, readings[0] if readings else None)


def _layers(rollout: Rollout, attempt: Attempt, lines: Lines, window: Window) -> list[Drawn]:
    if attempt.turn is None or not lines.text:
        return []
    found = layers_on(rollout, attempt.turn.index)
    hrefs = [window.href(line) for line in range(1, lines.n + 1)] if found else []
    read_offset = attempt.read_offset if attempt.read_from != "none" else 0
    return [drawn(layer, lines, read_offset, hrefs) for layer in found]


def _score_name(score: Score) -> str:
    return score.name if score.source == "uploaded" else f"{score.name} ({score.source})"


def attempt_of(rollout: Rollout, turns: Sequence[Turn], view: View) -> Attempt:
    """The attempt that analyses read, or the turn that was asked for."""
    attempt = load_attempts([rollout])[0]
    asked = next((turn for turn in turns if turn.index == view.turn), None)
    if view.asking is not None and view.turn is None:
        asked = _long_turn_with(view.asking, attempt, turns)
    if asked is not None and (attempt.turn is None or asked.pk != attempt.turn.pk):
        attempt.turn = asked
        attempt.text = contents([asked.text_id])[asked.text_id] if asked.text_id else ""
    return attempt


def _long_turn_with(asking: Asking, attempt: Attempt, turns: Sequence[Turn]) -> Turn | None:
    """The turn that the search found where the attempt does not match and the turn is too long to stand beside it."""
    if asking.pattern.search(attempt.text):
        return None
    long = {turn.text_id: turn for turn in turns if turn.text_id and turn.text and turn.text.n_chars > MAX_CHARS}
    texts = contents(long)
    return next((turn for pk, turn in long.items() if asking.pattern.search(texts[pk])), None)


def _line_of_match(lines: Lines, asking: Asking) -> int | None:
    found = asking.pattern.search(lines.text)
    return lines.line_of(found.start()) if found else None


def read_part(attempt: Attempt) -> tuple[str, str]:
    """The text to number and where it is from: reasoning, response, or the whole turn where it has neither."""
    if attempt.read_from != "none":
        return attempt.read_text, attempt.read_from
    return (attempt.text, "turn") if attempt.text.strip() else ("", "none")


def shown_in(attempt: Attempt, reading: Reading | None, standing: Standing, lines: Lines) -> list[Shown]:
    if reading is None or attempt.turn is None:
        return []
    rows = queries.candidates_of(attempt.rollout, reading.candidate_set, attempt.turn.index)
    analysis = standing.shown or standing.newest
    rows = [row for row in rows if row.line <= lines.n]
    return shown_candidates(rows, attempt.problem, analysis.grader if analysis else GRADER_NAME)


def window_of(n_lines: int, view: View) -> Window:
    line = min(max(view.line or 1, 1), n_lines)
    first = (line - 1) // PAGE_LINES * PAGE_LINES + 1
    return Window(first, min(first + PAGE_LINES - 1, n_lines), n_lines, view)


def _final(attempt: Attempt, ours: Grade | None) -> Final | None:
    """The final answer as grading reads it: from the response, else as uploaded where there is no text."""
    mark = mark_of(ours.outcome if ours else None)
    if attempt.response:
        answer = final_answer(attempt.response, attempt.problem)
        return Final(answer.value, mark, f"{answer.because}, after the reasoning") if answer else None
    if attempt.turn is not None and attempt.turn.answer and not attempt.text:
        return Final(attempt.turn.answer, mark, "as uploaded")
    return None


def _tokens(page: Page) -> Tokens:
    """Tokens up to the end of the first candidate's line, and after it, as the features count them."""
    attempt, turn = page.attempt, page.attempt.turn
    if turn is None:
        return Tokens(None, None, None, None)
    read = turn.n_reasoning_tokens if page.source == "reasoning" else None
    n_attempt_chars = len(attempt.reasoning) + len(attempt.response) or len(attempt.text)
    source = TokenSource(turn.token_source or TokenSource.UPLOADED)
    counted = tokens.count(len(page.lines.text), n_attempt_chars, turn.n_tokens, read, source)
    if not page.shown or counted.read is None or counted.attempt is None:
        return Tokens(None, None, counted.attempt, counted.source)
    end = min(page.lines.span(page.shown[0].line)[1] + 1, len(page.lines.text))
    to_first = tokens.at(end, len(page.lines.text), counted.read)
    return Tokens(to_first, counted.read - to_first, counted.attempt, counted.source)


def _state_words(analysis: Analysis | None) -> str:
    if analysis is None:
        return "no analysis of this collection was asked for"
    if analysis.state == JobState.FAILED:
        return f"the analysis of revision {analysis.revision} failed"
    if analysis.state in {JobState.DONE, JobState.CANCELLED}:
        return "the analysis did not reach this rollout"
    return f"the analysis of revision {analysis.revision} has read {analysis.n_done} of {analysis.n_total} rollouts"


def _neighbour(other: queries.Sibling | None, here: queries.Sibling | None) -> Neighbour | None:
    """What tells a neighbour from this rollout: collection, model, factors of its condition; else the sample number."""
    if other is None or here is None:
        return None
    pairs = ((other.collection, here.collection), (other.model, here.model))
    known = set(here.condition.split(", "))
    factors = [factor for factor in other.condition.split(", ") if factor and factor not in known]
    differs = [*(theirs for theirs, ours in pairs if theirs != ours), *factors]
    return Neighbour(other.pk, ", ".join(differs) or f"sample {other.sample}")
