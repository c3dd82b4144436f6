"""Two sides argue, a judge ends it: multi-agent debate (MAD, arXiv 2305.19118). Knows no engine.

The affirmative side answers, the negative side is told that it disagrees, then they take turns and see all that was
said. After each round the judge may end the debate (adaptive break); after the last one it lists the candidates and
picks one. The four levels say how far the sides must disagree. The words are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from analysis.asking import Ask, Message, Reply
from analysis.protocols.conduct import Estimate, Item, Made, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, shown
from analysis.protocols.json_replies import find_object
from analysis.protocols.prompting import ITEM_FORM, asked_problem, variables_of
from analysis.protocols.reading import attempt_of, good, only, remark_of, visible
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.templates import fill
from analysis.protocols.verdicts import are_same
from analysis.types import Problem, Role, Turn

AFFIRMATIVE, NEGATIVE = "affirmative", "negative"
MAX_ANSWER = 2_000
LEVELS: Mapping[str, str] = {
    "0": "Agree with the other side on every point.",
    "1": "Disagree with most of what the other side says; small agreement is allowed.",
    "2": "You need not agree with everything the other side says; what counts is the right answer.",
    "3": "Disagree with the other side on every point.",
}
DEBATER = "You take part in a debate about the answer to a question. {level} Give reasons, and state your answer."
OPENS = "Question:\n{question}\n\nYou speak first: answer it and say why."
REPLIES = "Question:\n{question}\n\nSaid so far:\n{said}\n\nYou are the {side} side. {told}"
DISAGREES = "You disagree with the answer above. Say why, and give yours."
GOES_ON = "Respond to the other side, and state your answer."
MODERATES = (
    "You moderate a debate about a question.\n\nQuestion:\n{question}\n\nSaid so far:\n{said}\n\n"
    "Is it clear by now which answer is right? Reply with one JSON object and nothing else: "
    '{"decided": true or false, "side": "affirmative", "negative" or "", "reason": "...", "answer": "the answer, or '
    'empty while undecided"}'
)
CANDIDATES = (
    "Question:\n{question}\n\nSaid in a debate:\n{said}\n\nList the different answers that were given. Do not choose."
)
CHOOSES = (
    "Question:\n{question}\n\nAnswers that a debate gave:\n{candidates}\n\nWhich one is right? Say why, and "
    "end with the answer, as in: The answer is X."
)
PARAMETERS = (
    SAMPLES,
    Parameter("rounds", "Rounds at most", "integer", 3, minimum=1, maximum=32),
    Parameter(
        "level",
        "How far the sides disagree",
        "choice",
        "2",
        choices=(
            ("0", "0: they agree on every point"),
            ("1", "1: mostly they disagree"),
            ("2", "2: they need not agree (the method's own)"),
            ("3", "3: they disagree on every point"),
        ),
    ),
    Parameter("adaptive_break", "The judge may end it after any round", "flag", True),
    HISTORY,
    ITEM_FORM,
    *decoding(),
)


class Ruling(NamedTuple):
    """What the judge said after a round; an answer decides, as in the method's code."""

    answer: str
    side: str


@dataclass
class Debate:
    """One debate so far."""

    item: Item
    settings: Settings
    turns: list[Turn] = field(default_factory=list)
    n_calls: int = 0

    @property
    def problem(self) -> Problem:
        return asked_problem(self.item.problem, self.settings["item_form"])

    @property
    def question(self) -> str:
        return variables_of(self.item.problem, self.settings["item_form"])["question"]

    @property
    def speeches(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.actor in (AFFIRMATIVE, NEGATIVE)]

    def said(self) -> str:
        told = ((turn.actor.capitalize(), shown(turn.text or "", self.settings)) for turn in self.speeches)
        return "\n\n".join(f"{actor} side:\n{text}" for actor, text in told)

    def ask(self, role: str, text: str, system: str = "") -> Ask:
        messages = (Message(Role.SYSTEM, system), Message(Role.USER, text)) if system else (Message(Role.USER, text),)
        seed = seed_of(self.item, role, self.n_calls) if self.n_calls else seed_of(self.item)
        self.n_calls += 1
        return Ask(messages, sampling=sampling_of(self.settings), seed=seed, role=role)

    def speech(self, side: str) -> Ask:
        """What a side is asked: to open, to disagree, or to go on."""
        system = fill(DEBATER, {"level": LEVELS[self.settings["level"]]})
        if not self.speeches:
            return self.ask(side, fill(OPENS, {"question": self.question}), system)
        told = DISAGREES if len(self.speeches) == 1 else GOES_ON
        values = {"question": self.question, "said": self.said(), "side": side, "told": told}
        return self.ask(side, fill(REPLIES, values), system)

    def judged(self, template: str, **more: str) -> Ask:
        return self.ask("judge", fill(template, {"question": self.question, "said": self.said()} | more))


