"""Mixes the weights of two models of one shape: a share of the earlier one's, the rest of the later one's.

    python -m demo.blend EARLIER LATER SHARE FOLDER

What a later stage has pulled about is evened out so. Knows no training and no evaluation.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

WEIGHTS = "model.safetensors"


def blended(
    earlier: Mapping[str, torch.Tensor], later: Mapping[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """share · earlier + (1 - share) · later, name by name; raises ValueError for other names or shares."""
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}, must be from 0 to 1")
    if earlier.keys() != later.keys():
        raise ValueError(f"only one of the models has {sorted(earlier.keys() ^ later.keys())}")
    return {name: (share * earlier[name] + (1 - share) * weight).contiguous() for name, weight in later.items()}


def blend(earlier: Path, later: Path, share: float, folder: Path) -> None:
    """Write the mix with all other files of the later one."""
    mixed = blended(load_file(earlier / WEIGHTS), load_file(later / WEIGHTS), share)
    shutil.copytree(later, folder, dirs_exist_ok=True)
    save_file(mixed, folder / WEIGHTS, metadata={"format": "pt"})


if __name__ == "__main__":
    blend(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))
