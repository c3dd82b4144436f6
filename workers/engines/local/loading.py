"""A model and its tokenizer in this process: loaded once from a local folder, without any code of the model's own."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import tokenizers
import torch
import transformers

from workers.engines.local.cache import GrowingCache
from workers.engines.local.folders import ModelRefused, configuration, model_hash
from workers.engines.local.prompts import Prompts

Key = tuple[Path, str, str]
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
NO_CONTEXT = 1 << 30


@dataclass(frozen=True, slots=True)
class Model:
    """Weights, tokenizer and what they say of themselves."""

    folder: Path
    network: Any
    tokenizer: Any
    prompts: Prompts
    ends: frozenset[int]
    device: torch.device
    dtype: torch.dtype

    @property
    def n_layers(self) -> int:
        return int(self.network.config.num_hidden_layers)

    def cache(self) -> GrowingCache:
        return GrowingCache(self.n_layers)

    def tensor(self, values: Any, dtype: torch.dtype = torch.long) -> torch.Tensor:
        return torch.tensor(values, dtype=dtype, device=self.device)

    def logits(
        self,
        ids: torch.Tensor,
        positions: torch.Tensor,
        mask: torch.Tensor | None,
        cache: GrowingCache,
        keep: int | torch.Tensor = 1,
    ) -> torch.Tensor:
        """float32 logits (rows × kept × vocabulary) of new tokens, whose keys and values go into the cache.

        `mask` is rows × 1 × new × all columns and true where a token sees; None is plain causal. `keep` is how many of
        the last new tokens are wanted, or which.
        """
        if mask is not None:  # made numbers here, or every layer would do it again
            mask = torch.zeros(mask.shape, dtype=self.dtype, device=mask.device).masked_fill_(~mask, float("-inf"))
        out = self.network(
            input_ids=ids,
            position_ids=positions,
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=keep,
        )
        return out.logits.float()


_lock = Lock()
_loaded: dict[Key, Model] = {}
_holders: dict[Key, int] = {}


def hold(folder: Path, dtype: str, device: str) -> tuple[Key, Model]:
    """The model of a folder, loaded by the first who asks in this process and shared by the others."""
    where = device_of(device)
    key = (folder, dtype_of(dtype, where), str(where))
    with _lock:
        if key not in _loaded:
            _loaded[key] = _load(folder, key[1], where)
        _holders[key] = _holders.get(key, 0) + 1
        return key, _loaded[key]


def let_go(key: Key) -> None:
    """The last holder's leave frees the memory."""
    with _lock:
        _holders[key] -= 1
        if _holders[key] == 0:
            del _holders[key], _loaded[key]
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()


def device_of(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ModelRefused(f"{name!r} is no device") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ModelRefused(f"there is no {name}: this machine has {torch.cuda.device_count()} CUDA devices")
    return device


def dtype_of(name: str, device: torch.device) -> str:
    """ "auto" is the weights' own precision, but float32 on a CPU, which is faster there and keeps seeds' promise."""
    if name == "auto":
        return "float32" if device.type == "cpu" else "auto"
    if name not in DTYPES:
        raise ModelRefused(f"unknown precision {name!r}; known: auto, {', '.join(DTYPES)}")
    return name


def _load(folder: Path, dtype: str, device: torch.device) -> Model:
    _check(folder)
    transformers.utils.logging.disable_progress_bar()
    local: Mapping[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **local)
        network = transformers.AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, dtype=DTYPES.get(dtype, "auto"), attn_implementation="sdpa", **local
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelRefused(f"{folder} could not be loaded: {error}") from error
    if not tokenizer.is_fast:
        raise ModelRefused(f"{folder} has no tokenizer.json, which the engine reads prompts by")
    network = network.to(device).eval().requires_grad_(False)
    context = int(getattr(network.config, "max_position_embeddings", None) or NO_CONTEXT)
    n_vocabulary = int(network.get_input_embeddings().weight.shape[0])
    prompts = Prompts(tokenizer, context, n_vocabulary)
    return Model(folder, network, tokenizer, prompts, _ends(network, tokenizer), device, network.dtype)


def _check(folder: Path) -> None:
    """Every layer must see the whole context: the masks and the cache are ours and know no sliding windows."""
    read = configuration(folder)
    kinds = set(read.get("layer_types") or ["full_attention"])
    window = read.get("sliding_window") if read.get("use_sliding_window", True) else None
    if kinds != {"full_attention"} or (window and window < read.get("max_position_embeddings", 0)):
        raise ModelRefused(f"{folder} has layers that do not see the whole context: serve it by vLLM and ask that")


def _ends(network: Any, tokenizer: Any) -> frozenset[int]:
    named = [network.generation_config.eos_token_id, network.config.eos_token_id, tokenizer.eos_token_id]
    ids = [each for some in named for each in (some if isinstance(some, list) else [some])]
    return frozenset(int(each) for each in ids if each is not None)


def provenance(model: Model) -> dict[str, object]:
    """What a run records of the model, in values that JSON holds."""
    is_exact = model.dtype == torch.float32
    return {
        "kind": "transformers",
        "model": model.folder.name,
        "model_hash": model_hash(model.folder),
        "architecture": type(model.network).__name__,
        "n_parameters": sum(each.numel() for each in model.network.parameters()),
        "context": model.prompts.context,
        "dtype": str(model.dtype).removeprefix("torch."),
        "device": device_name(model.device),
        "versions": {each.__name__: each.__version__.partition("+")[0] for each in (torch, transformers, tokenizers)},
        "seeds": "the same ask and seed give the same tokens in the same batch" if is_exact else "recorded only",
    }


def device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return f"{device.type} ({torch.get_num_threads()} threads)"
