"""The first step of a trace that is wrong, with its cause; or that there is none. Knows no trace.

Sources: BIG-Bench Mistake (arXiv 2311.08516) marks the first wrong step; the causes are this project's own.
"""

from analysis.labelling.scheme import Kind, Scheme, Target, checked

CAUSES = (
    "calculation",
    "wrong fact or rule",
    "misread problem",
    "copied wrongly",
    "does not follow",
    "case left out",
    "other",
)

SCHEME = checked(
    Scheme(
        name="first_wrong_step",
        description=(
            "Read from the top and stop at the first step that is wrong, given the steps before it. What follows from "
            "it is not labelled. A trace without a wrong step gets 'No mistake', whatever its final answer."
        ),
        source="Tyen et al. (2024), BIG-Bench Mistake, arXiv 2311.08516; causes: own",
        kinds=(
            Kind(
                name="first_wrong",
                title="First wrong step",
                key="1",
                colour=4,
                definition=(
                    "The first step that states something false, or that does not follow from what stands before it. "
                    "Give its cause."
                ),
                yes=(
                    "7 · 8 = 54 (calculation)",
                    "So none of them is red. (after 'not all of them are red': does not follow)",
                ),
                no=(
                    "54 + 6 = 60 (right in itself; it only carries an earlier mistake on)",
                    "Perhaps 54? No, 56. (taken back on the same step)",
                ),
                has_value=True,
                values=CAUSES,
            ),
            Kind(
                name="no_mistake",
                title="No mistake",
                key="2",
                colour=2,
                on=Target.ROLLOUT,
                definition="No step is wrong, though the final answer may be.",
                yes=("Every step holds, and the answer is read off the last one.",),
                no=("A wrong step that is repaired later (it is still the first wrong step)",),
            ),
        ),
    )
)
