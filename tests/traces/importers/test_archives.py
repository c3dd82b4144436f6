"""Archives of every kind give the rows of their members; what is broken, hidden or hostile in one is said by name."""

import bz2
import gzip
import io
import json
import lzma
import random
import re
import tarfile
import tracemalloc
import zlib
from collections.abc import Callable
from typing import BinaryIO

import pytest

from analysis.errors import UserError
from apps.traces.importers.containers import archives, inflate
from apps.traces.importers.containers.archives import expand
from apps.traces.importers.files import SourceFile
from apps.traces.importers.source import Source

from .containers import Entry, packed_entry, raw_zip, tarred, zipped, zstd
from .samples import errors, opened, own_row, rollouts, text_file

ROWS = b"".join(json.dumps(own_row(id=str(n))).encode() + b"\n" for n in range(40))
PLAIN = [str(n) for n in range(40)]


def ids(source: Source) -> list[str]:
    return [rollout.external_id for rollout in rollouts(source)]


def refusals(*files: SourceFile) -> dict[str, str]:
    return {file.name: file.problem for file in expand(files) if file.problem}


def all_words(file: SourceFile) -> str:
    """Everything that is said of a file that may not be read, wherever it is said."""
    try:
        source = opened(file)
    except UserError as problem:
        return str(problem)
    said = [error.message for error in errors(source)]
    return "; ".join([*said, *(found.not_rollouts for found in source.detection.files)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl.gz", gzip.compress(ROWS)),
        ("a.jsonl.gz", gzip.compress(ROWS[:500]) + gzip.compress(ROWS[500:])),
        ("a.jsonl.gz", gzip.compress(ROWS) + b"\x00" * 40),
        ("a.jsonl.zst", zstd(ROWS)),
        ("a.jsonl.zst", zstd(ROWS[:500]) + b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstd(ROWS[500:])),
        ("a.jsonl.bz2", bz2.compress(ROWS)),
        ("a.jsonl.xz", lzma.compress(ROWS)),
        ("a.zip", zipped({"runs/a.jsonl": ROWS})),
        ("a.zip", zipped({"runs/a.jsonl": ROWS}, 0)),
        ("a.zip", zipped({"runs/a.jsonl": ROWS}, 12)),
        ("a.zip", b"#!/bin/sh\n" + zipped({"a.jsonl": ROWS})),
        ("a.zip", raw_zip(packed_entry("a.jsonl", ROWS))),
        ("a.tar", tarred({"runs/a.jsonl": ROWS})),
        ("a.tar", tarred({"r" * 90 + "/" + "s" * 120 + "/a.jsonl": ROWS}, tarfile.GNU_FORMAT)),
        ("a.tar", tarred({"r" * 90 + "/" + "s" * 120 + "/é.jsonl": ROWS}, tarfile.PAX_FORMAT)),
        ("a.tgz", gzip.compress(tarred({"a.jsonl": ROWS}))),
        ("a.tar.gz", gzip.compress(tarred({"a.jsonl": ROWS}))),
        ("a.tar.zst", zstd(tarred({"a.jsonl": ROWS}))),
        ("a.tar.bz2", bz2.compress(tarred({"a.jsonl": ROWS}))),
        ("a.tar.xz", lzma.compress(tarred({"a.jsonl": ROWS}))),
        ("a.zip", zipped({"a.jsonl.gz": gzip.compress(ROWS)})),
        ("a.tar.gz", gzip.compress(tarred({"a.jsonl.zst": zstd(ROWS)}))),
        ("a.zip", zipped({"b.zip": zipped({"a.jsonl": ROWS})})),
        ("a.zip", zipped({"b.tar.gz": gzip.compress(tarred({"a.jsonl": ROWS}))})),
    ],
)
def test_every_archive_gives_the_rows_of_its_file(name: str, content: bytes) -> None:
    if content.startswith(b"#!"):  # a self-extracting archive is known by its directory only: not read as one
        assert [file.name for file in expand([text_file(name, content)])] == ["a.zip"]
        return
    source = opened(text_file(name, content))
    assert ids(source) == PLAIN
    assert rollouts(source) == rollouts(opened(text_file("a.jsonl", ROWS)))
    assert {file.given for file in source.files} == {name}


