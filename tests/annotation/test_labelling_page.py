"""The labelling page and what its script sends: who gets it, what a blind queue hides, what is refused."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from analysis.types import Outcome, Problem, Role, Turn
from apps.accounts.models import Role as MemberRole
from apps.accounts.models import User
from apps.annotation.models import Assignment, Item, Label
from apps.annotation.services import taking
from apps.traces.models import Rollout, Text
from tests.annotation import build
from tests.traces import build as traces
from tests.traces.build_reader import graded, read

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
MODEL, GOLD = "secret-model-7b", "1729"
VALUE = "65537"


@pytest.fixture
def rollout() -> Rollout:
    """Read and graded, with a candidate, by a model whose name a turn's actor tells too."""
    problem = Problem("What is 2 + 2?", (GOLD,), key="p1")
    asked = Turn(Role.USER, problem.question)
    earlier = Turn(Role.ASSISTANT, "a first try", actor=MODEL, reward=0.125, is_attempt=True)
    turns = (asked, earlier, traces.attempt(f"So it is {VALUE}.\nWait, let me check.", actor=MODEL))
    row: Rollout = build.stored([traces.rollout(model=MODEL, problem=problem, turns=turns)])[0]
    read(row, [(1, VALUE, Outcome.INCORRECT)])
    graded(row, "ours", Outcome.INCORRECT, reason="differs")
    return row


def taken(rollout: Rollout, name: str = "ann", *, is_blind: bool = True) -> tuple[Item, User]:
    scheme = build.scheme(rollout.collection.project)
    user = build.person(rollout.collection.project, name)
    queue = build.queue(scheme, [rollout], [user], overlap=2)
    queue.is_blind = is_blind
    queue.save()
    item = queue.items.get()
    taking.take(item=item, user=user)
    return item, user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(item: Item, name: str = "item") -> str:
    return reverse(f"annotation:{name}", args=[item.queue.scheme.project.slug, item.pk])


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="label-data" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def sent(user: User, item: Item, *acts: dict[str, Any], standing: str = "") -> Any:
    body = {"acts": list(acts), "standing": standing}
    return client_of(user).post(address(item, "acts"), json.dumps(body), content_type="application/json")


def verify(rollout: Rollout, start: int = 0, end: int = 9) -> dict[str, Any]:
    return build.adding("verify", build.span(rollout, start, end, turn=2))


def test_a_blind_queue_tells_no_gold_grade_candidate_model_or_label_of_others(rollout: Rollout) -> None:
    item, user = taken(rollout)
    other = build.person(rollout.collection.project, "bob-the-other")
    build.Hand(item.queue.scheme, other, rollout).does(verify(rollout))
    html = client_of(user).get(address(item)).content.decode()
    assert VALUE in html  # what the model wrote is there
    for hidden in (
        GOLD,
        MODEL,
        "0.125",
        "bob-the-other",
        "incorrect",
        'class="ln cand',
        'class="chip value',
        "Reflection 1",
    ):
        assert hidden not in html
    assert "Lines 1 to 2" in html
    assert data_of(html)["labels"] == []


def test_an_open_queue_shows_gold_model_and_candidates(rollout: Rollout) -> None:
    item, user = taken(rollout, is_blind=False)
    html = client_of(user).get(address(item)).content.decode()
    for shown in (GOLD, MODEL, 'class="ln cand', "After the last candidate"):
        assert shown in html


def test_a_blind_queue_hides_a_probability_that_tells_the_stratum(rollout: Rollout) -> None:
    item, user = taken(rollout)
    assert "inclusion probability 1.000" in client_of(user).get(address(item)).content.decode()
    second = build.stored([traces.rollout("2")], rollout.collection.project)[0]
    Item.objects.create(queue=item.queue, rollout=second, position=1, probability=0.25)
    assert "inclusion probability" not in client_of(user).get(address(item)).content.decode()


