"""One project: its collections, imports, problems, rollouts, candidates, measures, search and tables, as methods.

Its reports, runs, administrations and labels are objects of their own.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from afterthought import shapes
from afterthought.errors import JobFailed
from afterthought.labels import Labels
from afterthought.multipart import Upload
from afterthought.reports import Reports
from afterthought.runs import Administrations, Runs
from afterthought.transport import Transport, part_of

POLL_SECONDS = 0.5
ENDED = frozenset({"done", "failed", "cancelled"})
Settings = Mapping[str, object]


class Project:
    """A project of a server. Filters of rollouts are those of the pages: model, outcome, tokens="500..2000" ..."""

    def __init__(self, transport: Transport, slug: str) -> None:
        self.transport, self.slug = transport, slug
        self.path = f"/projects/{part_of(slug)}"
        self.administrations = Administrations(transport, self.path)
        self.labels = Labels(transport, self.path)
        self.reports = Reports(transport, self.path)
        self.runs = Runs(transport, self.path)

    def __repr__(self) -> str:
        return f"Project({self.slug!r})"

    def info(self) -> shapes.ProjectInfo:
        """Its name, and the role of the token's owner in it."""
        told: shapes.ProjectInfo = self.ask("GET", "")
        return told

    # Collections, and how they come and go.

    def collections(self) -> Iterator[shapes.Collection]:
        """Newest first."""
        return self.items("/collections")

    def collection(self, collection_id: int) -> shapes.Collection:
        told: shapes.Collection = self.ask("GET", f"/collections/{collection_id}")
        return told

    def change_collection(
        self, collection_id: int, *, name: str | None = None, counting_grade: str | None = None
    ) -> shapes.Collection:
        """Rename it, or choose whose grades count: ours or uploaded."""
        change = {"name": name, "counting_grade": counting_grade}
        told: shapes.Collection = self.ask("PATCH", f"/collections/{collection_id}", body=change)
        return told

    def delete_collection(self, collection_id: int) -> None:
        self.ask("DELETE", f"/collections/{collection_id}")

    def upload(
        self, *files: str | Path, name: str = "", keep_good: bool = False, wait: float | None = 600.0, **options: Any
    ) -> shapes.Collection:
        """Import files as one collection; what is left out (format, mapping, map_values, set_values) is guessed.

        Waits until it is stored and analysed, `wait` seconds at most (None: not at all). Raises JobFailed.
        """
        body = {"name": name, "keep_good": keep_good} | options
        draft: shapes.Import = self.ask("POST", "/imports", body=body)
        for file in files:
            self.add_file(draft["id"], Path(file))
        return self.confirm_import(draft["id"], wait=wait)

    # Imports, step by step.

    def imports(self, state: str | None = None) -> Iterator[shapes.Import]:
        """Newest first; of one state if it is given."""
        return self.items("/imports", state=state)

    def create_import(self, name: str = "", **options: Any) -> shapes.Import:
        """A draft that waits for its files."""
        told: shapes.Import = self.ask("POST", "/imports", body={"name": name} | options)
        return told

    def import_(self, import_id: int) -> shapes.Import:
        told: shapes.Import = self.ask("GET", f"/imports/{import_id}")
        return told

    def add_file(self, import_id: int, content: Path | bytes, name: str = "") -> shapes.File:
        """Add a file to a draft; the same name replaces."""
        wanted = name or (content.name if isinstance(content, Path) else "rollouts.jsonl")
        path = f"{self.path}/imports/{import_id}/files"
        told: shapes.File = self.transport.ask("POST", path, upload=Upload(content, {"name": wanted}))
        return told

    def preview_import(self, import_id: int) -> shapes.Preview:
        """How its files would be read."""
        told: shapes.Preview = self.ask("GET", f"/imports/{import_id}/preview")
        return told

    def change_import(self, import_id: int, **options: Any) -> shapes.Import:
        """How its files are to be read, in place of how they were."""
        told: shapes.Import = self.ask("PUT", f"/imports/{import_id}", body=options)
        return told

    def confirm_import(self, import_id: int, *, wait: float | None = 600.0) -> shapes.Collection:
        """Import what the preview shows; waits as `upload` does."""
        found: shapes.Collection = self.ask("POST", f"/imports/{import_id}/confirm")
        if wait is None:
            return found
        until = time.monotonic() + wait
        while (state := (job := self.import_(import_id))["state"]) not in ENDED:
            self._pause(until, f"import {import_id} is still {state}")
        if state != "done":
            raise JobFailed(f"import {import_id} ended as {state}: {job['error']}")
        return self.wait_for_analysis(found["id"], until - time.monotonic())

    def cancel_import(self, import_id: int) -> None:
        """Discard a draft, or stop what waits or runs."""
        self.ask("DELETE", f"/imports/{import_id}")

    def import_issues(self, import_id: int) -> Iterator[dict[str, Any]]:
        """What was not stored, or was stored with a remark."""
        return self.items(f"/imports/{import_id}/issues")

    # Analyses and candidates.

    def wait_for_analysis(self, collection_id: int, wait: float = 600.0) -> shapes.Collection:
        """The collection, once the analysis by the default candidate set is of it as it stands. Raises JobFailed."""
        until = time.monotonic() + wait
        while True:
            found = self.collection(collection_id)
            state, is_current = found["analysis"]["state"], found["analysis_revision"] == found["revision"]
            if state == "done" and is_current:
                return found
            if state in {"failed", "cancelled"} and is_current:
                raise JobFailed(f"the analysis of collection {collection_id} ended as {state}")
            self._pause(until, f"the analysis of collection {collection_id} is still {state}")

    def analyse(self, collection_id: int, extractor: str = "") -> shapes.Analysis:
        """Have a collection analysed by a candidate set, in the background."""
        told: shapes.Analysis = self.ask(
            "POST", f"/collections/{collection_id}/analyses", body={"extractor": extractor}
        )
        return told

    def analyses(self, collection_id: int) -> Iterator[shapes.Analysis]:
        return self.items(f"/collections/{collection_id}/analyses")

    def candidate_sets(self, collection_id: int) -> Iterator[shapes.CandidateSet]:
        return self.items(f"/collections/{collection_id}/candidate-sets")

    def candidates(self, rollout_id: int, extractor: str | None = None) -> Iterator[shapes.JudgedCandidate]:
        """Of one rollout, with outcomes and transitions."""
        return self.items(f"/rollouts/{rollout_id}/candidates", extractor=extractor)

    def candidates_of(self, collection_id: int, extractor: str | None = None) -> Iterator[shapes.Candidate]:
        """All of a collection."""
        return self.items(f"/collections/{collection_id}/candidates", extractor=extractor)

    # Rollouts and problems.

    def rollouts(
        self, collection_id: int | None = None, *, sort: str = "", **filters: Any
    ) -> Iterator[shapes.RolloutLine]:
        """Of a collection, or of the whole project, page by page as they are asked for."""
        path = "/rollouts" if collection_id is None else f"/collections/{collection_id}/rollouts"
        return self.items(path, sort=sort or None, **filters)

    def rollout(self, rollout_id: int) -> shapes.Rollout:
        """One with its turns and texts."""
        told: shapes.Rollout = self.ask("GET", f"/rollouts/{rollout_id}")
        return told

    def overrule(self, rollout_id: int, outcome: str | None, reason: str = "") -> shapes.Rollout:
        """A person's grade (correct, incorrect) for the last attempt; None takes it back."""
        body = {"outcome": outcome, "reason": reason}
        told: shapes.Rollout = self.ask("PUT", f"/rollouts/{rollout_id}/grade", body=body)
        return told

    def problems(self, problem_set: str | None = None, key: str | None = None) -> Iterator[shapes.Problem]:
        return self.items("/problems", problem_set=problem_set, key=key)

    def problem(self, problem_id: int) -> shapes.Problem:
        told: shapes.Problem = self.ask("GET", f"/problems/{problem_id}")
        return told

    def correct_golds(self, problem_id: int, golds: Sequence[str], reason: str = "") -> shapes.Problem:
        """Replace a problem's golds; what depends on them is computed anew."""
        body = {"golds": list(golds), "reason": reason}
        told: shapes.Problem = self.ask("PUT", f"/problems/{problem_id}/golds", body=body)
        return told

    def history(self, target: str | None = None) -> Iterator[dict[str, Any]]:
        """Corrections and deletions, newest first."""
        return self.items("/history", target=target)

    # Numbers and words.

    def measure(
        self, name: str, collections: Sequence[int], *, by: Sequence[str] = (), settings: Settings | None = None,
        **filters: Any,
    ) -> shapes.Computed:  # fmt: skip
        """Rows of one measure, the same numbers as on the pages: over all rollouts, or by columns."""
        written = [f"{setting}={value}" for setting, value in (settings or {}).items()]
        query: dict[str, Any] = {"collection": list(collections), "by": list(by), "setting": written}
        told: shapes.Computed = self.ask("GET", f"/measures/{part_of(name)}", **query, **filters)
        return told

    def search(self, q: str) -> Iterator[shapes.Hits]:
        """Collections with rollouts whose texts match, newest first."""
        return self.items("/search", q=q)

    # Tables as files.

    def tables(self) -> Iterator[shapes.Table]:
        """The tables that the token may export, with their columns."""
        return self.items("/tables")

    def dictionary(self, table: str) -> dict[str, Any]:
        """What each column of a table is."""
        told: dict[str, Any] = self.ask("GET", f"/tables/{part_of(table)}/dictionary")
        return told

    def export(self, table: str, to: str | Path, **asked: Any) -> Path:
        """A table as a file: `format` csv, jsonl or parquet, `only` some columns, and the filters of rollouts."""
        return self.fetch(f"/tables/{part_of(table)}", to, **asked)

    # Whatever else the API has.

    def items(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of any list of the project: `project.items("/instruments")`."""
        return self.transport.items(self.path + path, query)

    def ask(self, method: str, path: str, *, body: object = None, key: str | None = None, **query: Any) -> Any:
        """Any operation of the project: `project.ask("GET", "/lab-measures/link")`."""
        return self.transport.ask(method, self.path + path, query=query, body=body, key=key)

    def fetch(self, path: str, to: str | Path, **query: Any) -> Path:
        """Any file of the project, written to the disk: `project.fetch("/tables/rollouts", "r.csv")`."""
        return self.transport.fetch(self.path + path, Path(to), query)

    def _pause(self, until: float, words: str) -> None:
        if time.monotonic() >= until:
            raise JobFailed(f"{words}, and was not waited for any longer")
        self.transport.sleep(POLL_SECONDS)
