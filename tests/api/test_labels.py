"""Annotation over the API: an item is taken, labelled by acts and submitted; labels leave and come back."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Project, Role
from apps.annotation.models import Label, Queue, Scheme
from apps.api.scopes import Scope
from tests.annotation import build
from tests.api.calling import ROOT, Caller, answer, made_for, stranger
from tests.traces.analysed import make_project

pytestmark = pytest.mark.django_db


class Place:
    """A blind queue over one rollout, with an annotator among its people and a lead who is not."""

    def __init__(self) -> None:
        self.project: Project = make_project()
        self.scheme: Scheme = build.scheme(self.project)
        rollouts = build.stored(project=self.project)
        person, lead = build.person(self.project), build.person(self.project, "lead", Role.MEMBER)
        self.queue: Queue = build.queue(self.scheme, rollouts, [person])
        self.annotator = Caller(made_for(self.project, person).secret)
        self.lead = Caller(made_for(self.project, lead).secret)
        self.reader = Caller(made_for(self.project, lead, Scope.READ).secret)
        self.schemes = f"/projects/{self.project.slug}/schemes/{self.scheme.pk}"
        self.next = f"/projects/{self.project.slug}/queues/{self.queue.pk}/next"
        self.items = f"/projects/{self.project.slug}/items"


@pytest.fixture
def place() -> Place:
    return Place()


def adding(item: dict[str, Any], name: str = "verify", **more: Any) -> dict[str, Any]:
    """A label on the first two characters of the answering turn."""
    text = next(each for each in item["texts"] if each["role"] == "assistant")
    at = {"turn": text["turn"], "start": 0, "end": 2, "text_hash": text["text_hash"]}
    return {"verb": "add", "key": str(uuid4()), "name": name, **at, **more}


def test_an_item_is_taken_labelled_flagged_and_submitted(place: Place) -> None:
    ask = place.annotator
    item = ask.post(place.next).body["item"]
    path = f"{place.items}/{item['id']}"
    assert (item["state"], item["position"], item["labels"]) == ("open", 1, [])
    acts = [adding(item), {"verb": "burn"}, adding(item, "nothing")]
    told = ask.post(f"{path}/acts", {"acts": acts}).body
    assert (told["done"], [each["number"] for each in told["refused"]]) == (1, [1, 2])
    assert [(each["name"], each["start"], each["end"]) for each in told["labels"]] == [("verify", 0, 2)]
    again = ask.post(f"{path}/acts", {"acts": acts[:1]}).body
    assert (again["done"], len(again["labels"])) == (1, 1)
    assert ask.post(f"{path}/flag", {"is_flagged": True, "reason": "odd"}).body["is_flagged"] is True
    assert ask.post(f"{path}/submit").body["state"] == "done"
    assert ask.post(place.next).body == {"item": None}
    assert ask.get(path).body["labels"] == told["labels"]


def test_a_blind_item_does_not_tell_who_made_it(place: Place) -> None:
    item = place.annotator.post(place.next).body["item"]
    told = str({name: value for name, value in item.items() if name != "texts"})
    assert "model" not in told
    assert "grade" not in told
    assert {each["role"] for each in item["texts"]} <= {"user", "assistant"}


def test_an_annotator_sees_their_queues_only_and_a_lead_takes_none_that_is_not_theirs(place: Place) -> None:
    other = build.scheme(place.project, name="other")
    build.queue(other, [])
    queues = f"/projects/{place.project.slug}/queues"
    assert [each["id"] for each in place.annotator.get(queues).body["items"]] == [place.queue.pk]
    assert len(place.lead.get(queues).body["items"]) == 2
    assert place.lead.post(place.next).status == 403
    assert place.annotator.get(f"/projects/{place.project.slug}/schemes/{other.pk}").status == 404
    assert place.lead.get(place.schemes).body["kinds"][0]["name"] == "candidate"
    assert stranger().post(place.next).status == 404


def test_labels_leave_as_a_file_and_come_back_once(place: Place) -> None:
    item = place.annotator.post(place.next).body["item"]
    place.annotator.post(f"{place.items}/{item['id']}/acts", {"acts": [adding(item)]})
    listed = place.lead.get(f"{place.schemes}/labels").body["items"]
    assert [(each["name"], each["layer"]) for each in listed] == [("verify", "ann")]
    streamed: Any = place.lead.get(f"{place.schemes}/export").response
    body = b"".join(streamed.streaming_content)
    Label.objects.all().delete()
    for stored, known in ((1, 0), (0, 1)):
        sent = {"file": SimpleUploadedFile("labels.jsonl", body), "format": "project"}
        told = answer(Client().post(f"{ROOT}{place.schemes}/import", sent, headers=place.lead.headers()))
        assert (told.status, told.body["stored"], told.body["known"], told.body["left_out"]) == (200, stored, known, [])


def test_bad_formats_and_files_are_refused(place: Place) -> None:
    assert place.lead.get(f"{place.schemes}/export", format="xml").status == 422
    told = place.lead.upload(f"{place.schemes}/import", "a.jsonl", b"{no")
    assert told.status == 422
    assert place.annotator.get(f"{place.schemes}/labels").status == 403
    assert place.reader.get(f"{place.schemes}/labels").code == "scope_missing"