def test_members_are_named_by_their_path_in_the_archive() -> None:
    inner = zipped({"c.jsonl": ROWS})
    content = zipped({"x/b.jsonl": ROWS, "a.jsonl.gz": gzip.compress(ROWS), "in.zip": inner, "x/": b""})
    assert [file.name for file in opened(text_file("all.zip", content)).files] == [
        "all.zip/a.jsonl",
        "all.zip/in.zip/c.jsonl",
        "all.zip/x/b.jsonl",
    ]


def test_a_compressed_file_has_the_name_without_its_ending_unless_that_is_taken() -> None:
    files = [
        text_file("r/a.jsonl", ROWS),
        text_file("r/a.jsonl.gz", gzip.compress(ROWS)),
        text_file("b.gz", zstd(ROWS)),
    ]
    assert [file.name for file in expand(files)] == ["r/a.jsonl", "r/a.jsonl.gz/a.jsonl", "b"]


def test_two_members_of_one_name_are_both_read() -> None:
    twice = raw_zip(packed_entry("a.jsonl", ROWS[: ROWS.index(b"\n") + 1], 0), packed_entry("a.jsonl", ROWS, 0))
    source = opened(text_file("a.zip", twice))
    assert [file.name for file in source.files] == ["a.zip/a.jsonl", "a.zip/a.jsonl (2)"]
    assert source.report.rows == 0
    assert ids(source) == PLAIN
    assert (source.report.rows, source.report.duplicates) == (41, 1)


def test_reading_resumes_inside_an_archive() -> None:
    content = gzip.compress(tarred({f"{n}.jsonl": ROWS.replace(b'"m"', b'"m%d"' % n) for n in range(3)}))
    whole = list(opened(text_file("a.tgz", content)).rollouts())
    resumed = list(opened(text_file("a.tgz", content)).rollouts(start=(1, 7)))
    assert resumed == [item for item in whole if item[0][:2] >= (1, 7)]
    assert len(whole) == 120


def test_system_and_hidden_members_are_left_out() -> None:
    names = ["__MACOSX/a.jsonl", ".DS_Store", "x/._a.jsonl", "Thumbs.db", ".cache/b.jsonl", "a.jsonl"]
    assert [f.name for f in expand([text_file("a.zip", zipped(dict.fromkeys(names, ROWS)))])] == ["a.zip/a.jsonl"]
    assert [f.name for f in expand([text_file("a.tar", tarred(dict.fromkeys(names, ROWS)))])] == ["a.tar/a.jsonl"]


