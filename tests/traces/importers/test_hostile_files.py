"""Files that are broken, odd or meant to break: said in words, and everything good around them is kept."""

import json
import tracemalloc
from typing import BinaryIO

import pytest

from analysis.errors import UserError
from apps.traces.importers import readers
from apps.traces.importers.elements import elements
from apps.traces.importers.files import SourceFile
from apps.traces.importers.readers import find_layout, read_rows

from .samples import attempt_of, errors, jsonl, opened, own_row, rollouts, text_file

LINE = json.dumps(own_row()).encode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b"", "an empty file"),
        ("a.jsonl", b"\xef\xbb\xbf \n\n", "an empty file"),
        ("a.json", b"<!doctype html><html>", "a page of HTML or XML"),
        ("a.jsonl", b"PK\x03\x04rest", "the zip archive is cut off"),
        ("a.jsonl", b"\x1f\x8brest", "its gzip stream is broken"),
        ("a.pkl", b"\x80\x04\x95....", "a Python pickle, which is never opened"),
        ("a.md", b"# Notes\nSome, text\nmore, text\n", "a text document"),
        ("a.json", b"[1, 2, 3]", "a JSON array, but not of objects"),
        ("a.json", b"[]", "no rows"),
        ("a.json", b"{}", "no field that could be"),
        ("a.jsonl", b"not json\nat all\n", "no row can be read; line 1: not JSON"),
        ("a.dat", b"just some words", "text that is neither JSON nor a table"),
    ],
)
def test_files_that_hold_nothing_are_said_to_hold_nothing(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words.replace("(", r"\(")):
        opened(text_file(name, content))


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    plain = rollouts(opened(text_file("a.jsonl", LINE + b"\n" + LINE.replace(b'"a"', b'"b"') + b"\n")))
    odd = rollouts(
        opened(text_file("a.jsonl", b"\xef\xbb\xbf" + LINE + b"\r\n\r\n" + LINE.replace(b'"a"', b'"b"') + b"\r\n"))
    )
    assert odd == plain
    assert len(odd) == 2


def test_line_ends_inside_texts_stay_as_they_are() -> None:
    text = "a\r\nb\rc\nd\u2028e\u0085f\x0cg"
    assert attempt_of(rollouts(opened(jsonl([own_row(reasoning=None, response=text)])))[0]).text == text
    raw = json.dumps(own_row(reasoning=None, response=text), ensure_ascii=False).encode()
    assert attempt_of(rollouts(opened(text_file("a.jsonl", raw + b"\n" + raw)))[0]).text == text


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud83d", "\\udc00x"])
def test_nul_and_lone_surrogates_become_the_replacement_character(escape: str) -> None:
    raw = LINE.replace(b"One and one.", b"One" + escape.encode())
    text = attempt_of(rollouts(opened(text_file("a.jsonl", raw + b"\n")))[0]).text
    assert text is not None
    assert text.startswith("One\ufffd")
    text.encode()


def test_pairs_of_surrogates_are_one_character() -> None:
    raw = LINE.replace(b"One and one.", b"\\ud83d\\ude00")
    assert attempt_of(rollouts(opened(text_file("a.jsonl", raw + b"\n")))[0]).text == "😀2"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_unicode_encodings_are_read(codec: str) -> None:
    text = json.dumps(own_row(response="zwölf ≠ 12 😀"), ensure_ascii=False) + "\n"
    found = rollouts(opened(text_file("a.jsonl", (text * 2).encode(codec))))
    assert attempt_of(found[0]).text == "One and one.zwölf ≠ 12 😀"


def test_latin_1_is_read_and_said() -> None:
    raw = json.dumps(own_row(response="zwölf"), ensure_ascii=False).encode("latin-1")
    source = opened(text_file("a.jsonl", raw + b"\n"))
    assert attempt_of(rollouts(source)[0]).text == "One and one.zwölf"
    assert "Latin-1" in source.detection.warnings[0]


def test_one_line_that_is_not_utf_8_is_read_as_latin_1_and_said() -> None:
    rows = [own_row(id=str(n), response="x" * 3000) for n in range(400)]
    bad = json.dumps(own_row(id="bad", response="zwölf"), ensure_ascii=False).encode("latin-1")
    content = b"".join(json.dumps(row).encode() + b"\n" for row in rows) + bad + b"\n"
    source = opened(text_file("a.jsonl", content))
    assert attempt_of(rollouts(source)[-1]).text == "One and one.zwölf"
    assert any("Latin-1" in remark for remark in source.report.remarks())


def test_a_cut_last_line_is_an_error_of_that_line() -> None:
    source = opened(text_file("a.jsonl", LINE + b"\n" + LINE[:40]))
    assert len(rollouts(source)) == 1
    (error,) = errors(source)
    assert (error.line, error.row) == (2, 2)
    assert "cut off" in error.message


def test_a_cut_array_keeps_the_rows_before() -> None:
    content = b"[" + LINE + b",\n" + LINE.replace(b'"a"', b'"b"') + b",\n" + LINE[:50]
    source = opened(text_file("a.json", content))
    assert [r.external_id for r in rollouts(source)] == ["a", "b"]
    assert [error.line for error in errors(source)] == [3]
    source = opened(text_file("a.json", b"[" + LINE))
    assert len(rollouts(source)) == 1
    assert "before the closing bracket" in errors(source)[0].message


