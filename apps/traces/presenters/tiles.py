"""The tiles of the dashboard: a number, its interval and n, and how it was counted. Knows no page."""

from dataclasses import dataclass

from analysis.measures.base import Row
from apps.core.templatetags.numbers import DASH, count, decimal, interval, plural, points, share
from apps.traces.presenters.conventions import Convention, gain_shown
from apps.traces.presenters.figures.card import Group, Links

FIRST_COUNTED = {
    "wrong": "no candidate counts as wrong",
    "final": "no candidate: the final answer is the first",
    "leave_out": "rollouts without a candidate are left out",
}


@dataclass(frozen=True, slots=True)
class Tile:
    title: str
    value: str
    small: str = ""
    beside: str = ""
    how: str = ""
    href: str = ""


def tiles(
    accuracy: Group,
    transitions: Group,
    tokens: Group,
    candidates: Group,
    *,
    links: Links,
    n_sets: int,
    convention: Convention | None = None,
) -> list[Tile]:
    """Of a collection with golds."""
    average = f"macro-average over {n_sets} problem sets" if n_sets > 1 else "unread answers count as wrong"
    average = FIRST_COUNTED[convention.name] if convention else average
    return [
        _first(accuracy["first_accuracy"], average, links, convention),
        _final(accuracy, links, convention),
        _corrected(transitions["p_ft"], links),
        tokens_after(tokens, n_sets),
        per_rollout(candidates, links),
    ]


def tiles_without_golds(stability: Group, tokens: Group, candidates: Group, *, links: Links, n_sets: int) -> list[Tile]:
    """Where accuracy cannot be told: what became of the first answer."""
    kept, changed = stability["first_is_final_share"], stability["changed_answer_share"]
    return [
        _share("First answer is final", kept, "values are equal", links.to(stable="yes")),
        _share("Answer changed", changed, "at least once, of rollouts with a candidate", links.to(changes="1..")),
        _plain("Changes per rollout", stability["changes_per_rollout"], 2, "between consecutive candidates"),
        tokens_after(tokens, n_sets),
        per_rollout(candidates, links),
    ]


def tokens_after(tokens: Group, n_sets: int) -> Tile:
    after, before = tokens["tokens_after"], tokens["tokens_first"]
    if after.estimate is None:
        return _undefined("Tokens after the first answer", after)
    beside = f"{interval(after.low, after.high, 'tokens')} n={count(after.n)} · before it {count(before.estimate)}"
    how = f"{'macro-average; ' if n_sets > 1 else ''}its line counts as before; to the end of the text read"
    return Tile(
        "Tokens after the first answer", count(after.estimate), share(tokens["share_after"].estimate, 0), beside, how
    )


def per_rollout(candidates: Group, links: Links) -> Tile:
    mean, median, p90 = (candidates[f"candidates_{name}"] for name in ("per_rollout", "median", "p90"))
    if mean.estimate is None:
        return _undefined("Candidates per rollout", mean)
    beside = f"{interval(mean.low, mean.high, 'candidates')} n={count(mean.n)}"
    how = f"median {count(median.estimate)}, 90th percentile {count(p90.estimate)}; none counts as 0"
    return Tile("Candidates per rollout", decimal(mean.estimate), "", beside, how, links.to(candidates="many"))


def _first(row: Row, average: str, links: Links, convention: Convention | None) -> Tile:
    is_listed = convention is None or convention.lists_first_answers
    return _share("First-answer accuracy", row, average, links.to(first_outcome="correct") if is_listed else "")


def _final(accuracy: Group, links: Links, convention: Convention | None) -> Tile:
    final, gain = accuracy["final_accuracy"], gain_shown(accuracy, convention)
    if final.estimate is None:
        return _undefined("Final accuracy", final)
    change = points(gain.estimate) if gain.estimate is not None else ""
    difference = f" · difference {interval(gain.low, gain.high, 'difference')}" if gain.low is not None else ""
    beside = f"{interval(final.low, final.high, 'share')}{difference}"
    paired = f"difference of the {count(gain.n)} with a candidate" if final.n != gain.n else "same denominator"
    how = f"{paired}; paired by rollout" if change else f"n={count(final.n)}, {plural(final.n_problems, 'problem')}"
    return Tile("Final accuracy", share(final.estimate), change, beside, how, links.to(outcome="correct"))


def _corrected(row: Row, links: Links) -> Tile:
    tile = _share("p(F→T)", row, "next candidate right, given a wrong one", links.to(transition="ft"))
    if row.estimate is None:
        return tile
    few = f", {count(row.n_events)} corrected" if row.n_events is not None and row.n_events < 10 else ""
    beside = f"{interval(row.low, row.high, 'share')} n={count(row.n)} from wrong{few}"
    return Tile(tile.title, tile.value, "", beside, tile.how, tile.href)


def _share(title: str, row: Row, how: str, href: str) -> Tile:
    if row.estimate is None:
        return _undefined(title, row)
    beside = f"{interval(row.low, row.high, 'share')} n={count(row.n)}, {plural(row.n_problems, 'problem')}"
    return Tile(title, share(row.estimate), "", beside, how, href)


def _plain(title: str, row: Row, places: int, how: str) -> Tile:
    if row.estimate is None:
        return _undefined(title, row)
    low, high = row.low, row.high
    beside = f"[{decimal(low, places)}, {decimal(high, places)}] " if low is not None and high is not None else ""
    return Tile(title, decimal(row.estimate, places), "", f"{beside}n={count(row.n)}", how)


def _undefined(title: str, row: Row) -> Tile:
    return Tile(title, DASH, how=row.reason or "")
