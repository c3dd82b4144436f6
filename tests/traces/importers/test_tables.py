"""CSV and its relatives."""

import pytest

from apps.traces.importers.tables import find_dialect

from .samples import attempt_of, errors, opened, rollouts, text_file

HEADER = "id,model,problem,answer,response\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = HEADER.replace(",", delimiter) + delimiter.join(["1", "m", "What is it?", "2", "It is 2"]) + "\n"
    dialect = find_dialect(text)
    assert dialect is not None
    assert dialect.delimiter == delimiter


def test_quotes_line_ends_and_delimiters_inside_cells_stay() -> None:
    text = HEADER + '1,m,"Why, ""so""?",2,"line 1\r\nline 2, and\nmore"\r\n2,m,q?,3,plain\r\n'
    found = rollouts(opened(text_file("a.csv", text)))
    assert found[0].problem.question == 'Why, "so"?'
    assert attempt_of(found[0]).text == "line 1\r\nline 2, and\nmore"
    assert attempt_of(found[1]).text == "plain"


def test_a_record_of_another_width_is_an_error_with_its_line() -> None:
    text = HEADER + '1,m,q?,2,"a\nb"\n2,m,q?\n3,m,q?,2,fine\n'
    source = opened(text_file("a.csv", text))
    assert [r.external_id for r in rollouts(source)] == ["1", "3"]
    assert [(e.row, e.line, e.message) for e in errors(source)] == [(2, 4, "3 cells where the header has 5")]


def test_booleans_numbers_and_empty_cells_of_a_table() -> None:
    text = "id,model,confidence,correct\n1,m,90%,True\n2,m,,False\n"
    found = rollouts(opened(text_file("a.csv", text)))
    assert [(attempt_of(r).confidence, attempt_of(r).correct) for r in found] == [(0.9, True), (None, False)]


def test_a_flattened_table_is_read_by_the_whole_column_name() -> None:
    text = "meta.id,meta.model,problem,response\n1,m,What is it?,It is 2\n2,m,What is it?,It is 3\n"
    assert [r.model for r in rollouts(opened(text_file("a.csv", text)))] == ["m", "m"]


def test_cells_that_our_export_neutralised_come_back() -> None:
    text = HEADER + "1,m,What is it?,'-2,'=1+1\n2,m,What is it?,3,'tis fine\n"
    found = rollouts(opened(text_file("a.csv", text)))
    assert [attempt_of(r).text for r in found] == ["=1+1", "'tis fine"]
    assert found[0].problem.golds == ("-2",)


def test_lists_in_cells_are_read_as_json() -> None:
    text = 'id,model,problem,answer,options,response\n1,m,What is it?,A,"[""x"", ""y""]",It is A\n'
    assert rollouts(opened(text_file("a.csv", text)))[0].problem.options == ("x", "y")


def test_an_index_column_without_a_name_is_no_field() -> None:
    text = ",Unnamed: 0,id,model,correct\n0,0,a,m,1\n1,1,b,m,0\n"
    assert [r.external_id for r in rollouts(opened(text_file("a.csv", text)))] == ["a", "b"]
