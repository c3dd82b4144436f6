"""One trace that the protocols' tests start from, with its offsets counted by hand."""

from dataclasses import replace

from analysis.asking import Message
from analysis.protocols.conduct import Item, Source
from analysis.types import AnswerType, Problem, Role, Span, Turn

SUM = Problem("What is 17 + 25?", ("42",), AnswerType.NUMBER)
ORGAN = Problem("Which organ makes bile?", ("B",), AnswerType.CHOICE, ("the heart", "the liver"))
ASKED = (Message(Role.USER, "What is 17 + 25?"),)

# "<think>\n" is 8 code points; "17 + 25 = 41." ends at 21, two line breaks follow; "Wait, 7 + 5 is 12." is 23..41,
# one line break; "So it is 42." is 42..54; then "\n</think>\n\nThe answer is 42."
TEXT = "<think>\n17 + 25 = 41.\n\nWait, 7 + 5 is 12.\nSo it is 42.\n</think>\n\nThe answer is 42."
TURNS = (Turn(Role.USER, "What is 17 + 25?"), Turn(Role.ASSISTANT, TEXT, is_attempt=True, answer="42", n_tokens=41))
SOURCE = Source(7, 1, TEXT, Span(7, 55), ASKED, "42", True, TURNS)
ITEM = Item(SUM, SOURCE, seed=5)


def untagged(text: str) -> Item:
    return replace(ITEM, source=replace(SOURCE, text=text, reasoning=None, answer=None, turns=()))