def test_the_page_tells_every_line_step_and_hash_in_code_points(rollout: Rollout) -> None:
    words = "𝑥 😀.\n\nNext <b>"
    turns = (Turn(Role.USER, "?"), traces.attempt(words, "\nDone."))
    row = build.stored([traces.rollout("2", turns=turns)], rollout.collection.project)[0]
    item, user = taken(row)
    html = client_of(user).get(address(item)).content.decode()
    data = data_of(html)
    assert (data["turn"], data["rows"], data["end"]) == (1, [0, 5, 6], 14)
    assert data["steps"] == [[0, 4, 1], [6, 14, 3]]
    assert data["text_hash"] == bytes(build.text_of(row).hash).hex()
    assert [kind["name"] for kind in data["kinds"]] == ["candidate", "verify", "doubt", "good", "revises"]


def test_acts_are_saved_and_what_is_news_is_told(rollout: Rollout) -> None:
    item, user = taken(rollout)
    known = data_of(client_of(user).get(address(item)).content.decode())["standing"]
    first = sent(user, item, verify(rollout), standing=known).json()
    assert (first["done"], first["refused"], "labels" in first) == (1, [], False)
    second = sent(user, item, standing=known).json()
    assert [label["name"] for label in second["labels"]] == ["verify"]
    assert second["standing"] == first["standing"] != known
    assert "labels" not in sent(user, item, standing=second["standing"]).json()


def test_a_changed_text_is_refused_act_by_act_and_its_labels_are_not_drawn(rollout: Rollout) -> None:
    item, user = taken(rollout)
    act = verify(rollout)
    sent(user, item, act)
    turn = rollout.turns.get(index=2)
    turn.text = Text.objects.create(hash=b"0" * 32, n_chars=9, body=turn.text.body if turn.text else b"")
    turn.save()
    answer = sent(user, item, verify(rollout) | {"text_hash": act["text_hash"]}, build.adding("good")).json()
    assert answer["done"] == 1
    assert [number for number, _ in answer["refused"]] == [0]
    assert "has another text" in answer["refused"][0][1]
    assert [label["name"] for label in answer["labels"]] == ["good"]
    assert Label.objects.filter(name="verify", removed_at=None).count() == 1


def test_a_deleted_rollout_and_a_deleted_collection_are_gone(rollout: Rollout) -> None:
    item, user = taken(rollout)
    act = verify(rollout)
    sent(user, item, act)
    rollout.collection.is_deleted = True
    rollout.collection.save()
    assert sent(user, item, act).status_code == 404
    assert client_of(user).get(address(item)).status_code == 404
    rollout.collection.is_deleted = False
    rollout.collection.save()
    assert client_of(user).get(address(item)).status_code == 200
    where = address(item), address(item, "acts")
    rollout.delete()
    assert [client_of(user).get(where[0]).status_code, client_of(user).post(where[1]).status_code] == [404, 404]
    assert Label.objects.get().external_id == "1"


def test_an_annotator_gets_only_items_that_are_theirs(rollout: Rollout) -> None:
    item, _ = taken(rollout)
    other = build.person(rollout.collection.project, "other")
    lead = build.person(rollout.collection.project, "lead", MemberRole.MEMBER)
    viewer = build.person(rollout.collection.project, "viewer", MemberRole.VIEWER)
    assert client_of(other).get(address(item)).status_code == 404
    assert sent(other, item).status_code == 404
    assert sent(lead, item).status_code == 404
    assert client_of(lead).get(address(item)).status_code == 200
    assert sent(lead, item).status_code == 200
    assert client_of(viewer).get(address(item)).status_code == 403
    for name in ("submit", "skip", "flag"):
        assert client_of(other).post(address(item, name)).status_code == 404


def test_a_full_item_is_not_opened_by_looking_at_it(rollout: Rollout) -> None:
    item, _ = taken(rollout)
    item.queue.overlap = 1
    item.queue.save()
    lead = build.person(rollout.collection.project, "lead", MemberRole.MEMBER)
    assert client_of(lead).get(address(item)).status_code == 404


