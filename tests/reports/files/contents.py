"""Contents of reports that are written out by hand: one of every part, and hostile words in each place."""

from typing import Any

from apps.core.markdown import user_html
from apps.reports.content import (
    Cell,
    Content,
    Fact,
    Figure,
    Method,
    Piece,
    Reference,
    Section,
    Source,
    Table,
    Tile,
    Trace,
    TraceLine,
    Use,
)

HOSTILE = "</script><script>alert(1)</script>"
PLOT: dict[str, Any] = {
    "data": [{"type": "bar", "x": ["--so", HOSTILE], "y": [1, 2], "marker": {"color": "--tt"}}],
    "layout": {"height": 200, "xaxis": {"title": {"text": "share"}}, "yaxis": {}},
}
BOX = '<rect class="f-accent" width="50" height="50"/>'
SVG = f'<svg class="chart" viewBox="0 0 300 120" role="img" aria-label="A bar">{BOX}</svg>'


def table_of(n_columns: int = 3, n_rows: int = 2) -> Table:
    rows = [
        [Cell(f"row {row}", is_num=False), *[Cell("12.5", "[10.1, 14.9]")] * (n_columns - 1)] for row in range(n_rows)
    ]
    return Table("numbers", [("group", False), *[("share %", True)] * (n_columns - 1)], rows)


def figure_of(name: str = "plain", **given: Any) -> Figure:
    return Figure(name, f"Title of {name}", given.pop("table", table_of()), **given)


def content_of(*figures: Figure, title: str = "A report") -> Content:
    words = Section("s1", "text", html=user_html(f"# Why\n\n{HOSTILE} **so**"))
    trace = Trace(
        "What is 1+1?", ["2"], "m", "sample 1", [TraceLine(3, [Piece(HOSTILE), Piece("2", "correct")], "F→T")]
    )
    numbers = Section(
        "s2",
        "dashboard",
        title="Numbers",
        facts=[Fact("rollouts", "480", "all")],
        finding=[("It ", False), ("helps", True)],
        tiles=[Tile("Accuracy", "62.3 %", beside="[58.1, 66.2] n=480")],
        notes=["A note."],
        figures=list(figures),
        trace=trace,
    )
    source = Source("s2", "Project", "rollouts", 1, 1, 1, "rules@1", "afterthought@1", sha256="ab" * 32, n_rollouts=480)
    return Content(
        title=title,
        authors="A. Author",
        sections=[words, numbers, Section("s3", "dashboard", "Gone", missing="It was deleted.")],
        sources=[source],
        uses=[Use("s2", "accuracy", {"bins": "15"}, "model", "First Try Matters")],
        methods=["Accuracy is a share."],
        references=[
            Reference("ftm", "Some (2025). First Try Matters.", "@article{ftm}", "https://arxiv.org/abs/2510.08308")
        ],
        made_at="2026-11-23T19:00:00+00:00",
        version="Afterthought 0.1.0",
        blocks=[{"id": "s1", "kind": "text", "given": {"text": "so"}}],
    )


def full_content() -> Content:
    formula = Method("<math><mfrac><mn>1</mn><mi>n</mi></mfrac></math>", [("Bins", "15")], "Counted by hand.")
    drawn = figure_of("drawn", plot=PLOT, method=formula, is_wide=True, read="Right is better.", cite="Table 1")
    return content_of(drawn, figure_of("lab", svg=SVG), figure_of("none", reason="no gold"))
