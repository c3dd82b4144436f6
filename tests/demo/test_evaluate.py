"""How the demo model's replies are read and summed: hand-made replies, and a written-out engine."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from analysis.asking import Ask, Probing, Reply
from analysis.types import AnswerType, Problem, Transition
from demo.evaluate import auroc, evaluate, summed
from demo.fresh import fresh
from demo.reading import Read, read

PROBLEM = Problem("What is 47 + 18 - 9?", ("56",), AnswerType.NUMBER)
CORRECTED = """<think>
47 + 18 = 65.
65 - 9 = 55. So the answer is 55.

Wait, let me check this in small steps.
47 + 10 = 57, 57 + 8 = 65.
65 - 9 = 56. I was wrong, the answer is 56.
</think>

The answer is 56. Confidence: 85%"""


class Told:
    """An engine that is told the answers, and ends its replies last to first."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = answers
        self.asked: list[Ask] = []

    def about(self) -> Mapping[str, object]:
        return {}

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        self.asked += asks
        for position in reversed(range(len(asks))):
            answer = self.answers[position]
            text = f"<think>\nSo the answer is {answer}.\n</think>\n\nThe answer is {answer}. Confidence: 95%"
            yield position, Reply(text)

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def test_a_corrected_reply_is_wrong_first_and_right_in_the_end() -> None:
    assert read(Reply(CORRECTED), PROBLEM) == Read(False, True, True, 0.85, (Transition.FT,))


@pytest.mark.parametrize(
    ("text", "finish_reason"),
    [
        (CORRECTED.partition("</think>")[0], "length"),
        (CORRECTED.replace(" Confidence: 85%", ""), "stop"),
        ("The answer is 56. Confidence: 85%", "stop"),
        ("", "stop"),
    ],
    ids=["cut short", "no confidence", "no reasoning", "empty"],
)
def test_a_reply_that_lacks_a_part_is_not_in_format(text: str, finish_reason: str) -> None:
    assert not read(Reply(text, finish_reason), PROBLEM).is_in_format


def test_a_reply_without_an_answer_is_wrong() -> None:
    assert not read(Reply("I do not know."), PROBLEM).is_final_right


def test_confidence_is_worth_the_share_of_pairs_that_it_puts_in_order() -> None:
    # Right 0.9, 0.8, 0.5; wrong 0.8, 0.2. Pairs in order: 2 + 1.5 + 1 = 4.5 of 6.
    said = [(0.9, True), (0.8, True), (0.5, True), (0.8, False), (0.2, False), (None, False)]
    assert auroc(said) == 0.75
    assert auroc([(0.9, True)]) is None


def test_reads_are_summed_as_fractions() -> None:
    reads = [
        Read(False, True, True, 0.9, (Transition.FT, Transition.TT)),
        Read(True, True, True, 0.9, (Transition.TT,)),
        Read(True, False, True, 0.5, (Transition.TF,)),
        Read(False, True, False, None, ()),
    ]
    found = summed(reads, [1, 1, 2, 2])
    assert (found["first_accuracy"], found["final_accuracy"], found["in_format"]) == (0.5, 0.75, 0.75)
    assert found["gain"] == 0.25  # two gained and one lost, of four
    low, high = found["gain_interval"]
    assert low < 0.25 < high
    assert found["transitions"] == {"tt": 0.5, "ffs": 0.0, "ffd": 0.0, "tf": 0.25, "ft": 0.25}
    assert found["by_difficulty"] == [
        {"level": 1, "n": 2, "first_accuracy": 0.5, "final_accuracy": 1.0},
        {"level": 2, "n": 2, "first_accuracy": 0.5, "final_accuracy": 0.5},
    ]


def test_replies_are_matched_to_their_problems_in_whatever_order_they_end() -> None:
    found = evaluate(Told([one.problem.golds[0] for one in fresh(20, seed=5)]), 20, 5)
    assert (found["n"], found["seed"], found["first_accuracy"], found["final_accuracy"]) == (20, 5, 1.0, 1.0)


def test_a_second_turn_asks_to_check_the_answer_without_the_reasoning() -> None:
    engine = Told([one.problem.golds[0] for one in fresh(5, seed=6)])
    assert evaluate(engine, 5, 6, has_second_turn=True)["second_turn_accuracy"] == 1.0
    last = engine.asked[-1].messages
    assert [message.role for message in last] == ["user", "assistant", "user"]
    assert last[1].text == f"The answer is {engine.answers[4]}. Confidence: 95%"
    assert last[2].text == "Check your answer."
