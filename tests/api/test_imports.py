"""A file becomes a collection over the API: draft, file, preview, confirmation, progress; each write once."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.models import Project, Role
from apps.api.models import Reply
from apps.api.scopes import Scope
from apps.core.models import JobState
from apps.traces.models import Collection, Import, Rollout
from apps.traces.services import imports
from tests.api.calling import Caller, caller
from tests.traces import build

ROW = {"model": "m", "problem": "What is 2 + 2?", "answer": "4", "reasoning": "The answer is 4.", "response": "4"}
FILE = "".join(json.dumps({"id": str(number), **ROW}) + "\n" for number in range(2)).encode()


@pytest.fixture
def asking(db: None) -> Caller:
    return caller(build.project(), Role.MEMBER)


def drafted(asking: Caller) -> str:
    """The address of a draft with FILE in it."""
    made = asking.post("/projects/p/imports", {"name": "mine"})
    assert made.status == 201
    address = f"/projects/p/imports/{made.body['id']}"
    assert asking.upload(f"{address}/files", "rollouts.jsonl", FILE).status == 201
    return address


@pytest.mark.django_db(transaction=True)
def test_a_file_becomes_a_collection() -> None:
    asking = caller(build.project(), Role.MEMBER)
    address = drafted(asking)
    preview = asking.get(f"{address}/preview").body
    assert [row["external_id"] for row in preview["rows"]] == ["0", "1"]
    assert preview["errors"] == []
    collection = asking.post(f"{address}/confirm").body
    assert (collection["name"], collection["importing"]["state"]) == ("mine", "queued")
    imports.execute(import_id=int(address.rsplit("/", 1)[1]))
    ended = asking.get(address).body
    assert (ended["state"], ended["n_done"], ended["collection_id"]) == ("done", 2, collection["id"])
    shown = asking.get(f"/projects/p/collections/{collection['id']}").body
    assert (shown["n_rollouts"], shown["analysis"]["state"]) == (2, "queued")


def test_confirmed_twice_it_is_one_import(asking: Caller) -> None:
    address = drafted(asking)
    ids = [asking.post(f"{address}/confirm").body["id"] for _ in range(2)]
    assert ids == [Collection.objects.get().pk] * 2


def test_a_mapping_of_one_s_own_is_read_by_the_preview(asking: Caller) -> None:
    address = drafted(asking)
    asking.put(address, {"map_values": {"model": "id"}})
    assert asking.get(f"{address}/preview").body["models"] == ["0", "1"]


def test_a_mapping_that_cannot_be_used_is_refused_with_what_is_wrong(asking: Caller) -> None:
    address = drafted(asking)
    asking.put(address, {"map_values": {"colour": "id"}})
    told = asking.get(f"{address}/preview")
    assert told.status == 422
    assert "unknown field 'colour'" in told.body["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"format": "tea leaves"},
        {"name": 3},
        {"mapping": []},
        [],
        {"set_values": {"model": 3}},
    ],
)
def test_a_draft_that_cannot_be_made_is_refused(asking: Caller, body: object) -> None:
    assert asking.post("/projects/p/imports", body).status == 422
    assert not Import.objects.exists()


def test_what_is_not_json_is_refused(asking: Caller) -> None:
    for sent in (b"{", b"NaN", b'{"name": "\xff"}', b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"[" * 100_000):
        told = Client().generic(
            "POST", "/api/v1/projects/p/imports", sent, "application/json", headers=asking.headers()
        )
        assert told.status_code == 400, sent[:20]
        assert told.json()["error"]["code"] in ("bad_json", "bad_text")


def test_an_import_without_a_file_cannot_be_confirmed(asking: Caller) -> None:
    made = asking.post("/projects/p/imports", {})
    for told in (
        asking.post(f"/projects/p/imports/{made.body['id']}/confirm"),
        asking.get(f"/projects/p/imports/{made.body['id']}/preview"),
    ):
        assert told.status == 422
        assert "no file was uploaded" in told.body["error"]["message"]


def test_a_path_in_a_file_s_name_leads_nowhere(asking: Caller) -> None:
    address = asking.post("/projects/p/imports", {}).body["id"]
    made = asking.upload(f"/projects/p/imports/{address}/files", "../../etc/passwd", FILE)
    assert made.body["name"] == "passwd"


def test_a_draft_is_discarded_with_its_files(asking: Caller) -> None:
    address = drafted(asking)
    file = asking.get(address).body["files"][0]["id"]
    assert asking.delete(f"{address}/files/{file}").status == 204
    assert asking.get(address).body["files"] == []
    assert asking.delete(address).status == 204
    assert asking.get(address).status == 404


def test_imports_are_listed_by_their_state(asking: Caller) -> None:
    drafted(asking)
    assert [len(asking.get("/projects/p/imports", state=state).body["items"]) for state in ("draft", "done")] == [1, 0]
    assert asking.get("/projects/p/imports", state="lost").status == 422


def test_a_viewer_and_a_token_without_the_scope_upload_nothing(db: None) -> None:
    project = build.project()
    for told in (
        caller(project, Role.VIEWER).post("/projects/p/imports", {}),
        caller(project, Role.MEMBER, Scope.READ).post("/projects/p/imports", {}),
    ):
        assert told.status == 403
    assert not Import.objects.exists()


def test_the_same_key_and_request_give_the_first_answer_again(asking: Caller) -> None:
    one, other = (asking.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k") for _ in range(2))
    assert one.body == other.body
    assert (one.status, other.status, Import.objects.count()) == (201, 201, 1)
    assert other.response["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in one.response


def test_a_key_with_another_request_is_refused(asking: Caller) -> None:
    asking.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k")
    told = asking.post("/projects/p/imports", {"name": "b"}, Idempotency_Key="k")
    assert (told.status, told.code, Import.objects.count()) == (422, "key_reused", 1)


def test_a_key_at_work_is_refused_and_one_whose_work_was_killed_is_taken_up(asking: Caller) -> None:
    asking.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k")
    Reply.objects.update(status=None)
    told = asking.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k")
    assert (told.status, told.code, told.response["Retry-After"]) == (409, "in_flight", "1")
    for reply in Reply.objects.all():
        Reply.objects.update(claimed_at=reply.claimed_at - timedelta(minutes=16))
    assert asking.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k").status == 201


def test_a_refused_write_leaves_its_key_free(asking: Caller) -> None:
    address = asking.post("/projects/p/imports", {}).body["id"]
    path = f"/projects/p/imports/{address}/confirm"
    assert asking.post(path, Idempotency_Key="k").status == 422
    assert not Reply.objects.exists()
    asking.upload(f"/projects/p/imports/{address}/files", "rollouts.jsonl", FILE)
    assert asking.post(path, Idempotency_Key="k").status == 202


def test_a_key_is_of_one_token_and_forgotten_after_a_day(asking: Caller) -> None:
    other = caller(Project.objects.get(), Role.OWNER)
    for each in (asking, other):
        assert each.post("/projects/p/imports", {"name": "a"}, Idempotency_Key="k").status == 201
    assert Import.objects.count() == 2
    for reply in Reply.objects.all():
        Reply.objects.filter(pk=reply.pk).update(claimed_at=reply.claimed_at - timedelta(hours=25))
    asking.post("/projects/p/imports", {"name": "b"}, Idempotency_Key="k")
    assert (Import.objects.count(), Reply.objects.count()) == (3, 1)


def test_a_file_sent_twice_with_a_key_is_kept_once_and_another_is_refused(asking: Caller) -> None:
    address = f"/projects/p/imports/{asking.post('/projects/p/imports', {}).body['id']}/files"
    ids = [asking.upload(address, "a.jsonl", FILE, Idempotency_Key="k").body["id"] for _ in range(2)]
    assert len(set(ids)) == 1
    assert asking.upload(address, "a.jsonl", FILE + b"\n", Idempotency_Key="k").status == 422


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
def test_a_key_that_is_none_is_refused(asking: Caller, key: str) -> None:
    assert asking.post("/projects/p/imports", {}, Idempotency_Key=key).code == "bad_key"


def test_the_files_of_a_collection_are_read_again_in_place(asking: Caller) -> None:
    address = drafted(asking)
    collection = asking.post(f"{address}/confirm").body
    Import.objects.update(state=JobState.DONE)
    again = f"/projects/p/collections/{collection['id']}/imports"
    drafts = [asking.post(again).body for _ in range(2)]
    assert drafts[0]["id"] == drafts[1]["id"]
    assert (drafts[0]["replaces"], drafts[0]["collection_id"]) == (True, collection["id"])
    assert not Rollout.objects.exists()