def test_a_broken_element_spoils_itself_only() -> None:
    broken = LINE.replace(b'"model": "m"', b'"model": oops')
    source = opened(text_file("a.json", b"[" + b",\n".join([LINE, broken, LINE.replace(b'"a"', b'"b"')]) + b"]"))
    assert [r.external_id for r in rollouts(source)] == ["a", "b"]
    assert [(e.row, e.line) for e in errors(source)] == [(2, 2)]


def test_rows_that_are_no_objects_are_errors() -> None:
    source = opened(text_file("a.json", b"[" + LINE + b', 7, "x", null, [1]]'))
    assert len(rollouts(source)) == 1
    assert [e.message for e in errors(source)] == [
        f"holds {what}, not an object of fields" for what in ("a number", "text", "null", "a list")
    ]


def test_nan_is_read_as_missing_and_said() -> None:
    raw = LINE.replace(b'"2"}', b'"2", "confidence": NaN, "x": Infinity}')
    source = opened(text_file("a.jsonl", raw + b"\n" + raw.replace(b'"a"', b'"b"') + b"\n"))
    assert [attempt_of(r).confidence for r in rollouts(source)] == [None, None]
    assert any("NaN read as missing" in remark for remark in source.report.remarks())


@pytest.mark.parametrize("depth", [101, 5_000, 200_000])
def test_deep_json_is_an_error(depth: int) -> None:
    deep = LINE[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}"
    source = opened(text_file("a.jsonl", LINE + b"\n" + deep + b"\n"))
    assert "deep" in errors(source)[0].message
    source = opened(text_file("a.json", b"[" + LINE + b"," + deep + b"]"))
    assert (len(rollouts(source)), len(errors(source))) == (1, 1)


def test_too_many_keys_are_an_error() -> None:
    wide = json.dumps({**own_row(), **{f"k{n}": n for n in range(10_001)}}).encode()
    source = opened(text_file("a.jsonl", LINE + b"\n" + wide + b"\n"))
    assert "10007 keys" in errors(source)[0].message


def test_a_table_with_too_many_columns_is_an_error() -> None:
    header = "id,model,response," + ",".join(f"c{n}" for n in range(10_001))
    with pytest.raises(UserError, match="10004 columns"):
        opened(text_file("a.csv", header + "\n" + ",".join(["1"] * 10_004) + "\n"))


def test_a_line_past_the_bound_is_an_error_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_ROW_BYTES", 2_000)
    long = json.dumps(own_row(response="x" * 9_000)).encode()
    file = text_file("a.jsonl", LINE + b"\n" + long + b"\n" + LINE + b"\n")
    rows = list(read_rows(file, find_layout(file)))
    assert [bool(row.error) for row in rows] == [False, True, False]
    assert [row.line for row in rows] == [1, 2, 3]


def test_an_element_past_the_bound_ends_the_reading() -> None:
    content = b"[" + LINE + b', "' + b"x" * 4_000_000 + b'"]'
    found = list(elements(text_file("a", content).open(), in_array=True, max_bytes=1_000_000))
    assert [bool(element.error) for element in found] == [False, True]


def test_brackets_and_quotes_inside_texts_do_not_split_rows() -> None:
    text = 'a "quoted" ] } , { [ \\ \\" end\\\\'
    rows = [own_row(id=str(n), reasoning=None, response=text) for n in range(3)]
    found = rollouts(opened(text_file("a.json", json.dumps(rows, indent=1))))
    assert [attempt_of(r).text for r in found] == [text] * 3


def test_elements_across_chunk_borders_are_whole() -> None:
    rows = [own_row(id=str(n), reasoning=None, response=f'{n} "\\' + "é}" * (n * 700)) for n in range(60)]
    content = json.dumps(rows, ensure_ascii=False)
    assert len(content.encode()) > 3 << 20
    assert [attempt_of(r).text for r in rollouts(opened(text_file("a.json", content)))] == [
        row["response"] for row in rows
    ]


def test_a_long_array_is_read_at_flat_memory() -> None:
    row = json.dumps(own_row(reasoning="x" * 5_000)).encode()
    content = b"[" + b",".join(row.replace(b'"a"', b'"%d"' % n) for n in range(6_000)) + b"]"
    file = text_file("a.json", content)
    layout = find_layout(file)
    tracemalloc.start()
    n = sum(not row.error for row in read_rows(file, layout))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n == 6_000
    assert peak < 12 << 20


def test_markup_and_formulas_are_text_like_any_other() -> None:
    text = "<script>alert(1)</script> =1+1 \x1b[31m"
    assert attempt_of(rollouts(opened(jsonl([own_row(reasoning=None, response=text)])))[0]).text == text


def test_a_file_that_cannot_be_opened_raises_its_own_error() -> None:
    def fail() -> BinaryIO:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError):
        opened(SourceFile("a.jsonl", fail, 1))
