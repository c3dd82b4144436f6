"""Our own JSON lines, and the bounds within which any file is read."""

import io
import json

import pytest

from analysis.errors import UserError
from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.bounded import DEEPEST, lines_of, parsed, whole_text
from analysis.labelling.exchange.types import BadFile, Bundle
from analysis.labelling.rows import Row

from .bundles import REFLECTION, document, read_text

FORM = FORMATS["project"]


def lines() -> list[str]:
    there = document("So 2.\u2028 Then")
    row = Row("k", "r1", "candidate", "gold", "c", 1, 0, 5, there.text_hash, value="2")
    bundle = Bundle(REFLECTION, (there,), (row,))
    return list(FORM.write(bundle.scheme, bundle.parts()))


def test_the_scheme_stands_first_then_documents_then_one_label_a_line() -> None:
    head, document, label = (json.loads(line) for line in lines())
    assert head["scheme"]["name"] == "reflection"
    assert document["document"]["rollout"] == "r1"
    assert label["label"]["name"] == "candidate"
    assert "comment" not in label["label"]  # empty fields are left out


def test_a_file_brings_its_own_scheme() -> None:
    assert read_text(FORM, "".join(lines()), None).scheme == REFLECTION


def test_a_label_that_is_there_twice_is_refused() -> None:
    with pytest.raises(BadFile, match="line 4: a label with key 'k' is there already"):
        read_text(FORM, "".join([*lines(), lines()[-1]]))


@pytest.mark.parametrize(
    ("at", "line", "message"),
    [
        (0, '{"label": {}}', "line 1: a file of this format begins with"),
        (0, '{"afterthought": "labels", "version": 9}', "line 1: version 9 is not known"),
        (
            0,
            '{"afterthought": "labels", "version": 1, "scheme": {"name": "x", "kinds": [1]}}',
            "line 1: scheme: kinds: 1",
        ),
        (1, '{"document": {"text": "a", "text_hash": "b"}}', "line 2: text_hash is not the hash of the text"),
        (2, '{"label": {"rollout": "r", "name": "doubt"}}', "line 3: key is missing"),
        (
            2,
            '{"label": {"key": "k", "rollout": "r", "name": "doubt", "start": true}}',
            "line 3: start: True is no whole",
        ),
        (2, '{"mood": 1}', "line 3: neither a label nor a document"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(at: int, line: str, message: str) -> None:
    broken = lines()
    broken[at] = line + "\n"
    with pytest.raises(UserError, match=message):
        read_text(FORM, "".join(broken))


def test_json_nested_too_deep_is_refused_however_deep() -> None:
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(BadFile, match="line 3: nested deeper than 100 levels"):
            parsed("[" * depth + "]" * depth, "line 3")
    assert parsed("[" * DEEPEST + "]" * DEEPEST, "line 3")


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "9" * 5000, "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadFile, match="line 3: no JSON"):
        parsed(text, "line 3")


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(BadFile, match="line 2: byte 1 is not UTF-8"):
        list(lines_of(io.BytesIO(b"{}\n\xff\n")))


class Endless(io.RawIOBase):
    """A file of spaces without an end; what was asked of it is counted."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b" " * size

    def readline(self, size: int | None = -1) -> bytes:
        return self.read(size or 0)


def test_a_file_over_the_bound_is_refused_before_it_is_read_whole() -> None:
    file = Endless()
    with pytest.raises(BadFile, match="the file is larger than 1 MB; divide it"):
        whole_text(file, most=1 << 20)  # type: ignore[arg-type]
    assert file.given == (1 << 20) + 1
    with pytest.raises(BadFile, match="line 1: longer than 1 MB"):
        list(lines_of(Endless(), longest=1 << 20))  # type: ignore[arg-type]
    with pytest.raises(BadFile, match="the file is larger than 1 MB; divide it"):
        list(lines_of(io.BytesIO(b"\n" * ((1 << 20) + 1)), most=1 << 20))
