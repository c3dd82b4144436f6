"""The literal tables of protocols and engines: what forms, the command line and workers share. Knows none of them.

An engine's code is in `workers`, which the web process never imports: it reads labels and parameters only. Whoever
makes an engine settles its settings and calls what the path names with them as keywords.
"""

from collections.abc import Callable, Mapping
from typing import Any

from analysis.protocols.conduct import Conductor, Parameter
from analysis.registry import Entry, Registry

PROTOCOLS: Registry[Conductor] = Registry(
    "protocol",
    {
        "regenerate": Entry("Regenerate", "analysis.protocols.regenerate:REGENERATE"),
        "continue": Entry("Continue from a step", "analysis.protocols.continuing:CONTINUE"),
        "probe": Entry("Forced-answer probe", "analysis.protocols.probing:PROBE"),
        "self_correction": Entry("Self-correction", "analysis.protocols.self_correction:SELF_CORRECTION"),
        "two_turns": Entry("Two turns between marks (SCL)", "analysis.protocols.two_turns:TWO_TURNS"),
        "five_blocks": Entry("Five blocks in one reply (SRPO)", "analysis.protocols.five_blocks:FIVE_BLOCKS"),
        "chain": Entry("Chain of improvements (ExIt)", "analysis.protocols.chain:CHAIN"),
        "tones": Entry("Feedback with a feeling (HEART)", "analysis.protocols.tones:TONES"),
        "critique": Entry("Critic, then refinement", "analysis.protocols.feedback:CRITIQUE"),
        "teacher": Entry("Teacher's feedback", "analysis.protocols.feedback:TEACHER"),
        "debate": Entry("Debate with a judge (MAD)", "analysis.protocols.debate:DEBATE"),
        "judge": Entry("Judge", "analysis.protocols.judge:JUDGE"),
        "extraction": Entry("Answer extraction by a model", "analysis.protocols.extraction:EXTRACTION"),
        "questionnaire": Entry("Questionnaire", "analysis.protocols.lab.questionnaire:QUESTIONNAIRE"),
        "card_task": Entry("Card task (risk)", "analysis.protocols.lab.card_task:CARD_TASK"),
        "association": Entry("Word association", "analysis.protocols.lab.association:ASSOCIATION"),
        "lottery": Entry("Lottery pairs (risk)", "analysis.protocols.lab.lottery:LOTTERY"),
        "self_description": Entry("Self-description", "analysis.protocols.lab.self_description:SELF_DESCRIPTION"),
        "honesty": Entry("Honesty in two calls", "analysis.protocols.lab.honesty:HONESTY"),
        "sycophancy": Entry("Sycophancy with controls", "analysis.protocols.lab.sycophancy:SYCOPHANCY"),
        "self_prediction": Entry("Self-prediction", "analysis.protocols.lab.self_prediction:SELF_PREDICTION"),
        "feasibility": Entry("Feasibility judgement", "analysis.protocols.lab.feasibility:FEASIBILITY"),
    },
)

PROTOCOL_PURPOSES: Mapping[str, str] = {
    "regenerate": "Answers each problem again: fresh rollouts, any number of samples.",
    "continue": "Writes on from a step of the trace, several times: how much does the step decide?",
    "probe": "Forces an answer at many places of the trace: when was it settled, what would an early stop say?",
    "self_correction": "An answer, then rounds of review: does looking again mend more than it spoils?",
    "two_turns": "A first answer, one review, a second answer: pairs of better and worse (arXiv 2410.04055).",
    "five_blocks": "Think, answer, reflect, think, answer in one reply, parsed and scored (arXiv 2506.01713).",
    "chain": "Improves the last solution step by step, without the rest of the chain (arXiv 2509.04575).",
    "tones": "The same request in sad, angry, cheerful or neutral words: does the tone matter? (arXiv 2509.22876)",
    "critique": "A critic goes through the answer line by line, then the solver refines it (arXiv 2411.16579).",
    "teacher": "A teacher's feedback that gives nothing away, then a second try (arXiv 2508.07616).",
    "debate": "Two sides argue, a judge ends it when it has heard enough (arXiv 2305.19118).",
    "judge": "A model scores, gives a verdict or prefers one of two; pairs in both orders, to see a bias of place.",
    "extraction": "A model names the lines that state an answer: a candidate set beside the rules' (arXiv 2510.08308).",
    "questionnaire": "Gives the items of an instrument over a grid of prompts, personas and temperatures.",
    "card_task": "How many of 32 cards to turn when one loss card takes all: risk, against the number that pays best.",
    "association": "Which of two groups is a word put with? How far it follows stereotypes (after arXiv 2402.04105).",
    "lottery": "Which of two lotteries is chosen, by likelihood or letter: how much risk is taken (arXiv 2501.11120).",
    "self_description": "What does it say of itself? Numbers and words, to be held against what it does (2501.11120).",
    "honesty": "How sure is it while it answers, and how sure when shown its own answer? (after arXiv 2509.03730)",
    "sycophancy": "A yes or no, then again alone, with a user who agrees, and with one who does not.",
    "self_prediction": "A short reply, and in other contexts what it would be: is it foretold? (arXiv 2410.13787)",
    "feasibility": "Names tasks that it can and cannot do, and judges them again without knowing (arXiv 2510.11407).",
}
"""What each protocol is for, in a line."""

