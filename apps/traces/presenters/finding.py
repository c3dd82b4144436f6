"""The page's answer in a sentence, computed from its numbers; where an interval holds 0 it says so. Knows no page."""

from dataclasses import dataclass

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count, interval, points, share
from apps.traces.presenters.figures.card import Group

Part = tuple[str, bool]
"""Words, and whether they are strong."""


@dataclass(frozen=True, slots=True)
class Finding:
    parts: tuple[Part, ...]


def finding(accuracy: Group, transitions: Group, tokens: Group) -> Finding:
    """What reflection did, and what the thinking after the first answer took and gave; for collections with golds."""
    return Finding((*_reflection(transitions), (" ", False), *_worth(accuracy, tokens)))


def finding_without_golds(stability: Group, tokens: Group) -> Finding:
    """What can be said where nobody knows the right answers."""
    kept, changed = stability["first_is_final_share"], stability["changed_transition_share"]
    if kept.estimate is None:
        return Finding(((f"No answer can be followed here: {kept.reason}.", False),))
    said = f" in {_share(kept)} of {count(kept.n)} rollouts"
    parts: list[Part] = [("The final answer ", False), ("repeats the first one", True), (said, False)]
    if changed.estimate is not None:
        parts.append((f"; {_share(changed)} of {count(changed.n)} reflections change the answer", False))
    parts.append((f". {_takes(tokens)}" if tokens["share_after"].estimate is not None else ".", False))
    return Finding((*parts, (" No gold answer is known, so nothing is said of right and wrong.", False)))


def _reflection(transitions: Group) -> list[Part]:
    kept, corrected = transitions["share_confirmatory"], transitions["share_corrective"]
    if kept.estimate is None:
        return [(f"No reflection can be measured here: {kept.reason}.", False)]
    verb = _tendency(kept)
    rest = f": {_share(kept)} of {count(kept.n)} transitions keep it, right or wrong, and {_share(corrected)} "
    return [("Reflection here ", False), (verb, True), (f"{rest}turn a wrong answer right.", False)]


def _tendency(kept: Row) -> str:
    if kept.low is None or kept.high is None:
        return "is seen on too few problems to say what it mostly does"
    if kept.low > 0.5:
        return "mostly repeats the answer before it"
    if kept.high < 0.5:
        return "mostly changes the answer before it"
    return "keeps the answer about as often as it changes it"


def _worth(accuracy: Group, tokens: Group) -> list[Part]:
    gain, final = accuracy["gain"], accuracy["final_accuracy"]
    if gain.estimate is None:
        if final.estimate is None:
            return [(f"Accuracy cannot be told: {final.reason}.", False)]
        why = f" of {count(final.n)} final answers are right; of first answers nothing is known: {gain.reason}."
        return [(_share(final), True), (why, False)]
    start = (
        _takes(tokens)[:-1] + " and "
        if tokens["share_after"].estimate is not None
        else "What is written after the first answer "
    )
    return [(start, False), *_gain(gain)]


def _gain(gain: Row) -> list[Part]:
    assert gain.estimate is not None
    size = f"{points(abs(gain.estimate)).lstrip('+')} points"
    beside = f" of accuracy {interval(gain.low, gain.high, 'difference')}."
    if gain.low is not None and gain.low > 0:
        return [("adds ", False), (size, True), (beside, False)]
    if gain.high is not None and gain.high < 0:
        return [("costs ", False), (size, True), (beside, False)]
    if gain.low is None:
        return [("moves accuracy by ", False), (f"{points(gain.estimate)} points", True), (f" ({gain.reason}).", False)]
    sure = f": {points(gain.estimate)} points {interval(gain.low, gain.high, 'difference')}, an interval that holds 0."
    return [("changes accuracy by ", False), ("nothing that can be told from 0", True), (sure, False)]


def _takes(tokens: Group) -> str:
    after = tokens["share_after"]
    return f"What is written after the first answer takes {share(after.estimate, 0)} of the tokens read."


def _share(row: Row) -> str:
    return share(row.estimate)
