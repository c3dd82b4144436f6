"""Feedback with a feeling: does its tone change what a retry does? (HEART, arXiv 2509.22876).

Arms: a tone of the critical set (sadness, anger, fear, disgust) or of the encouraging one, both by turns, and a neutral
arm with the same request and no feeling. Two regimes: the oracle stops at the first right answer (an upper bound); the
verifier-free one ends with a call that writes one answer from all candidates. The paper's phrases were not at hand:
these are our own, so an arm's effect is that of these words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Estimate, Item, Parameter, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.dialogue import HISTORY, Dialogue, shown
from analysis.protocols.prompting import ITEM_FORM, PERSONA, SYSTEM_PROMPT, TEMPLATE, check_prompting, opening_of
from analysis.protocols.reading import all_of, answer_in, good, only, visible
from analysis.protocols.regenerate import condition_of
from analysis.protocols.sampling import SAMPLES, decoding, sampling_of, seed_of
from analysis.protocols.verdicts import classes_of, is_right

CRITICAL: Mapping[str, str] = {
    "sadness": "It saddens me to read this answer.",
    "anger": "I am angry about this answer.",
    "fear": "I am afraid of what follows if this answer is wrong.",
    "disgust": "This way of answering puts me off.",
}
ENCOURAGING: Mapping[str, str] = {
    "happiness": "I am glad that you took this on; you can get it right.",
    "surprise": "What an unexpected turn! I am curious what you find next.",
}
RETRY = "Please answer the question again."
SYNTHESIS = "Here are several answers to the question. Weigh them, and write one final answer."
PARAMETERS = (
    SAMPLES,
    Parameter(
        "arm",
        "Tone",
        "choice",
        "alternating",
        choices=(
            ("alternating", "Critical and encouraging by turns"),
            ("critical", "Critical"),
            ("encouraging", "Encouraging"),
            ("neutral", "Neutral: the request alone"),
            *((name, name.capitalize()) for name in (*CRITICAL, *ENCOURAGING)),
        ),
    ),
    Parameter("rounds", "Rounds", "integer", 2, minimum=1, maximum=32),
    Parameter("candidates", "Answers of each round", "integer", 1, minimum=1, maximum=64),
    Parameter(
        "regime",
        "Regime",
        "choice",
        "synthesis",
        choices=(
            ("synthesis", "One answer written from all (no gold)"),
            ("last", "The last answer counts (no gold)"),
            ("oracle", "Only wrong answers are asked again (oracle)"),
        ),
    ),
    HISTORY,
    TEMPLATE,
    SYSTEM_PROMPT,
    PERSONA,
    ITEM_FORM,
    *decoding(temperature=0.7),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    talk = Dialogue(item, settings, opening_of(item, settings))
    talk.hear(only((yield [talk.ask()])))
    texts = [talk.turns[-1].text or ""]
    for number in range(1, settings["rounds"] + 1):
        if settings["regime"] == "oracle" and is_right(talk.problem, talk.answer):
            break
        talk.say(f"{phrase(item, number, settings)} {RETRY}".strip())
        candidates = _usable(all_of((yield _asks(talk, settings))))
        texts += [reply.text for reply in candidates]
        talk.hear(chosen(talk, candidates))
    if settings["regime"] == "synthesis":
        talk.say(_synthesis(talk, texts))
        messages = (*talk.opening.messages[:-1], talk.messages[-1])
        ask = Ask(messages, sampling=sampling_of(settings), seed=seed_of(item, "synthesis"))
        talk.hear(only((yield [ask])))
    factors = {"tone": settings["arm"], "regime": settings["regime"]} | condition_of(settings)
    scores = {"n_calls": float(1 + (len(texts) - 1) + (settings["regime"] == "synthesis"))}
    return Result((talk.made(factors, scores),), remarks=_remarks(settings))


def phrase(item: Item, number: int, settings: Settings) -> str:
    """The feeling of a round: none in the neutral arm, else one of the arm's set, drawn by the seed."""
    arm = settings["arm"]
    if arm == "neutral":
        return ""
    single = {**CRITICAL, **ENCOURAGING}
    if arm in single:
        return single[arm]
    critical = arm == "critical" or (arm == "alternating" and number % 2 == 1)
    phrases = list((CRITICAL if critical else ENCOURAGING).values())
    return phrases[seed_of(item, "tone", number) % len(phrases)]


def _asks(talk: Dialogue, settings: Settings) -> list[Ask]:
    first = talk.ask()
    seeds = [seed_of(talk.item, "candidate", first.seed, n) for n in range(1, settings["candidates"])]
    return [first, *(replace(first, seed=seed) for seed in seeds)]


def _usable(replies: Sequence[Reply]) -> list[Reply]:
    """The replies that came back with text; raises ProtocolFailed where none did."""
    kept = [good(reply) for reply in replies if reply.finish_reason != "error" and reply.text.strip()]
    return kept or [good(replies[0])]


def chosen(talk: Dialogue, candidates: Sequence[Reply]) -> Reply:
    """The reply that the conversation goes on with: under the oracle the first right one, else the commonest answer.

    Ties go to the first. The answers that were not chosen are seen by the synthesis only.
    """
    answers = [answer_in(visible(reply.text), talk.problem) or "" for reply in candidates]
    if talk.settings["regime"] == "oracle":
        right = [at for at, answer in enumerate(answers) if is_right(talk.problem, answer or None)]
        return candidates[right[0]] if right else candidates[0]
    kinds = classes_of(talk.problem, answers)
    return candidates[max(range(len(candidates)), key=lambda at: (kinds.count(kinds[at]), -at))]


def _synthesis(talk: Dialogue, texts: Sequence[str]) -> str:
    listed = "\n\n".join(f"Answer {n}:\n{shown(text, talk.settings)}" for n, text in enumerate(texts, 1))
    return f"{talk.opening.messages[-1].text}\n\n{SYNTHESIS}\n\n{listed}"


def _remarks(settings: Settings) -> tuple[str, ...]:
    if settings["regime"] == "oracle":
        return ("oracle-gated: golds decided what was asked again; not comparable with intrinsic self-correction",)
    return ()


def _gated(settings: Settings) -> bool:
    return bool(settings["regime"] == "oracle")


def _at_most(item: Item, settings: Settings) -> Estimate:
    n = 1 + settings["rounds"] * settings["candidates"] + (settings["regime"] == "synthesis")
    return Estimate(n, n * settings["max_tokens"])


TONES = Declared(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    gated=_gated,
    check=check_prompting,
)
