"""Lines that state a value for exactly what the problem asks. Knows no trace.

Source: candidate answers as First Try Matters (arXiv 2510.08308) section 2.1 takes them.
"""

from analysis.labelling.scheme import Kind, Scheme, checked

SCHEME = checked(
    Scheme(
        name="candidates",
        description=(
            "Fix first, from the problem alone, which quantity is asked and in which form. Then label every line that "
            "states a value for it, right or wrong, first or repeated. Do not judge whether the value is correct."
        ),
        source="First Try Matters (2025), arXiv 2510.08308, section 2.1",
        kinds=(
            Kind(
                name="candidate",
                title="Candidate answer",
                key="1",
                colour=1,
                definition=(
                    "The line states a value for what is asked, or leaves only one trivial step to it, such as a sum "
                    "of two numbers on the line, rounding, or naming the option that matches. Give the value in the "
                    "form that is asked; several values of one line are given from left to right, separated by ';'."
                ),
                yes=(
                    "So the train needs 45 minutes. (asked: how many minutes)",
                    "Perhaps it is 7 after all? (tentative, but a value for what is asked)",
                    "That is what option C says, so C.",
                    r"\boxed{12}",
                ),
                no=(
                    "The first leg takes 20 minutes. (a part of what is asked)",
                    "Suppose x = 3. (one case that is tried, nothing concluded)",
                    "It must lie between 5 and 9. (a range, where a number is asked)",
                ),
                has_value=True,
            ),
            Kind(
                name="doubtful",
                title="Doubtful",
                key="2",
                colour=6,
                definition=(
                    "A careful reader could call the line a candidate answer or not. Scores leave such lines out."
                ),
                yes=("Then everything together gives 45, if the halt does not count. (is the halt part of it?)",),
                no=("I am not sure, maybe 45. (the model is in doubt; the line states a value all the same)",),
            ),
        ),
    )
)
