"""Full-text search: what a query finds, on both stores; what a hostile one does; what is indexed and forgotten."""

import random
import re
from collections.abc import Sequence

import pytest
from django.test import Client

from analysis.types import Problem, Role, Rollout, Turn
from apps.accounts.models import Project
from apps.core.models import JobState
from apps.traces.models import Collection, Indexing, SearchBlock, Text, UnusedText
from apps.traces.queries import listing, search_index
from apps.traces.queries.asking import Asking, BadSearchError, Term
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.keys import Among
from apps.traces.queries.orders import Order, Place
from apps.traces.queries.search import Matching, matching
from apps.traces.queries.walking import Walk, count_matches
from apps.traces.queries.words import BLOCK_CHARS, MOST_IN_PHRASE, MOST_OF_A_WORD, OVERLAP, blocks_of, words_of
from apps.traces.services import deletions, indexing, searching
from apps.traces.services.asked import Asked
from tests.traces import build
from tests.traces.analysed import make_project, user_of

pytestmark = pytest.mark.django_db


def told(number: int, text: str, question: str = "What?") -> Rollout:
    """A rollout that answers with this text; `number` is its id."""
    turns = (Turn(Role.USER, question), build.attempt(text, ""))
    return build.rollout(str(number), problem=Problem(question, ("4",), key=question), turns=turns)


def indexed(texts: Sequence[str], owner: Project | None = None) -> Collection:
    """A collection with one rollout for each text, numbered from 0, in the index."""
    collection = build.stored([told(number, text) for number, text in enumerate(texts)], owner=owner)
    indexing.execute(indexing_id=indexing.request_indexing(collection=collection).pk)
    return collection


def found(collection: Collection, query: str) -> list[int]:
    """The numbers of the rollouts that a query finds, lowest first."""
    every = listing.of_collection(collection, None)
    asked = Asked(every, [], RolloutFilter.parse({"q": query}, with_text=True), Order())
    rows = list(asked.rows())
    assert asked.count.n == len(rows)
    return sorted(int(row["external_id"]) for row in rows)


TEXTS = [
    "Wait, let me check: 2 + 2 is 4.",
    "wait. But the ANSWER is \\boxed{42}",
    "So the answer, is x_1^2 = 3.14 and not 3.15",
    "reconsider; reconsidering. Don't wait",
    "答案是四十二。x是y",
    "",
    "Größe ÉCLAIR <script>alert(1)</script> 'quoted' \"double\"",
    "9" * 90,
]
QUERIES = {
    "wait": [0, 1, 3],
    "WAIT": [0, 1, 3],
    "wait -check": [1, 3],
    "wait check": [0],
    '"the answer is"': [1, 2],  # a comma stands between "answer" and "is" in 2: only words count
    '"is the answer"': [],
    "recons*": [3],
    "reconsider": [3],
    "consider": [],
    "42": [1],
    "3.14": [2],
    "14.3": [],
    "x_1^2": [2],
    '"2 + 2"': [0],
    "2": [0, 2],
    "don't": [3],
    "don": [3],
    "案": [4],
    "四十二": [4],
    "十四": [],
    "y": [4],
    "größe": [6],
    "GRÖSSE": [],
    "éclair": [6],
    "eclair": [],
    "script alert": [6],
    "'quoted'": [6],
    "9" * 90: [7],
    "9" * 40: [7],
    "9" * 39: [],
    "999*": [7],
    '"answer is" -boxed': [2],
    "what": [0, 1, 2, 3, 4, 5, 6, 7],  # of the question, which all share
    'wait "': [0, 1, 3],
    '"let me': [0],
}


@pytest.mark.parametrize(("query", "numbers"), QUERIES.items())
def test_a_query_finds_the_rollouts_whose_texts_hold_it(query: str, numbers: list[int]) -> None:
    assert found(indexed(TEXTS), query) == numbers


