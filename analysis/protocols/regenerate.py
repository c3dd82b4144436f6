"""Regenerate: each problem is answered again, any number of times. Knows no engine and no grade."""

from analysis.protocols.conduct import Estimate, Item, Made, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.prompting import (
    PROMPT_FROM,
    PROMPTING,
    asked_problem,
    check_prompting,
    opening_of,
)
from analysis.protocols.reading import asked_turns, attempt_of, good, only
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of


def _conducting(item: Item, settings: Settings) -> Conducting:
    opening = opening_of(item, settings)
    reply = good(only((yield [opening.ask(sampling_of(settings), seed_of(item))])))
    turn = attempt_of(reply, asked_problem(item.problem, settings["item_form"]))
    turns = (*asked_turns(opening.messages, opening.text), turn)
    return Result((Made(turns, item.sample, condition_of(settings), truncated=reply.finish_reason == "length"),))


def condition_of(settings: Settings) -> dict[str, str]:
    """The factors that set one rollout's condition apart: every setting of prompt and decoding that is not usual."""
    usual = {each.name: each.default for each in (*PROMPTING, *decoding()) if each.name not in ("stop", "max_tokens")}
    told = {name: settings[name] for name, default in usual.items() if settings.get(name, default) != default}
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in told.items()}


def _at_most(item: Item, settings: Settings) -> Estimate:
    return Estimate(1, settings["max_tokens"])


REGENERATE = Declared(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=(SAMPLES, *PROMPTING, PROMPT_FROM, *decoding()),
    conducting=_conducting,
    at_most=_at_most,
    check=check_prompting,
    starts_from_rollout=lambda settings: bool(settings["prompt_from"] == "rollout"),
)
