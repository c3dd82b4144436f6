"""Labelling in a project: schemes, queues, one's own items, labels as they stand."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from afterthought.multipart import Upload
from afterthought.shapes import Item, Label, Queue, Scheme
from afterthought.transport import Transport


class Labels:
    """`project.labels`: what the token's owner may label, and (for leads) what everybody did."""

    def __init__(self, transport: Transport, project: str) -> None:
        self.transport, self.project = transport, project

    def schemes(self) -> Iterator[Scheme]:
        return self.transport.items(f"{self.project}/schemes")

    def queues(self) -> Iterator[Queue]:
        return self.transport.items(f"{self.project}/queues")

    def take_next(self, queue_id: int) -> Item | None:
        """The next item of a queue, held for half an hour; None where nothing is left."""
        told: Item | None = self.transport.ask("POST", f"{self.project}/queues/{queue_id}/next")["item"]
        return told

    def item(self, item_id: int) -> Item:
        """An item that one has: its texts, and one's labels so far."""
        told: Item = self.transport.ask("GET", self._item(item_id))
        return told

    def act(self, item_id: int, acts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Give and take labels: `[{"verb": "add", "key": UUID, "name": "verification", "turn": 1, ...}]`."""
        told: dict[str, Any] = self.transport.ask("POST", f"{self._item(item_id)}/acts", body={"acts": list(acts)})
        return told

    def submit(self, item_id: int) -> Item:
        told: Item = self.transport.ask("POST", f"{self._item(item_id)}/submit")
        return told

    def skip(self, item_id: int) -> Item:
        """Leave it to somebody else; what was labelled stays."""
        told: Item = self.transport.ask("POST", f"{self._item(item_id)}/skip")
        return told

    def flag(self, item_id: int, is_flagged: bool = True, reason: str = "") -> Item:
        body = {"is_flagged": is_flagged, "reason": reason}
        told: Item = self.transport.ask("POST", f"{self._item(item_id)}/flag", body=body)
        return told

    def of_scheme(self, scheme_id: int, **query: Any) -> Iterator[Label]:
        """The labels that stand on their text, of all layers."""
        return self.transport.items(f"{self.project}/schemes/{scheme_id}/labels", query)

    def export(self, scheme_id: int, to: str | Path, **query: Any) -> Path:
        """As a file: `format` is project, labelstudio, doccano or csv."""
        return self.transport.fetch(f"{self.project}/schemes/{scheme_id}/export", Path(to), query)

    def load(self, scheme_id: int, content: Path | bytes, **form: str) -> dict[str, Any]:
        """Take a file of labels in (`format`, `layer`): each where its very text is, or left out with a reason."""
        path = f"{self.project}/schemes/{scheme_id}/import"
        told: dict[str, Any] = self.transport.ask("POST", path, upload=Upload(content, form))
        return told

    def _item(self, item_id: int) -> str:
        return f"{self.project}/items/{item_id}"
