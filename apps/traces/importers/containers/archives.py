"""Archives among the given files, taken apart: every member a file of its own, named `archive.zip/inner/path`.

Knows zip, tar, gzip, zstandard, bzip2 and xz, one archive inside another, and what a hostile one does; no rows. A
member that may not or cannot be read stays in the list with the reason, so that nothing goes missing in silence.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, NoReturn

from ..files import ContainerError, SourceFile, read_head
from .inflate import MAX_EXPANDED, MAX_RATIO, RATIO_FREE, Budget, compression_of, in_units, inflated
from .spooling import MAX_SPOOL, is_seekable, part_of, spooled
from .tars import BLOCK, TarEntry, is_tar, read_members
from .zips import ZIP_MAGIC, ZipEntry, open_entry, read_directory, refusal_of

MAX_MEMBERS, MAX_NAME, MAX_DEPTH = 20_000, 1_000, 2
TOO_DEEP = "an archive inside an archive inside an archive; unpack it and give the files inside"
SYSTEM_NAMES = {"__MACOSX", "Thumbs.db", "desktop.ini"}
USUAL_RATIO = 5
ENDINGS = re.compile(r"\.(?:gz|gzip|zst|zstd|bz2|xz)$", re.IGNORECASE)
SHORT_TAR = re.compile(r"\.t(?:gz|zst|bz2|xz)$", re.IGNORECASE)
INSPECT_MEMBERS = {"header.json", "_journal/start.json"}


def expand(files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """The files with archives replaced by their members; the same members in the same order every time."""
    room = _Room()
    found = [member for file in files for member in _expanded(file, room)]
    return tuple(_named_apart(found))


@dataclass(slots=True)
class _Room:
    """How deep one is inside archives, and what all of an upload may still take."""

    depth: int = 0
    shared: "_Room | None" = None
    n_members: int = 0
    spool_left: int = MAX_SPOOL

    def deeper(self) -> "_Room":
        return _Room(self.depth + 1, self.shared or self)

    def take_member(self, name: str) -> None:
        whole = self.shared or self
        whole.n_members += 1
        if whole.n_members > MAX_MEMBERS:
            raise ContainerError(f"{name}: more than {MAX_MEMBERS:,} files; at most that many are read from archives")

    def spool(self, file: SourceFile) -> tuple[SourceFile, str]:
        whole = self.shared or self
        copy, problem = spooled(file, whole.spool_left)
        whole.spool_left -= copy.size
        return copy, problem

    def seekable(self, file: SourceFile) -> SourceFile:
        """The same file where it can be read at any place, else its copy; raises ContainerError where that is cut."""
        if is_seekable(file):
            return file
        copy, problem = self.spool(file)
        if problem:
            raise ContainerError(problem)
        return copy


def _expanded(file: SourceFile, room: _Room) -> Iterator[SourceFile]:
    """A file itself, or the members of the archive that it is."""
    if file.problem:
        yield file
        return
    try:
        head = read_head(file, BLOCK)
        if kind := compression_of(head):
            yield from _decompressed(file, kind, room)
        elif is_zip(head):
            yield from _zip_members(room.seekable(file), room)
        elif is_tar(head):
            yield from _tar_members(room.seekable(file), "", room)
        else:
            yield file
    except ContainerError as problem:
        yield refused(file, str(problem))


def refused(file: SourceFile, words: str) -> SourceFile:
    """The same file as one that cannot be read, and why."""
    words = words.removeprefix(f"{file.name}: ")
    return replace(file, open=partial(_refuse, f"{file.name}: {words}"), size=0, problem=words)


def _refuse(words: str) -> NoReturn:
    raise ContainerError(words)


def _decompressed(file: SourceFile, kind: str, room: _Room) -> Iterator[SourceFile]:
    """One compressed file: the tar archive in it, or the one file that it is without its ending."""
    reader = partial(_open_inflated, file, kind)
    inner = replace(file, name=plain_name(file.name), open=reader, size=file.size * USUAL_RATIO, given=_given(file))
    head = read_head(inner, BLOCK)
    if is_tar(head):
        copy, problem = room.spool(inner)
        yield from _tar_members(replace(copy, name=file.name), problem, room)
    elif not _is_archive(head):
        yield inner
    elif room.depth < MAX_DEPTH:
        yield from _expanded(inner, room.deeper())
    else:
        yield refused(file, TOO_DEEP)


def _open_inflated(file: SourceFile, kind: str) -> BinaryIO:
    return inflated(file.open(), kind, Budget(file.name))


def is_zip(head: bytes) -> bool:
    return head.startswith(ZIP_MAGIC)


def _is_archive(head: bytes) -> bool:
    return bool(compression_of(head)) or is_zip(head) or is_tar(head)


def plain_name(name: str) -> str:
    """
    >>> plain_name("runs/a.jsonl.gz"), plain_name("a.gz")
    ('runs/a.jsonl', 'a')
    """
    return ENDINGS.sub("", name) or name


def _given(file: SourceFile) -> str:
    return file.given or file.name


def _zip_members(file: SourceFile, room: _Room) -> Iterator[SourceFile]:
    entries = [entry for entry in read_directory(file) if not entry.is_folder and not _is_hidden(entry.name)]
    names = {entry.name for entry in entries}
    if names & INSPECT_MEMBERS:
        yield file
        return
    if "[Content_Types].xml" in names:
        raise ContainerError(f"{file.name}: an Office document; export its table as CSV")
    if room.depth >= MAX_DEPTH:
        raise ContainerError(f"{file.name}: {TOO_DEEP}")
    if not entries:
        raise ContainerError(f"{file.name}: an archive without files")
    _check_sizes(file, entries)
    for entry in entries:
        problem = "a symbolic link, which is not followed" if entry.is_link else refusal_of(entry)
        yield from _member(file, entry.name, problem, entry.size, partial(open_entry, file, entry), room)


def _check_sizes(file: SourceFile, entries: Sequence[ZipEntry]) -> None:
    """What the directory promises, before anything is unpacked; each member is held to it as it is read."""
    if len(entries) > MAX_MEMBERS:
        raise ContainerError(f"{file.name}: {len(entries):,} files; at most {MAX_MEMBERS:,} are read from one archive")
    total = sum(entry.size for entry in entries)
    if total > MAX_EXPANDED:
        raise ContainerError(f"{file.name}: unpacks to {in_units(total)}; at most {in_units(MAX_EXPANDED)} are read")
    if total > RATIO_FREE and total > MAX_RATIO * file.size:
        raise ContainerError(
            f"{file.name}: unpacks to {total // max(file.size, 1):,} times its size, as a zip bomb does; "
            f"at most {MAX_RATIO} times are read"
        )


def _tar_members(file: SourceFile, problem: str, room: _Room) -> Iterator[SourceFile]:
    """Members up to where the archive is whole; `problem` says why its bytes end where they do."""
    if room.depth >= MAX_DEPTH:
        raise ContainerError(f"{file.name}: {TOO_DEEP}")
    with file.open() as stream:
        try:
            for entry in read_members(stream, file.name):
                if not _is_hidden(entry.name):
                    reader = partial(_open_part, file, entry.start, entry.size)
                    yield from _member(file, entry.name, _tar_problem(entry, file), entry.size, reader, room)
        except ContainerError as broken:
            problem = problem or str(broken)
    if problem:
        yield refused(replace(file, given=_given(file)), problem)


def _tar_problem(entry: TarEntry, file: SourceFile) -> str:
    if entry.kind:
        return f"{entry.kind}, which is not read"
    return "it is cut off" if entry.start + entry.size > file.size else ""


def _open_part(file: SourceFile, start: int, size: int, _name: str) -> BinaryIO:
    return part_of(file.open(), start, size)


def _member(
    archive: SourceFile, stated: str, problem: str, size: int, reader: Callable[[str], BinaryIO], room: _Room
) -> Iterator[SourceFile]:
    room.take_member(archive.name)
    name = f"{archive.name}/{safe_path(stated)}"
    member = SourceFile(name, partial(reader, name), size, "", _given(archive))
    problem = problem or fault_of(stated)
    yield from [refused(member, problem)] if problem else _expanded(member, room.deeper())


def fault_of(stated: str) -> str:
    """Why a member's name is not accepted, in words; '' where it is.

    >>> fault_of("../../etc/passwd"), fault_of("runs/a.jsonl")
    ('its path leads out of the archive; it is not read', '')
    """
    path = stated.replace("\\", "/")
    if "\x00" in stated:
        return "its name holds a NUL character; it is not read"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "its path is absolute; it is not read"
    if ".." in path.split("/"):
        return "its path leads out of the archive; it is not read"
    return f"its name is longer than {MAX_NAME:,} characters; it is not read" if len(path) > MAX_NAME else ""


def safe_path(stated: str) -> str:
    """A member's path as it is shown and as mappings see it: `/` between folders, nothing that leads elsewhere.

    >>> safe_path("..\\\\a//b.json")
    'a/b.json'
    """
    clean = stated.replace("\\", "/").replace("\x00", "\ufffd")
    return "/".join(part for part in clean.split("/") if part not in ("", ".", ".."))[:MAX_NAME] or "(no name)"


def _is_hidden(stated: str) -> bool:
    parts = stated.replace("\\", "/").split("/")
    return any(part in SYSTEM_NAMES or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _named_apart(files: Sequence[SourceFile]) -> Iterator[SourceFile]:
    """Files whose names are taken get another: a.jsonl and a.jsonl.gz, two members of one name."""
    given = {file.name for file in files if not file.given}
    taken: dict[str, int] = {}
    for file in files:
        name = f"{file.given}/{file.base}" if file.given and file.name in given else file.name
        taken[name] = n = taken.get(name, 0) + 1
        name = f"{name} ({n})" if n > 1 else name
        yield replace(file, name=name) if name != file.name else file
