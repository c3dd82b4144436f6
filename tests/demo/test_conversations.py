"""The conversations that the demo model learns: their shape, and that the project's own extractor reads them."""

import random
import re

from analysis.answers.extract.rules import extract
from analysis.answers.final import final_answer
from analysis.delimiters import split_reasoning
from analysis.types import AnswerType, Problem
from demo.corpus import wording
from demo.corpus.conversations import Message, answered, conversation
from demo.corpus.problems import LEVELS, Step, Sum, draw
from demo.corpus.traces import Pass, Trace, think

CORRECTED = Trace(
    (
        Pass("quick", ("47 + 18 = 65.", "65 - 9 = 55."), (47, 65, 55)),
        Pass("full", ("47 + 10 = 57, 57 + 8 = 65.", "65 - 9 = 56."), (47, 65, 56)),
    )
)
WRITTEN = """<think>
47 + 18 = 65.
65 - 9 = 55. So the answer is 55.

Wait, let me check this in small steps.
47 + 10 = 57, 57 + 8 = 65.
65 - 9 = 56. I was wrong, the answer is 56.
</think>

The answer is 56. Confidence: """


def conversations(n: int, seed: int) -> list[list[Message]]:
    rng = random.Random(seed)
    return [conversation(rng) for _ in range(n)]


def test_a_reply_is_reasoning_then_an_answer_and_a_confidence() -> None:
    asked = wording.Asked("What is 47 + 18 - 9?")
    reply = answered(Sum(47, (Step(1, 18), Step(-1, 9)), 2), asked, CORRECTED)
    assert reply.startswith(WRITTEN)
    assert re.fullmatch(r"\d\d%", reply.removeprefix(WRITTEN))


def test_a_story_tells_the_steps_in_order() -> None:
    told = wording.story(Sum(47, (Step(1, 18), Step(-1, 9), Step(1, 3)), 3), random.Random(1))
    assert re.findall(r"\d+", told) == ["47", "18", "9", "3"]


def test_the_forms_of_a_conversation_occur_in_their_shares() -> None:
    made = conversations(2_000, seed=1)
    n_system = sum(one[0].role == "system" for one in made)
    n_second = sum(one[-2].text in wording.CHECK_AGAIN for one in made)
    n_choice = sum("\n\nA. " in message.text for one in made for message in one)
    # 0.1, 0.85 × 0.12 = 0.10 and 0.15 of 2,000: the bounds are over four standard deviations away.
    assert 140 < n_system < 260
    assert 140 < n_second < 270
    assert 235 < n_choice < 365
    assert all(one[-1].role == "assistant" for one in made)


def test_no_conversation_is_about_a_held_out_sum() -> None:
    n_read = 0
    for messages in conversations(1_000, seed=2):
        asked = re.search(r"What is (\d+)(.*)\?", "\n".join(message.text for message in messages))
        if asked:
            steps = [Step(1 if sign == "+" else -1, int(amount)) for sign, amount in re.findall(r"(.) (\d+)", asked[2])]
            assert not Sum(int(asked[1]), tuple(steps), 1).is_held_out
            n_read += 1
    assert n_read > 300


def test_every_reply_that_is_learned_whole_thinks_before_it_answers() -> None:
    replies = [message for one in conversations(2_000, seed=5) for message in one if message.role == "assistant"]
    assert all(reply.text.startswith("<think>\n") for reply in replies if not reply.n_given)
    given = [reply for reply in replies if reply.n_given]
    # 0.85 × (0.12 × 0.6 + 0.88 × 0.05) = 0.10 of 2,000: a first turn without its reasoning, or a reasoning cut off.
    assert 140 < len(given) < 260
    assert {reply.text[reply.n_given :].partition(" is ")[0] for reply in given} == {"", "\n\nThe answer"}


def test_the_same_seed_gives_the_same_conversations() -> None:
    assert conversations(50, seed=3) == conversations(50, seed=3)
    assert conversations(50, seed=3) != conversations(50, seed=4)


def test_the_extractor_finds_the_value_of_every_pass() -> None:
    rng, n_same = random.Random(4), 0
    for number in range(200):
        drawn = draw(rng, LEVELS[number % 5])
        asked, trace = wording.ask(drawn, rng), think(drawn, rng)
        problem = Problem(asked.question, (str(drawn.answer),), AnswerType.NUMBER)
        reply = answered(drawn, asked, trace)
        split = split_reasoning(reply)
        assert split.reasoning
        assert split.response
        found = extract(reply[split.reasoning.start : split.reasoning.end], problem)
        n_same += [candidate.value for candidate in found] == [str(one.value) for one in trace.passes]
        final = final_answer(reply[split.response.start :], problem)
        assert final
        assert final.value == str(trace.answer)
    assert n_same >= 185  # a value on the way that equals the answer is read as one, in a few per cent
