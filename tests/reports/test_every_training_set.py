"""Every training set of a stored project: it has rows, they fit their schema, both files read back, importers too."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import jsonschema_rs
import pytest

from analysis.protocols.settings import SettingRefused
from analysis.training.reading import read_rows
from analysis.training.rows import Shape
from analysis.training.schemas import faults
from analysis.training.table import TRAINING_SETS
from apps.reports.services.training_files import (
    KINDS,
    SUFFIX,
    Sink,
    read_parquet_rows,
    told,
    write_training_set,
    zipped,
)
from apps.reports.services.training_sets import Making, Row, Wanted, preview_of
from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services.analyses import ensured_analysis
from tests.reports.trained import SETTINGS, trained
from tests.traces.build import stored
from tests.traces.importers.samples import disk_file, jsonl, opened, rollouts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def analysis(kept_rows: None) -> Analysis:
    return ensured_analysis(collection=trained())


def wanted(name: str, analysis: Analysis) -> Wanted:
    return Wanted(name, SETTINGS.get(name, {}), [analysis])


def rows_of(name: str, analysis: Analysis) -> list[Row]:
    return list(Making(wanted(name, analysis)).rows())


@pytest.mark.parametrize("name", TRAINING_SETS)
def test_a_set_has_rows_that_fit_their_schema(name: str, analysis: Analysis) -> None:
    rows = rows_of(name, analysis)
    assert rows
    assert [faults(row, TRAINING_SETS[name].shape) for row in rows] == [[] for _ in rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TRAINING_SETS)
def test_a_file_of_a_set_is_read_back_as_it_was_made(name: str, kind: str, analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / f"rows.{kind}"
    manifest = write_training_set(wanted(name, analysis), path)
    found = list(read(path, TRAINING_SETS[name].shape))
    assert found == rows_of(name, analysis)
    assert (manifest["file"]["rows"], manifest["file"]["bytes"]) == (len(found), path.stat().st_size)
    assert json.loads((tmp_path / f"rows.{kind}{SUFFIX}").read_text(encoding="utf-8")) == json.loads(told(manifest))


def read(path: Path, shape: Shape) -> Iterator[Row]:
    if path.suffix == ".parquet":
        return read_parquet_rows(path, shape)
    return read_rows(path.read_text(encoding="utf-8").split("\n"), shape)


CONVERSATIONS = [name for name in TRAINING_SETS if TRAINING_SETS[name].shape is Shape.SFT]


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations_are_imported_again_with_their_masks(name: str, analysis: Analysis) -> None:
    rows = rows_of(name, analysis)
    found = rollouts(opened(jsonl(rows)))
    assert [[(turn.text, turn.train_on) for turn in each.turns] for each in found] == [
        [(message["content"], message["train_on"]) for message in row["messages"]] for row in rows
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_holds_the_rows_and_a_manifest_that_counts_them(kind: str, analysis: Analysis, tmp_path: Path) -> None:
    body = b"".join(zipped(wanted("scl", analysis), kind))
    with ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"scl.{kind}", f"scl.{kind}{SUFFIX}"]
        archive.extractall(tmp_path)
    manifest = json.loads((tmp_path / f"scl.{kind}{SUFFIX}").read_text(encoding="utf-8"))
    # By hand: mended, own and the three of a critic or teacher go wrong → right (type 2), spoilt right → wrong (3).
    assert manifest["counts"]["made"] == {"type 2": 5, "type 3": 1}
    rows = list(read(tmp_path / f"scl.{kind}", Shape.PREFERENCES))
    assert len(rows) == 6
    assert all(jsonschema_rs.is_valid(manifest["schema"], row) for row in rows)


def test_a_filter_chooses_the_rollouts_before_the_method_sees_them(analysis: Analysis) -> None:
    big = Making(Wanted("b_star", {}, [analysis], RolloutFilter.parse({"model": "big"})))
    assert {row["metadata"]["sources"][0].split("/")[1] for row in big.rows()} == {"thought", "shown"}
    assert (big.traces.n_chosen, big.manifest({})["filters"]) == (2, {"model": "big"})
    none = Making(Wanted("b_star", {}, [analysis], RolloutFilter.parse({"model": "nobody"})))
    assert (list(none.rows()), none.traces.n_chosen) == ([], 0)


def test_a_preview_says_whether_it_has_seen_all(analysis: Analysis) -> None:
    whole = preview_of(wanted("scl", analysis))
    assert (whole.is_whole, len(whole.rows), whole.making.counts.n_rows) == (True, 5, 6)
    hasty = preview_of(wanted("scl", analysis), seconds=0)
    assert (hasty.is_whole, hasty.making.counts.n_problems) == (False, 1)


def test_a_setting_that_is_refused_is_refused_before_the_first_byte(analysis: Analysis) -> None:
    with pytest.raises(SettingRefused, match="teacher is empty"):
        zipped(Wanted("tailored", {}, [analysis]), "jsonl")


def test_a_zip_that_nobody_takes_to_its_end_is_let_go(analysis: Analysis) -> None:
    parts = zipped(wanted("scl", analysis), "jsonl")
    next(parts)
    parts.close()  # type: ignore[attr-defined]


def test_a_rollout_that_was_read_again_since_is_passed_over_and_counted(analysis: Analysis) -> None:
    analysis.candidate_set.candidates.filter(rollout__external_id="fixed").first().delete()  # type: ignore[union-attr]
    making = Making(wanted("cut_at", analysis))
    list(making.rows())
    assert making.manifest({})["counts"]["changed_since_the_analysis"] == 1


def test_a_sink_gives_what_was_written_once() -> None:
    sink = Sink()
    assert (sink.write(b"ab"), sink.tell(), sink.n_kept) == (2, 2, 2)
    assert (sink.taken(), sink.taken(), sink.tell(), sink.n_kept) == (b"ab", b"", 2, 0)


SAMPLED = {
    "act_choices": {},
    "b_star": {},
    "cct": {"label": "problem"},
    "relift_prompts": {"bands": "easy,medium,hard"},
    "rerest_agent": {},
    "revise_correct": {},
    "revise_verify": {},
}
REASONED = {"cut_at": {"more_than": "1"}, "sbt_d": {}, "sbt_e": {}}
"""Sets and settings that fit real rollouts: several samples of a problem, and long reasonings."""


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "n_problems", "sets"),
    [
        ("math100x8-qwen-rm/math_cot_100.jsonl", 8, SAMPLED),
        ("math-r1-1p5b-temps/math_cot_results_t=0.6_mnt=1500_tp=0.92.json", 12, REASONED),
    ],
)
def test_rows_of_real_rollouts_are_read_back_too(
    file: str, n_problems: int, sets: dict[str, dict[str, str]], shared: Path, tmp_path: Path
) -> None:
    every = rollouts(opened(disk_file(shared / "data" / file)))
    asked = list(dict.fromkeys(each.problem.question for each in every))[:n_problems]
    real = ensured_analysis(collection=stored([each for each in every if each.problem.question in asked]))
    for name, settings in sets.items():
        path = tmp_path / f"{name}.parquet"
        n = write_training_set(Wanted(name, settings, [real]), path)["file"]["rows"]
        assert len(list(read_parquet_rows(path, TRAINING_SETS[name].shape))) == n > 0, name
