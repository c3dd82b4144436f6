"""Files of published studies: what they come to, and that what cannot be read is named and never guessed."""

import pytest

from analysis.psychometrics.frames import STATUSES
from apps.psychology.published.files import File
from apps.psychology.published.illusion import STUDY as ILLUSION
from apps.psychology.published.personallm import STUDY as PERSONALLM
from apps.psychology.published.sittings import BadFile, Group, Sitting
from tests.psychology.published import KEYS, TASKS, TRAITS, behaviour, personas, replies, report, table

ROW = "duck,instruct,baseline,1,,0.7,1"


def groups(*files: File) -> dict[str, Group]:
    return {group.title: group for group in ILLUSION.read(files).groups}


def test_each_kind_of_table_is_a_group() -> None:
    found = groups(report("base.csv", "base"), report(), behaviour(), personas())
    assert {title: len(group.sittings) for title, group in found.items()} == {
        "base self-report": 4,
        "self-report": 4,
        "behaviour": 4,
        "personas": 2,
    }


def test_traits_stand_on_the_scale_of_an_item_and_misspelt_names_are_set_right() -> None:
    """189 of 63 items is 3 an item."""
    (first, *_) = groups(report(), behaviour())["self-report"].sittings
    assert first.scores == {
        "trait/openness": 3.5,
        "trait/conscientiousness": 4.0,
        "trait/extraversion": 3.0,
        "trait/agreeableness": 3.0,
        "trait/neuroticism": 2.0,
        "trait/self_regulation": 3.0,
    }


def test_self_report_and_behaviour_of_one_sitting_have_one_condition_and_an_empty_prompt_has_a_name() -> None:
    found = groups(report(), behaviour())
    said, did = ([dict(each.condition) for each in found[title].sittings] for title in ("self-report", "behaviour"))
    assert said == did
    assert [each["system_prompt"] for each in said] == ["prompt 1", "Be brief.", "prompt 1", "Be brief."]
    assert {(each["temperature"], each["kind"]) for each in said} == {("0.7", "instruct")}


def test_a_persona_is_named_by_its_trait_its_words_and_its_strategy() -> None:
    (first, *_) = groups(report(), behaviour(), personas())["personas"].sittings
    assert first.condition == {
        "temperature": "1",
        "kind": "instruct",
        "persona": "agreeableness 3 · strategy 2",
        "target": "agreeableness",
    }
    assert (first.sample, first.system, first.scores["behaviour/sycophancy"]) == (2, "You are kind, warm.", 60.0)


def test_one_model_has_one_name_in_every_file() -> None:
    old = table("base.csv", TRAITS, "allenai/OLMo2-7B-1124,base,baseline,1,,0.3,1,3,3,3,3,3,189")
    (only,) = groups(old, report(), behaviour())["base self-report"].sittings
    assert only.model == "allenai/OLMo-2-1124-7B"


def test_an_empty_cell_is_no_score() -> None:
    (only,) = groups(table("t.csv", TASKS, f"{ROW},12,,40,,1"), report())["behaviour"].sittings
    assert set(only.scores) == {"behaviour/risk", "behaviour/sycophancy", "behaviour/inconsistency"}


