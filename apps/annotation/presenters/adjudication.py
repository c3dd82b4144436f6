"""Disagreements of a rollout side by side, and the list of rollouts that have any. Knows no request."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from analysis.labelling.matters import Given, Matter, matters_of
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Scheme
from apps.annotation.models import Comment, Ruling
from apps.annotation.models import Scheme as SchemeRow
from apps.annotation.queries.adjudication import (
    OPEN,
    Docket,
    chosen_in,
    finished_rollouts,
    key_of,
    n_ruled,
    rollouts_named,
)
from apps.annotation.services.agreement import Report, alike
from apps.core.templatetags.numbers import plural
from apps.traces.models import Rollout

AROUND = 2
"""Lines shown before and after a place."""
MOST_CHARS = 600
LETTERS = "ab"
KEYS = (
    (("J", "K"), "next, previous disagreement"),
    (("1", "…", "9"), "take a label"),
    (("A", "B"), "take what the first, the second said"),
    (("0",), "none"),
    (("U",), "take the last ruling back"),
    (("↵",), "next; after the last one, finish"),
)


class Listed(NamedTuple):
    """A rollout that two hands or more are done with."""

    pk: int
    href: str
    name: str
    problem: str
    n_hands: int
    n_matters: int
    n_differ: int
    n_rulings: int
    is_finished: bool


class Tag(NamedTuple):
    key: str
    title: str
    colour: int
    value: str


class Said(NamedTuple):
    """What one hand said; `letter` is the key that takes it, empty from the third hand on."""

    who: str
    take: str
    letter: str
    tags: Sequence[Tag]


class Choice(NamedTuple):
    """A label that a lead may take instead."""

    take: str
    key: str
    title: str
    colour: int
    is_on: bool


class Note(NamedTuple):
    who: str
    words: str


class Past(NamedTuple):
    who: str
    at: object
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A matter on the page. `taken` is what counts now; None where nobody ruled and people differ."""

    anchor: str
    turn: int
    start: int
    end: int
    line: int
    href: str
    before: str
    text: str
    after: str
    said: Sequence[Said]
    choices: Sequence[Choice]
    value: str | None
    values: Sequence[str]
    is_agreed: bool
    is_ruled: bool
    taken: Sequence[Tag] | None
    notes: Sequence[Note]
    past: Sequence[Past]


@dataclass(frozen=True, slots=True)
class Page:
    finding: str
    differ: Sequence[Shown]
    agreed: Sequence[Shown]
    notes: Sequence[Note]
    past: Sequence[Past]
    n_left: int
    is_finished: bool


def list_of(report: Report) -> list[Listed]:
    """Rollouts that two hands or more are done with: open ones first, most disputed first."""
    scheme, people = report.compared.scheme, [hand for hand in report.hands if not hand.is_gold]
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in report.rows:
        rows[int(row.rollout)].append(row)
    steps = defaultdict(list)
    for place in report.compared.steps.places:
        steps[place.rollout].append(place)
    shared = {pk for hand in people for pk in hand.rollouts}
    hands = {pk: [hand.key for hand in people if pk in hand.rollouts] for pk in shared}
    several = [pk for pk in sorted(shared) if len(hands[pk]) > 1]
    names, finished, ruled = rollouts_named(several), finished_rollouts(report.scheme), n_ruled(report.scheme)
    found = []
    for pk in several:
        matters = matters_of(scheme, hands[pk], pk, steps[pk], rows[pk], alike)
        differ = sum(matter.agreed is None for matter in matters)
        named = names[pk]
        href = reverse("annotation:adjudicate_rollout", args=[report.scheme.project.slug, report.scheme.pk, pk])
        counts = len(hands[pk]), len(matters), differ, ruled.get(pk, 0)
        found.append(Listed(pk, href, named.external_id, named.problem.key, *counts, pk in finished))
    return sorted(found, key=lambda each: (each.is_finished, -each.n_differ, each.pk))


def list_finding(listed: Sequence[Listed]) -> str:
    if not listed:
        return "Nothing to settle: no rollout has two people who are done with it. Give a queue an overlap of 2."
    left = [each for each in listed if not each.is_finished]
    if not left:
        return f"All {plural(len(listed), 'rollout')} that two people labelled are settled."
    differ = sum(each.n_differ for each in left)
    return f"{plural(len(left), 'rollout')} to settle, with {plural(differ, 'place')} on which people differ."


def page_of(scheme: SchemeRow, rollout: Rollout, docket: Docket) -> Page:
    shown = [shown_of(scheme, rollout, docket, matter) for matter in docket.matters]
    differ = [each for each in shown if not each.is_agreed]
    left = sum(each.taken is None for each in differ)
    at_matters = {key_of(matter) for matter in docket.matters}
    other = [note for key, rows in docket.comments.items() if key not in at_matters for note in rows]
    return Page(
        finding=_finding(docket, differ, left),
        differ=differ,
        agreed=[each for each in shown if each.is_agreed],
        notes=_notes(other),
        past=[Past(str(row.actor), row.at, "finished", "") for row in reversed(docket.finished)],
        n_left=left,
        is_finished=bool(docket.finished),
    )


