"""What lies beside the shards of a Hugging Face dataset: files about it, no rollouts. The shards are read as any rows.

Source: huggingface/datasets, `save_to_disk` (dataset_info.json, state.json, dataset_dict.json) and the Hub's layout
(data/train-00000-of-00008.parquet, README.md).
"""

from ..presets import Claim, FileSample

COMPANIONS = {
    "dataset_info.json": "what a dataset says of itself (features, splits, licence)",
    "dataset_infos.json": "what a dataset says of itself (features, splits, licence)",
    "dataset_dict.json": "the list of a dataset's splits",
    "state.json": "the list of a dataset's shards",
}


class _HuggingFaceDataset:
    def claim(self, sample: FileSample) -> Claim | None:
        base = sample.file.base
        is_named = base in COMPANIONS and (base != "state.json" or "dataset_info.json" in sample.siblings)
        return Claim(companion=COMPANIONS[base], is_attached=True) if is_named else None


FORMAT = _HuggingFaceDataset()
