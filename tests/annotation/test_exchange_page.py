"""The page of exchange: what leads download and give, and what they are told of it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Project, Role
from apps.annotation.models import Label, Layer, Scheme
from tests.annotation import build
from tests.annotation.build import Hand, adding, span

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def scheme() -> Scheme:
    (rollout,) = build.stored()
    project = rollout.collection.project
    scheme = build.scheme(project)
    hand = Hand(scheme, build.person(project), rollout)
    hand.does(adding("candidate", span(rollout, 0, 11), value="5"), adding("good"))
    return scheme


@pytest.fixture
def lead(scheme: Scheme) -> Client:
    client = Client()
    client.force_login(build.person(scheme.project, "lea", Role.MEMBER))
    return client


def address(scheme: Scheme, name: str = "exchange") -> str:
    return reverse(f"annotation:{name}", args=[scheme.project.slug, scheme.pk])


def file(text: str, name: str = "labels.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def downloaded(lead: Client, scheme: Scheme, query: str) -> str:
    response = lead.get(address(scheme, "export_labels") + query)
    assert response.status_code == 200
    return b"".join(response).decode()


def test_what_is_downloaded_and_given_back_after_a_loss_is_all_there_again(lead: Client, scheme: Scheme) -> None:
    text = downloaded(lead, scheme, "?format=labelstudio&layer=person:ann")
    assert len(json.loads(text)) == 1
    Layer.objects.all().delete()
    answer = lead.post(address(scheme, "import_labels"), {"format": "labelstudio", "files": file(text)})
    page = " ".join(answer.content.decode().split())
    assert "<strong>2 labels</strong> stored, 0 were there already, <strong>0</strong> left out" in page
    assert downloaded(lead, scheme, "?format=labelstudio") == text


def test_a_download_is_an_attachment_with_a_plain_name(lead: Client, scheme: Scheme) -> None:
    Scheme.objects.update(name='My "steps"\r\n')
    response = lead.get(address(scheme, "export_labels") + "?format=csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="my-steps-csv.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_what_has_no_place_is_listed_and_escaped(lead: Client, scheme: Scheme) -> None:
    given = json.dumps({"text": "<b>elsewhere</b>", "label": [[0, 3, "<i>mood</i>"], [0, 3, "doubt"]]})
    page = lead.post(address(scheme, "import_labels"), {"format": "doccano", "files": file(given)}).content.decode()
    assert "has no label &#x27;&lt;i&gt;mood&lt;/i&gt;&#x27;" in page
    assert "no turn has the text of &#x27;&lt;b&gt;elsewhere&lt;/b&gt;&#x27;" in page
    assert Label.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"format": "project"}, "line 1: no JSON: Expecting value at character 1"),
        ({"format": "csv", "collection": "99999"}, "there is no collection &#x27;99999&#x27;"),
        ({"format": "xml"}, "there is no format &#x27;xml&#x27;; known: project, labelstudio"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    lead: Client, scheme: Scheme, sent: dict[str, str], words: str
) -> None:
    answer = lead.post(address(scheme, "import_labels"), {"files": file("rollout,label\n"), **sent})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "nothing was stored" in answer.content.decode()


def test_one_file_at_a_time_is_read_and_none_is_said(lead: Client, scheme: Scheme) -> None:
    both = [file("a"), file("b")]
    assert lead.post(address(scheme, "import_labels"), {"format": "csv", "files": both}).status_code == 422
    answer = lead.post(address(scheme, "import_labels"), {"format": "csv"}, follow=True)
    assert "No file was chosen." in answer.content.decode()


def test_gold_candidates_are_taken_into_a_gold_layer(lead: Client, scheme: Scheme) -> None:
    reasoning = "2 + 2 is 5.\nSo the answer is 5.\nWait, let me check.\nThe answer is 4."
    row = {"id": "1", "reasoning": reasoning, "candidates": [{"line": 4, "values": ["4"]}], "doubtful_lines": []}
    lead.post(address(scheme, "import_labels"), {"format": "gold_candidates", "files": file(json.dumps(row))})
    label = Label.objects.get(layer__kind=Layer.Kind.GOLD)
    assert (label.name, label.value, reasoning[label.start : label.end]) == ("candidate", "4", "The answer is 4.")


def test_an_unknown_format_or_layer_leads_back_with_words(lead: Client, scheme: Scheme) -> None:
    for query, words in (("?format=xml", "There is no format"), ("?layer=zed", "no labels in a layer")):
        answer = lead.get(address(scheme, "export_labels") + query, follow=True)
        assert words in answer.content.decode()
        assert answer.redirect_chain


def test_another_projects_scheme_is_not_there(lead: Client, scheme: Scheme) -> None:
    other = build.scheme(Project.objects.create(name="q", slug="q"))
    assert lead.get(reverse("annotation:exchange", args=["p", other.pk])).status_code == 404


def test_the_page_shows_how_the_other_tools_are_set_up(lead: Client, scheme: Scheme) -> None:
    page = lead.get(address(scheme)).content.decode()
    assert "&lt;Label value=&quot;candidate&quot;" in page
    assert "doccano: types of relations (JSON)" in page
