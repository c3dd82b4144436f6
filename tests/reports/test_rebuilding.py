"""A report from its manifest: the same numbers over the same data, and plain words where data are not the same."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.reports.content import Content, Source
from apps.reports.files.words import json_text, manifest_of
from apps.reports.services.composing import blocks_of, compose
from apps.reports.services.manifests import BadManifestError, Manifest, Stored, read_manifest
from apps.reports.services.rebuilding import differences, rebuild
from apps.traces.models import Collection
from tests.reports.writing.build import analysed_project, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-browser-here")


def composed() -> tuple[Any, Content]:
    project, user, analysis = analysed_project()
    report = report_of(analysis, user, figures=["transitions"])
    return project, compose(project, "Worth it", blocks_of(report.blocks), authors="A. Author")


def written(content: Content, path: Path) -> Path:
    path.write_text(json_text(manifest_of(content)), encoding="utf-8")
    return path


def test_over_the_same_data_the_numbers_are_the_same(tmp_path: Path) -> None:
    project, content = composed()
    rebuilt = rebuild(project, read_manifest(written(content, tmp_path / "manifest.json")), timezone.now())
    assert rebuilt.differences == []
    assert (rebuilt.content.sections, rebuilt.content.authors) == (content.sections, "A. Author")


def test_a_collection_is_found_by_its_features_though_its_number_is_another(tmp_path: Path) -> None:
    project, content = composed()
    path = written(content, tmp_path / "manifest.json")
    found = json.loads(path.read_text())
    number = found["sources"][0]["collection_id"]
    found["sources"][0]["collection_id"] = number + 1000
    found["blocks"][1]["given"]["collection"] = str(number + 1000)
    path.write_text(json.dumps(found))
    Collection.objects.filter(pk=number).update(name="renamed")
    rebuilt = rebuild(project, read_manifest(path), timezone.now())
    assert rebuilt.content.sections[1].figures == content.sections[1].figures


def test_data_that_are_not_here_are_named_in_the_report(tmp_path: Path) -> None:
    project, content = composed()
    Collection.objects.update(is_deleted=True)
    rebuilt = rebuild(project, read_manifest(written(content, tmp_path / "manifest.json")), timezone.now())
    name = content.sources[0].collection
    assert f"collection {name!r}" in rebuilt.content.sections[1].html.replace("&#x27;", "'").replace("&quot;", '"')
    assert rebuilt.differences == [f"section {content.sources[0].section}: {name} is not in this project"]


def test_a_rollout_is_not_shown_by_its_number_in_other_data() -> None:
    project, content = composed()
    cited = replace(content.sources[0], section="t1", sha256="00" * 32)
    block = Stored("t1", "trace", {"rollout": "1", "attempt": "", "lines": "", "query": "", "collection": ""})
    manifest = Manifest("afterthought-report", 1, "Worth it", "", [block], [cited])
    assert "rollout by its number" in rebuild(project, manifest, timezone.now()).content.sections[0].html


def test_differences_say_what_was_and_what_is() -> None:
    was = Source("s1", "Project", "runs", 1, 1, 1, "rules@1", sha256="aa", n_rollouts=480, n_chosen=480)
    now = replace(was, sha256="bb", revision=2, n_rollouts=500, n_chosen=500)
    assert differences([was], [was]) == []
    assert differences([was], [now]) == [
        "section s1: runs has other numbers than were cited; revision 1 is 2 now; n rollouts 480 is 500 now; "
        "n chosen 480 is 500 now"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found.update(format="other"), "format: Input should be 'afterthought-report'"),
        (lambda found: found.update(format_version=2), "format_version"),
        (lambda found: found.update(blocks=[1]), "blocks.0"),
        (lambda found: found.update(blocks=found["blocks"] * 60), "120 blocks; a report holds at most 100"),
        (lambda found: found["sources"][0].update(sha256=5), "sources.0.sha256"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, change: Callable[[Any], None], words: str) -> None:
    block = {"id": "s1", "kind": "text", "given": {"text": "so"}}
    content = Content("T", [], sources=[Source("s1", "P", "c")], blocks=[block, block])
    found = manifest_of(content)
    found["sources"] = [asdict(source) for source in content.sources]
    change(found)
    (tmp_path / "manifest.json").write_text(json_text(found))
    with pytest.raises(BadManifestError, match=words):
        read_manifest(tmp_path / "manifest.json")


def test_a_file_without_a_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\x00not json")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("other", "x")
    for name in ("a.json", "b.zip"):
        with pytest.raises(BadManifestError, match="no manifest"):
            read_manifest(tmp_path / name)


def test_the_command_writes_what_builds_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, content = composed()
    path = written(content, tmp_path / "manifest.json")
    call_command("report", "build", str(path), out=tmp_path / "first", project=project.slug)
    assert "every source is as the manifest cites it" in capsys.readouterr().out
    again = read_manifest(tmp_path / "first" / "report.zip")
    assert [block.given for block in again.blocks] == [block["given"] for block in content.blocks]
    call_command("report", "list")
    assert "Worth it (2 blocks, 0 frozen)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="there is no project 'nowhere'"):
        call_command("report", "build", str(path), project="nowhere")
