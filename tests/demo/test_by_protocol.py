"""How the demo model is measured inside protocols: written-out engines that debate, judge and list."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from analysis.asking import Ask, Probing, Reply
from analysis.protocols.extraction import EXTRACTION
from demo.by_protocol import MEASURED, conducted, debates, extractions, judgements
from demo.corpus import extracting
from demo.fresh import fresh

RIGHT = {one.problem.question: one.problem.golds[0] for one in fresh(6, seed=3)}


class Saying:
    """An engine that answers each ask by a function of it, last to first."""

    def __init__(self, say: Callable[[Ask], str]) -> None:
        self.say = say

    def about(self) -> Mapping[str, object]:
        return {}

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        for position in reversed(range(len(asks))):
            yield position, Reply(self.say(asks[position]))

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def gold_of(ask: Ask) -> str:
    return next(gold for question, gold in RIGHT.items() if question in ask.messages[-1].text)


def test_a_debate_that_the_judge_ends_with_the_gold_is_right() -> None:
    def say(ask: Ask) -> str:
        if ask.role == "judge":
            return f'{{"decided": true, "side": "negative", "answer": "{gold_of(ask)}"}}'
        return f"The answer is {gold_of(ask) if ask.role == 'negative' else '0'}."

    assert debates(Saying(say), 6, 3) == {
        "came_to_a_result": 1.0,
        "ended_early": 1.0,
        "sides_differed": 1.0,
        "first_speech_right": 0.0,
        "end_right": 1.0,
    }


def test_a_judge_that_always_approves_is_right_where_the_answers_are() -> None:
    found = judgements(Saying(lambda _: "VERDICT: correct"), 6, 3)
    assert found["came_to_a_result"] == 1.0
    assert found["verdict_right"] == found["answers_right"]


def test_a_judge_without_a_verdict_comes_to_nothing() -> None:
    found = judgements(Saying(lambda _: "Who knows?"), 6, 3)
    assert (found["came_to_a_result"], found["verdict_right"]) == (0.0, 0.0)


def test_a_list_is_right_where_it_names_the_lines_and_values() -> None:
    def say(ask: Ask) -> str:
        lines = ask.messages[-1].text.partition("Solution:\n")[2].removesuffix("\n\nNow give the list.").split("\n")
        return extracting.reply("\n".join(line.partition(": ")[2] for line in lines))

    assert extractions(Saying(say), 6, 3) == {"came_to_a_result": 1.0, "list_right": 1.0}
    assert extractions(Saying(lambda _: "[]"), 6, 3) == {"came_to_a_result": 1.0, "list_right": 0.0}
    assert extractions(Saying(lambda _: "none"), 6, 3) == {"came_to_a_result": 0.0, "list_right": 0.0}


def test_nothing_is_conducted_for_no_items() -> None:
    assert conducted(Saying(lambda _: ""), "debate", []) == []
    assert set(MEASURED) == {"debate", "judge", "extraction"}
    assert EXTRACTION.needs == "rollout"
