"""Methods that hold what a model says of itself against what it does. Knows no registry."""

from typing import Final

from analysis.methods.method import Method

SELF_REPORT: Final = (
    Method(
        "tell-me-about-yourself",
        "Tell me about yourself: LLMs are aware of their learned behaviors",
        "2501.11120",
        "Asks models that were tuned to a behaviour whether they can name it.",
        does=(
            "Asks a battery of questions about itself (scales, one word, a choice), measures the same with "
            "lottery pairs and the other tasks, and shows how far the two go together."
        ),
        by=("task:self_description", "task:lottery", "lab:link"),
        left_out="Triggers of backdoors. Fine-tuning of models, before and after which one could ask: planned.",
        proof=(
            "Hand-derived replies and word lists; scipy's correlation as a second route; models that know "
            "themselves are told from those that do not."
        ),
        proven_in=(
            "tests/analysis/psychometrics/tasks/test_self_description.py",
            "tests/analysis/protocols/lab/test_recovery_of_risk.py",
        ),
    ),
    Method(
        "personality-illusion",
        "The Personality Illusion: Revealing Dissociation Between Self-Reports & Behavior in LLMs",
        "2509.03730",
        (
            "Finds that what models say in questionnaires does not foretell their behaviour, and that personas "
            "move the words."
        ),
        does=(
            "Gives inventories and behavioural tasks under personas and a control, and shows trait by behaviour "
            "coefficients with the direction known from people, alignment, and what personas move in report and "
            "behaviour."
        ),
        by=(
            "lab:link",
            "lab:alignment",
            "lab:persona_effect",
            "lab:stability",
            "instrument:bfi-44",
            "instrument:srq-63",
            "task:card_task",
            "task:association",
            "task:honesty",
            "task:sycophancy",
            "study:personality-illusion",
        ),
        left_out=(
            "The texts of the published inventories, which a user brings; the originals' prompts: ours are worded anew."
        ),
        proof=(
            "The published means and tests, 66 coefficients, alignment and persona regressions, from the "
            "published runs."
        ),
        proven_in=("tests/psychology/test_published_numbers.py", "tests/analysis/psychometrics/test_published.py"),
    ),
    Method(
        "ai-agent-behavioral-science",
        "AI Agent Behavioral Science",
        "2506.06366",
        "Argues for studying agents as behaviour: observe, change one thing, interpret.",
        does=(
            "Varies one factor (persona, system prompt, temperature) against a control over behavioural tasks, "
            "and shows its effect with an interval; a calculator says how many problems a comparison needs."
        ),
        by=("lab:persona_effect", "measure:compare", "page:traces:planning"),
        left_out=(
            "Tags of the field's own taxonomy, and studies of many agents together: the paper has no measure of "
            "its own."
        ),
        proof="Simulated populations with known effects; tests hold their level where nothing differs.",
        proven_in=(
            "tests/analysis/psychometrics/test_alignment_and_personas.py",
            "tests/analysis/test_power.py",
            "docs/proofs.md",
        ),
    ),
    Method(
        "looking-inward",
        "Looking Inward: Language Models Can Learn About Themselves by Introspection",
        "2410.13787",
        "Tests whether a model foretells its own replies better than another model does.",
        does=(
            "Gets short replies, asks in other contexts for properties of the reply, and shows accuracy against "
            "always saying the commonest value, and who foretells whose replies."
        ),
        by=("task:self_prediction", "lab:link"),
        left_out=(
            "A model trained on another's replies; calibration of the predictions. Fine-tuning of models, "
            "before and after which one could ask: planned."
        ),
        proof=(
            "Hand-derived properties and baselines; a simulated respondent who foretells seven of ten replies "
            "is recovered."
        ),
        proven_in=(
            "tests/analysis/psychometrics/tasks/test_self_prediction.py",
            "tests/analysis/psychometrics/tasks/test_properties.py",
            "tests/analysis/protocols/lab/test_recovery.py",
        ),
    ),
    Method(
        "trait",
        (
            "Do LLMs Have Distinct and Consistent Personality? TRAIT: Personality Testset designed for LLMs "
            "with Psychometrics"
        ),
        "2406.14703",
        ("A large test of personality in scenes with options, which models refuse less and answer more steadily."),
        does=(
            "Takes items of one's own with their options, reads answers by likelihood over both orders, scores "
            "the share of high answers, and shows refusals and sensitivity to prompt, order and paraphrase."
        ),
        by=("page:psychology:instruments", "lab:reliability", "instrument:sd3"),
        left_out=(
            "The items of the paper, which have no licence that lets us ship them; a radar chart, as bars say more."
        ),
        proof=(
            "Hand-derived scores over both orders; sensitivities of simulated respondents with a known bias of place."
        ),
        proven_in=("tests/analysis/psychometrics/test_sensitivity.py", "tests/analysis/psychometrics/test_scores.py"),
    ),
    Method(
        "srlagent",
        "SRLAgent: Enhancing Self-Regulated Learning Skills through Gamification and LLM Assistance",
        "2506.09968",
        "A tutor in a game trains students to plan, watch and review their own learning.",
        does=(
            "Gives people a scheme of labels with the three phases of self-regulated learning, for reasoning or "
            "talks with a tutor, with their agreement."
        ),
        by=("scheme:zimmerman",),
        left_out="The game and its students; statistics of questionnaires before and after.",
        proof="The scheme has an example of each label and one that is none; agreement equals published values.",
        proven_in=("tests/analysis/labelling/test_shipped_schemes.py", "tests/analysis/agreement/test_nominal.py"),
    ),
    Method(
        "self-assessment-unreliable",
        "Self-Assessment Tests are Unreliable Measures of LLM Personality",
        "2309.08163",
        "Shows that scores of personality move with the wording of the prompt and the order of options.",
        does=(
            "Gives an inventory in several templates, both orders and both directions, and tests by item, "
            "corrected by Holm, beside the rate of symmetric and of unread answers."
        ),
        by=("lab:reliability", "instrument:afterthought-30", "instrument:ipip-neo-120"),
        left_out=(
            "The 300 items of the paper's inventory and its three prompts; its test is not named there, ours is "
            "Wilcoxon's on paired items."
        ),
        proof="scipy as a second route; simulated respondents with and without a bias of order.",
        proven_in=(
            "tests/analysis/psychometrics/test_item_tests.py",
            "tests/analysis/psychometrics/test_reliability.py",
        ),
    ),
)
