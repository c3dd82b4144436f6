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
from .guess import guess_mapping
from .mapping import Mapping
from .own import is_own_format
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


IMPORTERS: Registry[Importer] = Registry(
    "import format",
    {
        "thought-anchors": Entry("Thought Anchors folder", "apps.traces.importers.thought_anchors:FORMAT"),
        "hinted-choice": Entry("hinted multiple choice (MMLU-Pro hints)", "apps.traces.importers.hinted_choice:FORMAT"),
        "bigbench-mistake": Entry("BIG-Bench Mistake", "apps.traces.importers.bigbench_mistake:FORMAT"),
        "intercode": Entry("InterCode results", "apps.traces.importers.intercode:FORMAT"),
        "tau-bench": Entry("tau-bench results", "apps.traces.importers.tau_bench:FORMAT"),
        "swe-agent": Entry("SWE-agent trajectory", "apps.traces.importers.swe_agent:FORMAT"),
        "reflexion-trials": Entry("Reflexion trials", "apps.traces.importers.reflexion_trials:FORMAT"),
        "reflexion-environments": Entry(
            "Reflexion results per environment", "apps.traces.importers.reflexion_environments:FORMAT"
        ),
        "reflexion-programming": Entry(
            "Reflexion programming results", "apps.traces.importers.reflexion_programming:FORMAT"
        ),
        "self-refine": Entry("Self-Refine attempts", "apps.traces.importers.self_refine:FORMAT"),
        "stated-confidence": Entry("tables of stated confidence", "apps.traces.importers.stated_confidence:FORMAT"),
        "hedging-words": Entry("table of hedging words", "apps.traces.importers.stated_confidence:HEDGING_WORDS"),
        "personality-illusion": Entry(
            "Personality Illusion scores", "apps.traces.importers.personality_scores:ILLUSION"
        ),
        "trait-scores": Entry("PersonaLLM trait scores", "apps.traces.importers.personality_scores:TRAITS"),
        "persona-replies": Entry("PersonaLLM replies", "apps.traces.importers.persona_replies:FORMAT"),
        "hf-dataset": Entry("files about a Hugging Face dataset", "apps.traces.importers.hf_dataset:FORMAT"),
        "inspect": Entry("Inspect log (.eval, .json)", "apps.traces.importers.inspect_log:FORMAT"),
        "lm-eval": Entry("lm-evaluation-harness samples", "apps.traces.importers.lm_eval:FORMAT"),
        "chat-api": Entry("answers of a model API (OpenAI, Anthropic)", "apps.traces.importers.chat_api:FORMAT"),
        "vllm-offline": Entry("vLLM request outputs", "apps.traces.importers.vllm_offline:FORMAT"),
        "lighteval": Entry("lighteval details", "apps.traces.importers.lighteval:FORMAT"),
        "simple-evals": Entry("simple-evals results", "apps.traces.importers.simple_evals:FORMAT"),
        "opencompass": Entry("OpenCompass predictions and results", "apps.traces.importers.opencompass:FORMAT"),
        "promptfoo": Entry("promptfoo results", "apps.traces.importers.promptfoo:FORMAT"),
        "helm": Entry("HELM scenario states and predictions", "apps.traces.importers.helm:FORMAT"),
        "scout": Entry("Inspect Scout transcripts", "apps.traces.importers.scout:FORMAT"),
        "openr1": Entry("OpenR1-Math generations", "apps.traces.importers.openr1:FORMAT"),
        "verl": Entry("verl rollout dumps", "apps.traces.importers.verl:FORMAT"),
        "trl": Entry("TRL completions", "apps.traces.importers.trl:FORMAT"),
        "openthoughts": Entry("OpenThoughts", "apps.traces.importers.openthoughts:FORMAT"),
        "sharegpt": Entry("ShareGPT or chat messages", "apps.traces.importers.sharegpt:FORMAT"),
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
