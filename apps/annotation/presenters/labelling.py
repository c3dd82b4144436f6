"""The labelling page: one rollout's text with its steps, and all that the browser needs to label it.

In a blind queue nothing tells golds, grades, candidates, who made the rollout, or what other people labelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from analysis import types
from analysis.labelling.scheme import Kind, Target
from analysis.segmentation import SEGMENTATIONS
from apps.annotation.models import Assignment, Layer, Queue, Scheme
from apps.annotation.presenters.label_state import others_of, state_of, suggestions_of
from apps.annotation.presenters.queue_places import Place, places_around
from apps.annotation.queries.labels import standing
from apps.traces.presenters import reader
from apps.traces.presenters.formulas import Budget, answer_html, text_html
from apps.traces.presenters.strip import Strip, strip_of
from apps.traces.presenters.titles import short_title, title_html
from apps.traces.presenters.trace import Fold, Lines, Shown, blocks, folds
from apps.traces.presenters.turns import Beside, other_turns, rest_of_attempt
from apps.traces.queries import reader as queries
from apps.traces.queries.standing import standing_of
from apps.traces.services.attempts import Attempt

KEYS = [
    (("J", "K"), "next step, step before"),
    (("⇧J", "⇧K"), "extend the selection by a step"),
    (("1", "…"), "give the label with this key; again takes it away"),
    (("↵", "X"), "accept the suggestion, reject it"),
    (("N", "⇧N"), "next step without a label, the one before"),
    (("R", "⇧R"), "next suggestion, else next reflection or marker; the one before"),
    (("[", "]"), "label before, next label"),
    (("0",), "clear the labels of the selected steps"),
    (("=",), "the value of the label"),
    (("T",), "comment on the step"),
    (("V",), "words: arrows move, ⇧ extends, a label's key labels, Esc leaves"),
    (("U", "⇧U"), "undo, do again"),
    (("S", "!"), "skip the item, flag it"),
    (("F", "M"), "fold, maths or raw text"),
    (("Ctrl ↵",), "submit and next"),
    (("Esc",), "leave the field, the words, the relation or the selection"),
]


class KindRow(NamedTuple):
    """A label as the panel shows it."""

    kind: Kind

    @property
    def short(self) -> str:
        """The first sentence of the definition, for the list."""
        return self.kind.definition.split(". ")[0].split(": ")[0].rstrip(".")[:80]


class Fact(NamedTuple):
    name: str
    value: SafeString | str


@dataclass(slots=True)
class Text:
    """The text that is labelled: which turn's, where in it what is shown begins, and its hash."""

    attempt: Attempt
    lines: Lines
    source: str

    @property
    def offset(self) -> int:
        return self.attempt.read_offset if self.attempt.read_from != "none" else 0

    @property
    def digest(self) -> str:
        turn = self.attempt.turn
        return bytes(turn.text.hash).hex() if turn is not None and turn.text is not None else ""


@dataclass
class Page:
    """Everything the template reads."""

    assignment: Assignment
    queue: Queue
    scheme: Scheme
    problem: types.Problem
    view: reader.View
    text: Text
    window: reader.Window
    folds: Sequence[Fold]
    strip: Strip
    before: Sequence[Beside]
    after: Sequence[Beside]
    budget: Budget
    question: SafeString
    facts: Sequence[Fact]
    places: Sequence[Place]
    n_items: int
    probability: float | None
    steps: Sequence[types.Step]
    state: dict[str, Any]

    @property
    def lines(self) -> Lines:
        return self.text.lines

    @property
    def title(self) -> str:
        return short_title(self.problem.question, self.problem.key)

    @property
    def title_html(self) -> SafeString:
        return title_html(self.problem.question, self.problem.key)

    @property
    def unit(self) -> str:
        return self.scheme.segmentation

    @cached_property
    def kinds(self) -> list[KindRow]:
        return [KindRow(kind) for kind in self.scheme.plain.kinds]

    @property
    def has_values(self) -> bool:
        return any(row.kind.has_value for row in self.kinds)

    @property
    def has_whole(self) -> bool:
        return any(row.kind.on is Target.ROLLOUT for row in self.kinds)

    @property
    def last_key(self) -> str:
        """The last of the keys in the order of the keyboard's digits."""
        return max(row.kind.key for row in self.kinds if row.kind.on is not Target.RELATION)

    @property
    def view_href(self) -> dict[str, str]:
        """This page with formulas as maths, as text, and all of them as maths."""
        view = self.view
        return {
            "maths": view.href(raw=0) or "?",
            "raw": view.href(raw=1),
            "all": view.href(raw=0, maths="all"),
        }

    @property
    def minutes(self) -> int:
        return round(self.assignment.seconds / 60)


