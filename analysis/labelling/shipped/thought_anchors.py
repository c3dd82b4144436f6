"""What a sentence does for the reasoning: eight functions. Knows no trace.

Source: the tags of thought anchors (arXiv 2506.19143); the words are ours. Their ninth tag, unknown, is no label here.
"""

from analysis.labelling.scheme import Kind, Scheme, checked

SCHEME = checked(
    Scheme(
        name="thought_anchors",
        description="What each sentence does. One with two functions carries both labels.",
        source="Bogdan et al. (2025), Thought Anchors, arXiv 2506.19143",
        many=True,
        segmentation="sentence",
        kinds=(
            Kind(
                name="problem_setup",
                title="Problem setup",
                key="1",
                colour=1,
                definition="Takes in what is given and what is asked, in other words or as symbols.",
                yes=("We have 12 plates, 5 of them blue, and want all the ways to lay them.",),
                no=("So I will count circles first. (a plan)",),
            ),
            Kind(
                name="plan_generation",
                title="Plan",
                key="2",
                colour=2,
                definition="Says what to do next, or why this way rather than another.",
                yes=("Best to count all circles and take away the bad ones.",),
                no=("All circles: 9!/(5!·2!·2!). (does it)",),
            ),
            Kind(
                name="fact_retrieval",
                title="Recall of a fact",
                key="3",
                colour=3,
                definition="Brings in a rule, formula or known fact, or reads one off the problem, without computing.",
                yes=("The angles of a triangle add up to 180 degrees.",),
                no=("So the third is 180 - 50 - 60 = 70. (computes)",),
            ),
            Kind(
                name="active_computation",
                title="Computation",
                key="4",
                colour=4,
                definition="Calculates, rewrites or works out one thing from others.",
                yes=("6 · 16 + 6 = 102.",),
                no=("Now multiply both sides. (announces it: plan)",),
            ),
            Kind(
                name="result_consolidation",
                title="Result taken together",
                key="5",
                colour=5,
                definition="Gathers what was found, a partial result or a summary, on the way to the answer.",
                yes=("So in the first case we have 6 ways, in the second 9.",),
                no=("So the answer is 15. (the answer itself)",),
            ),
            Kind(
                name="uncertainty_management",
                title="Doubt and turning back",
                key="6",
                colour=6,
                definition="Says that something is unclear or may be wrong, thinks again, or turns to another way.",
                yes=("Hmm, did I count the corner twice?",),
                no=("Putting it back in: 2·7 + 1 = 15, fine. (a check)",),
            ),
            Kind(
                name="self_checking",
                title="Check",
                key="7",
                colour=7,
                definition="Tests a step or a result that already stands.",
                yes=("Checking with n = 2: the formula gives 4, and there are 4.",),
                no=("I should check this. (announces it: plan)",),
            ),
            Kind(
                name="final_answer_emission",
                title="Final answer",
                key="8",
                colour=1,
                definition="States the answer to the whole problem as the answer.",
                yes=("The answer is 15.",),
                no=("So x is 15, and we need 2x. (a result on the way)",),
            ),
        ),
    )
)
