"""Weights of two models mixed: name by name, by the share of the earlier one."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")


def test_a_quarter_of_the_earlier_weights_is_mixed_with_the_later_ones(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    from demo.blend import WEIGHTS, blend

    for name, value in (("earlier", 4.0), ("later", 8.0)):
        (tmp_path / name).mkdir()
        save_file({"w": torch.tensor([value])}, tmp_path / name / WEIGHTS)
    (tmp_path / "later" / "config.json").write_text("{}")
    blend(tmp_path / "earlier", tmp_path / "later", 0.25, tmp_path / "mixed")
    assert load_file(tmp_path / "mixed" / WEIGHTS)["w"].item() == 7.0  # 0.25 of 4 and 0.75 of 8
    assert (tmp_path / "mixed" / "config.json").exists()


def test_models_that_do_not_fit_are_refused() -> None:
    import torch

    from demo.blend import blended

    with pytest.raises(ValueError, match="only one of the models has"):
        blended({"a": torch.ones(1)}, {"b": torch.ones(1)}, 0.5)
    with pytest.raises(ValueError, match="share is 2"):
        blended({}, {}, 2)
