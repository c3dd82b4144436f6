"""Sets from two answers of one trace: CLT, CST, CCT and SCL."""

from typing import Any

from .made import RIGHT, UNREAD, WRONG, exported, one, trained, two

KEPT = two("kept", "It is 4.", "Still 4.", RIGHT, RIGHT)
MENDED = two("mended", "It is 5.", "No, 4.", WRONG, RIGHT)
SPOILT = two("spoilt", "It is 4!", "No, 5.", RIGHT, WRONG)
STUCK = two("stuck", "It is 6.", "Yes, 6.", WRONG, WRONG)
ALL = (KEPT, MENDED, SPOILT, STUCK)


def contents(row: dict[str, Any]) -> list[str]:
    return [message["content"] for message in row["messages"]]


def test_only_the_second_answer_is_trained_on() -> None:
    rows, _ = exported("cst", MENDED, instruction="Check it.")
    assert contents(rows[0]) == ["What is 2 + 2?", "It is 5.", "Check it.", "No, 4."]
    assert [trained(message) for message in rows[0]["messages"]] == [[], [], [], ["No, 4."]]


def test_clt_takes_right_first_answers_cst_wrong_ones_and_cct_both() -> None:
    kinds = {name: exported(name, *ALL)[1].made for name in ("clt", "cst", "cct")}
    assert kinds == {
        "clt": {"confidence": 1},
        "cst": {"critique": 1},
        "cct": {"confidence": 1, "critique": 1},
    }


def test_what_is_left_out_is_counted_with_its_reason() -> None:
    assert exported("clt", *ALL)[1].left_out == {"the first answer is wrong": 2, "no right answer to learn": 1}
    unread = one("u", "Hm.", UNREAD)
    assert exported("cct", unread)[1].left_out == {"the first answer is neither right nor wrong": 1}


def test_a_label_of_the_problem_is_the_next_right_answer_going_round() -> None:
    rows, counts = exported("cct", *ALL, label="problem")
    # kept → mended's last; mended → kept's (spoilt and stuck end wrong); spoilt → kept's; stuck → kept's.
    assert [contents(row)[-1] for row in rows] == ["No, 4.", "Still 4.", "Still 4.", "Still 4."]
    assert rows[0]["metadata"]["sources"] == ["kept", "mended"]
    assert counts.left_out.total() == 0


def test_scl_chooses_the_right_one_of_two_answers() -> None:
    rows, counts = exported("scl", *ALL)
    pairs = [(row["metadata"]["kind"], row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows]
    assert pairs == [("type 2", "No, 4.", "It is 5."), ("type 3", "It is 4!", "No, 5.")]
    assert rows[0]["prompt"] == [{"role": "user", "content": "What is 2 + 2?"}]
    assert counts.left_out == {"type 1: right, then right": 1, "type 4: wrong, then wrong": 1}


def test_scl_needs_two_graded_answers() -> None:
    _, counts = exported("scl", one("a", "4", RIGHT), two("b", "Hm.", "4", UNREAD, RIGHT))
    assert counts.left_out == {"fewer than two answers": 1, "an answer is neither right nor wrong": 1}
