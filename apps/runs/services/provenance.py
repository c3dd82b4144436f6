"""Where the output of a run comes from, in JSON: what was asked, by which code, answered by which engines."""

import os
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.runs.models import Run
from apps.runs.services.drafts import n_samples_of
from apps.runs.services.plans import conductor_of

APPLICATION = "0.1.0"


def asked_for(run: Run) -> dict[str, Any]:
    """Everything that is known before a worker takes the run up."""
    conductor = conductor_of(run.protocol)
    n_samples = n_samples_of(run)
    return {
        "protocol": run.protocol,
        "protocol_version": run.protocol_version,
        "application": APPLICATION,
        "code": code_version(),
        "parameters": run.parameters,
        "is_oracle_gated": conductor.is_oracle_gated(run.parameters),
        "source": run.source,
        "seeds": {"first": run.first_seed, "last": run.first_seed + n_samples - 1, "samples": n_samples},
        "roles": {
            each.role: {"engine": each.engine.name, "kind": each.engine.kind, "model": each.model}
            for each in run.roles.select_related("engine").order_by("pk")
        },
        "workers": {},
    }


def record_engines(run: Run, worker: str, engines: Mapping[str, Mapping[str, object]]) -> None:
    """Add what the engines that a worker has opened say of themselves, by role."""
    with transaction.atomic():
        held = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        workers = {**held.provenance.get("workers", {}), worker: {role: dict(said) for role, said in engines.items()}}
        Run.objects.filter(pk=run.pk).update(provenance={**held.provenance, "workers": workers, "code": code_version()})


@lru_cache(maxsize=1)
def code_version() -> str:
    """The commit that runs, marked where files were changed: as the image says, else by the repository, else ""."""
    if given := os.environ.get("CODE_VERSION"):
        return given
    command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
