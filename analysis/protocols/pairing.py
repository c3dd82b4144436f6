"""Two answers that a judge compares: which texts they are, and what its verdicts in both orders come to."""

from collections.abc import Sequence

from analysis.protocols.conduct import Item, ProtocolFailed, Source
from analysis.protocols.tracing import source_of
from analysis.protocols.verdicts import is_right


def attempts_of(source: Source) -> tuple[str, str]:
    """The texts of the first and the last attempt of a rollout; raises ProtocolFailed where there are not two."""
    attempts = [turn.text for turn in source.turns if turn.is_attempt and turn.text]
    if len(attempts) < 2:
        raise ProtocolFailed(f"the rollout has {len(attempts)} attempts with text, a pair needs two")
    return attempts[0], attempts[-1]


def rivals_of(item: Item) -> tuple[str, str]:
    """The texts of a rollout and its rival; raises ProtocolFailed where there is none, or it has no text."""
    if item.rival is None:
        raise ProtocolFailed("no other rollout of this problem is in the collection that is compared with")
    if not item.rival.text.strip():
        raise ProtocolFailed(f"the rival, rollout {item.rival.rollout}, has no text")
    return source_of(item).text, item.rival.text


def agreement_with_golds(item: Item, prefers_first: float) -> dict[str, float]:
    """How far the right one of two is preferred (0 to 1), where just one of them is right; else nothing."""
    first, second = (is_right(item.problem, each.answer) if each else None for each in (item.source, item.rival))
    if first is None or second is None or first == second:
        return {}
    return {"judge_agrees_with_gold": prefers_first if first else 1 - prefers_first}


def preferred(verdict: str, order: int) -> str:
    """Which of the pair a verdict means: in the second order A is the second."""
    if verdict == "tie":
        return "tie"
    return "first" if (verdict == "A") == (order == 0) else "second"


def worth(name: str) -> float:
    return {"first": 1.0, "tie": 0.5, "second": 0.0}[name]


def pair_scores(verdicts: Sequence[str], names: Sequence[str]) -> dict[str, float]:
    """How much the first is preferred, whether the orders agree, and how often the place A was picked (ties left out).

    >>> pair_scores(["A", "A"], ["first", "second"])
    {'judge_prefers_first': 0.5, 'judge_is_consistent': 0.0, 'judge_picks_place_a': 1.0}
    """
    scores = {"judge_prefers_first": sum(worth(name) for name in names) / len(names)}
    if len(names) > 1:
        scores["judge_is_consistent"] = float(len(set(names)) == 1)
    places = [verdict == "A" for verdict in verdicts if verdict != "tie"]
    if places:
        scores["judge_picks_place_a"] = sum(places) / len(places)
    return scores
