"""`manage.py labels import|export` from the shell, with the labels that were published beside real rollouts."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.labelling.exchange import FORMATS
from apps.accounts.models import Change, Project
from apps.annotation.models import Label, Layer, Scheme
from apps.traces.models import Collection
from tests.annotation import build
from tests.annotation.build import Hand, adding, span
from tests.traces.test_every_set import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme() -> Scheme:
    (rollout,) = build.stored()
    project = rollout.collection.project
    scheme = build.scheme(project)
    hand = Hand(scheme, build.person(project), rollout)
    hand.does(adding("candidate", span(rollout, 0, 11), value="5"), adding("good"))
    return scheme


def labels(*arguments: object, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("labels", *map(str, arguments), json=True, stdout=out, **options)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_is_written_and_read_again_without_difference(scheme: Scheme, form: str, tmp_path: Path) -> None:
    file, again = tmp_path / "a", tmp_path / "b"
    options = {"project": "p", "scheme": "steps", "format": form}
    assert labels("export", file, **options)["bytes"] == file.stat().st_size > 0
    assert labels("import", file, **options)["there_already"] == 2
    Layer.objects.all().delete()
    assert labels("import", file, **options) == {
        "stored": 2,
        "there_already": 0,
        "layers": ["person:ann"],
        "left_out": [],
    }
    labels("export", again, **options)
    assert again.read_bytes() == file.read_bytes()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_missing_scheme_is_made_from_the_file(scheme: Scheme, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    labels("export", file, project="p", scheme="steps", format="project")
    labels("import", file, project="p", scheme="copy", format="project", user="ann")
    made = Scheme.objects.get(name="copy")
    assert made.plain.kinds == scheme.plain.kinds
    assert [change.verb for change in Change.objects.order_by("pk")] == ["make a scheme", "imported labels"]


def test_an_export_names_the_schemes_that_there_are(scheme: Scheme, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="project 'p' has no scheme 'mood'; known: steps"):
        labels("export", tmp_path / "a", project="p", scheme="mood", format="csv")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"project": "nowhere"}, "there is no project 'nowhere'"),
        ({"collection": 999}, "project 'p' has no collection 999"),
        ({"user": "zed"}, "there is no user 'zed'"),
        ({"layer": ["a", "b"]}, "an import goes into one layer"),
    ],
)
def test_what_is_not_there_is_said(scheme: Scheme, tmp_path: Path, given: dict[str, Any], message: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text("rollout,label\n")
    with pytest.raises(CommandError, match=message):
        labels("import", file, **({"project": "p", "scheme": "steps", "format": "csv"} | given))


def test_a_broken_file_is_refused_by_name_and_line_and_makes_no_scheme(scheme: Scheme, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": 3}\n')
    with pytest.raises(CommandError, match=r"a\.jsonl: the file carries no scheme"):
        labels("import", file, project="p", scheme="new", format="doccano")
    with pytest.raises(CommandError, match=r"a\.jsonl: line 1: text: 3 is no text"):
        labels("import", file, project="p", scheme="steps", format="doccano")
    assert Scheme.objects.count() == 1


def test_what_was_left_out_is_printed(scheme: Scheme, tmp_path: Path) -> None:
    file, out = tmp_path / "a.csv", StringIO()
    file.write_text("rollout,turn,start,end,label\nx,0,0,3,doubt\n")
    call_command("labels", "import", str(file), project="p", scheme="steps", format="csv", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first == "0 labels stored, 0 there already, 1 left out"
    assert second.startswith("  doubt at 0 of x, key ")
    assert second.endswith(": there is no rollout 'x'")


LAYERS = [
    # folders of rollouts, labels, format, how many of each label
    (["math-r1-1p5b-temps", "mmlupro-hints", "thought-anchors"], "gold/candidates_dev.jsonl", "gold_candidates",
     {"candidate": 226, "doubtful": 85}),
    (["thought-anchors"], "data/thought-anchors", "thought_anchors",
     {"active_computation": 2182, "problem_setup": 128}),
    (["bigbench-mistake"], "data/bigbench-mistake/word_sorting.jsonl", "bigbench_mistake",
     {"first_wrong": 266, "no_mistake": 34}),
]  # fmt: skip
ONCE = [pytest.mark.once]
"""Sets of other sizes only: the same statements as for the third, whose import is told apart in test_every_set.py."""


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("folders", "file", "form", "counts"),
    [pytest.param(*layer, id=layer[2], marks=[] if layer[2] == "bigbench_mistake" else ONCE) for layer in LAYERS],
)
def test_published_labels_become_gold_layers_on_the_real_rollouts(
    shared: Path, folders: list[str], file: str, form: str, counts: dict[str, int]
) -> None:
    for folder in folders:
        imported(shared / "data" / folder)
    report = labels("import", shared / file, project="p", scheme="gold", format=form)
    assert report["layers"] == ["gold:gold"]
    assert {left["reason"] for left in report["left_out"]} <= {"scheme thought_anchors has no label 'unknown'"}
    found = Counter(Label.objects.values_list("name", flat=True))
    assert counts.items() <= found.items()
    assert labels("import", shared / file, project="p", scheme="gold", format=form)["stored"] == 0
    assert Collection.objects.count() == len(folders)
    assert Project.objects.count() == 1
