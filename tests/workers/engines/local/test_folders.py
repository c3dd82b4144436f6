"""A model is loaded from a folder of this machine that holds safetensors, or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.protocols.settings import SettingRefused
from workers.engines.loading import load_engine
from workers.engines.local.folders import ModelRefused, model_folder, model_hash


def folder_with(folder: Path, *files: str, config: Any = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config or {"model_type": "llama"}))
    for name in files:
        (folder / name).write_bytes(name.encode())
    return folder


def test_weights_in_other_formats_are_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "pickled", "pytorch_model.bin")
    with pytest.raises(ModelRefused, match="no weights in safetensors"):
        model_folder(str(folder))


def test_a_folder_that_is_not_there_is_named_with_where_it_was_looked_for() -> None:
    with pytest.raises(ModelRefused, match=r"no model directory 'demo/none'; looked in .*/demo/none"):
        model_folder("demo/none")
    with pytest.raises(ModelRefused, match="no model directory is given"):
        model_folder("")


def test_a_folder_without_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"no config\.json"):
        model_folder(str(tmp_path))


def test_where_folders_are_registered_others_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = folder_with(tmp_path / "models" / "small", "model.safetensors")
    outside = folder_with(tmp_path / "elsewhere" / "small", "model.safetensors")
    (tmp_path / "models" / "linked").symlink_to(outside)
    monkeypatch.setenv("AFTERTHOUGHT_MODELS", str(tmp_path / "models"))
    assert model_folder("small") == inside
    assert model_folder(str(inside)) == inside
    for name in (str(outside), "linked", "../elsewhere/small"):
        with pytest.raises(ModelRefused, match="outside the folders"):
            model_folder(name)


def test_the_hash_changes_with_a_byte_of_any_shard(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "sharded", "a.safetensors", "b.safetensors")
    first = model_hash(folder)
    (folder / "b.safetensors").write_bytes(b"c.safetensors")
    assert model_hash(folder) != first


@pytest.mark.parametrize(
    "config",
    [
        {"sliding_window": 128, "max_position_embeddings": 4096},
        {"layer_types": ["full_attention", "sliding_attention"]},
    ],
)
def test_windows_that_slide_are_refused(needs_torch: None, tmp_path: Path, config: dict[str, Any]) -> None:
    from workers.engines.transformers import TransformersEngine

    folder = folder_with(tmp_path / "sliding", "model.safetensors", config={"model_type": "mistral", **config})
    with pytest.raises(ModelRefused, match="do not see the whole context"):
        TransformersEngine(model=str(folder))


def test_code_of_a_models_own_is_not_run(needs_torch: None, tmp_path: Path) -> None:
    from workers.engines.transformers import TransformersEngine

    ran = tmp_path / "ran"
    config = {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModelForCausalLM": "own.Own"}}
    folder = folder_with(tmp_path / "own", "model.safetensors", config=config)
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Own: pass\n")
    with pytest.raises(ModelRefused, match="could not be loaded"):
        TransformersEngine(model=str(folder))
    assert not ran.exists()


@pytest.mark.parametrize(("settings", "reason"), [({"dtype": "int3"}, "dtype"), ({"device": "abacus"}, "device")])
def test_an_unknown_precision_or_device_is_refused(tiny_llama: Path, settings: dict[str, str], reason: str) -> None:
    with pytest.raises((ModelRefused, SettingRefused), match=reason):
        load_engine("transformers", {"model": str(tiny_llama), **settings})
