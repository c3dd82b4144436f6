"""Reports of a project: begun with blocks, frozen, downloaded, shared by links."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from afterthought.errors import JobFailed
from afterthought.shapes import Frozen, Link, Report
from afterthought.transport import Transport, part_of

POLL_SECONDS = 0.5
ENDED = frozenset({"done", "failed", "cancelled"})
Blocks = Sequence[Mapping[str, Any]]


class Reports:
    """`project.reports`: a block is `{"kind": "text", "given": {"text": "# Why"}}`, as the pages have them."""

    def __init__(self, transport: Transport, project: str) -> None:
        self.transport, self.path = transport, f"{project}/reports"

    def __iter__(self) -> Iterator[Report]:
        return self.transport.items(self.path)

    def create(
        self, title: str, blocks: Blocks = (), authors: str = "", outline: str = "", collections: Sequence[int] = ()
    ) -> Report:
        """Empty, with blocks, or from an outline over collections: `create("Worth it", outline="reflection", ...)`."""
        begun = {"outline": outline, "collections": list(collections)}
        body = {"title": title, "authors": authors, "blocks": list(blocks)} | begun
        told: Report = self.transport.ask("POST", self.path, body=body)
        return told

    def get(self, report_id: int) -> Report:
        told: Report = self.transport.ask("GET", f"{self.path}/{report_id}")
        return told

    def change(self, report_id: int, title: str, authors: str = "") -> Report:
        body = {"title": title, "authors": authors}
        told: Report = self.transport.ask("PATCH", f"{self.path}/{report_id}", body=body)
        return told

    def delete(self, report_id: int) -> None:
        self.transport.ask("DELETE", f"{self.path}/{report_id}")

    def add_block(self, report_id: int, kind: str, **given: str | list[str]) -> Report:
        """At the end: `add_block(7, "dashboard", collection="3", page="reflection", figures=["transitions"])`."""
        body = {"kind": kind, "given": given}
        told: Report = self.transport.ask("POST", f"{self.path}/{report_id}/blocks", body=body)
        return told

    def change_block(self, report_id: int, block: str, **given: str | list[str]) -> Report:
        told: Report = self.transport.ask("PUT", self._block(report_id, block), body={"given": given})
        return told

    def move_block(self, report_id: int, block: str, place: int) -> Report:
        """To another place, counted from 0."""
        told: Report = self.transport.ask("POST", f"{self._block(report_id, block)}/place", body={"place": place})
        return told

    def remove_block(self, report_id: int, block: str) -> Report:
        told: Report = self.transport.ask("DELETE", self._block(report_id, block))
        return told

    def freeze(self, report_id: int, *, wait: float | None = 600.0) -> Frozen:
        """Freeze it as it is, and wait until its files are made (None: do not). Raises JobFailed."""
        found: Frozen = self.transport.ask("POST", f"{self.path}/{report_id}/frozen")
        until = time.monotonic() + (wait or 0.0)
        while wait is not None and found["state"] not in ENDED:
            if time.monotonic() >= until:
                raise JobFailed(f"report {report_id} is still {found['state']}, and was not waited for any longer")
            self.transport.sleep(POLL_SECONDS)
            found = self.frozen(report_id, found["number"])
        if found["state"] in {"failed", "cancelled"}:
            raise JobFailed(f"freezing report {report_id} ended as {found['state']}: {found['error']}")
        return found

    def frozen(self, report_id: int, number: int) -> Frozen:
        told: Frozen = self.transport.ask("GET", self._frozen(report_id, number))
        return told

    def every_frozen(self, report_id: int) -> Iterator[Frozen]:
        return self.transport.items(f"{self.path}/{report_id}/frozen")

    def content(self, report_id: int, number: int) -> dict[str, Any]:
        """All that a frozen version says, as plain values, and what became of its data since."""
        told: dict[str, Any] = self.transport.ask("GET", f"{self._frozen(report_id, number)}/content")
        return told

    def download(self, report_id: int, number: int, name: str, to: str | Path) -> Path:
        """A file of a frozen version: html, pdf or package."""
        return self.transport.fetch(f"{self._frozen(report_id, number)}/files/{part_of(name)}", Path(to))

    def share(self, report_id: int, number: int, days: int | None = None) -> Link:
        """A link by which anybody who has it reads a frozen version; its address is told this once."""
        path = f"{self._frozen(report_id, number)}/links"
        body = {} if days is None else {"days": days}
        link: Link = self.transport.ask("POST", path, body=body)
        if link["url"] is None:  # the first answer was lost, and the address with it
            self.withdraw(report_id, number, link["id"])
            link = self.transport.ask("POST", path, body=body)
        return link

    def links(self, report_id: int, number: int) -> Iterator[Link]:
        return self.transport.items(f"{self._frozen(report_id, number)}/links")

    def withdraw(self, report_id: int, number: int, link_id: int) -> None:
        self.transport.ask("DELETE", f"{self._frozen(report_id, number)}/links/{link_id}")

    def _block(self, report_id: int, block: str) -> str:
        return f"{self.path}/{report_id}/blocks/{part_of(block)}"

    def _frozen(self, report_id: int, number: int) -> str:
        return f"{self.path}/{report_id}/frozen/{number}"
