"""Self-Braking Tuning: what is kept, what is masked, what is learned."""

import pytest

from .made import exported, last, reasoned, trained

SAID = "Enough."
SOLVED = "one\nso 4\nback to it\nit is 4\nbut what if we add them the other way round?\nagain 4"


def test_sbt_e_keeps_two_solutions_and_masks_the_beginning_of_the_next() -> None:
    # Solutions end at lines 2, 4 and 6. η = 2/6, so the score is at least .9·(4/6) = .6 > .2. The third solution is
    # "\n" + 44 + "\n" + 7 = 53 characters; its share .15 is ceil(7.95) = 8: "\nbut wha", so the word "what" is whole.
    rows, _ = exported("sbt_e", reasoned(SOLVED, ["4", "4", "4"]), braking=SAID)
    said = last(rows[0])
    assert said["content"] == f"<think>one\nso 4\nback to it\nit is 4\nbut what\n\n{SAID}</think>4"
    assert trained(said) == ["<think>one\nso 4\nback to it\nit is 4", f"\n\n{SAID}</think>4"]


def test_sbt_e_masks_two_sentences_as_the_authors_code_does() -> None:
    text = "so 4\nit is 4\nWait. Is it so? I think so. Yes, 4"
    said = last(exported("sbt_e", reasoned(text, ["4", "4", "4"]), braking=SAID, masked="sentences")[0][0])
    assert said["content"] == f"<think>so 4\nit is 4\nWait. Is it so?\n\n{SAID}</think>4"
    assert trained(said)[0] == "<think>so 4\nit is 4"


def test_sbt_e_goes_on_to_the_end_where_no_third_solution_ends() -> None:
    # The rest is "\n" + 11 characters: ceil(.5·12) = 6 characters "\nwords", the word ends there.
    text = "so 4\nit is 4\nwords words"
    said = last(exported("sbt_e", reasoned(text, ["4", "4"]), braking=SAID, share=0.5)[0][0])
    assert said["content"] == f"<think>so 4\nit is 4\nwords\n\n{SAID}</think>4"


def test_wrong_candidates_before_the_first_right_one_are_part_of_the_first_solution() -> None:
    text = "is it 5\nso 4\nmaybe 5\nso 4\nand on and on"
    said = last(exported("sbt_e", reasoned(text, ["5", "4", "5", "4"]), braking=SAID)[0][0])
    # The second solution ends with the next candidate, "maybe 5"; "so 4" begins the masked part: ceil(.15·5) = 1.
    assert trained(said)[0] == "<think>is it 5\nso 4\nmaybe 5"
    assert said["content"].startswith("<think>is it 5\nso 4\nmaybe 5\nso\n\n")


def test_sbt_d_masks_the_steps_whose_score_lies_between_the_two_thresholds() -> None:
    # First solution at line 8, no markers: score(n) = .9(1 - 8/n): .1 (9), .18 (10), .2455 (11), .3 (12).
    # Below .2: lines 9 and 10 are kept; line 11 is masked; line 12 reaches .25 and is gone.
    lines = [*"abcdefg", "so 4", *"ijklm"]
    said = last(exported("sbt_d", reasoned("\n".join(lines), ["4"]), braking=SAID)[0][0])
    assert said["content"] == "<think>" + "\n".join(lines[:11]) + f"\n\n{SAID}</think>4"
    assert trained(said) == ["<think>" + "\n".join(lines[:10]), f"\n\n{SAID}</think>4"]


def test_sbt_d_masks_nothing_where_one_step_passes_both_thresholds() -> None:
    # First solution at line 1 of 3: score(2) = .45, beyond .25 at once.
    said = last(exported("sbt_d", reasoned("so 4\nhm\nhm", ["4"]), braking=SAID)[0][0])
    assert trained(said) == [f"<think>so 4\n\n{SAID}</think>4"]


def test_markers_raise_the_score_by_their_share_of_the_tokens() -> None:
    # β = 1: the score is κ alone. 29 characters are 10 tokens at 2.9 each; "Wait" is one of them: .1 > .05, not > .1.
    text = "it is 4\nWait a little longer."
    assert len(text) == 29
    trace = reasoned(text, ["4"], response="4")
    made = [exported("sbt_d", trace, beta=1, threshold=t)[1].made for t in (0.05, 0.11)]
    assert made == [{"braked": 1}, {"whole": 1}]


@pytest.mark.parametrize("name", ["sbt_e", "sbt_d"])
def test_a_trace_that_does_not_overthink_stays_whole(name: str) -> None:
    # First right candidate on the last line: η = 1, no markers, score 0.
    trace = reasoned("one\ntwo\nso 4", ["4"])
    rows, counts = exported(name, trace)
    assert counts.made == {"whole": 1}
    assert trained(last(rows[0])) == ["<think>one\ntwo\nso 4</think>4"]
    assert exported(name, trace, keep_whole=False)[1].left_out == {"not above τ1": 1}


def test_a_trace_with_one_solution_or_nothing_after_two_cannot_be_braked() -> None:
    _, counts = exported("sbt_e", reasoned("so 4\na\nb", ["4"]), reasoned("so 4\na\nit is 4", ["4", "4"]))
    assert counts.left_out == {"no second solution": 1, "nothing after the second solution": 1}


def test_a_right_answer_without_a_right_candidate_is_left_out() -> None:
    assert exported("sbt_d", reasoned("so 5", ["5"]))[1].left_out == {"no right candidate": 1}
