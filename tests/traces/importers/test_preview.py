"""What the import page and the command show before anything is stored."""

import pytest

from apps.traces.importers import source as source_module

from .samples import jsonl, opened, own_row, text_file


def test_the_preview_shows_first_rows_counts_and_errors() -> None:
    rows = [own_row(id=str(n), reasoning="<think>" + "r" * 500, response=None) for n in range(8)]
    rows.append(own_row(id="bad", reasoning=None, response=None))
    preview = opened(jsonl(rows)).preview(n=5)
    assert [row.row for row in preview.rows] == [1, 2, 3, 4, 5]
    assert (preview.rows[0].reasoning, preview.rows[0].n_characters) == ("r" * 200, 507)
    assert preview.report.is_complete
    assert (preview.report.rows, preview.report.rollouts, preview.report.errors) == (9, 8, 1)
    assert preview.errors[0].row == 9
    assert preview.models == ("m",)


def test_large_uploads_are_counted_in_part_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "DRY_RUN_BYTES", 1_000)
    monkeypatch.setattr(source_module, "DRY_RUN_ROWS", 10)
    preview = opened(jsonl([own_row(id=str(n)) for n in range(100)])).preview()
    assert not preview.report.is_complete
    assert preview.report.rows == 10
    assert 0 < preview.share_read < 1


def test_every_field_has_a_state_a_path_and_the_value_of_row_1() -> None:
    findings = {f.field: f for f in opened(jsonl([own_row()])).detection.findings}
    assert findings["answer"].label == "answer (gold)"
    assert (findings["answer"].path, findings["answer"].value, findings["answer"].state) == ("answer", "2", "read")


def test_parts_of_a_glued_text_are_shown_apart() -> None:
    rows = [
        {"question": f"What is {n}+1?", "generation": f"Solve. What is {n}+1? Solution:\n<think>\nHm {n}"}
        for n in range(3)
    ]
    findings = {f.field: f.value for f in opened(jsonl(rows)).detection.findings}
    assert findings["prompt"] == "Solve. What is 0+1? Solution:\n"
    assert (findings["reasoning"], findings["response"], findings["finish_reason"]) == ("\nHm 0", "", "truncated")


def test_a_sentence_says_what_was_found() -> None:
    source = opened(jsonl([{k: v for k, v in own_row().items() if k != "model"}]), text_file("NOTES.md", "words"))
    assert source.detection.sentence == "This is JSON lines: rows mapped by names and contents. Not found: model." or (
        "Not found: model" in source.detection.sentence
    )
    assert [(f.name, f.attached) for f in source.detection.files if f.not_rollouts] == [("NOTES.md", True)]
