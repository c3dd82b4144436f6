"""Three phases of self-regulated learning, as one may find them in reasoning or in a talk with a tutor. Knows no trace.

Sources: Zimmerman (2002), Theory Into Practice 41(2), 64-70; used on study logs by SRLAgent (arXiv 2506.09968).
"""

from analysis.labelling.scheme import Kind, Scheme, checked

SCHEME = checked(
    Scheme(
        name="zimmerman",
        description="Which phase a paragraph belongs to. One label each; a paragraph of none of them stays without.",
        source="Zimmerman (2002), Theory Into Practice 41(2), 64-70; SRLAgent (2025), arXiv 2506.09968",
        segmentation="paragraph",
        kinds=(
            Kind(
                name="forethought",
                title="Forethought",
                key="1",
                colour=1,
                definition="Before the work: what is asked, what to aim at, which way to take, how hard it will be.",
                yes=("I need the number of ways, so let me first see which plates are alike.",),
                no=("There are 9! / (5!·2!·2!) ways. (does the work)",),
            ),
            Kind(
                name="performance",
                title="Performance",
                key="2",
                colour=3,
                definition="The work itself, with what the solver tells itself and watches while at it.",
                yes=("Two left, so 5 · 4 = 20; carry on with the next row.",),
                no=("Was that the right way to go about it? (looks back)",),
            ),
            Kind(
                name="self_reflection",
                title="Self-reflection",
                key="3",
                colour=5,
                definition="Looks back: judges a result or a way of working, says why it went so, draws a lesson.",
                yes=("I lost the sign because I did two steps at once; one at a time now.",),
                no=("Next, the sign of the second term. (goes on working)",),
            ),
        ),
    )
)
