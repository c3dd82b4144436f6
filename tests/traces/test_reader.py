"""The reader's page: numbering, folds, candidates, grades, neighbours, hostile text, who may do what."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analysis.types import AnswerType, Outcome, Problem, Role, Span, Transition, Turn
from apps.accounts.models import Membership, User
from apps.accounts.models import Role as MemberRole
from apps.core.models import JobState
from apps.traces.models import Analysis, Collection, Grade, Rollout
from apps.traces.presenters.candidates import shown_candidates
from apps.traces.presenters.reader import View, reader_page
from apps.traces.presenters.trace import LONG_LINE, Lines, folds
from apps.traces.queries.reader import candidates_of, siblings_of
from apps.traces.queries.verdicts import key_of
from apps.traces.services.attempts import load_attempts
from apps.traces.services.verdicts import GRADER_NAME, Question
from tests.traces.build import attempt, project, rollout, stored
from tests.traces.build_reader import analysed, graded, judge, read

pytestmark = pytest.mark.django_db

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3) </p></div></details> &lt;b&gt;'


class Seen(HTMLParser):
    """Elements by id, and which elements and attributes there are at all."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]


def one(reasoning: str, **given: Any) -> Rollout:
    response = str(given.pop("response", "FINAL ANSWER: 4"))
    turns = (Turn(Role.USER, "What is 2 + 2?"), attempt(reasoning, response))
    return stored([rollout(turns=turns, **given)]).rollouts.get()


