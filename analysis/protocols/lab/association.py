"""The word association task put to a model: one sheet of words, each to get one of two labels.

Scores: `association/status` always (read: at least one word has a label); for a problem of the task `words_unread` (a
share) and, where there is one, `bias`. Knows no figure of a sitting.
"""

from collections.abc import Mapping

from analysis.asking import Reply
from analysis.protocols.conduct import Item
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab import grid
from analysis.protocols.reading import visible
from analysis.protocols.sampling import seed_of
from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.replies import REFUSALS, Status
from analysis.psychometrics.tasks.association import Sheet, association_scores, find_sheet
from analysis.psychometrics.tasks.labelled_words import LONGEST, read_labels


def _conducting(item: Item, settings: Settings) -> Conducting:
    text = grid.question_of(item.problem)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    sheet = find_sheet(item.problem.key)
    labels = _read(reply, sheet)
    scores = {"status": float(STATUS_CODES[_status(reply, labels).value])}
    if sheet:
        scores |= association_scores(sheet, labels)
    turns = grid.turns_of(settings, text, reply, answer=_told(labels))
    named = {f"association/{name}": value for name, value in scores.items()}
    return grid.made(settings, turns, named, truncated=reply.finish_reason == "length")


def _read(reply: Reply, sheet: Sheet | None) -> Mapping[str, str]:
    return read_labels(visible(reply.text), sheet.words, (sheet.a, sheet.b)) if sheet else {}


def _status(reply: Reply, labels: Mapping[str, str]) -> Status:
    said = visible(reply.text).strip()[:LONGEST]
    if labels:
        return Status.READ
    if not said:
        return Status.EMPTY
    return Status.REFUSED if REFUSALS.search(said) else Status.UNREAD


def _told(labels: Mapping[str, str]) -> str | None:
    """The labels as the turn's answer, as they were read."""
    return "; ".join(f"{word} - {label}" for word, label in labels.items()) or None


ASSOCIATION = grid.Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=grid.gridded(max_tokens=256),
    conducting=_conducting,
    at_most=grid.at_most(1),
    check=grid.check_grid,
)
