"""A conversation that grows: what was said so far as messages for the next ask, and as turns of a rollout.

Knows no protocol. A protocol of several rounds adds to it and asks from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.asking import Ask, Message, Reply
from analysis.protocols.conduct import Item, Made, Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.prompting import Opening, asked_problem
from analysis.protocols.reading import asked_turns, attempt_of, good, visible
from analysis.protocols.sampling import sampling_of, seed_of
from analysis.types import Problem, Role, Turn

HISTORY = Parameter(
    "history",
    "Earlier replies are shown",
    "choice",
    "visible",
    "Models that think are usually shown their answers without the thoughts.",
    choices=(("visible", "Without their reasoning"), ("whole", "Whole")),
)


@dataclass
class Dialogue:
    """The conversation of one item with its solver."""

    item: Item
    settings: Settings
    opening: Opening
    messages: list[Message] = field(init=False)
    turns: list[Turn] = field(init=False)
    n_calls: int = 0

    def __post_init__(self) -> None:
        self.messages = list(self.opening.messages)
        self.turns = list(asked_turns(self.opening.messages))

    @property
    def problem(self) -> Problem:
        return asked_problem(self.item.problem, self.settings.get("item_form", "as_asked"))

    @property
    def attempts(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.is_attempt]

    @property
    def answer(self) -> str | None:
        """The last attempt's answer."""
        return self.attempts[-1].answer if self.attempts else None

    def ask(self, role: str = "solver") -> Ask:
        """The next ask of the solver; the first has the item's own seed."""
        place = (role, self.n_calls) if self.n_calls else ()
        return Ask(
            tuple(self.messages), sampling=sampling_of(self.settings), seed=seed_of(self.item, *place), role=role
        )

    def say(self, text: str, role: Role = Role.USER) -> None:
        """A message of ours; a critic's or teacher's words reach the model as a user's and stay named in the turns."""
        self.messages.append(Message(Role.USER, text))
        self.turns.append(Turn(role, text))

    def hear(self, reply: Reply, role: str = "solver", *, actor: str = "", is_attempt: bool = True) -> Turn:
        """The solver's reply as its next turn; raises ProtocolFailed where it is an error or empty."""
        turn = attempt_of(good(reply, role), self.problem, actor)
        if not is_attempt:
            turn = replace(turn, is_attempt=False, answer=None, confidence=None, confidence_text="")
        self.remember(turn)
        self.n_calls += 1
        return turn

    def remember(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.messages.append(Message(Role.ASSISTANT, shown(turn.text or "", self.settings)))

    def made(self, condition: Mapping[str, str], scores: Mapping[str, float]) -> Made:
        is_cut = self.attempts[-1].finish_reason == "length"
        return Made(tuple(self.turns), self.item.sample, condition, scores, truncated=is_cut)


def shown(text: str, settings: Settings) -> str:
    """An earlier reply as the settings show it; whole where nothing but reasoning is there."""
    if settings.get("history", "visible") == "whole":
        return text
    return visible(text).strip() or text
