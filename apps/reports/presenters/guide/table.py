"""The literal table of the guide: every file of docs/, in the order in which it is read. Knows no text of theirs.

A file without a line, or a line without a file, fails in tests/reports/test_guide.py.
"""

from typing import Final, NamedTuple


class GuidePage(NamedTuple):
    """A page: its address under Help, its title, what it is for, and its file in docs/."""

    name: str
    title: str
    about: str = ""

    @property
    def file(self) -> str:
        """The page of a folder is its README.

        >>> GuidePage("formats", "Formats").file, GuidePage("words", "Words").file
        ('formats/README.md', 'words.md')
        """
        return f"{self.name}/README.md" if self.name in FOLDERS else f"{self.name}.md"


class Group(NamedTuple):
    name: str
    title: str
    pages: tuple[GuidePage, ...]


FOLDERS: Final = frozenset({"formats"})
GROUPS: Final = (
    Group(
        "begin",
        "Begin",
        (
            GuidePage(
                "first-report", "Ten minutes from a file to a report", "Upload, read, open a trace, leave with it"
            ),
            GuidePage("words", "Words", "What rollout, candidate, transition and the other words mean here"),
        ),
    ),
    Group(
        "read",
        "Read",
        (
            GuidePage("reading-dashboards", "How to read each dashboard", "Figure by figure: what may be concluded"),
            GuidePage("measures", "Measures", "Every measure: formula, settings, proof, coverage, source"),
            GuidePage("searching", "Finding rollouts", "Words, filters, columns, saved views"),
        ),
    ),
    Group(
        "do",
        "Do",
        (
            GuidePage("importing", "Importing rollouts", "What is read, mapping by hand, our own format"),
            GuidePage("bring-any-file", "Bring any file", "Shapes that nobody foresaw, and what an error means"),
            GuidePage("formats", "Formats", "All that is recognised by itself"),
            GuidePage("formats/evaluation-harnesses", "Formats: evaluation harnesses"),
            GuidePage("formats/inspect", "Formats: Inspect logs"),
            GuidePage("formats/apis-and-servers", "Formats: APIs and servers"),
            GuidePage("formats/training-sets", "Formats: training sets and logs"),
            GuidePage("formats/archives-and-parquet", "Formats: archives, Parquet, Arrow"),
            GuidePage("formats/agents-and-trajectories", "Formats: agents and trajectories"),
            GuidePage("formats/questionnaires-and-confidence", "Formats: questionnaires and confidence"),
            GuidePage("own-model", "Bring your own model", "A server, a folder of weights or vLLM, and a first run"),
            GuidePage("runs", "Runs", "Asking models: in the browser, from the shell, what happens when"),
            GuidePage("labelling", "Labelling", "Schemes, blind queues, agreement, what labels are used for"),
            GuidePage("labels-exchange", "Labels out and in", "Label Studio, doccano, CSV, our own format"),
            GuidePage("psychology", "The psychology lab", "Grids, tasks, reliability, link, published runs"),
            GuidePage("instruments", "Instruments", "Questionnaires as data, and how to bring one"),
            GuidePage("exports", "Exports", "Any table as CSV, JSONL or Parquet, with what its columns mean"),
            GuidePage("reports", "Reports", "Blocks, outlines, frozen versions, links"),
            GuidePage("training-sets", "Training sets", "What a method trains on, with loss masks and provenance"),
            GuidePage("moving-a-project", "Moving a project", "Backup, another machine, another database"),
        ),
    ),
    Group(
        "reference",
        "Reference",
        (
            GuidePage("protocols", "Protocols", "What is asked of models, and how replies are read"),
            GuidePage("engines", "Engines", "What answers: settings, seeds, probes"),
            GuidePage("proofs", "Proofs", "How often intervals hold a known truth"),
            GuidePage(
                "tests", "What the tests show", "The files that methods name as their proof, sentence by sentence"
            ),
            GuidePage("benchmarks", "Benchmarks", "How fast, on what"),
            GuidePage("api", "The API", "Tokens, lists, writes that are safe to repeat, the Python client"),
            GuidePage("safety", "What is bounded", "Why files of strangers are safe to open"),
        ),
    ),
    Group(
        "decisions",
        "Decisions",
        (
            GuidePage("decisions/0001-work-is-rows", "1. Background work is rows"),
            GuidePage("decisions/0002-one-text-per-attempt", "2. An attempt has one text"),
            GuidePage("decisions/0003-verdicts-are-kept-by-question", "3. A verdict belongs to a question"),
            GuidePage("decisions/0004-features-are-one-file", "4. Measures read one Parquet file"),
            GuidePage("decisions/0005-one-denominator", "5. First and final accuracy share one denominator"),
            GuidePage("decisions/0006-plotly-under-a-strict-policy", "6. Plotly under a strict policy"),
            GuidePage("decisions/0007-imports-read-beside-the-database", "7. Imports read beside the database"),
            GuidePage("decisions/0008-one-idea-of-a-match", "8. Search has one idea of a match"),
            GuidePage("decisions/0009-a-project-moves-as-numbered-rows", "9. A project moves as numbered rows"),
            GuidePage("decisions/0010-containers-are-read-by-our-own-code", "10. Containers are read by our own code"),
            GuidePage("decisions/0011-a-protocol-is-a-generator", "11. A protocol is a generator of asks"),
            GuidePage("decisions/0012-units-are-claimed-by-many", "12. Units of a run are claimed rows"),
            GuidePage("decisions/0013-probes-are-branches-of-one-reading", "13. Probes are branches of one reading"),
            GuidePage("decisions/0014-attempts-are-columns", "14. Attempts and confidences are columns"),
            GuidePage("decisions/0015-labels-live-in-layers", "15. Labels live in layers"),
            GuidePage("decisions/0016-administrations-are-runs", "16. An administration is a run over a grid"),
            GuidePage("decisions/0017-a-frozen-report-is-values", "17. A frozen report is values"),
            GuidePage("decisions/0018-the-api-has-one-gate", "18. The API has one gate"),
        ),
    ),
)
PAGES: Final = {page.name: page for group in GROUPS for page in group.pages}
FILES: Final = {page.file: page.name for page in PAGES.values()}


def group_of(name: str) -> Group:
    """The group that a page stands in. Raises KeyError.

    >>> group_of("words").title
    'Begin'
    """
    for group in GROUPS:
        if any(page.name == name for page in group.pages):
            return group
    raise KeyError(name)
