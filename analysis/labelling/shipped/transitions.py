"""From one candidate answer to the next: did it stay or turn right, and what the reflection between them was worth.

Knows no gold. Source: First Try Matters (arXiv 2510.08308) section 2.2.
"""

from analysis.labelling.scheme import Kind, Scheme, Target, checked

STEPS = (
    Kind(
        name="tt",
        title="T→T: right, kept",
        key="1",
        colour=1,
        definition="The candidate before was right, and this one is.",
        yes=("gold 12: '12', then 'yes, 12'", "gold 1/2: '0.5', then '1/2' (equal values)"),
        no=("gold 12: the first '12' (no candidate stands before it)",),
    ),
    Kind(
        name="ff_same",
        title="F→F same: wrong, kept",
        key="2",
        colour=7,
        definition="The candidate before was wrong, and this one gives the same wrong value.",
        yes=("gold 12: '10', then '10 it is'",),
        no=("gold 12: '10', then '11'",),
    ),
    Kind(
        name="ft",
        title="F→T: corrected",
        key="3",
        colour=2,
        definition="The candidate before was wrong, and this one is right.",
        yes=("gold 12: '10', then 'no, 12'",),
        no=("gold 12: '10', then 'no, 11'",),
    ),
    Kind(
        name="ff_different",
        title="F→F different: wrong, changed",
        key="4",
        colour=5,
        definition="The candidate before was wrong, and this one is wrong with another value.",
        yes=("gold 12: '10', then 'rather 11'",),
        no=("gold 12: '10', then '20/2' (equal values: the same)",),
    ),
    Kind(
        name="tf",
        title="T→F: lost",
        key="5",
        colour=4,
        definition="The candidate before was right, and this one is wrong.",
        yes=("gold 12: '12', then 'no, it must be 10'",),
        no=("gold 12: '12', then 'could it be 10? No, 12' (the line ends on the right value: right, kept)",),
    ),
)
REFLECTIONS = (
    Kind(
        name="confirmatory",
        title="Confirmatory reflection",
        key="6",
        colour=3,
        on=Target.SPAN,
        definition="The text between two candidates ends where it began: right stays right, or the same wrong value.",
        yes=("'12. Let me check: 3·4. Good, 12.'",),
        no=("'10. Let me check: 3·4. So 12.' (corrective, where 12 is right)",),
    ),
    Kind(
        name="corrective",
        title="Corrective reflection",
        key="7",
        colour=2,
        on=Target.SPAN,
        definition="The text between two candidates turns a wrong value into the right one.",
        yes=("'10. Wait, 3·4 is not 10. So 12.' (gold 12)",),
        no=("'10. Wait. So 11.' (gold 12: changed, still wrong)",),
    ),
    Kind(
        name="other_change",
        title="Other change",
        key="8",
        colour=6,
        on=Target.SPAN,
        definition="The text between two candidates changes the value and does not make it right.",
        yes=("'12. Or did I count one twice? Then 11.' (gold 12)",),
        no=("'10. Once more: 10.' (nothing changed: confirmatory)",),
    ),
)

SCHEME = checked(
    Scheme(
        name="transitions",
        description=(
            "Needs the gold answer in view. Label each candidate after the first by what became of the one before it; "
            "where wanted, mark the stretch of text between the two by what it was worth."
        ),
        source="First Try Matters (2025), arXiv 2510.08308, section 2.2",
        many=True,
        kinds=(*STEPS, *REFLECTIONS),
    )
)