def shown_of(scheme: SchemeRow, rollout: Rollout, docket: Docket, matter: Matter) -> Shown:
    """One place with everything about it."""
    plain, place, key = scheme.plain, matter.place, key_of(matter)
    rulings = docket.rulings.get(key, ())
    ruled = chosen_in(rulings)
    taken = matter.agreed if ruled is None else ruled
    before, text, after = _around(docket.texts.get(place.turn, ""), place.start, place.end)
    kinds = [kind for kind in plain.kinds if kind.on is matter.target]
    href = reverse("traces:rollout", args=[scheme.project.slug, rollout.pk])
    values = list(dict.fromkeys(each.value for given in matter.said.values() for each in given if each.value))
    return Shown(
        anchor=f"m-{place.turn}-{place.start}-{place.end}",
        turn=place.turn,
        start=place.start,
        end=place.end,
        line=place.line,
        href=f"{href}?turn={place.turn}&line={place.line}#L{place.line}" if place.line else href,
        before=before,
        text=text,
        after=after,
        said=list(_said(plain, docket, matter)),
        choices=[_choice(kind, taken) for kind in kinds],
        value=_value(kinds, taken, values),
        values=values,
        is_agreed=matter.agreed is not None,
        is_ruled=ruled is not None,
        taken=None if taken is None else _tags(plain, taken),
        notes=_notes(docket.comments.get(key, ())),
        past=[_past(plain, row) for row in reversed(rulings)],
    )


def take_of(scheme: Scheme, docket: Docket, matter: Matter, take: str, value: str) -> list[Given]:
    """The labels that a button stands for: `hand:KEY` what they said, `none`, `kind:NAME` that label.

    Where a step may carry several, a label is put beside those taken so far, or taken from them.
    """
    verb, _, name = take.partition(":")
    if verb == "hand":
        return list(matter.said.get(name, ()))
    if verb != "kind" or scheme.find(name) is None:
        return []
    ruled = chosen_in(docket.rulings.get(key_of(matter), ()))
    so_far = list((matter.agreed or ()) if ruled is None else ruled) if scheme.many else []
    if any(each.name == name for each in so_far):
        return [each for each in so_far if each.name != name]
    kind = scheme.kind(name)
    return [*so_far, Given(name, value.strip() if kind.has_value else "")]


def _finding(docket: Docket, differ: Sequence[Shown], left: int) -> str:
    *first, last = [hand.name for hand in docket.hands] or [""]
    names = f"{', '.join(first)} and {last}"
    if not docket.hands:
        return "Nobody is done with this rollout."
    agreed = len(docket.matters) - len(differ)
    if not differ:
        return f"{names} agree on every label of this rollout ({agreed}). Finish to take them as gold."
    rest = f"{left} to settle" if left else "all settled"
    return f"{names} differ at {plural(len(differ), 'place')} and agree at {agreed}; {rest}."


def _said(scheme: Scheme, docket: Docket, matter: Matter) -> Iterator[Said]:
    for number, hand in enumerate(docket.hands):
        letter = LETTERS[number].upper() if number < len(LETTERS) else ""
        yield Said(hand.name, f"hand:{hand.key}", letter, _tags(scheme, matter.said.get(hand.key, ())))


def _choice(kind: Kind, taken: Sequence[Given] | None) -> Choice:
    is_on = any(each.name == kind.name for each in taken or ())
    return Choice(f"kind:{kind.name}", kind.key if kind.key not in LETTERS else "", kind.title, kind.colour, is_on)


def _value(kinds: Sequence[Kind], taken: Sequence[Given] | None, values: Sequence[str]) -> str | None:
    """What stands in the field for a value; None where no label has one."""
    if not any(kind.has_value for kind in kinds):
        return None
    return next((each.value for each in taken or () if each.value), values[0] if values else "")


def _tags(scheme: Scheme, given: Sequence[Given]) -> list[Tag]:
    found = []
    for each in given:
        kind = scheme.find(each.name)
        found.append(Tag(kind.key, kind.title, kind.colour, each.value) if kind else Tag("", each.name, 1, each.value))
    return found


def _notes(comments: Sequence[Comment]) -> list[Note]:
    return [Note(str(row.author), row.text) for row in comments]


def _past(scheme: Scheme, row: Ruling) -> Past:
    if row.names == OPEN:
        words = "open again"
    else:
        tags = _tags(scheme, [Given(each["name"], each.get("value", "")) for each in row.names])
        words = ", ".join(f"{tag.title} {tag.value}".strip() for tag in tags) or "none"
    return Past(str(row.actor), row.at, words, row.reason)


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The text of a place with the lines around it, each part bounded."""
    first, last = start, end
    for _ in range(AROUND + 1):
        first = max(text.rfind("\n", 0, first), 0) if first > 0 else 0
        last = text.find("\n", last + 1) if last < len(text) else len(text)
        last = len(text) if last < 0 else last
    before, shown, after = text[first:start].strip("\n"), text[start:end], text[end:last].strip("\n")
    return before[-MOST_CHARS:], shown[: 4 * MOST_CHARS], after[:MOST_CHARS]