def _conducting(item: Item, settings: Settings) -> Conducting:
    debate = Debate(item, settings)
    debate.turns.append(Turn(Role.USER, debate.question))
    ruling, n_rounds = Ruling("", ""), 0
    while n_rounds < settings["rounds"] and not ruling.answer:
        n_rounds += 1
        for side in (AFFIRMATIVE, NEGATIVE):
            reply = good(only((yield [debate.speech(side)])), side)
            debate.turns.append(attempt_of(reply, debate.problem, side))
        if settings["adaptive_break"]:
            verdict = good(only((yield [debate.judged(MODERATES)])), "judge")
            ruling = ruling_in(verdict.text)
            debate.turns.append(_ruled(verdict, ruling))
    scores = {"n_rounds": n_rounds, "broke_early": float(bool(ruling.answer)), **scores_of(debate)}
    if not ruling.answer:
        listed = good(only((yield [debate.judged(CANDIDATES)])), "judge")
        debate.turns.append(remark_of(listed, Role.JUDGE))
        choice = good(only((yield [debate.judged(CHOOSES, candidates=visible(listed.text) or listed.text)])), "judge")
        debate.turns.append(attempt_of(choice, debate.problem, "judge", Role.JUDGE))
    made = Made(tuple(debate.turns), item.sample, {"level": settings["level"]} | condition_of(settings), scores)
    return Result((made._replace(scores=dict(scores) | {"n_calls": debate.n_calls}),), remarks=_remarks(ruling))


def ruling_in(text: str) -> Ruling:
    """The judge's ruling in a reply; none where it gives no object or no answer. The method's own keys are read too.

    >>> ruling_in('{"decided": true, "side": "negative", "answer": 42}'), ruling_in("Let them go on.")
    (Ruling(answer='42', side='negative'), Ruling(answer='', side=''))
    """
    found = find_object(visible(text) or text) or {}
    answer = found.get("answer", found.get("debate_answer", ""))
    side = str(found.get("side", found.get("Supported Side", ""))).strip().lower()
    is_open = found.get("decided") is False or not isinstance(answer, str | int | float)
    return Ruling("" if is_open else str(answer).strip()[:MAX_ANSWER], side if side in (AFFIRMATIVE, NEGATIVE) else "")


def _ruled(reply: Reply, ruling: Ruling) -> Turn:
    turn = remark_of(reply, Role.JUDGE)
    return replace(turn, is_attempt=True, answer=ruling.answer) if ruling.answer else turn


def scores_of(debate: Debate) -> dict[str, float]:
    """The share of rounds whose two sides answer differently; left out where no round has two answers."""
    answers = [turn.answer for turn in debate.speeches]
    pairs = [(a, b) for a, b in zip(answers[::2], answers[1::2], strict=False) if a is not None and b is not None]
    if not pairs:
        return {}
    return {"disagreement": sum(not are_same(debate.problem, a, b) for a, b in pairs) / len(pairs)}


def _remarks(ruling: Ruling) -> tuple[str, ...]:
    return (f"the judge sided with the {ruling.side} side",) if ruling.side else ()


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = settings["rounds"] * (2 + settings["adaptive_break"]) + 2
    return Estimate(n, n * settings["max_tokens"])


DEBATE = Declared(
    version="1",
    needs="problem",
    roles=(AFFIRMATIVE, NEGATIVE, "judge"),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
)
