"""A training set from analyses into a file of JSON lines, with a manifest beside it that says where it came from.

Knows no page and no method: methods are those of `analysis.training.table`.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from analysis.training.exporter import Counts, Exporter, export
from analysis.training.reading import written
from analysis.training.table import TRAINING_SETS
from apps.reports.archives.version import APPLICATION
from apps.reports.services.analysed_traces import Traces
from apps.traces.models import Analysis

FORMAT = "afterthought-training-set@1"
SUFFIX = ".manifest.json"


def write_training_set(
    name: str, analyses: Sequence[Analysis], settings: Mapping[str, Any], path: Path
) -> dict[str, Any]:
    """The rows of a method at `path`, a line each, and the manifest beside it; returns the manifest.

    Both are written beside their places and moved there when whole, so that a stopped export leaves nothing. Raises
    UnknownName, SettingRefused and OSError.
    """
    exporter = TRAINING_SETS[name]
    settled = exporter.settle(settings)
    traces, counts = Traces(analyses), Counts()
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        digest, n_bytes = _write(partial, export(name, exporter, traces.groups(), settings, counts))
        manifest = {
            "format": FORMAT,
            "application": APPLICATION,
            "created_at": timezone.now().isoformat(timespec="seconds"),
            "file": {"name": path.name, "sha256": digest, "bytes": n_bytes, "rows": counts.n_rows},
            "method": _method(name, exporter),
            "settings": dict(settled),
            "analyses": [_provenance(analysis) for analysis in analyses],
            "counts": _counted(counts, traces.n_continuations),
        }
        beside = path.with_name(path.name + SUFFIX)
        beside.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> tuple[str, int]:
    digest, n_bytes = hashlib.sha256(), 0
    with path.open("wb") as file:
        for row in rows:
            line = f"{written(row)}\n".encode()
            digest.update(line)
            n_bytes += file.write(line)
    return digest.hexdigest(), n_bytes


def _method(name: str, exporter: Exporter) -> dict[str, Any]:
    return {
        "name": name,
        "label": TRAINING_SETS.label(name),
        "version": exporter.version,
        "shape": exporter.shape.value,
        "citation": exporter.citation,
        "differs": exporter.differs,
    }


def _provenance(analysis: Analysis) -> dict[str, Any]:
    return {
        "analysis": analysis.pk,
        "collection": {"id": analysis.collection_id, "name": analysis.collection.name},
        "revision": analysis.revision,
        "extractor": str(analysis.candidate_set),
        "grader": analysis.grader,
        "counting_grade": analysis.collection.counting_grade,
        "segmentation": analysis.segmentation,
        "token_counter": analysis.token_counter,
        "features_sha256": analysis.features.sha256 if analysis.features else None,
    }


def _counted(counts: Counts, n_continuations: int) -> dict[str, Any]:
    return {
        "problems": counts.n_problems,
        "traces": counts.n_traces,
        "made": dict(counts.made),
        "left_out": dict(counts.left_out),
        "continuations_passed_over": n_continuations,
    }
