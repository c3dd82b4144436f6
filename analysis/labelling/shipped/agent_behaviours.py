"""Four behaviours of agents that search and act. Knows no trace.

Source: DeepResearcher (arXiv 2504.03160) reports the four; the definitions are ours.
"""

from analysis.labelling.scheme import Kind, Scheme, checked

SCHEME = checked(
    Scheme(
        name="agent_behaviours",
        description="What an agent does beside calling its tools. A paragraph may show several.",
        source="DeepResearcher (2025), arXiv 2504.03160",
        many=True,
        segmentation="paragraph",
        kinds=(
            Kind(
                name="plan",
                title="Plan",
                key="1",
                colour=1,
                definition="Sets out the steps to take, or changes the order of those that are left.",
                yes=("First find who wrote it, then where they were born.",),
                no=("search('author of the book') (does the step)",),
            ),
            Kind(
                name="cross_validate",
                title="Cross-validate",
                key="2",
                colour=2,
                definition="Holds what was found against a second source or way before it is taken as true.",
                yes=("One page says 1911. I look it up in the register as well.",),
                no=("One page says 1911, so 1911. (takes the first find)",),
            ),
            Kind(
                name="reflect",
                title="Reflect",
                key="3",
                colour=4,
                definition="Sees that what came back does not serve, and turns its search or its way accordingly.",
                yes=("These hits are about the film; I add 'novel' to the words.",),
                no=("Next page of the same hits. (goes on as before)",),
            ),
            Kind(
                name="abstain",
                title="Abstain",
                key="4",
                colour=7,
                definition="Says that what was found does not carry an answer, and gives none or marks it as a guess.",
                yes=("None of the sources names the year, so I cannot say.",),
                no=("I have not found it yet; another search. (still at work)",),
            ),
        ),
    )
)
