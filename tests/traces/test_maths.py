"""TeX to MathML: what becomes markup, what stays text, and that nothing but allowed markup can come out."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.traces.presenters.formulas import Budget, answer_html, formulas, line_html, text_html
from apps.traces.presenters.maths import ATTRIBUTES, ELEMENTS, MAX_CHARS, Cache, mathml, may_convert


class Markup(HTMLParser):
    """Every element and attribute that a browser's parser would see, and the text beside."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_harmless(markup: str) -> None:
    seen = Markup(markup)
    assert set(seen.elements) <= ELEMENTS | {"mark"}
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES | {"alttext"}
    for name, value in seen.attributes:
        assert name == "alttext" or ("(" not in (value or "") and ":" not in (value or ""))


def line(text: str, budget: Budget | None) -> str:
    return line_html(text, 0, len(text), formulas(text), [], budget)


def test_a_fraction_is_a_fraction() -> None:
    assert mathml(r"\frac{a}{b}") == (
        '<math display="inline"><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac></mrow></math>'
    )


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//evil)}{x}",
        r"\class{top}{x}",
        r"\color{red}{x}",
        r"\text{&#x0003C;script&#x0003E;}",
        r'\text{" onmouseover="alert(1)}',
        r"\mathrm{</math><script>}",
        r"\begin{array}{c\" onload=\"x} 1 \end{array}",
        r"\hspace{99999em}x",
        "\\text{\x00\u202e}",
    ],
)
def test_hostile_tex_gives_only_allowed_markup(tex: str) -> None:
    assert_harmless(mathml(tex))
    assert_harmless(line(rf"before \({tex}\) after", Budget()))
    assert_harmless(text_html(rf"$${tex}$$", Budget()))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                r"\frac",
                r"\sqrt",
                r"{",
                r"}",
                r"[",
                r"]",
                r"\left(",
                r"\right)",
                r"\text{",
                r"<b|",
                r"onclick=x>",
                r"&",
                r'"',
                r"'",
                r"\begin{matrix}",
                r"\end{matrix}",
                r"^",
                r"_",
                r"x",
                r"12",
                r"\\",
                r"$",
                r"\(",
                r"\)",
                r"\[",
                r"\]",
                r"<",
                r">",
                r"\color{red}",
                r"\mathbb{R}",
                r"\hspace{9em}",
                r"\boxed",
                r"\href{a}",
                r"\style{a}",
                r"&#x0003C;",
                r"λ",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_no_mixture_of_commands_gives_other_markup(tex: str) -> None:
    assert_harmless(mathml(tex))
    assert_harmless(text_html(tex, Budget()))


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        ("x" * (MAX_CHARS + 1), "too long"),
        ("{" * 17 + "x" + "}" * 17, "too deep"),
        (r"\frac{a}{b}}", "closes more than it opens"),
        (r"\newcommand{\a}{bb}\a", "defines a macro"),
        (r"\def\a{bb}\a", "defines a macro"),
        (r"\phantom{hidden}", "hides text"),
        ("  ", "blank"),
    ],
)
def test_what_is_over_a_bound_stays_text(tex: str, why: str) -> None:
    assert not may_convert(tex), why
    assert mathml(tex) == "", why


def test_what_the_converter_does_not_understand_stays_text_as_typed() -> None:
    assert mathml(r"\frac{a}{b}^2^3") == ""
    assert line(r"so \(x^2^3\) & more", Budget()) == r"so \(x^2^3\) &amp; more"


def test_a_hundred_roots_in_each_other_stay_text() -> None:
    """Braces do not nest here, the roots do: 150 of them are within the characters but not within the depth."""
    assert mathml(r"\sqrt" * 100 + "x") == ""


def test_a_line_keeps_every_character_in_the_source_of_its_formulas() -> None:
    text = r"If \(\frac12<x\) & $y$ then $$z$$."
    seen = Markup(line(text, Budget()))
    sources = [value for name, value in seen.attributes if name == "alttext"]
    assert sources == [r"\(\frac12<x\)", "$y$", "$$z$$"]
    assert line(text, None) == r"If \(\frac12&lt;x\) &amp; $y$ then $$z$$."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it costs $5 and $6", []),
        ("it costs $5, she has $x$ apples", ["$x$"]),  # "$5, she has $" would close after a blank
        (r"escaped \$5 and \$6", []),
        (r"\\(x\\)", []),
        ("$ x $", []),
        (r"\(a\) then \[b\] then $$c$$", [r"\(a\)", r"\[b\]", "$$c$$"]),
        ("\\[\na\n\\]", ["\\[\na\n\\]"]),
        ("\\(\na\n\\)", []),
        (r"\( never closed", []),
        ("$$$$", []),
    ],
)
def test_where_formulas_stand(text: str, found: list[str]) -> None:
    assert [text[formula.start : formula.end] for formula in formulas(text)] == found


def test_each_line_of_a_display_formula_is_shown_on_its_own_line() -> None:
    text = "\\[\n\\begin{align*}\nx &= \\frac{1}{2} \\\\\n\\end{align*}\n\\]"
    ends = [index for index, character in enumerate(f"{text}\n") if character == "\n"]
    starts = [0, *(end + 1 for end in ends[:-1])]
    found = formulas(text)
    shown = [line_html(text, start, end, found, [], Budget()) for start, end in zip(starts, ends, strict=True)]
    assert shown[0] == "\\["
    assert shown[1] == "\\begin{align*}"
    assert shown[4] == "\\]"
    assert "<mfrac>" in shown[2]
    assert 'display="block"' in shown[2]


def test_markers_are_underlined_beside_formulas_and_not_in_them() -> None:
    text = r"Wait, \(\text{Wait}\)"
    assert line_html(text, 0, len(text), formulas(text), [(0, 4), (13, 17)], Budget()).startswith(
        "<mark>Wait</mark>, <math"
    )


def test_formulas_over_the_budget_stay_text_and_are_counted() -> None:
    spent = Budget(seconds=-1.0)
    assert line(r"\(q_{1001}\)", spent) == r"\(q_{1001}\)"
    assert (spent.n_left_raw, spent.n_shown) == (1, 0)
    mathml("q_{1002}")
    assert "<math" in line(r"\(q_{1002}\)", spent), "what was rendered before costs nothing"


def test_the_cache_holds_no_more_characters_than_it_may() -> None:
    cache = Cache(max_chars=10)
    cache.put("a", False, "1234")
    cache.put("b", False, "1234")
    assert cache.find("a", False) == "1234"  # 5 + 5 characters: both fit, and "a" was used last
    cache.put("c", False, "1234")
    assert cache.find("b", False) is None
    assert cache.find("a", False) == "1234"
    assert len(cache) == 2


@pytest.mark.parametrize(
    ("answer", "shown"),
    [("120", "120"), ("a < b", "a &lt; b"), (r"\newcommand{\a}{b}", r"\newcommand{\a}{b}"), (r"120^\circ", None)],
)
def test_an_answer_in_bare_tex_is_a_formula_and_another_is_text(answer: str, shown: str | None) -> None:
    html = answer_html(answer, Budget())
    assert html == shown if shown else html.startswith('<math alttext="120^\\circ"')
