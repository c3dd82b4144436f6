"""A literal table of plug-ins whose code is imported on first use. Knows nothing of what the plug-ins do."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, NamedTuple, TypeVar, cast

T = TypeVar("T")


class Entry(NamedTuple):
    """One line of a table: what people read, and where the code is (`package.module:attribute`)."""

    label: str
    path: str


class UnknownName(LookupError):
    """A name that the table does not hold; the message lists those that it does."""


class Registry(Generic[T]):
    """A table `name -> (label, dotted path)`.

    >>> table: Registry[object] = Registry("codec", {"json": Entry("JSON", "json:loads")})
    >>> table["json"]("[1]")
    [1]
    >>> table["xml"]
    Traceback (most recent call last):
    ...
    analysis.registry.UnknownName: unknown codec 'xml'; known: json
    """

    def __init__(self, kind: str, entries: Mapping[str, Entry]) -> None:
        self.kind = kind
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> T:
        module, _, attribute = self._entry(name).path.partition(":")
        return cast(T, getattr(import_module(module), attribute))

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def label(self, name: str) -> str:
        return self._entry(name).label

    def choices(self) -> list[tuple[str, str]]:
        return [(name, entry.label) for name, entry in self._entries.items()]

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownName(f"unknown {self.kind} {name!r}; known: {', '.join(self._entries)}") from None
