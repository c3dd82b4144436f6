"""What the second stage of training teaches: options gone through, debates, judgements and lists of answers."""

import random
import re

import pytest

from analysis.answers.final import final_answer
from analysis.protocols.debate import ruling_in
from analysis.protocols.extraction import INSTRUCTION
from analysis.protocols.json_replies import find_list
from analysis.protocols.rulings import verdict_in
from analysis.types import AnswerType, Problem
from demo.corpus import choosing, debating, extracting, judging, wording
from demo.corpus.choosing import Options
from demo.corpus.conversations import Message
from demo.corpus.lessons import SHARES, lesson
from demo.corpus.problems import LEVELS, Step, Sum, draw

PENS = Sum(47, (Step(1, 18), Step(-1, 9)), level=2)


def made(kind: str, n: int, seed: int) -> list[list[Message]]:
    rng = random.Random(seed)
    return [SHARES[kind][0](draw(rng, LEVELS[number % 5]), rng) for number in range(n)]


def test_options_are_gone_through_until_one_holds_the_value() -> None:
    options = Options((45, 56, 65))
    assert options.gone_through(56) == "A. 45: 4/5 no\nB. 56: 5/5, 6/6 yes. So the answer is B."
    assert options.gone_through(55) == "A. 45: 4/5 no\nB. 56: 5/5, 6/5 no\nC. 65: 6/5 no. None of them."


def test_a_reply_with_options_gives_a_letter_and_marks_no_wrong_value_yes() -> None:
    rng = random.Random(1)
    for number in range(200):
        problem = draw(rng, LEVELS[number % 5])
        options = choosing.drawn(problem, rng)
        assert problem.answer in options.values
        text, letter = choosing.answered(problem, options, rng)
        final = final_answer(text.partition("</think>")[2], _choice(problem, options))
        assert final
        assert final.value == letter
        for line, said in re.findall(r"(\w)\. .* yes\. So the answer is (\w)\.", text):
            assert line == said


def _choice(problem: Sum, options: Options) -> Problem:
    texts = tuple(str(value) for value in options.values)
    return Problem("", (options.letter(problem.answer) or "",), AnswerType.CHOICE, texts)


def test_options_stand_below_the_question_as_protocols_write_them() -> None:
    asked = [messages[0].text for messages in made("choice", 200, seed=2)]
    plain = [text for text in asked if re.search(r"\?\nA\. \d+\nB\. \d+", text)]
    assert len(plain) > 130  # eight of ten; the others have a blank line between, as the first stage has
    assert {text.count("\n") for text in plain} == {2, 3, 4, 5, 6}


def test_a_debate_is_asked_in_the_words_of_the_protocol_and_ruled_in_its_form() -> None:
    debates = made("debate", 300, seed=3)
    rulings = [one for one in debates if "JSON" in one[0].text]
    assert len(rulings) > 40
    for asked, said in rulings:
        sides = dict(re.findall(r"(Affirmative|Negative) side:\n.*The answer is (\d+)\.", asked.text))
        ruling = ruling_in(said.text)
        value = re.search(r"The steps give (\d+)\.", said.text)
        assert value
        assert ruling.answer == (value[1] if value[1] in sides.values() else "")
        assert not ruling.side or sides[ruling.side.capitalize()] == ruling.answer
    assert {one[0].role for one in debates} == {"system", "user"}
    assert any("List the different answers" in one[0].text for one in debates)
    assert any("Answers that a debate gave" in one[0].text for one in debates)


def test_a_side_agrees_where_it_finds_the_same() -> None:
    n_agreed = n_disagreed = 0
    for system, asked, said in (one for one in made("debate", 300, seed=4) if one[0].role == "system"):
        assert system.text.startswith("You take part in a debate")
        others = re.findall(r"The answer is (\d+)\.", asked.text)
        own = re.search(r"I (agree|disagree)\. The answer is (\d+)\.", said.text)
        if own:
            assert (own[2] == others[-1]) == (own[1] == "agree")
            n_agreed, n_disagreed = n_agreed + (own[1] == "agree"), n_disagreed + (own[1] == "disagree")
    assert n_agreed > n_disagreed > 10


@pytest.mark.parametrize(
    ("form", "said", "ends"),
    [
        ("verdict", [56], "VERDICT: correct"),
        ("verdict", [55], "VERDICT: incorrect"),
        ("score", [56], "SCORE: 9"),
        ("score", [66], "SCORE: 2"),
        ("pair", [56, 46], "VERDICT: A"),
        ("pair", [57, 56], "VERDICT: B"),
        ("pair", [56, 56], "VERDICT: tie"),
    ],
)
def test_an_answer_is_judged_by_a_check(form: str, said: list[int], ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.corpus.traces.P_SLIP_CHECK", 0.0)
    text = judging.reply(PENS, form, said, random.Random(1))
    assert text.startswith("<think>\n47 + 10 = 57, 57 + 8 = 65.\n65 - 9 = 56.\n")
    assert text.endswith(f"\n\nThe steps give 56.\n{ends}")


def test_every_judgement_can_be_read() -> None:
    for messages in made("judge", 100, seed=5):
        if "SCORE" not in messages[-1].text:
            assert verdict_in(messages[-1].text, ("correct", "incorrect", "A", "B", "tie"))


def test_the_list_names_each_line_that_states_the_answer() -> None:
    text = "\n47 + 18 = 65.\n65 - 9 = 55. So the answer is 55.\n\nWait.\n65 - 9 = 56. I was wrong, the answer is 56."
    assert extracting.pairs_in(text) == [(3, "55"), (6, "56")]
    said = extracting.reply(text)
    assert '\n3: 65 - 9 = 55. So the answer is 55. [3, "55"]\n4: \n' in said
    assert find_list(said.partition("</think>")[2]) == [[3, "55"], [6, "56"]]


def test_the_instruction_to_list_keeps_its_first_and_last_line() -> None:
    rng = random.Random(6)
    found = {extracting.instruction(rng) for _ in range(300)}
    lines = INSTRUCTION.split("\n")
    assert INSTRUCTION in found
    assert all(one.startswith(lines[0]) and one.endswith(lines[-1]) for one in found)


def test_every_learned_reply_thinks_before_it_answers() -> None:
    rng = random.Random(7)
    replies = [one for _ in range(1_000) for one in lesson(rng) if one.role == "assistant"]
    assert all(one.text.startswith("<think>\n") for one in replies if not one.n_given)


def test_no_lesson_is_about_a_held_out_sum() -> None:
    rng, n_read = random.Random(8), 0
    for _ in range(1_000):
        told = re.search(r"What is (\d+)(.*)\?", "\n".join(one.text for one in lesson(rng)))
        if told:
            steps = [Step(1 if sign == "+" else -1, int(amount)) for sign, amount in re.findall(r"(.) (\d+)", told[2])]
            assert not Sum(int(told[1]), tuple(steps), 1).is_held_out
            n_read += 1
    assert n_read > 300


def test_the_same_seed_gives_the_same_lessons() -> None:
    first, again, other = (
        [lesson(rng) for _ in range(30)] for rng in (random.Random(9), random.Random(9), random.Random(10))
    )
    assert first == again
    assert first != other


def test_most_of_the_second_stage_is_what_the_first_taught() -> None:
    assert sum(share for _, share in SHARES.values()) == pytest.approx(1)
    assert SHARES["open"][1] >= 0.55
    assert wording.LETTERS in choosing.LETTERS
    assert set(debating.LEVELS) == {"0", "1", "2", "3"}
