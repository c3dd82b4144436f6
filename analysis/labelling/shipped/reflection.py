"""What a model does in the steps after its first answer, and how such steps hang together. Knows no trace.

Sources: candidate answers after First Try Matters (arXiv 2510.08308); the rest is this project's own.
"""

from analysis.labelling.scheme import Kind, Scheme, Target, checked

ANSWER = Kind(
    name="candidate",
    title="Candidate answer",
    key="1",
    colour=1,
    definition="States a value for exactly what the problem asks, right or wrong, first or repeated.",
    yes=("So the expression is 2.", "It comes out as 2 again."),
    no=("The inner bracket is 2. (a part of the computation)",),
    has_value=True,
)
VERIFY = Kind(
    name="verify",
    title="Verify",
    key="2",
    colour=2,
    definition="Checks a value or a step that already stands: recomputes it, puts it back in, tries an example.",
    yes=("Let me put x = 3 back in: 9 - 6 = 3, good.", "Going over the signs once more."),
    no=("Now the second bracket. (new work, nothing is checked)",),
)
NEW_APPROACH = Kind(
    name="new_approach",
    title="New approach",
    key="3",
    colour=3,
    definition="Turns to another way of solving the whole problem or a part of it.",
    yes=("Instead I could count the cases that are left out.",),
    no=("Let me redo this sum. (the same way again: verify)",),
)
DOUBT = Kind(
    name="doubt",
    title="Doubt",
    key="4",
    colour=4,
    definition="Says that something may be wrong or unclear, without saying where and without checking it.",
    yes=("Hmm, that looks too large.", "But the two ways disagree. Which one holds?"),
    no=("I took 5 for 6 in the second line. (the place is named: locate error)",),
)
LOCATE = Kind(
    name="locate_error",
    title="Locate error",
    key="5",
    colour=5,
    definition="Names the place at which an earlier step went wrong, rightly or not.",
    yes=("I forgot the minus sign in front of the bracket.",),
    no=("Something is off here. (no place named: doubt)",),
)
REPAIR = Kind(
    name="repair",
    title="Repair",
    key="6",
    colour=6,
    definition="Puts a corrected step in the place of an earlier one.",
    yes=("With the minus sign it is 0 - 1 = -1, so the bracket is 1.",),
    no=("So I have to correct that. (only announces it)",),
)
RESTATE = Kind(
    name="restate",
    title="Restate",
    key="7",
    colour=7,
    definition="Says again what already stands, the problem, a plan or a result, and adds nothing to it.",
    yes=("So, to repeat: a perimeter of 12 is given.",),
    no=("So the answer is 12 again. (a value for what is asked: candidate answer)",),
)

RELATIONS = (
    Kind(
        name="verifies",
        title="verifies",
        key="h",
        colour=2,
        on=Target.RELATION,
        definition="The first step checks what the second one states.",
        yes=("'3·4 = 12, right' verifies 'the area is 12'",),
        no=("Two checks of the same value (neither checks the other)",),
    ),
    Kind(
        name="revises",
        title="revises",
        key="d",
        colour=6,
        on=Target.RELATION,
        definition="The first step changes what the second one states.",
        yes=("'no, 14' revises 'the area is 12'",),
        no=("'the area is 12, so the price is 36' (goes on from it)",),
    ),
    Kind(
        name="restates",
        title="restates",
        key="e",
        colour=7,
        on=Target.RELATION,
        definition="The first step says again what the second one states.",
        yes=("'as I said, 12' restates 'the area is 12'",),
        no=("'by another way I get 12 too' (verifies)",),
    ),
    Kind(
        name="abandons",
        title="abandons",
        key="a",
        colour=3,
        on=Target.RELATION,
        definition="The first step gives up the way that the second one began, before it came to an end.",
        yes=("'this gets messy, I leave it' abandons 'let me use coordinates'",),
        no=("'the first way gave 12; now another' (the first way came to an end)",),
    ),
)

SCHEME = checked(
    Scheme(
        name="reflection",
        description=(
            "What each step does once a first answer stands. A step may carry several labels, and a step that only "
            "carries the work on needs none. Relations go from the later step to the earlier one."
        ),
        source="Own; candidate answers after First Try Matters (2025), arXiv 2510.08308, section 2.1",
        many=True,
        kinds=(ANSWER, VERIFY, NEW_APPROACH, DOUBT, LOCATE, REPAIR, RESTATE, *RELATIONS),
    )
)
