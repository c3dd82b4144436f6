"""The words that ask for a review of an answer, one template a kind, all written for this project.

What each kind does is a fact of a paper; no sentence is. Re-ask, confidence and critique: arXiv 2412.19513, Table 8.
"might": SCoRe (arXiv 2409.12917), appendix C. "history": arXiv 2511.09381. "find": arXiv 2310.01798, which asks twice a
round.
"""

from collections.abc import Mapping
from typing import NamedTuple

VARIABLES = ("question", "answer", "round")


class Review(NamedTuple):
    """One round: what is asked, in one message or two."""

    label: str
    messages: tuple[str, ...]


REVIEWS: Mapping[str, Review] = {
    "reask": Review("Re-ask: the question again", ("{question}",)),
    "check": Review("Check", ("Check your answer.",)),
    "confidence": Review(
        "Confidence: says that the answer is likely right",
        ("Your answer looks right to me. Polish it where that helps, and state your final answer.",),
    ),
    "critique": Review(
        "Critique: asks whether it is sure",
        ("Do you really trust this answer? Think it over once more, and answer the question again.",),
    ),
    "might": Review(
        "There might be an error (as SCoRe)",
        (
            "The solution above may contain a mistake, for instance from misreading the question. Where you find one, "
            "repair it. Then write out the solution once more in full, and end with the final answer.",
        ),
    ),
    "history": Review(
        "Look at all earlier answers",
        ("{question}\n\nGo through the answers that you have given so far. Then state your final answer.",),
    ),
    "verify": Review(
        "Verify before changing",
        ("First test your answer by another route. Only if the test fails, change it. End with your final answer.",),
    ),
    "find": Review(
        "Find problems, then improve (two calls a round)",
        (
            "Look for problems in what you answered, and list those that you find.",
            "With these problems in mind, answer the question again.",
        ),
    ),
    "custom": Review("Own words", ()),
}
