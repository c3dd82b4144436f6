"""The page that is read offline: nothing in it runs but our scripts, and nothing is fetched."""

import base64
import json
import re
from dataclasses import replace
from hashlib import sha256
from html import unescape

from apps.reports.files.offline import MOST_BYTES, PLOTLY, page_of
from apps.reports.files.outline import json_for_script
from tests.reports.files.contents import HOSTILE, content_of, figure_of, full_content

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
DATA = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


def text_of(page: bytes) -> str:
    return page.decode("utf-8")


def test_only_the_scripts_that_the_policy_names_by_hash_are_there() -> None:
    page = text_of(page_of(full_content()))
    head, scripts = unescape(page.partition("<title>")[0]), SCRIPT.findall(page)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in head
    assert "unsafe" not in head


def test_plotly_can_stand_in_a_script_element() -> None:
    text = PLOTLY.read_text(encoding="utf-8")
    assert not any(end in text.lower() for end in ("</script", "<!--", "\r"))


def test_words_of_strangers_stay_words() -> None:
    page = text_of(page_of(replace(full_content(), title=HOSTILE, authors=HOSTILE)))
    assert HOSTILE not in page
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page
    (spec,) = DATA.findall(page)
    assert json.loads(spec)["data"][0]["x"] == ["--so", HOSTILE]


def test_json_in_a_script_ends_neither_it_nor_a_line() -> None:
    hostile = "</script><!--\u2028\u2029&"
    written = json_for_script([hostile])
    assert json.loads(written) == [hostile]
    assert not set(written) & set("<>&\u2028\u2029")


def test_a_page_fetches_nothing() -> None:
    body = text_of(page_of(full_content())).replace(PLOTLY.read_text(encoding="utf-8"), "")
    assert re.findall(r"(?:src|srcset|data|poster|action)=[\"']?(?!http-equiv)(?:https?:)?//[^\"' ]+", body) == []
    assert re.findall(r"<link|@import|url\(", body) == []
    assert re.findall(r'href="(https?:[^"]+)"', body) == ["https://arxiv.org/abs/2510.08308"]


def test_a_page_has_its_manifest_and_references_to_download() -> None:
    page = text_of(page_of(full_content()))
    links = dict(re.findall(r'href="data:[^;]+;base64,([^"]+)" download="([^"]+)"', page))
    files = {name: base64.b64decode(body).decode() for body, name in links.items()}
    assert sorted(files) == ["manifest.json", "references.bib"]
    assert json.loads(files["manifest.json"])["blocks"] == full_content().blocks
    assert files["references.bib"] == "@article{ftm}\n"


def test_a_page_without_plots_carries_no_plotly() -> None:
    assert len(page_of(content_of(figure_of()))) < 200_000


def test_equal_contents_are_equal_bytes_below_the_limit() -> None:
    page = page_of(full_content())
    assert page == page_of(full_content())
    assert len(page) < MOST_BYTES


def test_headings_begin_below_the_title() -> None:
    page = text_of(page_of(full_content()))
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["A report"]
    assert "<h2>Why</h2>" in page
    assert '<a href="#section-s1">Why</a>' in page