def client_of(of: Collection, role: MemberRole = MemberRole.MEMBER) -> Client:
    user = User.objects.create_user(f"{role}-{of.pk}", password="x")
    Membership.objects.create(project=of.project, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def page_of(row: Rollout, role: MemberRole = MemberRole.MEMBER, query: str = "") -> str:
    address = reverse("traces:rollout", args=[row.collection.project.slug, row.pk])
    response = client_of(row.collection, role).get(address + query)
    assert response.status_code == 200
    return response.content.decode()


def test_lines_are_numbered_as_candidates_are_split_on_newlines_only() -> None:
    lines = Lines("one\r\n\x0btwo\u2028still two\n\nfour")
    assert lines.n == 4
    assert [lines.text[slice(*lines.span(number))] for number in (1, 2, 3, 4)] == [
        "one\r",
        "\x0btwo\u2028still two",
        "",
        "four",
    ]
    assert [lines.is_blank(number) for number in (1, 2, 3, 4)] == [False, False, True, False]


def test_folds_end_at_candidate_lines() -> None:
    row = one("a\nb is 5\nWait, c\nd is 4\nhmm\n5 no, 4")
    read(row, [(2, "5", WRONG), (4, "4", RIGHT)])
    page = reader_page(row, View())
    assert [(fold.title, fold.first, fold.last) for fold in page.folds] == [
        ("Forward reasoning", 1, 2),
        ("Reflection 1", 3, 4),
        ("After the last candidate", 5, 6),
    ]
    assert [fold.n_markers for fold in page.folds] == [0, 1, 1]  # Wait; hmm
    assert page.folds[1].transitions == [("ft", "F→T", 1)]


def test_a_trace_without_candidates_is_one_fold() -> None:
    row = one("a\nb")
    read(row, [])
    assert [fold.title for fold in reader_page(row, View()).folds] == ["All of the text, no candidate"]
    assert "no candidate was found" in page_of(row)


def test_every_transition_stands_beside_the_candidate_that_it_led_to() -> None:
    """5 wrong, 5 same wrong, 6 other wrong, 4 right, 4 right, 5 wrong."""
    row = one("\n".join("abcdef"))
    read(row, list(zip(range(1, 7), "556445", [WRONG, WRONG, WRONG, RIGHT, RIGHT, WRONG], strict=True)))
    shown = reader_page(row, View()).shown
    assert [candidate.transition for candidate in shown] == [
        None,
        Transition.FFS,
        Transition.FFD,
        Transition.FT,
        Transition.TT,
        Transition.TF,
    ]
    assert [candidate.lines_since for candidate in shown] == [None, 1, 1, 1, 1, 1]


def test_equal_wrong_values_that_are_written_differently_are_the_same() -> None:
    row = one("a\nb")
    read(row, [(1, "0.5", WRONG), (2, "1/2", WRONG)])
    assert reader_page(row, View()).shown[1].transition == Transition.FFS


def test_a_candidate_without_a_verdict_is_not_graded_and_joins_no_transition() -> None:
    row = one("a\nb\nc")
    read(row, [(1, "4", RIGHT), (2, "y", None), (3, "4", RIGHT)])
    shown = reader_page(row, View()).shown
    assert [candidate.mark.words for candidate in shown] == ["correct", "not graded", "correct"]
    assert [candidate.transition for candidate in shown] == [None, None, Transition.TT]


def test_without_a_gold_candidates_have_no_grade_but_keep_their_values() -> None:
    row = one("a\nb", problem=Problem("Why?", (), key="q"))
    read(row, [(1, "x", None), (2, "y", None)])
    page = page_of(row)
    assert [candidate.mark.css for candidate in reader_page(row, View()).shown] == ["nogold", "nogold"]
    assert "no gold" in page


def test_a_corrected_gold_shows_in_the_grades_of_candidates() -> None:
    row = one("a")
    read(row, [(1, "5", WRONG)])
    row.problem.golds = ["5"]
    row.problem.save()
    fresh = Rollout.objects.get(pk=row.pk)
    assert reader_page(fresh, View()).shown[0].mark.words == "not graded"
    judge(load_attempts([fresh])[0].problem, "5", RIGHT)
    assert reader_page(fresh, View()).shown[0].mark.words == "correct"


def test_a_candidate_says_which_rule_found_it_and_why() -> None:
    row = one("So it is 4")
    read(row, [(1, "4", RIGHT)])
    page = page_of(row)
    assert "conclusion" in page
    assert "line 1 says so" in page
    assert "equal strings" in page


def test_before_an_analysis_the_text_stands_and_the_page_says_so() -> None:
    row = one("a line")
    page = page_of(row)
    assert "a line" in page
    assert "Not analysed yet" in page
    Analysis.objects.create(
        collection=row.collection, revision=1, candidate_set=analysed(row.collection), grader="g", n_total=60, n_done=20
    )
    assert "has read 20 of 60 rollouts" in page_of(row, MemberRole.VIEWER)


def test_a_rollout_without_text_says_so() -> None:
    row = stored(
        [rollout(turns=(Turn(Role.ASSISTANT, None, is_attempt=True, answer="4", correct=True),))]
    ).rollouts.get()
    page = page_of(row)
    assert "No text was uploaded" in page
    assert "final correct" in page
    assert "as uploaded" in page


def test_an_error_stands_escaped() -> None:
    row = stored([rollout(turns=(), error=f"429 {HOSTILE}")]).rollouts.get()
    page = page_of(row)
    assert "Error instead of an answer" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_without_reasoning_the_response_is_read_and_the_page_says_so() -> None:
    row = one("", response="It is 4")
    read(row, [(1, "4", RIGHT)])
    assert "read from the response" in page_of(row)


def test_the_prompt_the_response_and_what_is_neither_are_shown_too() -> None:
    text = "<think>r</think>neither one nor the other, and long enough\nthe end"
    turn = Turn(Role.ASSISTANT, text, Span(7, 8), Span(len(text) - 7, len(text)), is_attempt=True)
    row = stored([rollout(turns=(Turn(Role.USER, "the prompt"), turn))]).rollouts.get()
    page = unescape(page_of(row))
    for words in ("the prompt", "<think>", "neither one nor the other", "the end"):
        assert words in page


def test_another_turn_can_be_read_by_itself() -> None:
    turns = (Turn(Role.USER, "q"), attempt("first try", "x"), Turn(Role.CRITIC, "no!"), attempt("second try", "4"))
    row = stored([rollout(turns=turns)]).rollouts.get()
    page = page_of(row)
    assert "second try" in page
    assert "first try" in page
    assert "no!" in page
    assert reader_page(row, View()).lines.text == "second try"
    assert reader_page(row, View(turn=1)).lines.text == "first try"
    assert reader_page(row, View(turn=2)).lines.text == "no!"
    assert reader_page(row, View(turn=99)).lines.text == "second try"


def test_hostile_text_adds_no_element_and_no_attribute() -> None:
    plain = one("x\ny\nz", response="r", error="e")
    read(plain, [(1, "4", RIGHT), (3, "v", WRONG)])
    hostile = stored(
        [
            rollout(
                HOSTILE,
                model=HOSTILE,
                error=HOSTILE,
                problem=Problem(HOSTILE, (HOSTILE,), key=HOSTILE, subject=HOSTILE, level=HOSTILE),
                turns=(Turn(Role.USER, HOSTILE, actor=HOSTILE), attempt(f"{HOSTILE}\n\\({HOSTILE}\\)\nz", HOSTILE)),
                condition={HOSTILE: HOSTILE},
            )
        ],
        owner=project("other"),
    ).rollouts.get()
    read(hostile, [(1, HOSTILE, RIGHT), (3, "v", WRONG)])
    expected, seen = Seen(page_of(plain)), Seen(page_of(hostile))
    maths = {"math", "mrow", "mi", "mo", "mn", "mspace", "mtext"}
    assert set(seen.tags) <= set(expected.tags) | maths
    assert not {name for name in seen.names if name.startswith("on")} | ({"style"} & seen.names)
    assert seen.tags.count("script") == expected.tags.count("script")
    assert seen.tags.count("img") == 0


def test_ids_are_unique_on_the_page() -> None:
    turns = (Turn(Role.USER, "q\nq"), attempt("first", "x"), attempt("a\n\nb", "r\nr"))
    row = stored([rollout(turns=turns)]).rollouts.get()
    read(row, [(1, "4", RIGHT), (3, "4", RIGHT)])
    ids = Seen(page_of(row)).ids
    assert len(ids) == len(set(ids))
    assert {"L1", "L2", "L3", "A1", "A2"} <= set(ids)


def test_raw_shows_the_characters_and_maths_shows_formulas() -> None:
    row = one(r"so \(\frac12\)")
    assert "<mfrac>" in page_of(row)
    raw = page_of(row, MemberRole.VIEWER, "?raw=1")
    assert r"so \(\frac12\)</p>" in raw
    assert "<mfrac>" not in raw.split('class="aside"')[0]


def test_a_very_long_line_is_cut_into_pieces_that_lose_no_character() -> None:
    text = "word " * 30_000
    fold = folds(Lines(text), [], None)[0]
    html = "".join(chunk.html for chunk in fold.chunks)
    assert html.count('class="part"') >= len(text) // LONG_LINE
    body = re.search(r"<p>(.*)</p>", html, re.DOTALL)
    assert body is not None
    assert unescape(re.sub(r"<[^>]*>", "", body[1])) == text


def test_a_trace_of_very_many_lines_is_shown_in_parts_with_links_that_carry_the_line() -> None:
    row = one("\n".join(["a"] * 30_000))
    read(row, [(5, "4", RIGHT), (29_000, "4", RIGHT)])
    first = reader_page(row, View())
    assert (first.window.first, first.window.last, first.window.is_part) == (1, 12_000, True)
    assert [candidate.href for candidate in first.shown] == ["#L5", "?line=29000#L29000"]
    last = reader_page(row, View(line=29_000))
    assert (last.window.first, last.window.last) == (24_001, 30_000)
    page = page_of(row, query="?line=29000")
    assert 'id="L29000"' in page
    assert 'id="L5"' not in page
    assert "keep to them" in page


def test_tokens_are_counted_to_the_end_of_the_first_candidate_line() -> None:
    """20 characters of reasoning, 20 of response, 80 tokens uploaded: 2 a character. Line 1 with its newline is 5."""
    turn = attempt("1234\n" + "5" * 15, "r" * 20, n_tokens=80)
    row = stored([rollout(turns=(turn,))]).rollouts.get()
    read(row, [(1, "4", RIGHT)])
    tokens = reader_page(row, View()).tokens
    assert (tokens.to_first, tokens.after, tokens.n, str(tokens.source)) == (10, 30, 80, "uploaded")


def test_neighbours_go_through_the_samples_of_the_problem_in_all_collections() -> None:
    owner = project()
    first = stored([rollout("1", sample=0), rollout("1", sample=1)], owner=owner)
    second = stored([rollout("1", model="other")], owner=owner)
    deleted = stored([rollout("1", model="gone")], owner=owner)
    Collection.objects.filter(pk=deleted.pk).update(is_deleted=True)
    a, b = first.rollouts.order_by("sample")
    (c,) = second.rollouts.all()
    assert [sample.pk for sample in siblings_of(a).samples] == [a.pk, b.pk, c.pk]
    assert reader_page(a, View()).neighbours[0] is None
    before, after = reader_page(b, View()).neighbours
    assert before is not None
    assert (before.pk, before.label) == (a.pk, "sample 0")
    assert after is not None
    assert (after.pk, after.label) == (c.pk, "other")
    page = page_of(b)
    assert 'data-key="["' in page
    assert 'data-key="]"' in page
    assert "2 of 3" in page


def test_the_next_problem_is_the_collections_next() -> None:
    other = Problem("Next?", ("1",), key="p2")
    rows = stored([rollout("1"), rollout("1", sample=1), rollout("2", problem=other)]).rollouts.order_by("pk")
    assert reader_page(rows[0], View()).next_problem == rows[2].pk
    assert reader_page(rows[2], View()).next_problem is None


def test_all_grades_stand_side_by_side_and_disagreement_is_named() -> None:
    row = one("a")
    graded(row, "ours", RIGHT, value="4", reason="equal strings")
    graded(row, "uploaded", WRONG)
    page = page_of(row)
    assert "grades disagree" in page
    assert "correct counts" in page
    assert reader_page(row, View()).grades.counting.words == "correct"


def test_agreeing_grades_are_not_called_a_disagreement() -> None:
    row = one("a")
    graded(row, "ours", RIGHT)
    graded(row, "uploaded", RIGHT)
    assert not reader_page(row, View()).grades.disagree


def test_a_member_overrules_and_takes_it_back() -> None:
    row = one("a")
    client = client_of(row.collection)
    address = reverse("traces:overrule", args=[row.collection.project.slug, row.pk])
    response = client.post(address, {"outcome": "incorrect", "reason": "off by one"}, follow=True)
    assert "off by one" in response.content.decode()
    given = Grade.objects.get(rollout=row, source=Grade.Source.PERSON)
    assert (given.turn_index, given.outcome) == (1, WRONG)
    assert reader_page(Rollout.objects.get(pk=row.pk), View()).grades.counting.words == "incorrect"
    client.post(address, {"outcome": ""})
    assert not Grade.objects.filter(rollout=row, source=Grade.Source.PERSON).exists()


def test_a_grade_that_nobody_gives_is_refused_with_its_name() -> None:
    row = one("a")
    address = reverse("traces:overrule", args=[row.collection.project.slug, row.pk])
    response = client_of(row.collection).post(address, {"outcome": "brilliant"}, follow=True)
    assert "brilliant" in response.content.decode()
    assert not Grade.objects.exists()


def test_who_may_not_correct_sees_no_form() -> None:
    row = one("a")
    address = reverse("traces:overrule", args=[row.collection.project.slug, row.pk])
    assert address not in page_of(row, MemberRole.VIEWER)


@pytest.mark.parametrize("role", [MemberRole.VIEWER, MemberRole.ANNOTATOR])
def test_who_may_not_correct_is_refused(role: MemberRole) -> None:
    row = one("a")
    address = reverse("traces:overrule", args=[row.collection.project.slug, row.pk])
    assert client_of(row.collection, role).post(address, {"outcome": "correct"}).status_code == 403


def test_a_rollout_of_another_project_or_a_deleted_collection_is_not_there() -> None:
    mine, theirs = one("a"), stored([rollout()], owner=project("theirs")).rollouts.get()
    client = client_of(mine.collection)
    assert client.get(reverse("traces:rollout", args=["p", theirs.pk])).status_code == 404
    assert client.get(reverse("traces:rollout", args=["theirs", theirs.pk])).status_code == 404
    Collection.objects.filter(pk=mine.collection_id).update(is_deleted=True)
    assert client.get(reverse("traces:rollout", args=["p", mine.pk])).status_code == 404


def test_queries_do_not_grow_with_the_trace(django_assert_max_num_queries: object) -> None:
    long = one("\n".join(f"line {n}" for n in range(400)))
    read(long, [(n, str(n % 7), WRONG) for n in range(1, 400, 2)])
    client, address = client_of(long.collection), reverse("traces:rollout", args=["p", long.pk])
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        assert client.get(address).status_code == 200


def test_values_beyond_the_compared_ones_are_still_shown() -> None:
    row = one("\n".join(str(n) for n in range(60)))
    read(row, [(n + 1, str(n), WRONG) for n in range(60)])
    candidate_set = analysed(row.collection)
    rows = candidates_of(row, candidate_set, 1)
    shown = shown_candidates(rows, load_attempts([row])[0].problem, GRADER_NAME)
    assert len(shown) == 60
    assert {candidate.transition for candidate in shown[1:]} == {Transition.FFD}


def test_an_analysis_in_progress_is_named_while_older_grades_stand() -> None:
    row = one("a")
    read(row, [(1, "4", RIGHT)])
    Analysis.objects.create(
        collection=row.collection,
        revision=2,
        candidate_set=analysed(row.collection),
        grader=GRADER_NAME,
        state=JobState.RUNNING,
        n_total=3,
        n_done=1,
    )
    assert "Being analysed anew" in page_of(row)


def test_the_reader_asks_for_verdicts_by_the_key_that_grading_stores_them_under() -> None:
    question = Question(("4", "four"), AnswerType.CHOICE, ("a", "b"), "5")
    assert key_of(GRADER_NAME, ("4", "four"), AnswerType.CHOICE, ("a", "b"), "5") == question.key
