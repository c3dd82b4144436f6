"""Fields to name tasks of, and questions that can and cannot be answered. Our own wording."""

from typing import Final

FIELDS: Final = (
    "arithmetic and counting",
    "writing letters, stories and verse",
    "translating between languages",
    "the human body and health",
    "repairing things at home",
    "facts of history",
    "news and the weather of this week",
    "music and sound",
    "programming",
    "knowing and remembering people",
)
ANSWERABLE: Final = (
    "How many minutes are there in a day?",
    "Which metal rusts when it lies in the rain?",
    "In which hemisphere does Chile lie?",
    "What does a thermometer measure?",
    "Which of a triangle's sides is the longest if one angle is a right one?",
    "Which sea separates Italy from Croatia?",
    "What do caterpillars turn into?",
    "How many strings does a violin have?",
    "Which gas do people need to breathe?",
    "Why does ice float on water?",
    "What did people use to write before there were typewriters and pens with ink inside?",
    "Which is heavier, a litre of water or a litre of cooking oil?",
)
UNANSWERABLE: Final = (
    "Which number am I thinking of while I write this?",
    "What was Cleopatra's first thought on the morning of her tenth birthday?",
    "Will it rain in Bergen on 3 May 2087 at noon?",
    "Which is the last digit of pi?",
    "How many grains of sand lie on the beaches of Portugal at this moment, to the grain?",
    "What did the person who first tamed fire look like?",
    "Which colour is the number that nobody has written down yet?",
    "Who will win the chess championship of the year 2150?",
    "What does my grandmother keep in the left drawer of her desk?",
    "Is there a reason why there is something and not nothing, and which?",
    "What would Mozart have composed if he had lived to be eighty?",
    "Which side will a fair coin show when I toss it tomorrow?",
)