@pytest.mark.parametrize(
    ("name", "shown", "words"),
    [
        ("../../etc/cron.d/x", "etc/cron.d/x", "its path leads out of the archive"),
        ("a/../../b.jsonl", "a/b.jsonl", "its path leads out of the archive"),
        ("..\\..\\x.jsonl", "x.jsonl", "its path leads out of the archive"),
        ("/etc/passwd", "etc/passwd", "its path is absolute"),
        ("\\\\server\\share\\x", "server/share/x", "its path is absolute"),
        ("C:\\x.jsonl", "C:/x.jsonl", "its path is absolute"),
        ("a.jsonl\x00.png", "a.jsonl\ufffd.png", "its name holds a NUL character"),
        ("n" * 1_200, "n" * 1_000, "its name is longer than 1,000 characters"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str, shown: str, words: str) -> None:
    content = raw_zip(Entry(name.encode(), ROWS, crc=zlib.crc32(ROWS)), packed_entry("good.jsonl", ROWS, 0))
    source = opened(text_file("a.zip", content))
    assert ids(source) == PLAIN
    (bad,) = [file for file in source.detection.files if file.not_rollouts]
    assert bad.name == f"a.zip/{shown}"
    assert bad.not_rollouts.startswith(words)
    if "\x00" not in name:
        assert refusals(text_file("a.tar", tarred({name: ROWS})))[f"a.tar/{shown}"].startswith(words)


def test_backslashes_between_folders_are_read_as_slashes() -> None:
    source = opened(text_file("a.zip", raw_zip(packed_entry("runs\\b\\a.jsonl", ROWS))))
    assert [file.name for file in source.files] == ["a.zip/runs/b/a.jsonl"]
    assert ids(source) == PLAIN


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "a symbolic link, which is not read"),
        (tarfile.LNKTYPE, "a hard link, which is not read"),
        (tarfile.CHRTYPE, "a device, which is not read"),
        (tarfile.BLKTYPE, "a device, which is not read"),
        (tarfile.FIFOTYPE, "a pipe, which is not read"),
        (tarfile.GNUTYPE_SPARSE, "a sparse file, which is not read"),
        (b"Z", "not a file, which is not read"),
    ],
)
def test_links_and_devices_are_listed_and_never_followed(kind: bytes, words: str) -> None:
    link = tarfile.TarInfo("passwords.jsonl")
    link.type, link.linkname = kind, "/etc/passwd"
    source = opened(text_file("a.tar", tarred({"passwords.jsonl": link, "a.jsonl": ROWS}, tarfile.GNU_FORMAT)))
    assert ids(source) == PLAIN
    assert {f.name: f.not_rollouts for f in source.detection.files if f.not_rollouts} == {
        "a.tar/passwords.jsonl": words
    }


def test_a_link_in_a_zip_is_not_followed() -> None:
    content = raw_zip(Entry(b"link", b"/etc/passwd", mode=0o120777), packed_entry("a.jsonl", ROWS))
    assert refusals(text_file("a.zip", content)) == {"a.zip/link": "a symbolic link, which is not followed"}


def test_an_encrypted_member_is_said_and_the_others_are_read() -> None:
    locked = Entry(b"secret.jsonl", ROWS, flags=1, crc=zlib.crc32(ROWS))
    source = opened(text_file("a.zip", raw_zip(locked, packed_entry("a.jsonl", ROWS))))
    assert ids(source) == PLAIN
    assert source.detection.files[1].not_rollouts == "it is encrypted; give it without a password"
    with pytest.raises(UserError, match=r"a\.zip/secret\.jsonl: it is encrypted"):
        opened(text_file("a.zip", raw_zip(locked)))


def test_a_member_packed_in_a_way_that_is_not_read_is_said() -> None:
    with pytest.raises(UserError, match=r"a\.zip/a\.jsonl: it is packed with LZMA, which is not read"):
        opened(text_file("a.zip", zipped({"a.jsonl": ROWS}, 14)))


def noisy_rows(n: int) -> bytes:
    """Rows that hardly pack, so that a cut in the packed bytes is a cut at the same share of the rows."""
    noise = random.Random(5)
    return b"".join(
        json.dumps(own_row(id=str(i), response=noise.randbytes(3_000).hex())).encode() + b"\n" for i in range(n)
    )