DEEP = '{"acts": ' + 100_000 * "["
BODIES = ["", "[]", '{"acts": 1}', '{"acts": [1]}', "\xff", '{"acts": {}}', pytest.param(DEEP, id="deep")]


@pytest.mark.parametrize("body", BODIES)
def test_what_is_no_list_of_acts_is_refused_as_a_whole(rollout: Rollout, body: str) -> None:
    item, user = taken(rollout)
    answer = client_of(user).post(address(item, "acts"), body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_submit_skip_and_flag_work_without_a_script(rollout: Rollout) -> None:
    second = build.stored([traces.rollout("2")], rollout.collection.project)[0]
    item, user = taken(rollout)
    following = Item.objects.create(queue=item.queue, rollout=second, position=1)
    client = client_of(user)
    flagged = client.post(address(item, "flag"), {"flagged": "1", "reason": "odd"})
    assert flagged.headers["Location"] == address(item)
    assert client.post(address(item, "submit")).headers["Location"] == address(following)
    after = client.post(address(following, "skip"))
    assert after.headers["Location"] == reverse("annotation:home", args=[item.queue.scheme.project.slug])
    rows = Assignment.objects.order_by("item__position").values_list("state", "is_flagged", "flag_reason")
    assert list(rows) == [("done", True, "odd"), ("skipped", False, "")]


def test_a_hostile_text_scheme_and_value_end_no_script(rollout: Rollout) -> None:
    hostile = "</script><script>alert(1)</script>"
    item, user = taken(rollout)
    scheme = item.queue.scheme
    scheme.kinds[0]["definition"] = scheme.kinds[0]["title"] = hostile
    scheme.save()
    place = build.span(rollout, 0, 9, turn=2)
    sent(user, item, build.adding("candidate", place, value=hostile), {"verb": "comment", "text": hostile, **place})
    html = client_of(user).get(address(item)).content.decode()
    assert "<script>alert" not in html
    assert data_of(html)["labels"][0]["value"] == hostile


def test_the_number_of_queries_does_not_grow_with_the_labels(
    rollout: Rollout, django_assert_max_num_queries: Any
) -> None:
    item, user = taken(rollout)
    keys = [verify(rollout, start, start + 1) for start in range(20)]
    sent(user, item, *keys)
    client = client_of(user)
    with django_assert_max_num_queries(45) as few:
        client.get(address(item))
    n_few = len(few)
    sent(user, item, *[build.adding("doubt", build.span(rollout, start, start + 1, turn=2)) for start in range(20)])
    with django_assert_max_num_queries(n_few):
        client.get(address(item))


def test_a_relation_that_comes_back_leaves_labels_of_the_rollout_alone(rollout: Rollout) -> None:
    """In a scheme of single labels, where a label of the rollout has no place either."""
    item, user = taken(rollout)
    item.queue.scheme.many = False
    item.queue.scheme.save()
    first, other = verify(rollout), verify(rollout, 10, 14)
    relation = {"verb": "relate", "key": str(uuid4()), "name": "revises", "first": first["key"], "other": other["key"]}
    sent(user, item, first, other, relation, build.adding("good"))
    sent(user, item, *({"verb": verb, "key": relation["key"]} for verb in ("remove", "restore")))
    names = Label.objects.filter(removed_at=None).values_list("name", flat=True)
    assert sorted(names) == ["good", "revises", "verify", "verify"]


def test_an_open_queue_tells_what_others_gave(rollout: Rollout) -> None:
    item, user = taken(rollout, is_blind=False)
    other = build.person(rollout.collection.project, "bob-the-other")
    build.Hand(item.queue.scheme, other, rollout).does(verify(rollout), build.adding("good"))
    data = data_of(client_of(user).get(address(item)).content.decode())
    assert [(each["by"], each["name"], each["start"], each["end"]) for each in data["others"]] == [
        ("bob-the-other", "verify", 0, 9)
    ]
