"""The formats that are known by name: a literal table, and what recognises a file of each.

A format is an object with `claim(sample) -> Claim | None`. To add one: a file with such an object, and a line in
IMPORTERS. `auto` asks them in this order; `rows` guesses from names and contents and comes last.
"""

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analysis.registry import Entry, Registry

from .files import SourceFile
from .findings import READ, Guess
from .guessing.guess import guess_mapping
from .guessing.own import is_own_format
from .mapping import Mapping
from .readers import Layout


@dataclass(frozen=True, slots=True)
class FileSample:
    """What a format sees of a file: its first rows, the base names of the files in its folder, and the whole upload."""

    file: SourceFile
    layout: Layout
    rows: Sequence[ReadOnly[str, object]]
    siblings: frozenset[str] = frozenset()
    upload: Sequence[SourceFile] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A format takes a file: as rollouts under a guess, or (`companion` = what it is) as no rollouts of its own."""

    guess: Guess = field(default_factory=lambda: Guess(Mapping()))
    companion: str = ""
    is_attached: bool = False


class Importer(Protocol):
    def claim(self, sample: FileSample) -> Claim | None: ...


FORMATS = "apps.traces.importers.formats"
IMPORTERS: Registry[Importer] = Registry(
    "import format",
    {
        "thought-anchors": Entry("Thought Anchors folder", f"{FORMATS}.thought_anchors:FORMAT"),
        "hinted-choice": Entry("hinted multiple choice (MMLU-Pro hints)", f"{FORMATS}.hinted_choice:FORMAT"),
        "bigbench-mistake": Entry("BIG-Bench Mistake", f"{FORMATS}.bigbench_mistake:FORMAT"),
        "intercode": Entry("InterCode results", f"{FORMATS}.intercode:FORMAT"),
        "tau-bench": Entry("tau-bench results", f"{FORMATS}.tau_bench:FORMAT"),
        "swe-agent": Entry("SWE-agent trajectory", f"{FORMATS}.swe_agent:FORMAT"),
        "reflexion-trials": Entry("Reflexion trials", f"{FORMATS}.reflexion_trials:FORMAT"),
        "reflexion-environments": Entry(
            "Reflexion results per environment", f"{FORMATS}.reflexion_environments:FORMAT"
        ),
        "reflexion-programming": Entry("Reflexion programming results", f"{FORMATS}.reflexion_programming:FORMAT"),
        "answer-pairs": Entry("two graded answers to each question", f"{FORMATS}.answer_pairs:PAIRS"),
        "option-probabilities": Entry("probabilities of options, asked twice", f"{FORMATS}.answer_pairs:OPTIONS"),
        "answer-iterations": Entry("answers of a question, round after round", f"{FORMATS}.answer_iterations:FORMAT"),
        "self-refine": Entry("Self-Refine attempts", f"{FORMATS}.self_refine:FORMAT"),
        "stated-confidence": Entry("tables of stated confidence", f"{FORMATS}.stated_confidence:FORMAT"),
        "hedging-words": Entry("table of hedging words", f"{FORMATS}.stated_confidence:HEDGING_WORDS"),
        "personality-illusion": Entry("Personality Illusion scores", f"{FORMATS}.personality_scores:ILLUSION"),
        "trait-scores": Entry("PersonaLLM trait scores", f"{FORMATS}.personality_scores:TRAITS"),
        "persona-replies": Entry("PersonaLLM replies", f"{FORMATS}.persona_replies:FORMAT"),
        "hf-dataset": Entry("files about a Hugging Face dataset", f"{FORMATS}.hf_dataset:FORMAT"),
        "inspect": Entry("Inspect log (.eval, .json)", f"{FORMATS}.inspect_log:FORMAT"),
        "lm-eval": Entry("lm-evaluation-harness samples", f"{FORMATS}.lm_eval:FORMAT"),
        "chat-api": Entry("answers of a model API (OpenAI, Anthropic)", f"{FORMATS}.chat_api:FORMAT"),
        "vllm-offline": Entry("vLLM request outputs", f"{FORMATS}.vllm_offline:FORMAT"),
        "lighteval": Entry("lighteval details", f"{FORMATS}.lighteval:FORMAT"),
        "simple-evals": Entry("simple-evals results", f"{FORMATS}.simple_evals:FORMAT"),
        "opencompass": Entry("OpenCompass predictions and results", f"{FORMATS}.opencompass:FORMAT"),
        "promptfoo": Entry("promptfoo results", f"{FORMATS}.promptfoo:FORMAT"),
        "helm": Entry("HELM scenario states and predictions", f"{FORMATS}.helm:FORMAT"),
        "scout": Entry("Inspect Scout transcripts", f"{FORMATS}.scout:FORMAT"),
        "openr1": Entry("OpenR1-Math generations", f"{FORMATS}.openr1:FORMAT"),
        "verl": Entry("verl rollout dumps", f"{FORMATS}.verl:FORMAT"),
        "trl": Entry("TRL completions", f"{FORMATS}.trl:FORMAT"),
        "openthoughts": Entry("OpenThoughts", f"{FORMATS}.openthoughts:FORMAT"),
        "sharegpt": Entry("ShareGPT or chat messages", f"{FORMATS}.sharegpt:FORMAT"),
        "own": Entry("Afterthought rows", "apps.traces.importers.presets:OWN"),
        "rows": Entry("rows mapped by names and contents", "apps.traces.importers.presets:ROWS"),
    },
)


class _Rows:
    """Any rows: the mapping is guessed."""

    def claim(self, sample: FileSample) -> Claim | None:
        guess = guess_mapping(sample.rows)
        return Claim(companion=guess) if isinstance(guess, str) else Claim(guess)


class _Own:
    """Our own format: the same guess, in which our names are the surest."""

    def claim(self, sample: FileSample) -> Claim | None:
        guess = guess_mapping(sample.rows) if is_own_format(sample.rows) else ""
        return Claim(guess) if isinstance(guess, Guess) else None


def preset_guess(mapping: Mapping, words: str = "") -> Guess:
    """The guess of a shipped preset: every field is read as the preset says."""
    return Guess(mapping, dict.fromkeys(mapping.fields, (READ, "by the preset")), words=words)


ROWS, OWN = _Rows(), _Own()
