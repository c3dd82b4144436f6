"""Runs and administrations of a project: drafted, estimated, started, waited for."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from afterthought.errors import JobFailed
from afterthought.shapes import Administration, Estimate, Run
from afterthought.transport import Transport

POLL_SECONDS = 2.0
ENDED = frozenset({"done", "failed", "cancelled"})
Player = Mapping[str, str]


class Runs:
    """`project.runs`: a player is `{"engine": "lab", "model": "m"}`, a source `{"kind": "collection", ...}`."""

    def __init__(self, transport: Transport, project: str) -> None:
        self.transport, self.path = transport, f"{project}/runs"

    def __iter__(self) -> Iterator[Run]:
        return self.transport.items(self.path)

    def create(self, protocol: str, roles: Mapping[str, Player], source: Mapping[str, Any], **more: Any) -> Run:
        """A draft; `more` are settings, limit, seed and name."""
        body = {"protocol": protocol, "roles": dict(roles), "source": dict(source)} | more
        told: Run = self.transport.ask("POST", self.path, body=body)
        return told

    def get(self, run_id: int) -> Run:
        told: Run = self.transport.ask("GET", f"{self.path}/{run_id}")
        return told

    def estimate(self, run_id: int) -> Estimate:
        """What a draft asks for at most."""
        told: Estimate = self.transport.ask("GET", f"{self.path}/{run_id}/estimate")
        return told

    def act(self, run_id: int, act: str) -> Run:
        """start, pause, resume, cancel or retry."""
        told: Run = self.transport.ask("POST", f"{self.path}/{run_id}/acts/{act}")
        return told

    def wait(self, run_id: int, seconds: float = 3600.0) -> Run:
        """The run, once it is done. Raises JobFailed where it ends otherwise, or not in time."""
        until = time.monotonic() + seconds
        while (found := self.get(run_id))["state"] not in ENDED:
            if time.monotonic() >= until:
                raise JobFailed(f"run {run_id} is still {found['state']}, and was not waited for any longer")
            self.transport.sleep(POLL_SECONDS)
        if found["state"] != "done":
            raise JobFailed(f"run {run_id} ended as {found['state']}: {found['error']}")
        return found

    def units(self, run_id: int, state: str | None = None) -> Iterator[dict[str, Any]]:
        return self.transport.items(f"{self.path}/{run_id}/units", {"state": state})

    def results(self, run_id: int) -> dict[str, Any]:
        """What it has made so far; its probes and judgements are tables of `project.export`."""
        told: dict[str, Any] = self.transport.ask("GET", f"{self.path}/{run_id}/results")
        return told

    def provenance(self, run_id: int) -> dict[str, Any]:
        told: dict[str, Any] = self.transport.ask("GET", f"{self.path}/{run_id}/provenance")
        return told

    def discard(self, run_id: int) -> None:
        """Throw a draft away."""
        self.transport.ask("POST", f"{self.path}/{run_id}/discard")

    def delete(self, run_id: int, *, with_output: bool = False) -> None:
        """Delete a run that has ended and, if wanted, the collection that it filled."""
        self.transport.ask("DELETE", f"{self.path}/{run_id}", query={"with_output": with_output})


class Administrations:
    """`project.administrations`: instruments and tasks, given to models over a grid."""

    def __init__(self, transport: Transport, project: str) -> None:
        self.transport, self.path = transport, f"{project}/administrations"

    def __iter__(self) -> Iterator[Administration]:
        return self.transport.items(self.path)

    def create(
        self,
        name: str,
        models: Sequence[Player],
        *,
        instruments: Sequence[int] = (),
        tasks: Sequence[str] = (),
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> Administration:
        """Drafts of its runs; `fields` are those of the page's form."""
        given = {field: list(values) for field, values in (fields or {}).items()}
        listed = {"models": list(models), "instruments": list(instruments), "tasks": list(tasks)}
        body = {"name": name, "fields": given, **listed}
        told: Administration = self.transport.ask("POST", self.path, body=body)
        return told

    def get(self, administration_id: int) -> Administration:
        told: Administration = self.transport.ask("GET", f"{self.path}/{administration_id}")
        return told

    def start(self, administration_id: int) -> Administration:
        """Start every run of it that is a draft."""
        told: Administration = self.transport.ask("POST", f"{self.path}/{administration_id}/start")
        return told

    def discard(self, administration_id: int) -> None:
        self.transport.ask("POST", f"{self.path}/{administration_id}/discard")
