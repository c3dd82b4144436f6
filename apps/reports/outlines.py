"""The literal table of outlines: reports of one kind, begun with headings, blocks and a few words between them.

Knows kinds of block by name and which rollouts there are, no page. What an outline gives is what a person could have
chosen block by block, and may be changed as such.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.traces.models import Collection
from apps.traces.presenters.families import REFLECTION
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import standing_of
from apps.traces.services.comparing import MOST
from apps.traces.services.measuring import matching_ids

Part = dict[str, Any]
"""`kind` and `given` of a block, as `services.reports` takes them."""
KEY_FIGURES = ("transitions", "first_to_final", "stability", "tokens", "early_stop")
MOST_CHOICES = 200
CONFIDENCE = "accuracy,mean_confidence,gap,ece,brier,auroc,aurc,stated_share"
SURE = "confidence=[90..100]&outcome=incorrect"


class OutlineError(UserError):
    """An outline that there is not, or one that needs other collections than were chosen."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A report to begin with: what it answers, what it needs, of how many collections it may be."""

    label: str
    question: str
    needs: str
    fewest: int
    most: int
    parts: Callable[[Sequence[Collection]], list[Part]]


def outline(name: str, project: Project, collections: Sequence[Collection]) -> list[Part]:
    """The blocks of an outline over chosen collections of the project, in their order. Raises OutlineError."""
    if name not in OUTLINES:
        raise OutlineError(f"unknown outline {name[:40]!r}; known: {', '.join(OUTLINES)}")
    found = OUTLINES[name]
    if any(each.project_id != project.pk for each in collections):
        raise OutlineError("choose collections of this project")
    if not found.fewest <= len(collections) <= found.most:
        many = f"{found.fewest} to {found.most} collections" if found.most else "no collections"
        raise OutlineError(f"the outline {found.label} takes {many}, not {len(collections)}; {found.needs}")
    return found.parts(collections)


