"""How each measure of a report counts, a sentence or two each, for its methods text: literals. Knows no numbers.

A test holds the tables to the registries. Names before a year are sources: the list of references is made from them.
"""

from typing import Final

MEASURES_IN_WORDS: Final[dict[str, str]] = {
    "accuracy": "First accuracy is the share of rollouts whose first candidate answer is right, final accuracy the "
    "share whose final answer is right, both over all rollouts with a gold answer; the gain is final minus first, "
    "paired by rollout.",
    "transitions": "Two consecutive candidates of a rollout are one transition, from right or wrong to right or wrong "
    "(two wrong ones the same or different, by equality of their values); shares are over all transitions, pooled.",
    "tokens": "Tokens are counted up to the end of the line of the first candidate, from there to the last, and after "
    "it; the share after is what follows the first answer, of all, from averages over rollouts.",
    "candidates": "Candidates per rollout is the mean number of candidate answers over rollouts that have a text; "
    "reflections are candidates minus one.",
    "position": "The position of a candidate is its line divided by all lines of the text, averaged over rollouts.",
    "length": "Rollouts are cut at quantiles of their length, and accuracy is computed in each part, all rollouts "
    "pooled.",
    "length_matched": "Long and short rollouts are compared within strata of model, condition, problem and length; "
    "differences of strata are averaged with Mantel-Haenszel weights.",
    "early_stop": "Stopping at the k-th candidate takes that candidate as the answer (the final one where there are "
    "fewer); what is lost is final accuracy minus the accuracy of the stop, what is saved the share of tokens after "
    "it.",
    "overthinking": "Of right rollouts, the share of lines up to the first right candidate and the rate of marker "
    "words are joined to one score, weighted as the setting says; candidates stand for the paper's judge.",
    "underthinking": "Of wrong rollouts, the share of tokens after the first right candidate, 0 where there is none; "
    "candidates stand for the paper's judge.",
    "question_stop": "A linear score of the question, learnt on one random half of the problems, decides on the other "
    "half which rollouts stop at an early candidate and which at a late one.",
    "first_correct": "How far into the text the first right candidate stands, over rollouts that ever state it; the "
    "others are counted beside.",
    "agreement": "A rollout is stopped at the first window of k candidates whose certainty (one minus their entropy "
    "over its largest value) reaches the setting; accuracy and tokens are those of the stop.",
    "markers": "Whole marker words from a list of 26, letter case ignored, per 1,000 tokens: averages of counts over "
    "averages of tokens.",
    "mined_phrases": "The first words of sentences before and after the first candidate are compared by log-odds with "
    "an informative Dirichlet prior; errors take problems as independent.",
    "sampling": "pass@k is the chance that one of k samples of a problem is right, estimated without bias from n "
    "samples; the vote of k takes the commonest answer; entropy and certainty are of the answers of a problem.",
    "difficulty": "Problems are put into bands by the share of their samples that are right.",
    "balance": "The balance score of a problem weighs how many different right samples reach a threshold of the reward "
    "against all that reach it, averaged over problems.",
    "compare": "Arms (a collection, a model and a condition) are compared on the problems that both have: the mean "
    "over problems of the difference of their accuracies. With one pair of rollouts for each problem the test is the "
    "exact one of McNemar 1947, else signs of problems are flipped (Fisher 1935).",
    "self_correction": "Of answers before and after a correction: the shares that turn right and wrong, of all "
    "(delta) and of those that were wrong or right before (CS and CL); RSS places the second accuracy between what "
    "its first allows.",
    "rounds": "Accuracy after each round, the share that was right in any round so far, and the rates at which wrong "
    "answers turn right and right ones wrong from round to round.",
    "forms": "Items that one model was asked both to answer freely and to choose from options: accuracy after each "
    "attempt in both forms, and the paired difference.",
    "stability": "The share of rollouts whose final answer has the value of the first one.",
    "calibration": "Stated confidence against outcomes: expected calibration error over bins, Brier score, AUROC and "
    "risk against coverage, over rollouts that state a confidence.",
    "calibration_change": "The same numbers of the first and of the last attempt of a rollout, last minus first, "
    "paired.",
    "calibration_length": "Rollouts are cut at quantiles of their tokens of reasoning; accuracy, mean confidence and "
    "their difference are computed in each part.",
    "recalibration": "A logistic and a rising step curve from confidence to outcome are fitted on one half of the "
    "problems; all numbers are of the other half.",
}
LAB_IN_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sensitivity": (
        "Sensitivity to how an item is put",
        "The share of items whose keyed answer changes its side of the scale's middle when the item is put in another "
        "way; intervals are over items (Wilson 1927).",
    ),
    "symmetry": (
        "Symmetry of the options",
        "The share of items with the same answer after the options were turned round, and how far answers fall to "
        "the first option.",
    ),
    "indices": (
        "Consistency and repetition",
        "Cronbach's alpha, McDonald's omega, agreement of keyed pairs, acquiescence, and the intraclass correlation "
        "over repeats; rows are givings of one model.",
    ),
    "tests": (
        "Tests by item",
        "Wilcoxon's signed ranks over the items of a trait, exact for few items (Wilcoxon 1945), corrected over all "
        "tests of a model (Holm 1979).",
    ),
    "refusals": ("Refused and unread", "Shares of replies that refused or could not be read, intervals over items."),
    "stability": (
        "Stability of self-report",
        "Base against instruct models: Welch's test of means and Levene's of variances, runs taken as independent, as "
        "published; intervals of drops are over models.",
    ),
    "link": (
        "Traits against behaviours",
        "Each behaviour is regressed on the self-reported traits of the same sittings; p-values are corrected over "
        "the table (Benjamini and Hochberg 1995).",
    ),
    "within": (
        "Links within models",
        "Traits are split into a model's mean and its deviation from it (Mundlak 1978): the coefficients of the "
        "deviations.",
    ),
    "between": (
        "Links between models",
        "Traits are split into a model's mean and its deviation from it (Mundlak 1978): the coefficients of the means.",
    ),
    "alignment-joint": (
        "Alignment with people's directions, all traits together",
        "The share of a model's links whose sign, with all its traits fitted together, is the one known from people "
        "(interval: Wilson 1927), beside what coins and behaviour dealt anew give.",
    ),
    "alignment-pearson": (
        "Alignment with people's directions, one trait at a time",
        "The share of a model's links whose Pearson correlation has the sign known from people (interval: Wilson "
        "1927), beside what coins and behaviour dealt anew give.",
    ),
    "described": (
        "Self-description against behaviour",
        "Pearson's correlation over models between what a model says it would do and what a task measured of it, with "
        "Fisher's interval.",
    ),
    "predictions": (
        "Self-prediction",
        "How often a property of a reply is what the model, or another one, foretold; intervals are over problems.",
    ),
    "effects": (
        "Effects of personas",
        "A persona against the neutral control, in standard deviations of a model's own runs without persona; "
        "intervals are over models.",
    ),
    "gaps": (
        "Report against behaviour under personas",
        "How far the personas of a target moved the report less how far they moved the behaviour, in the direction "
        "known from people, paired within models.",
    ),
    "regressions": (
        "Persona against none",
        "Logistic regressions of persona against none, one for each way of telling, runs taken as independent, as "
        "published.",
    ),
}
"""Label and sentence by the name of the lab's figure."""
CLUSTERED = (
    "Coefficients have errors clustered by model (CR2, Bell and McCaffrey 2002) with Satterthwaite's degrees of "
    "freedom: models, not runs, are the cases."
)
CROSSED = (
    "Coefficients come from crossed random intercepts of model, temperature and system prompt with normal p-values, as "
    "published: runs of one model count as evidence about models."
)
INTERVALS = (
    "Intervals cover 95 %. Rollouts of one problem are not independent, so problems are resampled, not rollouts: a "
    "studentised bootstrap with 2,000 resamples (Efron and Tibshirani 1993), within problem sets where an estimate is "
    "their mean (Rao and Wu 1988). Shares with few events, or near 0 or 1, have the interval of Wilson 1927 on an "
    "effective number of trials (Korn and Graubard 1998)."
)