@pytest.mark.parametrize(
    ("name", "pack", "kind"),
    [
        ("a.jsonl.gz", gzip.compress, "gzip"),
        ("a.jsonl.zst", zstd, "zstandard"),
        ("a.jsonl.bz2", bz2.compress, "bzip2"),
        ("a.jsonl.xz", lambda raw: lzma.compress(raw, preset=0), "xz"),
    ],
)
def test_rows_before_the_cut_are_read_and_the_cut_is_an_error_of_its_row(
    name: str, pack: Callable[[bytes], bytes], kind: str
) -> None:
    content = pack(noisy_rows(400))
    source = opened(text_file(name, content[: len(content) // 2]))
    found = ids(source)
    # Half of 400 rows; bzip2 packs blocks of 900 KB (150 rows), of which the last may be lost whole.
    assert 45 <= len(found) <= 200
    assert found == [str(n) for n in range(len(found))]
    (error,) = errors(source)
    assert (error.file, error.row) == ("a.jsonl", len(found) + 1)
    assert error.message == f"{name}: its {kind} stream is cut off; nothing is read beyond this row"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.zip", zipped({"a.jsonl": ROWS})[:-30], r"a\.zip: the zip archive is cut off"),
        ("a.zip", b"PK\x03\x04" + b"x" * 50, r"a\.zip: the zip archive is cut off"),
        ("a.jsonl.gz", b"\x1f\x8b\x08\x00" + b"\xff" * 60, r"a\.jsonl\.gz: its gzip stream is broken"),
        ("a.jsonl.zst", zstd(ROWS)[:6] + b"\xff" * 60, r"a\.jsonl\.zst: its zstandard stream is broken"),
        ("a.jsonl.xz", b"\xfd7zXZ\x00" + b"\xff" * 60, r"a\.jsonl\.xz: its xz stream is broken"),
        ("a.jsonl.bz2", b"BZh9" + b"\xff" * 60, r"a\.jsonl\.bz2: its bzip2 stream is broken"),
        ("a.tar", tarred({"a.jsonl": ROWS})[:2_000], r"a\.tar/a\.jsonl: it is cut off"),
        ("a.tgz", gzip.compress(tarred({"a.jsonl": ROWS}))[:-200], r"a\.tgz: its gzip stream is cut off"),
        ("a.xlsx", zipped({"[Content_Types].xml": b"x", "xl/a.xml": b"y"}), r"an Office document; export its table"),
        ("a.zip", zipped({}), "an archive without files"),
    ],
)
def test_broken_archives_are_named_with_what_is_wrong(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        opened(text_file(name, content))


def test_good_members_before_a_cut_are_read() -> None:
    whole = tarred({"a.jsonl": ROWS, "b.jsonl": ROWS.replace(b'"m"', b'"n"')})
    source = opened(text_file("a.tar", whole[: 512 + len(ROWS) + 2_000]))
    assert ids(source) == PLAIN
    assert {f.name: f.not_rollouts for f in source.detection.files if f.not_rollouts} == {
        "a.tar/b.jsonl": "it is cut off"
    }


def test_a_checksum_that_does_not_fit_is_an_error() -> None:
    source = opened(text_file("a.zip", raw_zip(Entry(b"a.jsonl", ROWS, crc=1))))
    assert [error.words for error in errors(source)] == [
        "a.zip/a.jsonl, line 41 (row 41): its checksum does not fit; the archive is damaged; "
        "nothing is read beyond this row"
    ]
    assert ids(source) == PLAIN


@pytest.mark.parametrize("size", [len(ROWS) - 1, len(ROWS) + 1])
def test_a_size_that_the_header_makes_up_is_an_error(size: int) -> None:
    lying = raw_zip(Entry(b"a.jsonl", zstd(ROWS), 93, size, zlib.crc32(ROWS)), packed_entry("b.jsonl", ROWS))
    source = opened(text_file("a.zip", lying))
    assert ids(source) == PLAIN
    said = [file.not_rollouts for file in source.detection.files] + [error.message for error in errors(source)]
    assert any("unpacks to another size than the archive states" in words for words in said)


BOMB = (json.dumps(own_row(reasoning=" " * 100_000)).encode() + b"\n") * 900


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.gz", gzip.compress(BOMB), "unpacks to more than 250 times its size, as a zip bomb does"),
        ("a.zst", zstd(BOMB), "unpacks to more than 250 times its size, as a zip bomb does"),
        ("a.tgz", gzip.compress(tarred({"a.jsonl": BOMB})), "unpacks to more than 250 times its size"),
        ("a.zip", zipped({"a.jsonl": BOMB}), "unpacks to 6[0-9][0-9] times its size, as a zip bomb does"),
    ],
)
def test_a_bomb_is_refused_within_bounded_memory(name: str, content: bytes, words: str) -> None:
    tracemalloc.start()
    said = all_words(text_file(name, content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert re.search(words, said)
    assert peak < 40 << 20


def test_entries_that_share_bytes_are_refused_before_anything_is_read() -> None:
    first = packed_entry("a.jsonl", ROWS, 0)
    shared = Entry(b"b.jsonl", first.packed, 0, first.size, first.crc, start=0)
    with pytest.raises(UserError, match=r"the entry 'a\.jsonl' lies over another one, as in a zip bomb"):
        opened(text_file("a.zip", raw_zip(first, shared)))


def test_more_members_than_the_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    four = {f"{n}.jsonl": ROWS for n in range(4)}
    with pytest.raises(UserError, match="4 files; at most 3 are read from one archive"):
        opened(text_file("a.zip", zipped(four)))
    assert list(refusals(text_file("a.tar", tarred(four)))) == ["a.tar"]
    two = zipped({"0.jsonl": ROWS, "1.jsonl": ROWS})
    nested = text_file("a.zip", zipped({"a.zip": two, "b.zip": two}))
    assert refusals(nested) == {"a.zip": "more than 3 files; at most that many are read from archives"}


def test_a_stream_past_the_whole_bound_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_EXPANDED", 2_000)
    with pytest.raises(UserError, match=r"unpacks to .* KB; at most 2 KB are read"):
        opened(text_file("a.zip", zipped({"a.jsonl": ROWS})))


def test_a_third_archive_inside_is_not_opened() -> None:
    deep = zipped({"b.zip": zipped({"c.zip": zipped({"a.jsonl": ROWS})})})
    assert refusals(text_file("a.zip", deep)) == {"a.zip/b.zip/c.zip": archives.TOO_DEEP}
    assert refusals(text_file("a.zip", zipped({"b.zip": zipped({"c.tgz": gzip.compress(tarred({"a": ROWS}))})})))


def test_a_tar_header_may_not_ask_for_memory() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 32
    content = header.tobuf(tarfile.GNU_FORMAT) + b"x" * 2_000
    with pytest.raises(UserError, match="the tar archive has a header longer than 1 MB"):
        opened(text_file("a.tar", content))


def test_the_directory_of_a_zip_is_bounded_before_it_is_read() -> None:
    content = zipped({"a.jsonl": ROWS})
    at = content.rindex(b"PK\x05\x06")
    huge = content[: at + 12] + (9 << 20).to_bytes(4, "little") + content[at + 16 :]
    with pytest.raises(UserError, match="the zip archive's directory is larger than 8 MB"):
        opened(text_file("a.zip", huge))


def test_a_large_compressed_file_is_read_at_flat_memory() -> None:
    row = json.dumps(own_row(reasoning="".join(chr(97 + n % 26) for n in range(5_000)))).encode()
    content = gzip.compress(b"\n".join(row.replace(b'"a"', b'"%d"' % n) for n in range(5_000)), 1)
    (file,) = expand([text_file("a.jsonl.gz", content)])
    tracemalloc.start()
    with file.open() as stream:
        n = sum(len(chunk) for chunk in iter(lambda: stream.read(1 << 16), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n > 24 << 20
    assert peak < 2 << 20


def test_a_packed_tar_is_unpacked_once_however_often_its_members_are_opened() -> None:
    content = gzip.compress(tarred({f"{n}.jsonl": ROWS for n in range(30)}))
    n_opened = 0

    def opening() -> BinaryIO:
        nonlocal n_opened
        n_opened += 1
        return io.BytesIO(content)

    source = opened(SourceFile("a.tgz", opening, len(content)))
    before = n_opened
    assert len(list(source.rollouts())) == 30 * 40
    assert n_opened == before <= 4


def test_a_sibling_that_cannot_be_unpacked_does_not_stop_the_others() -> None:
    base = {"prompt": "p", "solution": "s <think>a</think> 4", "answer": "4", "is_correct": True}
    folder = "t/correct_base_solution/problem_1"
    content = raw_zip(
        packed_entry(f"{folder}/base_solution.json", json.dumps(base).encode()),
        Entry(f"{folder}/problem.json".encode(), b"{}", flags=1),
    )
    source = opened(text_file("a.zip", content))
    assert len(rollouts(source)) == 1


def test_numbers_in_words_are_the_bounds() -> None:
    assert inflate.in_units(inflate.MAX_EXPANDED) == "64 GB"