def item_page(assignment: Assignment, layer: Layer, suggested: Layer | None, view: reader.View) -> Page:
    """Read one item for the page."""
    item, rollout = assignment.item, assignment.item.rollout
    turns = queries.turns_of(rollout)
    attempt = reader.attempt_of(rollout, turns, view)
    words, source = reader.read_part(attempt)
    text = Text(attempt, Lines(words), source)
    shown = [] if item.queue.is_blind else _shown(attempt, text.lines, view)
    window = reader.window_of(text.lines.n, view)
    budget = Budget(seconds=float("inf")) if view.all_maths else Budget()
    formulas = None if view.raw else budget
    within = range(window.first, window.last + 1)
    near_before, near_after = rest_of_attempt(attempt, formulas)
    far_before, far_after = other_turns(turns, attempt.turn, formulas, is_blind=item.queue.is_blind)
    steps = _steps(text, item.queue.scheme, window)
    return Page(
        assignment=assignment,
        queue=item.queue,
        scheme=item.queue.scheme,
        problem=attempt.problem,
        view=view,
        text=text,
        window=window,
        folds=_folds(text, shown, formulas, within, is_blind=item.queue.is_blind),
        strip=strip_of(text.lines, []),
        before=[*far_before, *near_before],
        after=[*near_after, *far_after],
        budget=budget,
        question=mark_safe(text_html(attempt.problem.question, Budget())),  # noqa: S308
        facts=[] if item.queue.is_blind else _facts(attempt),
        places=places_around(item, assignment.user),
        n_items=item.queue.items.count(),
        probability=_probability(assignment),
        steps=steps,
        state=_state(assignment, layer, suggested, text, steps, window),
    )


def _shown(attempt: Attempt, lines: Lines, view: reader.View) -> list[Shown]:
    rollout = attempt.rollout
    reading = reader.reading_of(queries.readings_of(rollout), view)
    return reader.shown_in(attempt, reading, standing_of(rollout.collection), lines)


def _folds(text: Text, shown: Sequence[Shown], budget: Budget | None, within: range, *, is_blind: bool) -> list[Fold]:
    if not text.lines.text:
        return []
    return blocks(text.lines, budget, within) if is_blind else folds(text.lines, shown, budget, within)


def _facts(attempt: Attempt) -> list[Fact]:
    golds = [mark_safe(answer_html(gold, Budget())) for gold in attempt.problem.golds]  # noqa: S308
    return [*(Fact("gold", gold) for gold in golds), Fact("model", attempt.rollout.model.name)]


def _probability(assignment: Assignment) -> float | None:
    """How likely the item was to be drawn; hidden in a blind queue where that tells what kind of rollout it is."""
    item = assignment.item
    if item.probability is None:
        return None
    differs = item.queue.items.exclude(probability=item.probability).exists()
    return None if item.queue.is_blind and differs else item.probability


def _steps(text: Text, scheme: Scheme, window: reader.Window) -> list[types.Step]:
    """The steps in the window that have a visible character, in characters of what is shown."""
    lines = text.lines
    first, last = lines.span(window.first)[0], lines.span(window.last)[1]
    steps = SEGMENTATIONS[scheme.segmentation](lines.text) if lines.text else []
    return [
        step for step in steps if first <= step.start and step.end <= last and lines.text[step.start : step.end].strip()
    ]


def _state(
    assignment: Assignment,
    layer: Layer,
    suggested: Layer | None,
    text: Text,
    steps: Sequence[types.Step],
    window: reader.Window,
) -> dict[str, Any]:
    """What the script reads; places are code points of the turn's text, lines count from 1."""
    scheme, rollout, offset, lines = assignment.item.queue.scheme, assignment.item.rollout, text.offset, text.lines
    return {
        "item": assignment.item_id,
        "user": assignment.user_id,
        "turn": text.attempt.turn.index if text.attempt.turn else None,
        "text_hash": text.digest,
        "first_line": window.first,
        "rows": [offset + lines.starts[line - 1] for line in range(window.first, window.last + 1)],
        "end": offset + lines.span(window.last)[1],
        "unit": scheme.segmentation,
        "steps": [[offset + step.start, offset + step.end, lines.line_of(step.start)] for step in steps],
        "many": scheme.many,
        "kinds": [kind.as_json() for kind in scheme.plain.kinds],
        "seconds": assignment.seconds,
        "standing": standing(layer, rollout),
        "suggestions": suggestions_of(suggested, rollout),
        "others": [] if assignment.item.queue.is_blind else others_of(layer, rollout),
        **state_of(layer, rollout),
    }
