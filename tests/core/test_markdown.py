"""Markdown as HTML: what a table aligns stands in classes, because pages refuse inline style."""

from collections.abc import Callable

import pytest

from apps.core.markdown import guide_html, user_html

TABLE = "| a | b | c |\n| --- | ---: | :-: |\n| 1 | 2 | 3 |"


@pytest.mark.parametrize("html", [user_html, guide_html])
def test_cells_are_aligned_by_class_and_never_by_style(html: Callable[[str], str]) -> None:
    shown = html(TABLE)
    assert "style" not in shown
    assert '<td>1</td>\n<td class="num">2</td>\n<td class="middle">3</td>' in shown
