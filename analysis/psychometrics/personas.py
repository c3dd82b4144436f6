"""Personas: ways of telling a model who it is, times sets of adjectives that name a trait, and no persona as control.

Source: strategies and adjectives of The Personality Illusion (arXiv 2509.03730), persona injection; the sentences are
ours. Knows no model and no task.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Told(NamedTuple):
    """One persona as a model is told it; `target` is the trait that it is to move. The control has neither."""

    name: str = ""
    text: str = ""
    target: str = ""

    @property
    def entry(self) -> dict[str, str]:
        """As the grid's setting `personas` takes it."""
        return self._asdict()


CONTROL = Told()
STRATEGIES: Mapping[str, str] = {
    "character": "You play a character. This character is {adjectives}.",
    "description": "While you work on this task, answer as somebody would who says: “I am {adjectives}.”",
    "identity": "From now on you are a person who is {adjectives}. Keep strictly to this identity in all that you say.",
}
ADJECTIVES: Mapping[str, Sequence[Sequence[str]]] = {
    "agreeableness": (
        ("agreeable", "supportive", "compassionate"),
        ("agreeable", "cooperative", "empathetic"),
        ("agreeable", "compassionate", "cooperative"),
    ),
    "self_regulation": (
        ("disciplined", "persistent", "goal-oriented"),
        ("disciplined", "goal-oriented", "focused"),
        ("disciplined", "organized", "focused"),
    ),
}


def personas(targets: Sequence[str], strategies: Sequence[str]) -> list[Told]:
    """The control, then every strategy times every adjective set of every target, each with a name of its own.

    Raises KeyError for a target or strategy that is not known.

    >>> found = personas(["agreeableness"], ["character"])
    >>> [persona.name for persona in found]
    ['', 'agreeableness 1 · character', 'agreeableness 2 · character', 'agreeableness 3 · character']
    >>> found[1].text
    'You play a character. This character is agreeable, supportive and compassionate.'
    """
    return [
        CONTROL,
        *(
            Told(f"{target} {number} · {strategy}", STRATEGIES[strategy].format(adjectives=listed(words)), target)
            for target in targets
            for strategy in strategies
            for number, words in enumerate(ADJECTIVES[target], 1)
        ),
    ]


def listed(words: Sequence[str]) -> str:
    """
    >>> listed(["calm", "kind", "fair"]), listed(["calm"])
    ('calm, kind and fair', 'calm')
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