def blocks_from(name: str, project: Project, keys: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """The blocks with which a report begins, by what a form gave: none without an outline. Raises OutlineError."""
    if not name:
        return []
    wanted = [int(key) for key in dict.fromkeys(keys) if key.isascii() and key.isdigit() and len(key) < 19]
    found = {each.pk: each for each in collections_of(project).filter(pk__in=wanted[:MOST_CHOICES])}
    chosen = [found[key] for key in wanted if key in found] if name in OUTLINES and OUTLINES[name].most else []
    return [(part["kind"], part["given"]) for part in outline(name, project, chosen)]


def _text(words: str) -> Part:
    return {"kind": "text", "given": {"text": words}}


def _dashboard(collection: Collection, page: str, figures: Sequence[str] = (), query: str = "") -> Part:
    given = {"collection": str(collection.pk), "page": page, "query": query, "figures": list(figures)}
    return {"kind": "dashboard", "given": given}


def _by_model(collection: Collection, name: str, numbers: str = "") -> Part:
    given = {"collection": str(collection.pk), "measure": name, "by": ["model"], "query": "", "numbers": numbers}
    return {"kind": "measure", "given": given}


def _side_by_side(collections: Sequence[Collection], *figures: str) -> Part:
    keys = [str(each.pk) for each in collections]
    return {"kind": "compare", "given": {"collections": keys, "query": "", "figures": list(figures)}}


def _trace(collections: Sequence[Collection], query: str, title: str) -> list[Part]:
    """The first rollout of the kind in the first collection that has one; nothing where none has."""
    filters = RolloutFilter.parse(dict(part.split("=", 1) for part in query.split("&")))
    for collection in collections:
        analysis = standing_of(collection).shown
        if analysis is not None and matching_ids([analysis], filters):
            given = {"collection": str(collection.pk), "query": query, "title": title}
            return [{"kind": "trace", "given": given}]
    return []


def _lab(page: str, *figures: str) -> Part:
    return {"kind": "lab", "given": {"page": page, "query": "", "figures": list(figures)}}


def _reflection(collections: Sequence[Collection]) -> list[Part]:
    parts = [
        _text(
            "## What reflection was worth\n\nA rollout states a first answer, and often thinks on. The figures show "
            "how often the first and the final answer are right, what the steps between them did, and what they cost."
        )
    ]
    if len(collections) == 1:
        parts.append(_dashboard(collections[0], REFLECTION))
    else:
        parts.append(_side_by_side(collections, "panels", "first_to_final", "transitions"))
        parts += [_dashboard(each, REFLECTION, KEY_FIGURES) for each in collections]
    examples = [
        *_trace(collections, "transition=ft", "A wrong answer that was mended"),
        *_trace(collections, "transition=tf", "A right answer that was given up"),
    ]
    heading = (
        "## Two traces\n\nThey are the first of their kind, not the typical ones: the figures say how rare each is."
    )
    return [*parts, _text(heading), *examples] if examples else parts


def _comparison(collections: Sequence[Collection]) -> list[Part]:
    parts = [
        _text(
            "## Which model is better, and is the difference real?\n\nModels are compared on the problems that both "
            "have. Where an interval holds zero, read the smallest difference that these problems would have shown."
        )
    ]
    if len(collections) > 1:
        parts.append(_side_by_side(collections))
    else:
        parts += [_dashboard(collections[0], "comparison"), _by_model(collections[0], "accuracy")]
    parts.append(_text("## Several samples of a problem\n\nWhat a vote or the best of several samples would give."))
    return [*parts, *(_dashboard(each, "sampling", ("sampling",)) for each in collections)]


def _calibration(collections: Sequence[Collection]) -> list[Part]:
    parts = [
        _text(
            "## Is it as often right as it says?\n\nOnly rollouts that state a confidence are counted; how many do "
            "stands in the tables. A model can rank its answers well and still be too sure of all of them."
        ),
        *(_dashboard(each, "calibration") for each in collections),
        _text("## By model"),
        *(_by_model(each, "calibration", CONFIDENCE) for each in collections),
    ]
    return [*parts, *_trace(collections, SURE, "A sure answer that is wrong")]


def _self_correction(collections: Sequence[Collection]) -> list[Part]:
    parts = [
        _text(
            "## Does a second answer repair more than it breaks?\n\nNo gold may tell which answers are asked again: "
            "where only wrong ones were, the gain is not the model's own. Numbers of such runs are labelled."
        ),
        *(_dashboard(each, "self-correction") for each in collections),
    ]
    return [
        *parts,
        *_trace(collections, "flow=ic", "An answer that the second attempt mended"),
        *_trace(collections, "flow=ci", "An answer that the second attempt broke"),
    ]


def _psychology(collections: Sequence[Collection]) -> list[Part]:
    return [
        _text(
            "## Can the answers be trusted?\n\nScores of a questionnaire mean nothing where answers hang on how an "
            "item is put. This comes first."
        ),
        _lab("reliability"),
        _text("## Does saying go with doing?\n\nSelf-reported traits against behaviour in tasks, model by model."),
        _lab("link"),
        _text("## What personas move\n\nA persona may change what a model says and leave what it does as it was."),
        _lab("dissociation", "effects", "gaps", "regressions"),
    ]


OUTLINES: Final[dict[str, Outline]] = {
    "reflection": Outline(
        "Reflection",
        "What was the reflection worth?",
        "one collection, or several to be seen side by side",
        1,
        MOST,
        _reflection,
    ),
    "comparison": Outline(
        "Model comparison",
        "Which model is better on the same problems?",
        "collections of the same problems, or one collection of several models",
        1,
        MOST,
        _comparison,
    ),
    "calibration": Outline(
        "Calibration",
        "Is it as often right as it says?",
        "collections whose rollouts state a confidence",
        1,
        MOST,
        _calibration,
    ),
    "self-correction": Outline(
        "Self-correction",
        "Does a second answer repair more than it breaks?",
        "collections whose rollouts have two attempts or more",
        1,
        MOST,
        _self_correction,
    ),
    "psychology": Outline(
        "Psychology",
        "Does what models say of themselves go with what they do?",
        "an administration of questionnaires and tasks in the project's lab",
        0,
        0,
        _psychology,
    ),
}
"""Outlines by name; `needs` is said where they are chosen."""