ENGINES: Registry[Callable[..., Any]] = Registry(
    "engine",
    {
        "transformers": Entry("transformers, in the worker", "workers.engines.transformers:TransformersEngine"),
        "vllm": Entry("vLLM, in the worker (GPU)", "workers.engines.vllm:VllmEngine"),
        "openai": Entry("An OpenAI-compatible server", "workers.engines.openai:OpenAIEngine"),
        "scripted": Entry("Scripted (no model)", "workers.engines.scripted:ScriptedEngine"),
    },
)

MODEL_DIRECTORY = Parameter("model", "Model directory", "text", "", "A directory of weights in safetensors.")
PRECISION = Parameter(
    "dtype",
    "Precision",
    "choice",
    "auto",
    "The same tokens for the same seed are promised in float32 only.",
    choices=(
        ("auto", "As the weights are (transformers on a CPU: float32)"),
        ("float32", "float32"),
        ("bfloat16", "bfloat16"),
        ("float16", "float16"),
    ),
)

ENGINE_PARAMETERS: Mapping[str, tuple[Parameter, ...]] = {
    "transformers": (
        MODEL_DIRECTORY,
        PRECISION,
        Parameter("device", "Device", "text", "auto", "auto, cpu, cuda, cuda:1 ..."),
        Parameter("batch_tokens", "Tokens in a batch", "integer", 65_536, "Prompt and new tokens.", minimum=256),
        Parameter("max_batch", "Requests in a batch", "integer", 64, minimum=1, maximum=4_096),
    ),
    "vllm": (
        MODEL_DIRECTORY,
        PRECISION,
        Parameter("gpu_memory_utilization", "Share of the GPU's memory", "number", 0.9, minimum=0.05, maximum=0.99),
        Parameter("max_model_len", "Context length", "integer", 0, "0: the model's own.", minimum=0),
        Parameter("tensor_parallel_size", "GPUs for one model", "integer", 1, minimum=1, maximum=64),
        Parameter("enforce_eager", "Without CUDA graphs", "flag", False),
    ),
    "openai": (
        Parameter("base_url", "Address", "text", "", "With its version, as https://host/v1."),
        Parameter("model", "Model name", "text", "", "As the server names it."),
        Parameter("api_key_env", "Environment variable of the key", "text", "", "Its name, never the key."),
        Parameter("api_key_file", "File of the key", "text", "", "Its path on the worker, never the key."),
        Parameter(
            "continuation",
            "How a reply is continued",
            "choice",
            "continue_final_message",
            "Servers differ in how a begun reply is sent; without a way, protocols that need one say so.",
            choices=(
                ("continue_final_message", "continue_final_message (vLLM, SGLang)"),
                ("prefix_field", "prefix: true on the last message (Mistral, DeepSeek)"),
                ("last_message", "A last assistant message is continued (llama.cpp and others)"),
                ("completions", "Completions endpoint, by the template below"),
                ("none", "Not at all"),
            ),
        ),
        Parameter(
            "chat_template",
            "Template of one message",
            "long_text",
            "",
            "For completions: {role} and {text}; what stands before {text} for an assistant begins the reply.",
        ),
        Parameter("max_parallel", "Requests at once", "integer", 16, minimum=1, maximum=512),
        Parameter("requests_per_minute", "Requests a minute", "integer", 0, "0: no limit.", minimum=0),
        Parameter("tokens_per_minute", "Tokens a minute", "integer", 0, "0: no limit.", minimum=0),
        Parameter("timeout_seconds", "Patience for one reply (s)", "number", 600.0, minimum=0.05, maximum=86_400),
        Parameter("n_retries", "Further tries", "integer", 6, "After 408, 429, 5xx and timeouts.", minimum=0),
        Parameter("backoff_seconds", "First pause before another try (s)", "number", 0.5, minimum=0, maximum=600),
        Parameter("most_backoff_seconds", "Longest pause (s)", "number", 60.0, minimum=0, maximum=3_600),
        Parameter(
            "limit_field",
            "Name of the token limit",
            "choice",
            "max_tokens",
            choices=(("max_tokens", "max_tokens"), ("max_completion_tokens", "max_completion_tokens")),
        ),
        Parameter("seeds", "Send seeds", "flag", True, "Some servers refuse them."),
        Parameter("log_probabilities", "Ask for log-probabilities", "flag", True, "Some servers refuse to give them."),
        Parameter("token_ids", "Ask for token ids", "flag", False, "return_token_ids, of newer vLLM servers."),
    ),
    "scripted": (
        Parameter("model", "Model name", "text", "scripted"),
        Parameter("replies", "Replies", "list", (), "One is drawn for each ask. Empty: a script that does arithmetic."),
        Parameter("cues", "Cues", "list", (), "Pairs [text in the prompt, reply], tried in order before the replies."),
        Parameter("slips", "Share of slips", "number", 0.35, minimum=0, maximum=1),
        Parameter("repairs", "Share of slips repaired", "number", 0.6, minimum=0, maximum=1),
        Parameter("spoils", "Share of right answers spoilt", "number", 0.05, minimum=0, maximum=1),
        Parameter("delay_seconds", "Pause before each reply (s)", "number", 0.0, minimum=0, maximum=600),
        Parameter("cut_after", "Replies are cut after (characters)", "integer", 0, "0: not at all.", minimum=0),
        Parameter("fail_every", "Every n-th ask fails", "integer", 0, "0: none.", minimum=0),
        Parameter("fail_share", "Share of failures", "number", 0.0, minimum=0, maximum=1),
        Parameter("empty_share", "Share of empty replies", "number", 0.0, minimum=0, maximum=1),
        Parameter("hostile_share", "Share of hostile replies", "number", 0.0, minimum=0, maximum=1),
    ),
}