def test_tables_and_notes_that_are_none_of_the_studys_are_left_alone() -> None:
    others = [File("README.md", b"# data"), File("norm300.csv", b"Bin,ItemNumber\r\n1,1\r\n"), File("empty.csv", b"")]
    assert groups(*others, report(), behaviour()).keys() == groups(report(), behaviour()).keys()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (table("t.csv", TRAITS, f"{ROW},3,3,3,3,3,many"), "t.csv row 1, column self_regulation: 'many' is no number"),
        (table("t.csv", TRAITS, f"{ROW},3,3,nan,3,3,189"), "column extraversion: nan is not from 1 to 5"),
        (table("t.csv", TRAITS, f"{ROW},3,3,7,3,3,189"), "column extraversion: 7 is not from 1 to 5"),
        (
            table("t.csv", TRAITS, f"{ROW},3,3,3,3,3,189", f"{ROW},3,3,3"),
            "t.csv row 2 cannot be read: 10 cells, not 13",
        ),
        (table("t.csv", "openeness,extraversion", f"{ROW},3,3"), "t.csv lacks the columns consciencienes, agreeable"),
        (table("t.csv", f"{TRAITS},openeness", f"{ROW},3,3,3,3,3,189,3"), "t.csv has the column openeness twice"),
        (table("t.csv", TRAITS, "duck,instruct,baseline,1,,,1,3,3,3,3,3,189"), "row 1, column temp: is empty"),
        (table("t.csv", TRAITS, "duck,instruct,baseline,1,,0.7,x,3,3,3,3,3,189"), "column run: 'x' is no number"),
        (table("t.csv", TRAITS, "duck,instruct,baseline,1,,0.7,1.5,3,3,3,3,3,189"), "column run: is no whole number"),
        (table("t.csv", TRAITS, ",instruct,baseline,1,,0.7,1,3,3,3,3,3,189"), "column Model: is empty"),
        (table("t.csv", TRAITS, f"{ROW},,,,,,"), "t.csv row 1: holds no score"),
        (
            table("t.csv", TRAITS, f"{ROW},3,3,3,3,3,189", f"{ROW},4,4,4,4,4,189"),
            "t.csv row 1 is the same sitting as instruct_models_selfreport.csv row 1",
        ),
        (File("t.csv", f"{KEYS},{TRAITS}\n".encode() + b"\xff\xfe"), "t.csv is no UTF-8 text: byte"),
        (File("t.csv", b"Model,temp\nduck,1\n"), "t.csv lacks the columns type, Persona"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(file: File, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        ILLUSION.read([behaviour(), report(), file])
    assert words in str(refused.value)


def test_files_without_self_report_or_behaviour_are_refused_by_name() -> None:
    with pytest.raises(BadFile, match=r"no table as .*behavioral_tasks\.csv among instruct_models_selfreport\.csv"):
        ILLUSION.read([report()])
    with pytest.raises(BadFile, match="among no files"):
        ILLUSION.read([])


def test_the_same_sittings_are_the_same_bytes_in_whatever_folder_and_order() -> None:
    moved = File("data/baseline/instruct_models_selfreport.csv", report().content)
    first, second = groups(report(), behaviour()), groups(behaviour(), moved)
    assert list(first["self-report"].lines("x")) == list(second["self-report"].lines("x"))


def statuses(sitting: Sitting) -> dict[str, str]:
    return {name[7:]: STATUSES[int(code)] for name, code in sitting.scores.items() if name.startswith("status/")}


def answers(sitting: Sitting) -> dict[str, float]:
    return {name[7:]: value for name, value in sitting.scores.items() if name.startswith("answer/")}


def test_a_reply_is_read_item_by_item_and_what_cannot_be_read_is_no_answer() -> None:
    said = "(a) 5\n(b) 3.5\n(c) 4 or 5\n(d) As an AI, I have no moods.\n(e) strongly agree!\n(f)\n(g) 很好\n(ar) 2"
    ((only,),) = [group.sittings for group in PERSONALLM.read([replies(said)]).groups]
    assert answers(only) == {"1": 5.0, "44": 2.0}
    found = statuses(only)
    assert len(found) == 44
    assert [found[str(n)] for n in (1, 2, 3, 4, 6, 7, 8)] == [
        "read", "off the scale", "several answers", "refused", "empty", "unread", "empty",
    ]  # fmt: skip


def test_an_item_that_is_answered_twice_in_two_ways_is_no_answer_and_in_one_way_is() -> None:
    ((only,),) = [group.sittings for group in PERSONALLM.read([replies("(a) 5\n(a) 4\n(b) 2\n(b) 2")]).groups]
    assert answers(only) == {"2": 2.0}
    assert statuses(only)["1"] == "several answers"


def test_what_stands_before_the_list_is_no_part_of_it() -> None:
    ((only,),) = [group.sittings for group in PERSONALLM.read([replies("(u) 4\n(a) 2\n(u) 5")]).groups]
    assert answers(only) == {"1": 2.0, "21": 5.0}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "bfi.jsonl row 1 is no JSON"),
        (b"[1]", "bfi.jsonl row 1 is no object"),
        (b'{"model": "m"}', "bfi.jsonl row 1 lacks the columns annotation, iteration, persona_encoding"),
        (b'{"model": "m", "persona_encoding": "e", "iteration": 1, "annotation": 5}', "annotation: is no text"),
        (b'{"model": "m", "persona_encoding": "e", "iteration": "x", "annotation": ""}', "iteration: 'x' is no number"),
        (b"", "there is no file as bfi_gpt-4-0613.jsonl"),
    ],
)
def test_replies_that_cannot_be_read_are_refused_with_their_place(content: bytes, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        PERSONALLM.read([File("bfi.jsonl", content)])
    assert words in str(refused.value)
