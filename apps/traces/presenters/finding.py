"""The page's answer in a sentence, computed from its numbers; where an interval holds 0 it says so. Knows no page."""

from dataclasses import dataclass

from analysis.measures.base import Row
from apps.core.templatetags.numbers import count, interval, points, share
from apps.traces.presenters.conventions import Convention, gain_shown
from apps.traces.presenters.figures.card import Group

Part = tuple[str, bool]
"""Words, and whether they are strong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`aside` is a last sentence: the words of a link, its address, and the rest."""

    parts: tuple[Part, ...]
    aside: tuple[str, str, str] | None = None


MANY_CUT_OFF = 0.05
"""From this share of rollouts that were cut off on, the sentence names them."""


def finding(
    accuracy: Group,
    transitions: Group,
    tokens: Group,
    convention: Convention | None = None,
    cut_off: float = 0.0,
) -> Finding:
    """What reflection did, and what the thinking after the first answer took and gave; for collections with golds.

    `cut_off` is the share of rollouts that were truncated: their missing final answers count as wrong.
    """
    worth = _with_cut_off(_worth(accuracy, tokens, convention), cut_off, "counted as wrong where no answer followed")
    parts = (*_reflection(transitions), (" ", False), *worth)
    return Finding(parts, _aside(accuracy, convention) if convention else None)


def finding_without_golds(stability: Group, tokens: Group, cut_off: float = 0.0) -> Finding:
    """What can be said where nobody knows the right answers."""
    kept, changed = stability["first_is_final_share"], stability["changed_transition_share"]
    if kept.estimate is None:
        return Finding(((f"No answer can be followed here: {kept.reason}.", False),))
    said = f" in {_share(kept)} of {count(kept.n)} rollouts"
    parts: list[Part] = [("The final answer ", False), ("repeats the first one", True), (said, False)]
    if changed.estimate is not None:
        parts.append((f"; {_share(changed)} of {count(changed.n)} reflections change the answer", False))
    parts.append((f". {_takes(tokens)}" if tokens["share_after"].estimate is not None else ".", False))
    parts = _with_cut_off(parts, cut_off, "and therefore without a final answer in part")
    return Finding((*parts, (" No gold answer is known, so nothing is said of right and wrong.", False)))


def _with_cut_off(parts: list[Part], cut_off: float, consequence: str) -> list[Part]:
    """The sentence with those that were cut off as its condition, where they are many."""
    if cut_off < MANY_CUT_OFF:
        return parts
    words, is_strong = parts[0]
    start = words[:1].lower() + words[1:] if not is_strong else words
    cut = (f"{share(cut_off)} of the rollouts cut off", True)
    return [("With ", False), cut, (f", {consequence}, ", False), (start, is_strong), *parts[1:]]


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


def _aside(accuracy: Group, convention: Convention) -> tuple[str, str, str]:
    gain = accuracy["gain"]
    whole = f"{points(gain.estimate)} points {interval(gain.low, gain.high, gain.unit)}".strip()
    rest = {
        "wrong": f" and count as wrong at first: with them the difference is {whole}.",
        "final": "; their final answer counts as their first.",
        "leave_out": " and are left out.",
    }
    return convention.said, convention.href, convention.part + rest[convention.name]


def _worth(accuracy: Group, tokens: Group, convention: Convention | None) -> list[Part]:
    gain, final = gain_shown(accuracy, convention), accuracy["final_accuracy"]
    if gain.estimate is None:
        if final.estimate is None:
            return [(f"Accuracy cannot be told: {final.reason}.", False)]
        why = f" of {count(final.n)} final answers are right; of first answers nothing is known: {gain.reason}."
        return [(_share(final), True), (why, False)]
    among = (
        f" among rollouts that state an answer in {convention.where}" if convention and convention.shows_others else ""
    )
    start = (
        _takes(tokens)[:-1] + " and "
        if tokens["share_after"].estimate is not None
        else "What is written after the first answer "
    )
    return [(start, False), *_gain(gain, among)]


def _gain(gain: Row, among: str) -> list[Part]:
    assert gain.estimate is not None
    size = f"{points(abs(gain.estimate)).lstrip('+')} points"
    beside = f" of accuracy {interval(gain.low, gain.high, 'difference')}{among}."
    if gain.low is not None and gain.low > 0:
        return [("adds ", False), (size, True), (beside, False)]
    if gain.high is not None and gain.high < 0:
        return [("costs ", False), (size, True), (beside, False)]
    if gain.low is None:
        return [
            ("moves accuracy by ", False),
            (f"{points(gain.estimate)} points", True),
            (f"{among} ({gain.reason}).", False),
        ]
    sure = f"{among}: {points(gain.estimate)} points {interval(gain.low, gain.high, 'difference')}; that holds 0."
    return [("changes accuracy by ", False), ("nothing that can be told from 0", True), (sure, False)]


def _takes(tokens: Group) -> str:
    after = tokens["share_after"]
    return f"What is written after the first answer takes {share(after.estimate, 0)} of the tokens read."


def _share(row: Row) -> str:
    return share(row.estimate)
