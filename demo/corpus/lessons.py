"""The second stage of training: mostly the conversations of the first, and what other protocols ask.

The first stage's own corpus stays as it is, since the tokenizer was learned from it. Knows no tokenizer.
"""

import random
from collections.abc import Callable, Mapping

from demo.corpus import wording
from demo.corpus.choosing import choice
from demo.corpus.conversations import P_SYSTEM, Message, opened
from demo.corpus.debating import debate
from demo.corpus.extracting import extraction
from demo.corpus.judging import judged
from demo.corpus.problems import LEVELS, Sum, draw

SHARES: Mapping[str, tuple[Callable[[Sum, random.Random], list[Message]], float]] = {
    "open": (opened, 0.57),
    "choice": (choice, 0.23),
    "debate": (debate, 0.1),
    "judge": (judged, 0.04),
    "extraction": (extraction, 0.06),
}


def lesson(rng: random.Random) -> list[Message]:
    """One conversation about one problem that is not held out."""
    makes, weights = zip(*SHARES.values(), strict=True)
    make = rng.choices(makes, weights)[0]
    made: list[Message] = make(draw(rng, rng.choice(LEVELS)), rng)
    is_told = made[0].role != "system" and rng.random() < P_SYSTEM
    return [Message("system", rng.choice(wording.SYSTEM)), *made] if is_told else made
