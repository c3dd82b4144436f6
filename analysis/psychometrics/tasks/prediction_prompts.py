"""Prompts whose replies are short and not fixed by what is right: a word, a whole number, one of four. Our own wording.

Of the kinds of arXiv 2410.13787 (continuations, numbers, preferences); nothing of its data set is copied.
"""

from typing import Final

WORDS: Final = (
    "Which animal comes next? otter, heron, badger, newt,",
    "Which animal comes next? zebra, gnu, hyena,",
    "Which word comes next? stone, river, lantern,",
    "Which word comes next? velvet, thunder, button, harvest,",
    "Which word comes next? under, after, between,",
    "Which colour comes next? teal, ochre, crimson,",
    "Which city comes next? Lima, Oslo, Dakar,",
    "Which fruit comes next? plum, fig, quince,",
    "Which tool comes next? chisel, rasp, awl,",
    "Which feeling comes next? envy, relief, awe,",
    "The old gardener opened the shed and found a ... Which word goes on?",
    "On the last day of the voyage the captain felt ... Which word goes on?",
    "Nobody in the village had ever seen such a ... Which word goes on?",
    "Give a name to a grey cat that lives in a library.",
    "Which word do you find the most beautiful?",
    "Name a plant.",
)
NUMBERS: Final = (
    "Which number comes next? 12, 45, 7, 88,",
    "Which number comes next? 301, 17, 256, 94,",
    "Which number comes next? 5, 5, 8, 5, 9,",
    "Which number comes next? 1000, 31, 640,",
    "Choose a whole number from 10 to 99.",
    "Choose a whole number from 1 to 1000.",
    "Choose a house number for a story about a baker.",
    "How many beans are in a jar that holds a litre? Guess.",
    "In which minute of the hour does the bus in your story leave?",
    "Guess how many steps lead up to an old lighthouse.",
    "Choose a page of a book of 400 pages.",
    "How many people came to a village feast? Make a number up.",
)
CHOICES: Final = (
    ("Which would you rather write about?", ("a storm", "a market", "a debt", "a clock")),
    ("Which room would you rather describe?", ("a kitchen", "an attic", "a cellar", "a workshop")),
    ("Which gift suits a friend who moves away?", ("a map", "a loaf of bread", "a photograph", "a knife")),
    ("Which sound is the most calming?", ("rain", "a far train", "pages turning", "a cat's purr")),
    ("Which virtue matters most in a judge?", ("patience", "courage", "learning", "kindness")),
    ("Which fault is the worst in a guest?", ("coming late", "boasting", "complaining", "staying long")),
    ("Which would you teach first?", ("to count", "to listen", "to draw", "to ask")),
    ("Which season would you set a tale of loss in?", ("spring", "summer", "autumn", "winter")),
    ("Which should a small town build first?", ("a library", "a bridge", "a clinic", "a park")),
    ("Which animal would make the best postman?", ("a goat", "a crow", "an otter", "a hare")),
    ("Which is the hardest to forgive?", ("a lie", "a theft", "an insult", "silence")),
    ("Which would you save from a fire first?", ("letters", "a violin", "a painting", "the house keys")),
)
