"""Instruments of a project: taken, read from files, changed in versions, archived; what is refused is named."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.instrument_files import as_json, parsed
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.accounts.models import Change, Project, Role, User
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.administrations import ready_instruments
from apps.psychology.services.instruments import (
    Confirmed,
    InstrumentRefused,
    add_instrument,
    archive_instrument,
    change_instrument,
    fingerprint,
    take_shipped,
)
from apps.traces.models import ProblemSet
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db
BOTH = Confirmed(licence=True, key=True)
HOSTILE = '<script>alert("x")</script>'


def pack(name: str, **changes: str) -> bytes:
    """Texts for every item of a shipped key, in no words of its authors."""
    texts = {item.id: f"Sentence number {item.id}." for item in INSTRUMENTS[name].items}
    return json.dumps(texts | changes).encode()


@pytest.fixture
def project() -> Project:
    return build.project()


@pytest.fixture
def client(project: Project) -> Client:
    client = Client()
    client.force_login(user_of(project, Role.MEMBER))
    return client


def person(project: Project) -> User:
    return project.members.first() or user_of(project)


def own(project: Project, **changes: Any) -> Instrument:
    plain = parsed(json.dumps(tidy() | changes).encode())
    return add_instrument(project=project, user=person(project), plain=plain, confirmed=BOTH)


def tidy() -> dict[str, Any]:
    return {
        "id": "tidy", "version": "1", "title": "Tidiness", "licence": "CC0",
        "options": [{"value": 1, "label": "No"}, {"value": 2, "label": "Yes"}],
        "items": [
            {"id": "t1", "scale": "tidiness", "text": "My desk is empty."},
            {"id": "t2", "scale": "tidiness", "text": "I search for what I own.", "reversed": True},
        ],
    }  # fmt: skip


def give(instrument: Instrument) -> None:
    collection = build.stored([build.rollout("1")], owner=instrument.project)
    Administration.objects.create(
        project=instrument.project, name="first", collection=collection, instrument=instrument
    )


def address(name: str, *keys: object) -> str:
    return reverse(f"psychology:{name}", args=["p", *keys])


def test_one_of_our_own_is_taken_with_its_texts_and_may_be_given_at_once(project: Project) -> None:
    made = take_shipped(project=project, user=person(project), shipped="afterthought-30")
    assert made.plain == INSTRUMENTS["afterthought-30"]
    assert (made.name, made.version, made.hindrance) == ("afterthought-30", "1", "")
    assert Change.objects.get(verb="add an instrument").target == f"instrument:{made.pk}"


def test_anothers_is_taken_with_a_pack_a_confirmed_licence_and_who_confirmed_is_kept(project: Project) -> None:
    user = person(project)
    made = take_shipped(
        project=project, user=user, shipped="mini-ipip", pack=pack("mini-ipip"), confirmed=Confirmed(licence=True)
    )
    assert (made.licence_confirmed_by, made.key_confirmed_by, made.made_from) == (user, None, "mini-ipip")
    assert [item.text for item in made.plain.items][:2] == ["Sentence number 1.", "Sentence number 2."]
    assert made.hindrance == ""


def test_a_packs_own_licence_stands_beside_the_instruments(project: Project) -> None:
    sent = json.dumps({"items": json.loads(pack("bfi-44")), "licence": "given to me by letter"}).encode()
    made = take_shipped(project=project, user=person(project), shipped="bfi-44", pack=sent, confirmed=BOTH)
    assert "© Oliver John" in made.licence
    assert made.licence.endswith("The pack says: given to me by letter")


@pytest.mark.parametrize(
    ("name", "sent", "confirmed", "why"),
    [
        ("mini-ipip", pack("mini-ipip"), Confirmed(), "confirm that its licence"),
        ("sd3", pack("sd3"), Confirmed(licence=True), "confirm that you held the key"),
        ("mini-ipip", b"", BOTH, "the pack is empty"),
        ("mini-ipip", pack("mini-ipip", x="more"), BOTH, "the key has no item x"),
        ("mini-ipip", pack("mini-ipip", **{"7": " "}), BOTH, "the pack has no text for 7"),
        ("mini-ipip", pack("mini-ipip", **{"7": "a\0"}), BOTH, "the text of 7 holds a character that cannot be stored"),
        ("mini-ipip", pack("sd3"), BOTH, "the key has no item 21, 22, 23"),
        ("mini-ipip", b"one\ntwo", BOTH, "2 lines without numbers, the key 20 items"),
        ("mini-ipip", b"x" * 2_000_001, BOTH, "2,000,001 bytes"),
    ],
)
def test_a_pack_that_does_not_fit_or_is_not_confirmed_adds_nothing(
    project: Project, name: str, sent: bytes, confirmed: Confirmed, why: str
) -> None:
    with pytest.raises((BadInstrument, InstrumentRefused), match=why):
        take_shipped(project=project, user=person(project), shipped=name, pack=sent, confirmed=confirmed)
    assert not Instrument.objects.exists()


def test_the_same_version_is_there_once(project: Project) -> None:
    own(project)
    with pytest.raises(InstrumentRefused, match="tidy 1 is among the project's instruments already"):
        own(project)
    own(project, version="2")
    own(build.project("other"))


def test_an_instrument_without_texts_is_not_added(project: Project) -> None:
    with pytest.raises(InstrumentRefused, match="item 't1' has no text"):
        own(project, items=[{"id": "t1", "scale": "tidiness"}])


def test_one_that_was_not_given_is_changed_in_place(project: Project) -> None:
    made = own(project)
    plain = parsed(json.dumps(tidy() | {"title": "Order"}).encode())
    now = change_instrument(instrument=made, user=person(project), plain=plain, was=fingerprint(made))
    assert (now.pk, now.title, now.version) == (made.pk, "Order", "1")


def test_one_that_was_given_stays_and_its_change_is_the_next_version(project: Project) -> None:
    made = own(project)
    give(made)
    plain = parsed(json.dumps(tidy() | {"title": "Order"}).encode())
    now = change_instrument(instrument=made, user=person(project), plain=plain, was=fingerprint(made))
    made.refresh_from_db()
    assert (made.title, made.version, made.definition["title"]) == ("Tidiness", "1", "Tidiness")
    assert (now.title, now.version, now.definition["version"]) == ("Order", "2", "2")
    assert (now.licence_confirmed_by, now.hindrance) == (made.licence_confirmed_by, "")


@pytest.mark.parametrize(("was", "now"), [("1", "3"), ("1.9", "1.10"), ("draft", "draft.2"), ("v007", "v8")])
def test_the_next_version_is_the_first_that_is_free(project: Project, was: str, now: str) -> None:
    made = own(project, version=was)
    give(made)
    own(project, version="2")
    plain = parsed(json.dumps(tidy() | {"title": "Order"}).encode())
    assert change_instrument(instrument=made, user=person(project), plain=plain, was=fingerprint(made)).version == now


def test_a_change_that_began_before_anothers_is_refused(project: Project) -> None:
    made = own(project)
    was = fingerprint(made)
    for title, word in (("Order", ""), ("Chaos", "somebody changed it meanwhile")):
        plain = parsed(json.dumps(tidy() | {"title": title}).encode())
        if word:
            with pytest.raises(InstrumentRefused, match=word):
                change_instrument(instrument=made, user=person(project), plain=plain, was=was)
        else:
            change_instrument(instrument=made, user=person(project), plain=plain, was=was)


def test_saving_what_nobody_changed_makes_no_version(project: Project) -> None:
    made = own(project)
    give(made)
    now = change_instrument(instrument=made, user=person(project), plain=made.plain, was=fingerprint(made))
    assert (now.pk, Instrument.objects.count()) == (made.pk, 1)


def test_an_archived_one_may_not_be_given_until_it_is_brought_back(project: Project) -> None:
    made = own(project)
    for is_archived, hindrance in ((True, "it is archived"), (False, "")):
        archive_instrument(instrument=made, user=person(project), is_archived=is_archived)
        made.refresh_from_db()
        assert made.hindrance == hindrance


def test_what_lacks_a_confirmation_may_not_be_given(project: Project) -> None:
    made = own(project, verified=False, doubts="from memory")
    for column, why in (("licence_confirmed_at", "licence"), ("key_confirmed_at", "its key")):
        bare = Instrument.objects.get(pk=made.pk)
        setattr(bare, column, None)
        assert why in bare.hindrance


def test_the_list_shows_the_projects_own_and_every_shipped_one(client: Client, project: Project) -> None:
    own(project, title=HOSTILE)
    page = client.get(address("instruments")).content.decode()
    assert all(INSTRUMENTS.label(name) in page for name in INSTRUMENTS)
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert page.count("bring a pack") == 7


def test_a_pack_is_pasted_on_the_page_with_its_misfits_named_and_the_text_kept(client: Client) -> None:
    url = address("take_instrument", "mini-ipip")
    page = client.get(url).content.decode()
    assert "Public domain" in page
    assert "− reversed" in page
    answer = client.post(url, {"pasted": "1. I talk.", "licence_confirmed": "on"})
    assert answer.status_code == 422
    assert "the pack has no text for 2, 3" in answer.content.decode()
    assert "1. I talk.</textarea>" in answer.content.decode()
    lines = "\n".join(f"{n}. Sentence {n}." for n in range(1, 21))
    done = client.post(url, {"pasted": lines, "licence_confirmed": "on"})
    assert done.headers["Location"] == address("instrument", Instrument.objects.get().pk)
    assert "Sentence 20." in client.get(done.headers["Location"]).content.decode()


def test_an_unverified_key_must_be_confirmed_and_says_what_is_in_doubt(client: Client) -> None:
    url = address("take_instrument", "sd3")
    assert "The reversed items are from a secondary source" in client.get(url).content.decode()
    file = SimpleUploadedFile("pack.json", pack("sd3"))
    answer = client.post(url, {"file": file, "licence_confirmed": "on"})
    assert "confirm that you held the key" in answer.content.decode()
    file.seek(0)
    assert client.post(url, {"file": file, "licence_confirmed": "on", "key_confirmed": "on"}).status_code == 302
    page = client.get(address("instrument", Instrument.objects.get().pk)).content.decode()
    assert "Key confirmed by" in page


def test_an_unknown_shipped_name_is_not_found(client: Client) -> None:
    assert client.get(address("take_instrument", "mmpi")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (json.dumps(tidy()), "confirm that its licence"),
        ("{", "this is no JSON"),
        ('{"id": "a\\u0000"}', "lacks or misspells"),
        (json.dumps({**tidy(), "title": "a\0"}), "the title holds a character"),
        (json.dumps({**tidy(), "range": [1, 5]}), "the options do not cover it"),
        (json.dumps({**tidy(), "key": {"x": {"straight": ["t9"]}}}), "which is no item"),
        (json.dumps({**tidy(), "items": tidy()["items"] * 2}), "is there 2 times"),
        (json.dumps({**tidy(), "id": HOSTILE}), "an id has small letters"),
    ],
)
def test_a_file_that_is_no_instrument_is_refused_with_what_is_wrong(client: Client, sent: str, why: str) -> None:
    answer = client.post(address("read_instrument"), {"pasted": sent})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert HOSTILE not in answer.content.decode()


def test_a_file_larger_than_two_million_bytes_is_refused(client: Client) -> None:
    file = SimpleUploadedFile("own.json", b" " * 2_000_001)
    answer = client.post(address("read_instrument"), {"file": file, "licence_confirmed": "on"})
    assert "2,000,001 bytes, may have 2,000,000" in answer.content.decode()


def test_what_is_downloaded_reads_in_elsewhere_as_the_same(client: Client, project: Project) -> None:
    made = own(project)
    answer = client.get(address("instrument_json", made.pk))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tidy-{made.pk}.json"'
    assert as_json(parsed(answer.content)) == made.definition
    Instrument.objects.all().delete()
    file = SimpleUploadedFile("own.json", answer.content)
    client.post(address("read_instrument"), {"file": file, "licence_confirmed": "on"})
    assert Instrument.objects.get().definition == made.definition


def test_a_stored_definition_that_is_none_says_so_and_breaks_no_page(client: Client, project: Project) -> None:
    """As an archive from elsewhere may bring it."""
    row = Instrument.objects.create(project=project, name="x", version="1", title="X", licence="?", definition={})
    assert "cannot be read" in client.get(address("instruments")).content.decode()
    assert "lacks or misspells" in client.get(address("instrument", row.pk)).content.decode()
    assert client.get(address("edit_instrument", row.pk)).status_code == 302


def test_where_the_key_differs_from_the_shipped_one_the_page_says_how(client: Client, project: Project) -> None:
    made = take_shipped(project=project, user=person(project), shipped="afterthought-30")
    items = [{**row, "reversed": True} if row["id"] == "o1" else row for row in made.definition["items"]]
    plain = parsed(json.dumps({**made.definition, "items": items}).encode())
    change_instrument(instrument=made, user=person(project), plain=plain, was=fingerprint(made))
    page = client.get(address("instrument", made.pk)).content.decode()
    assert page.count("shipped: openness, straight") == 1


@pytest.mark.parametrize("name", ["tidy 1", "tidy 1 · whole form"])
def test_one_whose_administration_was_deleted_still_makes_a_next_version(project: Project, name: str) -> None:
    """Its items are problems of the project under name and version, so that other texts need another version."""
    made = own(project)
    ProblemSet.objects.create(project=project, name=name)
    plain = parsed(json.dumps(tidy() | {"title": "Order"}).encode())
    now = change_instrument(instrument=made, user=person(project), plain=plain, was=fingerprint(made))
    assert now.version == "2"


def test_only_what_nothing_hinders_is_offered_to_be_given(project: Project) -> None:
    made, bare, archived = own(project), own(project, version="2"), own(project, version="3")
    Instrument.objects.filter(pk=bare.pk).update(definition={})
    archive_instrument(instrument=archived, user=person(project), is_archived=True)
    assert ready_instruments(project) == [made]
