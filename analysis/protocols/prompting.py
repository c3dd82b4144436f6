"""How a problem is put to a model: form, template, system prompt, persona. Knows no reply.

The generation and the multiple-choice form of one item are those of arXiv 2511.09381 (self-correction of the same
question in both forms).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.answers.options import LETTERS, options_in
from analysis.asking import Ask, Message, Sampling
from analysis.protocols.conduct import Item, Parameter, ProtocolFailed
from analysis.protocols.templates import fill, refuse_unknown
from analysis.types import AnswerType, Problem, Role

VARIABLES = ("question", "bare_question", "options", "subject", "level", "problem_set")
CHAT = "{question}"
COMPLETION = "Question: {question}\nAnswer:"

FORM = Parameter(
    "form",
    "Form of the prompt",
    "choice",
    "chat",
    "Chat uses the model's own chat template; completion is one bare text, for base models.",
    choices=(("chat", "Chat"), ("completion", "Completion")),
)
TEMPLATE = Parameter(
    "template",
    "Template of the question",
    "long_text",
    "",
    f"Empty for the usual one. Places: {', '.join('{' + name + '}' for name in VARIABLES)}.",
)
SYSTEM_PROMPT = Parameter("system_prompt", "System prompt", "long_text", "")
PERSONA = Parameter("persona", "Persona", "long_text", "", "Who the model is told to be; put after the system prompt.")
ITEM_FORM = Parameter(
    "item_form",
    "Form of the item",
    "choice",
    "as_asked",
    "A problem with options can be asked with them or, as generation, without them.",
    choices=(("as_asked", "As it is"), ("choice", "Multiple choice"), ("generation", "Generation (options hidden)")),
)
PROMPT_FROM = Parameter(
    "prompt_from",
    "Prompt",
    "choice",
    "problem",
    "A rollout's own conversation keeps the prompt as it was rendered then.",
    choices=(("problem", "From the problem, by these settings"), ("rollout", "The rollout's own conversation")),
)
PROMPTING = (FORM, TEMPLATE, SYSTEM_PROMPT, PERSONA, ITEM_FORM)


@dataclass(frozen=True, slots=True)
class Opening:
    """A conversation before the first reply: messages, or one bare text."""

    messages: tuple[Message, ...] = ()
    text: str | None = None

    def ask(self, sampling: Sampling, seed: int, role: str = "solver", prefix: str = "") -> Ask:
        return Ask(self.messages, self.text, prefix=prefix, sampling=sampling, seed=seed, role=role)


def check_prompting(settings: Mapping[str, Any]) -> None:
    """Raises SettingRefused for a template with an unknown place."""
    refuse_unknown(settings["template"], VARIABLES)


def opening_of(item: Item, settings: Mapping[str, Any]) -> Opening:
    """What the item's solver is asked first.

    Raises ProtocolFailed for a problem without a question or, in multiple-choice form, without options.
    """
    if settings.get("prompt_from") == "rollout":
        return _as_then(item)
    form = settings.get("form", "chat")
    asked = fill(
        settings["template"] or TEMPLATES[form], variables_of(item.problem, settings.get("item_form", "as_asked"))
    )
    system = "\n\n".join(text for text in (settings["system_prompt"], settings["persona"]) if text)
    if form == "completion":
        return Opening(text=f"{system}\n\n{asked}" if system else asked)
    told = (Message(Role.SYSTEM, system),) if system else ()
    return Opening((*told, Message(Role.USER, asked)))


def asked_problem(problem: Problem, item_form: str) -> Problem:
    """The problem as its form asks it, for reading the reply: a hidden option is recognised by its text."""
    if item_form == "generation" and problem.answer_type == AnswerType.CHOICE:
        return replace(problem, answer_type=AnswerType.TEXT)
    if item_form == "choice" and problem.options:
        return replace(problem, answer_type=AnswerType.CHOICE)
    return problem


def variables_of(problem: Problem, item_form: str = "as_asked") -> dict[str, str]:
    """What a template can show of a problem; `question` has the options below it where the form shows them."""
    if not problem.question.strip():
        raise ProtocolFailed("the problem has no question")
    options = options_in_lines(problem)
    if item_form == "choice" and not options:
        raise ProtocolFailed("the problem has no options, so it has no multiple-choice form")
    is_printed = bool(options_in(problem.question))
    shown = item_form == "choice" or (item_form == "as_asked" and problem.answer_type == AnswerType.CHOICE)
    return {
        "question": f"{problem.question}\n{options}" if options and shown and not is_printed else problem.question,
        "bare_question": problem.question,
        "options": options,
        "subject": problem.subject,
        "level": problem.level,
        "problem_set": problem.problem_set,
    }


def options_in_lines(problem: Problem) -> str:
    r"""The options as lines "A. text".

    >>> options_in_lines(Problem(options=("three", "four")))
    'A. three\nB. four'
    """
    return "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, problem.options, strict=False))


def _as_then(item: Item) -> Opening:
    if item.source is None or not item.source.messages:
        raise ProtocolFailed("the rollout has no conversation before its answer; ask from the problem instead")
    return Opening(item.source.messages)


TEMPLATES = {"chat": CHAT, "completion": COMPLETION}