@pytest.mark.parametrize(
    "query",
    [
        "wait OR check", "wait AND", "NOT wait", "wait NEAR(check)", "words:wait", "{words}: wait", "wait*check",
        "^wait", "wait';--", "wait' OR '1'='1", "wait & !check | (", "wait <-> check", "wait:*", "'wait':A", "wait\\",
        "%wait%", "wait\x00check", "wait\ud800", '"""', '"wait', 'wait" "', "wait)", "(wait", "wait " * 15,
        "-" * 50 + " wait", "$(wait)", "${wait}", "{{wait}}", "wait\n\t", "\u202ewait", "\uff0await", "wait\u0301",
    ],
)  # fmt: skip
def test_operators_quotes_and_odd_characters_are_read_as_text_or_refused_in_words(query: str) -> None:
    collection = indexed(TEXTS)
    try:
        found(collection, query)
    except BadSearchError as error:
        assert str(error).endswith(("word", "phrase", "characters", "most"))  # noqa: PT017


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("x" * 10_000, "the query is 10000 characters long; 500 is the most"),
        ("+ - *", "has no word to search for; write a word"),
        ("-wait", "has no word to search for, beside what is to be left out"),
        ("wa*", "write at least 3 characters"),
        (" ".join(f"w{n}" for n in range(20)), "20 terms; 16 is the most"),
        ('"' + "a " * 40 + '"', "40 words; 32 is the most"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_the_reason(query: str, message: str) -> None:
    with pytest.raises(BadSearchError, match=re.escape(message)):
        Asking.parse(query)


def test_words_of_several_turns_of_a_rollout_are_found_together() -> None:
    collection = indexed(["alpha"])
    assert found(collection, "alpha what") == [0]
    assert found(collection, '"what alpha"') == []


def test_a_phrase_across_the_border_of_two_blocks_is_found() -> None:
    words = [f"w{n}" for n in range(12_000)]
    text = " ".join(words)
    blocks = blocks_of(text)
    assert len(blocks) == 3  # 12,000 words of 3 to 6 characters with a blank behind each: 70,890 characters
    assert all(sum(map(len, block.words)) + len(block.words) <= BLOCK_CHARS for block in blocks)
    collection = indexed([text])
    border = words.index(blocks[1].words[OVERLAP])
    for start in range(border - MOST_IN_PHRASE, border + 2):
        assert found(collection, '"' + " ".join(words[start : start + MOST_IN_PHRASE]) + '"') == [0]


def test_a_word_more_often_than_a_block_may_hold_it_is_found_in_every_place() -> None:
    text = "x " * 2000 + "y" + " x" * 2000
    assert len(blocks_of(text)) > 4000 / MOST_OF_A_WORD
    collection = indexed([text])
    assert found(collection, '"x y x"') == [0]
    assert found(collection, '"y y"') == []


def test_blocks_hold_all_words_of_a_text_in_order_and_repeat_the_overlap() -> None:
    draw = random.Random(5)
    text = " ".join(draw.choice(["a", "b", "c" * 39, "four", "五", "0"]) for _ in range(40_000))
    blocks = blocks_of(text)
    assert [block.number for block in blocks] == list(range(len(blocks)))
    rejoined = list(blocks[0].words)
    for block in blocks[1:]:
        assert list(block.words[:OVERLAP]) == rejoined[-OVERLAP:]
        rejoined += block.words[OVERLAP:]
    assert rejoined == words_of(text)
    assert all(words_of(text[block.start : block.end]) == list(block.words) for block in blocks)


def test_each_distinct_text_is_indexed_once_and_again_changes_nothing() -> None:
    collection = indexed(["same", "same", "other"])
    assert SearchBlock.objects.count() == 3  # two answers and one question
    again = indexing.request_indexing(collection=collection)
    indexing.execute(indexing_id=again.pk)
    again.refresh_from_db()
    assert (again.state, again.n_done, again.n_total) == (JobState.DONE, 3, 3)
    assert SearchBlock.objects.count() == 3
    assert found(collection, "same") == [0, 1]


def test_deleting_a_collection_takes_the_words_of_texts_that_nothing_else_uses() -> None:
    project = build.project()
    first, second = indexed(["mine alone", "ours"], project), indexed(["ours"], project)
    deletions.delete_collection(collection=first, actor=None)
    deletions.empty_collection(collection_id=first.pk)
    assert search_index.blocks_with(Term(("mine",))) == []
    assert found(second, "ours what") == [0]
    assert not UnusedText.objects.exists()
    assert Text.objects.count() == SearchBlock.objects.count() == 2


def test_a_text_that_comes_back_before_it_is_purged_stays_found() -> None:
    project = build.project()
    collection = indexed(["comes back"], project)
    deletions.delete_rollouts(list(collection.rollouts.values_list("pk", flat=True)))
    assert UnusedText.objects.count() == 2
    again = build.stored([told(0, "comes back")], owner=project)
    indexing.purge_unused()
    assert found(again, "comes back") == [0]


def test_texts_of_another_project_are_not_found() -> None:
    ours, theirs = indexed(["secret"], build.project("ours")), indexed(["secret too"], build.project("theirs"))
    assert found(ours, "secret") == [0]
    assert found(theirs, "too") == [0]
    assert found(ours, "too") == []


@pytest.mark.parametrize("order", [Order(), Order("length", is_descending=True)])
@pytest.mark.parametrize("query", ["every", "third", "every -third", "third n9", '"every third" every', "every n7"])
def test_many_matches_are_walked_to_as_few_are_looked_up(query: str, order: Order) -> None:
    """The same rows whether matches are ids, are found by a walk, or are looked up where the walk is too long."""
    collection = indexed([" ".join(["every", *(["third"] if n % 3 == 0 else []), f"n{n}"]) for n in range(60)])
    every = listing.of_collection(collection, None)
    asking = Asking.parse(query)

    def rows(matches: Matching, walk: Walk) -> list[int]:
        found: list[int] = []
        place = None
        while True:
            page = listing.page(every, order, place, 10, matches, walk)
            found += [row["pk"] for row in page.rows]
            if page.after is None:
                return found
            place = Place.parse(page.after, "")

    expected = rows(matching(asking, Among(every)), Walk())
    assert rows(Matching(asking, None), Walk(4, 8, 10_000)) == expected
    assert rows(Matching(asking, None), Walk(4, 4, 8)) == expected


def test_a_count_of_many_matches_is_a_bound(client: Client) -> None:
    collection = indexed([f"every n{n}" for n in range(12)])
    every = listing.of_collection(collection, None)
    matches = Matching(Asking.parse("every"), None)
    assert count_matches(Among(every), matches, 5) == (5, True)
    assert count_matches(Among(every), matches, 50) == (12, False)


def test_the_list_shows_the_match_in_its_words_and_escapes_them(client: Client) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = indexed(["Before <script>alert('x')</script> after", "nothing here"], project)
    page = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/", {"q": "alert"}).content.decode()
    assert "&lt;script&gt;<mark>alert</mark>(&#x27;x&#x27;)&lt;/script&gt;" in page
    assert "1 of 2 rollouts" in page
    rollout = collection.rollouts.get(external_id="0")
    assert f'href="/p/{project.slug}/rollouts/{rollout.pk}/?q=alert"' in page


def test_a_query_that_cannot_be_read_is_answered_with_the_reason(client: Client) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = indexed(["text"], project)
    answer = client.get(f"/p/{project.slug}/collections/{collection.pk}/rollouts/", {"q": "x" * 600})
    assert answer.status_code == 400
    assert "500 is the most" in answer.content.decode()


def test_an_indexing_that_was_asked_for_again_while_it_ran_begins_again() -> None:
    collection = indexed(["one"])
    job = Indexing.objects.get(collection=collection)
    assert job.state == JobState.DONE
    queued = indexing.request_indexing(collection=collection)
    build.stored([told(1, "two")], into=collection)
    collection.revision += 1
    collection.save()
    assert indexing.request_indexing(collection=collection).pk == queued.pk
    indexing.execute(indexing_id=queued.pk)
    assert found(collection, "two") == [1]


def test_a_search_over_a_project_groups_what_it_finds_by_collection(client: Client) -> None:
    project = make_project()
    client.force_login(user_of(project))
    first = indexed(["needle <b>one</b>", "hay"], project)
    second = indexed([f"needle {n}" for n in range(5)], project)
    indexed(["needle of others"], make_project("other"))
    page = client.get(f"/p/{project.slug}/search/", {"q": "needle"})
    groups = page.context["groups"]
    assert [(group.collection.pk, group.words, len(group.hits)) for group in groups] == [
        (second.pk, "5 rollouts", 3),
        (first.pk, "1 rollout", 1),
    ]
    assert "<mark>needle</mark> &lt;b&gt;one&lt;/b&gt;" in page.content.decode()
    assert f'/p/{project.slug}/collections/{second.pk}/rollouts/?q=needle"' in page.content.decode()


def test_a_search_of_many_walks_through_the_collections(client: Client) -> None:
    project = make_project()
    collections = [indexed([f"needle {n}" for n in range(4)], project) for _ in range(3)]
    found = searching._walked(Matching(Asking.parse("needle"), None), collections_of(project))
    assert [group.collection.pk for group in found.groups] == [each.pk for each in reversed(collections)]
    assert [group.count for group in found.groups] == [(4, False)] * 3


def test_a_search_page_says_what_is_wrong_with_a_query_and_what_is_not_indexed(client: Client) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = build.stored([told(1, "needle")], owner=project)
    indexing.request_indexing(collection=collection)
    page = client.get(f"/p/{project.slug}/search/", {"q": "needle"}).content.decode()
    assert "No rollout matches" in page
    assert "0 of 1 rollouts of C are indexed so far" in page
    wrong = client.get(f"/p/{project.slug}/search/", {"q": "-needle"})
    assert wrong.status_code == 400
    assert "has no word to search for" in wrong.content.decode()
    assert client.get(f"/p/{project.slug}/search/").status_code == 200


def test_the_list_of_collections_shows_how_far_the_index_is(client: Client) -> None:
    project = make_project()
    client.force_login(user_of(project))
    collection = build.stored([told(n, "x") for n in range(5)], owner=project)
    job = indexing.request_indexing(collection=collection)
    Indexing.objects.filter(pk=job.pk).update(state=JobState.RUNNING, n_done=2)
    assert "search index: 40\u202f%" in client.get(f"/p/{project.slug}/").content.decode()
