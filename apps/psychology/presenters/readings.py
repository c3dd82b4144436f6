"""How to read each figure of the lab: what it shows, how it was computed, what may not be concluded."""

LINK = (
    "Number: the coefficient in the task’s own unit for one unit of the trait, {what}, {how}; * q < .05 after "
    "Benjamini and Hochberg over this table. Tint: estimate over half its interval, blue above zero, orange "
    "below. ▲▼ the direction known from people, ✓ same, ✗ opposite, – none known. Joint and marginal signs differ: "
    "compare both before concluding. {coverage}"
)
HOW = {
    "clustered": "clustered by model: temperature and prompt are held fixed; models, not runs, are the cases",
    "crossed": (
        "crossed random intercepts of model, temperature and system prompt, normal p-values, as the paper has "
        "them: runs of one model count as evidence about models"
    ),
}
WITHIN = (
    "Within: when one model says more of the trait than it usually does, does it do more of the behaviour? "
    "Between: do models that say more on average do more? A link between models says nothing of what a prompt "
    "would change."
)
ALIGNMENT = (
    "Share of testable links with the sign known from people, {how}, Wilson 95 %. Bold and blue: the interval "
    "leaves 50 % out. The band is what coin tosses give; links of one model share its runs, so the true band is "
    "wider: the table has the one that behaviour dealt anew among the runs gives."
)
EFFECTS = (
    "Each mark is one persona against the neutral control, in standard deviations of a model’s own runs without "
    "persona, with its 95 % interval over models. If saying and doing were linked, both sides would move alike. No "
    "effect here does not show that none exists in other tasks."
)
REFUSALS = (
    "Shares of replies that refused, and that could not be read for another reason, intervals over items. None of "
    "them counts as an answer."
)
SENSITIVITY = (
    "Share of items whose keyed answer is on another side of the scale’s middle when the item is put in another way, "
    "mean over pairs of ways. Shuffled: what answers with the same shares give if they have nothing to do with the "
    "item."
)
SYMMETRY = (
    "Share of items with the very same answer after the options were turned round; the bias is the share of answers "
    "that fall to the first option because it is first."
)
TESTS = (
    "Paired over the items of a trait: does putting them in another way move the keyed answers? Wilcoxon’s signed "
    "ranks, exact for few items, Holm over all tests of a model."
)
INDICES = (
    "Rows of α, ω and keyed-pair consistency are givings of one model, so they hold for these prompts, not for "
    "people. Acquiescence: how far raw answers lean to agreeing, from −1 to 1. ICC: repeats of a cell with other seeds."
)
STABILITY = (
    "Self-report without persona of two kinds of models, all runs together. Welch’s and Levene’s tests take runs as "
    "independent, as published; intervals of means and drops are over models. Pooled, models that differ hide how "
    "little each varies: see the drop within models."
)
DESCRIBED = (
    "What models say of themselves when asked plainly, against what the tasks measured: Pearson’s r over models, each "
    "the mean of its runs, with Fisher’s interval. A model that describes itself well has a self-report that says "
    "something."
)
PREDICTIONS = (
    "How often a property of a model’s reply is what it, or another model, said it would be, beside what saying each "
    "property’s commonest value would get; intervals over problems. Better than the other: knowing itself beyond what "
    "a model of like training knows of it. The other model is not trained on the first, unlike in the paper: a weaker "
    "rival."
)
GAPS = (
    "All personas of a target together: how far the report went, how far the behaviour did, and the first less the "
    "second in the direction known from people, paired within models. Above 0: saying moved further than doing."
)
REGRESSIONS = (
    "Logistic regression of persona against none, for each way of telling: all traits together with a ridge of 1, a "
    "behaviour alone, per standard deviation. Runs are taken as independent, as published: p says nothing of models."
)
