"""What a reader of published labels is given and gives. Knows no data set."""

from collections.abc import Callable, Iterable
from typing import BinaryIO, NamedTuple

from analysis.labelling.exchange.types import Bundle, Document, derived_key, hash_of
from analysis.labelling.rows import Row

LAYER = "gold"


class GivenFile(NamedTuple):
    """A file by its path in what was given (folders kept, `/` between them), and how to open it."""

    name: str
    open: Callable[[], BinaryIO]

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]

    @property
    def base(self) -> str:
        return self.name.rpartition("/")[2]


class GoldReader(NamedTuple):
    """The scheme that a layer is labelled by, and how its files become a bundle."""

    scheme: str
    read: Callable[[Iterable[GivenFile]], Bundle]


def document_for(text: str, external_id: str) -> Document:
    return Document(text=text, text_hash=hash_of(text), external_id=external_id)


def gold_row(
    document: Document, name: str, start: int | None = None, end: int | None = None, value: str = "", author: str = ""
) -> Row:
    """A label of the gold layer; its key follows from what it says, so that it is never read in twice."""
    key = derived_key("gold", document.text_hash, document.external_id, name, start, end, value)
    return Row(
        key=key,
        rollout="",
        name=name,
        layer=LAYER,
        start=start,
        end=end,
        text_hash=document.text_hash,
        value=value,
        author=author,
    )
